//! The link that a user follows to consent, and what comes back.

use std::fmt;

use subtle::ConstantTimeEq;

use super::error::OAuthError;
use crate::wire::escape::Escaped;
use crate::wire::secret::AuthorizationCode;

/// What the page of consent looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum View {
    /// Taobao, for browsers. The default.
    #[default]
    Web,
    /// Tmall.
    Tmall,
    /// For telephones.
    Wap,
}

impl View {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Tmall => "tmall",
            Self::Wap => "wap",
        }
    }
}

/// A link to the page where a user consents. Made by [`OAuth::link`](super::OAuth::link).
///
/// Keep its [`state`](Self::state) in the user's session of your web server: [`code`](Self::code) takes only an answer to this very link.
///
/// ```
/// # use opentop_runtime::{blocking::Client, transport::MockTransport};
/// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(MockTransport::new()).build()?;
/// use opentop_runtime::tokens::{OAuth, OAuthError, OAuthHost};
///
/// let oauth = OAuth::new(&client, OAuthHost::production(), "https://shop.example/callback");
/// let link = oauth.link();
/// assert!(link.url().starts_with("https://oauth.taobao.com/authorize?response_type=code&client_id=12345678"));
///
/// let callback = format!("https://shop.example/callback?code=abc&state={}", link.state());
/// assert!(link.code(&callback).is_ok());
/// assert!(matches!(link.code("https://shop.example/callback?code=abc&state=forged"), Err(OAuthError::Callback { .. })));
/// # Ok::<(), opentop_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct AuthorizeLink {
    pub(super) url: String,
    pub(super) state: String,
}

impl AuthorizeLink {
    /// Where to send the user.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A random text of 32 characters, which comes back with the user.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The code that the user brought back. `callback` is the address the user came back to, or its query alone.
    ///
    /// # Errors
    ///
    /// [`OAuthError::Denied`] if the user did not consent, [`OAuthError::Callback`] if the state is another one or there is no code.
    pub fn code(&self, callback: &str) -> Result<AuthorizationCode, OAuthError> {
        code_in(callback, &self.state)
    }
}

/// The code in a callback that answers the link with this state.
pub(super) fn code_in(callback: &str, state: &str) -> Result<AuthorizationCode, OAuthError> {
    let query = callback.split_once('?').map_or(callback, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let once = |wanted: &str| {
        let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == wanted);
        match (found.next(), found.next()) {
            (first, None) => Ok(first.map(|(_, value)| value.into_owned())),
            _ => Err(OAuthError::callback(format!("expected `{wanted}` once, got it twice"))),
        }
    };
    let Some(got) = once("state")? else {
        return Err(OAuthError::callback("expected the `state` of the link, got none"));
    };
    if !bool::from(got.as_bytes().ct_eq(state.as_bytes())) {
        return Err(OAuthError::callback(
            "expected the `state` of the link, got another one: the answer belongs to another link, or is forged",
        ));
    }
    if let Some(error) = once("error")? {
        let description = once("error_description")?.unwrap_or_default();
        return Err(match error.as_str() {
            "access_denied" => OAuthError::Denied { description },
            _ => OAuthError::callback(format!("the platform says `{}`: {}", Escaped(&error), Escaped(&description))),
        });
    }
    match once("code")? {
        Some(code) if !code.is_empty() => Ok(AuthorizationCode::from(code)),
        _ => Err(OAuthError::callback("expected a `code`, got none")),
    }
}

impl fmt::Debug for AuthorizeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizeLink").field("url", &self.url).finish_non_exhaustive()
    }
}
