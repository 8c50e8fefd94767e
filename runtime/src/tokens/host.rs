//! Where users consent, and where tokens come from.

use crate::call::endpoint::{Endpoint, EndpointError};

/// Where users consent, and where tokens come from. It is independent of the gateway.
///
/// The application's secret goes to the token host in the body of the request. So there is no default: name the host that belongs to
/// your gateway.
///
/// ```
/// use opentop_runtime::tokens::OAuthHost;
///
/// // The page of consent on the web; the token by a signed call, so that the secret stays here.
/// let host = OAuthHost::production().tokens_from_gateway();
///
/// // A host of your own for tests.
/// let here = OAuthHost::custom("http://127.0.0.1:8787/authorize", "http://127.0.0.1:8787/token")?;
/// assert!(OAuthHost::custom("http://shop.example/authorize", "http://shop.example/token").is_err());
/// # Ok::<(), opentop_runtime::error::EndpointError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthHost {
    pub(super) authorize: Endpoint,
    pub(super) token: TokenRoute,
}

/// How a token is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenRoute {
    /// A form, posted to this address.
    Host(Endpoint),
    /// Signed calls of the gateway.
    Gateway,
}

impl OAuthHost {
    /// `https://oauth.taobao.com/authorize` and `/token`.
    ///
    /// # Panics
    ///
    /// Never: the addresses are constant.
    pub fn production() -> Self {
        Self::known("https://oauth.taobao.com/authorize", "https://oauth.taobao.com/token")
    }

    /// `https://oauth.m.taobao.com/authorize` and `/token`, which the platform recommends for telephones.
    ///
    /// # Panics
    ///
    /// Never: the addresses are constant.
    pub fn mobile() -> Self {
        Self::known("https://oauth.m.taobao.com/authorize", "https://oauth.m.taobao.com/token")
    }

    /// The vendor's sandbox, `https://oauth.tbsandbox.com/authorize` and `/token`. The vendor's documentation names it until 2020.
    ///
    /// # Panics
    ///
    /// Never: the addresses are constant.
    pub fn sandbox() -> Self {
        Self::known("https://oauth.tbsandbox.com/authorize", "https://oauth.tbsandbox.com/token")
    }

    /// Any other host, by two full URLs.
    ///
    /// # Errors
    ///
    /// Where a URL could leak what is sent to it: see [`EndpointError`].
    pub fn custom(authorize: &str, token: &str) -> Result<Self, EndpointError> {
        Ok(Self { authorize: Endpoint::custom(authorize)?, token: TokenRoute::Host(Endpoint::custom(token)?) })
    }

    /// Tokens come from the client's gateway, by signed calls, so that the secret is not sent.
    #[must_use]
    pub fn tokens_from_gateway(self) -> Self {
        Self { token: TokenRoute::Gateway, ..self }
    }

    fn known(authorize: &str, token: &str) -> Self {
        Self::custom(authorize, token).expect("invariant: a constant address is sound")
    }
}
