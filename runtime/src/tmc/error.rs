//! How the message channel fails.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio_tungstenite::tungstenite;

use crate::wire::escape::Escaped;
use crate::wire::link::FrameError;

/// How the message channel fails. `Display` is fit for a log and holds no secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum TmcError {
    /// A consumer is set up wrongly: what was expected, what was given, and the cure.
    Config(String),
    /// No connection could be made, or it broke.
    Network(io::Error),
    /// The server did not answer in time.
    #[non_exhaustive]
    Timeout {
        /// What was waited for.
        waiting_for: &'static str,
        /// For how long.
        limit: Duration,
    },
    /// The server speaks something else.
    Protocol(String),
    /// The server refused the application or the group.
    #[non_exhaustive]
    Refused {
        /// Its code. 0 if it gave none.
        code: i32,
        /// Its words.
        phrase: String,
    },
    /// No token for the connection could be had.
    AuthToken(String),
    /// The server closed the connection.
    #[non_exhaustive]
    Closed {
        /// The code of its close frame.
        code: Option<u16>,
        /// Its reason.
        reason: String,
    },
    /// A message was sent to the server, and the answer did not come. It may have been published.
    Unacknowledged(Duration),
    /// A call failed, of a consumer that gets its messages by calls.
    Call(String),
    /// The consumer's own task ended early.
    Aborted,
}

impl TmcError {
    pub(super) fn protocol(problem: impl Into<String>) -> Self {
        Self::Protocol(problem.into())
    }

    /// Whether trying again can help only if somebody changes something.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Call(_))
    }
}

impl fmt::Display for TmcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(problem) => f.write_str(problem),
            Self::Network(error) => write!(f, "the connection failed: {error}"),
            Self::Timeout { waiting_for, limit } => write!(f, "no {waiting_for} within {limit:?}"),
            Self::Protocol(problem) => {
                write!(f, "the server does not speak the protocol of messages: {}", Escaped(problem))
            }
            Self::Refused { code, phrase } => {
                write!(f, "the server refused the connection (code {code}): {}; ", Escaped(phrase))?;
                f.write_str("check the app key, the secret, the group, and whether the application may use messages")
            }
            Self::AuthToken(problem) => write!(f, "no token for the connection: {}", Escaped(problem)),
            Self::Closed { code: Some(code), reason } => {
                write!(f, "the server closed the connection (code {code}): {}", Escaped(reason))
            }
            Self::Closed { code: None, .. } => f.write_str("the server ended the connection"),
            Self::Unacknowledged(limit) => {
                write!(f, "the server did not acknowledge the message within {limit:?}; it may have been published")
            }
            Self::Call(problem) => f.write_str(problem),
            Self::Aborted => f.write_str("the consumer's task ended early"),
        }
    }
}

impl std::error::Error for TmcError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Network(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for TmcError {
    fn from(error: io::Error) -> Self {
        Self::Network(error)
    }
}

impl From<FrameError> for TmcError {
    fn from(error: FrameError) -> Self {
        Self::Protocol(error.to_string())
    }
}

impl From<tungstenite::Error> for TmcError {
    fn from(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::Io(error) => Self::Network(error),
            tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => {
                Self::Closed { code: None, reason: String::new() }
            }
            other => Self::Protocol(other.to_string()),
        }
    }
}
