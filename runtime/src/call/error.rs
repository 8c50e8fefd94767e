//! How a call fails.
//!
//! `Display` of an [`Error`] is fit for a log: server text is escaped and bounded, and the secrets and sensitive values of the call are
//! taken out of it. The body as it came is in [`Error::raw`].

mod config;
mod kinds;
mod token;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

pub use config::ConfigError;
pub use token::TokenError;

use crate::call::endpoint::EndpointError;
use crate::call::exchange::{SendStage, TransportError};
use crate::call::limit::Limited;
use crate::call::method::Executed;
use crate::call::pager::error::PagingError;
use crate::wire::decode::DecodeError;
use crate::wire::escape::Escaped;
use crate::wire::gateway_error::{GatewayError, LimitScope};
use crate::wire::validate::Violation;

/// How a call failed.
///
/// For a write this alone does not say whether something was done: [`WriteError`](crate::WriteError) does.
///
/// ```
/// use opentop_runtime::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Invalid(_) | Error::Config(_) => "mend the program: nothing was sent",
///         Error::Banned { .. } => "call again later: nothing was sent",
///         Error::Gateway { .. } => "look at the code: the platform refused the call",
///         _ => "see the log",
///     }
/// }
/// ```
#[non_exhaustive]
pub enum Error {
    /// The request breaks its specification; nothing was sent. All violations, each with the parameter's wire path.
    Invalid(Vec<Violation>),
    /// The client or the call is set up wrongly; nothing was sent.
    Config(ConfigError),
    /// No access token could be had; nothing was sent.
    Token(TokenError),
    /// An earlier answer said that the platform refuses such calls for a while, and that is longer than this call can wait; nothing was
    /// sent.
    #[non_exhaustive]
    Banned {
        /// Which calls are refused.
        scope: LimitScope,
        /// For how much longer.
        left: Duration,
    },
    /// The network failed.
    Transport(TransportError),
    /// The deadline passed.
    #[non_exhaustive]
    Timeout {
        /// Whether the request may have reached the gateway.
        stage: SendStage,
        /// The time the call had, where the transport knows it.
        limit: Option<Duration>,
    },
    /// An HTTP status other than 2xx, without a readable `error_response`.
    #[non_exhaustive]
    Status {
        /// The status.
        status: StatusCode,
        /// The beginning of the body, fit for a log.
        excerpt: String,
        /// The body, as it came.
        raw: Bytes,
    },
    /// The gateway refused: its `error_response`.
    #[non_exhaustive]
    Gateway {
        /// What it said.
        error: Box<GatewayError>,
        /// The HTTP status, 200 as a rule.
        status: StatusCode,
        /// Whether the same body also held an answer, or gave something twice: the gateway may contradict itself.
        ambiguous: bool,
        /// What the codes say of a write: the [table](crate::outcome#what-refusals-prove), and the method's specification.
        executed: Executed,
        /// The body, as it came.
        raw: Bytes,
    },
    /// The gateway let the call through, and the business behind it said no.
    #[non_exhaustive]
    Business {
        /// The business result code, where the specification names one.
        code: Option<String>,
        /// The business message, where the specification names one.
        message: Option<String>,
        /// What the refusal says of a write: it was not done, unless the specification says otherwise of this code.
        executed: Executed,
        /// The gateway's id of this call.
        request_id: Option<String>,
        /// The body, as it came.
        raw: Bytes,
    },
    /// A write was answered, and the answer lacks the flag that says whether it was done.
    #[non_exhaustive]
    Unconfirmed {
        /// The gateway's id of this call.
        request_id: Option<String>,
        /// The body, as it came.
        raw: Bytes,
    },
    /// The answer is not what the specification promises.
    #[non_exhaustive]
    Decode {
        /// What is wrong with it.
        problem: DecodeProblem,
        /// The beginning of the body, fit for a log.
        excerpt: String,
        /// The body, as it came.
        raw: Bytes,
    },
    /// A declared rate holds for longer than the call can wait; nothing was sent by this attempt.
    Limited(Limited),
    /// A list cannot be read to its end: pages that repeat, that never end, or a cursor of another list.
    Paging(PagingError),
}

/// Why an answer could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// Nothing in it.
    Empty,
    /// Not UTF-8; the offset of the first wrong byte.
    NotUtf8(usize),
    /// Well formed, and neither the method's envelope nor one of its fields in it: another's answer, a proxy's page. A request id alone
    /// makes an answer, but not beside members that are no fields of it.
    Unrecognised,
    /// Of a write: a field, its envelope, a list or a request id is given twice.
    DuplicateFields,
    /// Of a write: the envelope of another method stands beside the answer.
    ForeignEnvelope,
    /// Of a batch: more or fewer answers than calls, so that nobody knows which belongs to which.
    #[non_exhaustive]
    AnswerCount {
        /// How many calls were sent.
        calls: usize,
        /// How many answers came.
        answers: usize,
    },
    /// Malformed, or fields that do not fit, each with its path.
    Fields(DecodeError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(violations) => {
                let count = violations.len();
                write!(f, "the request breaks its specification in {count} place{}; nothing was sent", plural(count))?;
                violations.iter().try_for_each(|violation| write!(f, "\n  {violation}"))
            }
            Self::Config(error) => error.fmt(f),
            Self::Token(error) => error.fmt(f),
            Self::Banned { scope, left } => write!(
                f,
                "an earlier answer said that the platform refuses {scope} for {} more seconds; nothing was sent. \
                 Call again after that, or with a longer deadline",
                left.as_secs() + 1
            ),
            Self::Transport(error) => error.fmt(f),
            Self::Timeout { stage, limit } => {
                f.write_str("timed out")?;
                if let Some(limit) = limit {
                    write!(f, " after {limit:?}")?;
                }
                write!(f, "; {stage}")
            }
            Self::Status { status, excerpt, .. } => {
                write!(f, "HTTP status {} instead of an answer: \"{excerpt}\"", status.as_u16())
            }
            Self::Gateway { error, status, ambiguous, .. } => {
                error.fmt(f)?;
                if !status.is_success() {
                    write!(f, ", HTTP status {}", status.as_u16())?;
                }
                if *ambiguous { f.write_str("; the same body says more than this refusal") } else { Ok(()) }
            }
            Self::Business { code, message, request_id, .. } => {
                f.write_str("the business refused")?;
                if let Some(code) = code {
                    write!(f, ", code {}", Escaped(code))?;
                }
                if let Some(message) = message {
                    write!(f, ": {}", Escaped(message))?;
                }
                write_request_id(f, request_id.as_deref())
            }
            Self::Unconfirmed { request_id, .. } => {
                f.write_str("the answer does not say whether it was done")?;
                write_request_id(f, request_id.as_deref())
            }
            Self::Decode { problem, excerpt, .. } => write_decode(f, problem, excerpt),
            Self::Limited(error) => error.fmt(f),
            Self::Paging(error) => error.fmt(f),
        }
    }
}

fn write_decode(f: &mut fmt::Formatter<'_>, problem: &DecodeProblem, excerpt: &str) -> fmt::Result {
    match problem {
        DecodeProblem::Empty => f.write_str("the answer is empty"),
        DecodeProblem::NotUtf8(at) => write!(f, "the answer is not UTF-8 at byte {at}: \"{excerpt}\""),
        DecodeProblem::Unrecognised => write!(f, "the answer is not this method's: \"{excerpt}\""),
        // A well-formed answer is somebody's data.
        DecodeProblem::DuplicateFields => f.write_str("the answer gives something twice, and may contradict itself"),
        DecodeProblem::ForeignEnvelope => {
            f.write_str("the answer of another method stands beside the answer, and may contradict it")
        }
        DecodeProblem::AnswerCount { calls, answers } => write!(
            f,
            "expected {calls} answers to the batch's {calls} calls, got {answers}; none can be told whose it is: \"{excerpt}\""
        ),
        DecodeProblem::Fields(error) if error.position().is_some() => {
            write!(f, "the answer cannot be read: {error}; it begins \"{excerpt}\"")
        }
        // A well-formed answer is somebody's data; the issues name the fields.
        DecodeProblem::Fields(error) => write!(f, "the answer does not fit its specification: {error}"),
    }
}

fn write_request_id(f: &mut fmt::Formatter<'_>, request_id: Option<&str>) -> fmt::Result {
    request_id.map_or(Ok(()), |id| write!(f, ", request_id {}", Escaped(id)))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Shows the length of the body and not the body, which may hold what the specification calls sensitive.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Invalid(violations) => return f.debug_tuple("Invalid").field(violations).finish(),
            Self::Config(error) => return f.debug_tuple("Config").field(error).finish(),
            Self::Token(error) => return f.debug_tuple("Token").field(error).finish(),
            Self::Transport(error) => return f.debug_tuple("Transport").field(error).finish(),
            Self::Limited(error) => return f.debug_tuple("Limited").field(error).finish(),
            Self::Paging(error) => return f.debug_tuple("Paging").field(error).finish(),
            Self::Banned { .. } => "Banned",
            Self::Timeout { .. } => "Timeout",
            Self::Status { .. } => "Status",
            Self::Gateway { .. } => "Gateway",
            Self::Business { .. } => "Business",
            Self::Unconfirmed { .. } => "Unconfirmed",
            Self::Decode { .. } => "Decode",
        };
        let mut debug = f.debug_struct(name);
        debug.field("message", &format_args!("{self}"));
        if let Some(raw) = self.raw() {
            debug.field("raw_bytes", &raw.len());
        }
        debug.finish()
    }
}

impl std::error::Error for Error {
    // A cause whose text `Display` already holds is not a source too: reports would show it twice.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Token(error) => error.source(),
            _ => None,
        }
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<PagingError> for Error {
    fn from(error: PagingError) -> Self {
        Self::Paging(error)
    }
}

/// So that `?` works from `Endpoint::custom(…)?` to `.build()?`.
impl From<EndpointError> for Error {
    fn from(error: EndpointError) -> Self {
        Self::Config(error.into())
    }
}

#[cfg(test)]
mod tests;
