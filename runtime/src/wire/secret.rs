//! The secrets of calls: the application's key for signing, a user's access token, and what tokens are made from.
//!
//! None of these types shows its text: there is no `Display`, no serde and no comparison, `Debug` is redacted, and memory is wiped on drop.
//! The copies that a call makes of a token, in its body and in the buffers of HTTP and TLS, are not wiped.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The application's secret (`app_secret`). It signs calls and is never sent.
///
/// ```
/// let secret = opentop_runtime::AppSecret::from("helloworld");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// ```
#[derive(Clone)]
pub struct AppSecret(SecretString);

/// The access token of a user (`session`): whose data a call reads or changes. Given per call, never stored by the client.
///
/// ```
/// let session = opentop_runtime::AccessToken::from("6100e23…");
/// assert_eq!(format!("{session:?}"), "[redacted]");
/// ```
#[derive(Clone)]
pub struct AccessToken(SecretString);

/// What a new access token is asked for with, once. It lives in a [`Token`](crate::tokens::Token).
#[cfg(feature = "tokens")]
#[derive(Clone)]
pub struct RefreshToken(SecretString);

/// What a user's consent brings: it becomes a token, once. See [`OAuth::exchange`](crate::tokens::OAuth::exchange).
#[cfg(feature = "tokens")]
#[derive(Clone)]
pub struct AuthorizationCode(SecretString);

macro_rules! secret_impls {
    ($name:ident) => {
        impl $name {
            /// The secret itself, for the crate's signing and encoding only.
            pub(crate) fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.as_str().into())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<&$name> for $name {
            fn from(secret: &$name) -> Self {
                secret.clone()
            }
        }
    };
}

secret_impls!(AppSecret);
secret_impls!(AccessToken);
#[cfg(feature = "tokens")]
secret_impls!(RefreshToken);
#[cfg(feature = "tokens")]
secret_impls!(AuthorizationCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_a_secret() {
        assert_eq!(format!("{:?}", AppSecret::from("canary")), "[redacted]");
        assert_eq!(format!("{:#?}", Some(AccessToken::from("canary".to_owned()))), "Some(\n    [redacted],\n)");
    }

    #[test]
    fn a_session_is_made_of_whatever_holds_a_token() {
        let owned = String::from("token");
        let session = AccessToken::from(&owned);
        for session in [AccessToken::from(&session), AccessToken::from("token"), AccessToken::from(owned)] {
            assert_eq!(session.expose(), "token");
        }
    }

    /// Compiles only where the type lacks the trait: with it, the call below would be ambiguous.
    macro_rules! lacks {
        ($type:ty: $($bound:tt)*) => {{
            trait Ambiguous<A> {
                fn call() {}
            }
            struct With;
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + $($bound)*> Ambiguous<With> for T {}
            <$type as Ambiguous<_>>::call();
        }};
    }

    #[test]
    fn nothing_takes_a_secret_out_by_accident() {
        macro_rules! lack_all {
            ($($type:ty),*) => {$(
                lacks!($type: fmt::Display);
                lacks!($type: serde::Serialize);
                lacks!($type: PartialEq);
                lacks!($type: std::hash::Hash);
                lacks!($type: AsRef<str>);
                lacks!($type: AsRef<[u8]>);
                lacks!($type: Into<String>);
                lacks!($type: std::ops::Deref);
            )*};
        }
        lack_all!(AppSecret, AccessToken);
    }
}
