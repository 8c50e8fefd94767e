//! Why there is no token.

use std::fmt;

use crate::call::error::Error;
use crate::call::exchange::TransportError;
use crate::wire::escape::Escaped;

/// Why there is no token.
#[derive(Debug)]
#[non_exhaustive]
pub enum OAuthError {
    /// The user did not consent.
    #[non_exhaustive]
    Denied {
        /// In the platform's words.
        description: String,
    },
    /// What came back from the page of consent cannot be used.
    #[non_exhaustive]
    Callback {
        /// In words.
        problem: String,
    },
    /// The token host refused.
    #[non_exhaustive]
    Refused {
        /// The platform's word, such as `invalid_client`. It does not tell a wrong secret from a used code.
        error: String,
        /// In the platform's words, without secrets.
        description: String,
    },
    /// The token host could not be reached, or did not answer.
    Transport(TransportError),
    /// The gateway refused or could not be reached: where tokens come [from it](super::OAuthHost::tokens_from_gateway).
    Gateway(Box<Error>),
    /// The answer is neither a token nor a refusal.
    #[non_exhaustive]
    Answer {
        /// In words, with the beginning of what came, without secrets.
        problem: String,
    },
    /// There is no refresh token, or its time is over: `re_expires_in` was 0 or has passed.
    NotRefreshable,
}

/// What a refusal speaks of when the application is at fault, and no user can help.
const OF_THE_APPLICATION: [&str; 5] = ["client_secret", "client_id", "redirect_uri", "appkey", "app key"];

impl OAuthError {
    pub(super) fn callback(problem: impl Into<String>) -> Self {
        Self::Callback { problem: problem.into() }
    }

    pub(super) fn answer(problem: impl Into<String>) -> Self {
        Self::Answer { problem: problem.into() }
    }

    /// Whether the user must consent again: the code was used or is too old, or the grant or the refresh token is dead.
    ///
    /// Not where the network failed, and not where the application's key, secret or callback is wrong.
    ///
    /// ```
    /// use opentop_runtime::tokens::OAuthError;
    ///
    /// fn next_step(error: &OAuthError) -> &'static str {
    ///     if error.needs_authorization() { "send the merchant to a new link" } else { "try again later, or mend the set-up" }
    /// }
    /// assert_eq!(next_step(&OAuthError::NotRefreshable), "send the merchant to a new link");
    /// ```
    pub fn needs_authorization(&self) -> bool {
        match self {
            Self::Denied { .. } | Self::NotRefreshable => true,
            Self::Refused { description, .. } => {
                let description = description.to_ascii_lowercase();
                !OF_THE_APPLICATION.iter().any(|word| description.contains(word))
            }
            Self::Gateway(error) => error.is_session() || error.gateway().is_some_and(|refusal| refusal.code == 15),
            Self::Callback { .. } | Self::Transport(_) | Self::Answer { .. } => false,
        }
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied { description } => write!(f, "the user did not consent ({})", Escaped(description)),
            Self::Callback { problem } => write!(f, "the callback cannot be used: {problem}"),
            Self::Refused { error, description } => {
                write!(f, "the token host refused: {}: {}", Escaped(error), Escaped(description))
            }
            Self::Transport(error) => write!(f, "no answer from the token host: {error}"),
            Self::Gateway(error) => write!(f, "no token from the gateway: {error}"),
            Self::Answer { problem } => write!(f, "expected a token, got something else: {problem}"),
            Self::NotRefreshable => f.write_str("this token cannot be refreshed: ask the user to authorise again"),
        }
    }
}

impl std::error::Error for OAuthError {}

impl From<TransportError> for OAuthError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        Self::Gateway(Box::new(error))
    }
}
