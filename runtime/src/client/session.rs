//! Where a call's access token comes from: given, or asked for when the call is made.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::call::error::TokenError;
use crate::client::mode::{Async, Blocking, Mode};
use crate::wire::secret::AccessToken;

/// The token to come.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// Yields a user's access token each time a call is made, e.g. from a store that refreshes it.
///
/// ```
/// use std::sync::Arc;
/// use opentop_runtime::{AccessToken, TokenFuture, TokenSource};
///
/// /// The token of one shop.
/// struct Shop(String);
///
/// impl TokenSource for Shop {
///     fn token(&self) -> TokenFuture<'_> {
///         Box::pin(async move { Ok(AccessToken::from(&self.0)) })
///     }
/// }
///
/// # fn example(client: opentop_runtime::Client) {
/// let shop = client.session(Arc::new(Shop("6100e23…".to_owned())));
/// # }
/// ```
pub trait TokenSource: Send + Sync {
    /// The token for a call that is made now. An error ends the call before anything is sent.
    fn token(&self) -> TokenFuture<'_>;
}

impl<S: TokenSource + ?Sized> TokenSource for Arc<S> {
    fn token(&self) -> TokenFuture<'_> {
        (**self).token()
    }
}

/// The same as a [`TokenSource`], for a blocking client.
///
/// ```
/// use std::sync::Mutex;
/// use opentop_runtime::blocking::{Client, TokenSource};
/// use opentop_runtime::{AccessToken, error::TokenError};
///
/// /// The token of one shop, which another thread replaces.
/// struct Shop(Mutex<String>);
///
/// impl TokenSource for Shop {
///     fn token(&self) -> Result<AccessToken, TokenError> {
///         let token = self.0.lock().map_err(|_| TokenError::new("the token's lock is poisoned"))?;
///         Ok(AccessToken::from(&*token))
///     }
/// }
///
/// # fn example(client: Client) {
/// let shop = client.session(Shop(Mutex::new("6100e23".to_owned())));
/// # let _ = shop;
/// # }
/// ```
pub trait BlockingTokenSource: Send + Sync {
    /// The token for a call that is made now.
    ///
    /// # Errors
    ///
    /// If there is none. The call ends before anything is sent.
    fn token(&self) -> Result<AccessToken, TokenError>;
}

impl<S: BlockingTokenSource + ?Sized> BlockingTokenSource for Arc<S> {
    fn token(&self) -> Result<AccessToken, TokenError> {
        (**self).token()
    }
}

/// What [`Client::session`](crate::Client::session) takes: a token (text or an [`AccessToken`]), or a source of tokens.
pub trait IntoSession<M: Mode> {
    #[doc(hidden)]
    fn into_session(self) -> SessionSource;
}

/// A token, or where to ask for one.
#[derive(Clone)]
pub enum SessionSource {
    /// This token.
    Token(AccessToken),
    /// An async client asks here.
    Async(Arc<dyn TokenSource>),
    /// A blocking client asks here.
    Blocking(Arc<dyn BlockingTokenSource>),
}

impl SessionSource {
    pub(crate) async fn token(&self) -> Result<AccessToken, TokenError> {
        match self {
            Self::Token(token) => Ok(token.clone()),
            Self::Async(source) => source.token().await,
            Self::Blocking(source) => source.token(),
        }
    }
}

impl fmt::Debug for SessionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "[redacted]",
            Self::Async(_) | Self::Blocking(_) => "[a source of tokens]",
        })
    }
}

macro_rules! tokens {
    ($($token:ty)*) => { $(impl<M: Mode> IntoSession<M> for $token {
        fn into_session(self) -> SessionSource {
            SessionSource::Token(self.into())
        }
    })* };
}
tokens!(&str String &String AccessToken &AccessToken);

impl<S: TokenSource + 'static> IntoSession<Async> for S {
    fn into_session(self) -> SessionSource {
        SessionSource::Async(Arc::new(self))
    }
}

impl<S: BlockingTokenSource + 'static> IntoSession<Blocking> for S {
    fn into_session(self) -> SessionSource {
        SessionSource::Blocking(Arc::new(self))
    }
}
