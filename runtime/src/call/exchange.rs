//! One HTTP exchange as the core sees it: its bounds, and how it fails.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::call::config::Limits;
use crate::wire::escape::Escaped;

/// Bounds of one exchange.
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::transport::TransportLimits;
///
/// // For a test of a transport of yours: 5 seconds, and answers of at most 1 MiB.
/// let limits = TransportLimits::new(Duration::from_secs(5), 1 << 20).read_timeout(Duration::from_secs(2));
/// assert_eq!(limits.read_timeout, Some(Duration::from_secs(2)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransportLimits {
    /// From now to the last byte of the answer.
    pub timeout: Duration,
    /// The largest body, in bytes after decompression.
    pub max_body: usize,
    /// How long the gateway may keep silent, where the call says it otherwise than the transport's own set-up.
    pub read_timeout: Option<Duration>,
}

impl TransportLimits {
    /// These bounds, and the transport's own for silence.
    pub fn new(timeout: Duration, max_body: usize) -> Self {
        Self { timeout, max_body, read_timeout: None }
    }

    /// Those of an attempt that has this time `left`. A timeout of the call's own longer than `read_timeout` also raises `read_timeout`.
    pub(crate) fn of_call(left: Duration, limits: &Limits, timeout: Option<Duration>) -> Self {
        let read_timeout = timeout.filter(|timeout| *timeout > limits.read_timeout);
        Self { timeout: left, max_body: limits.max_body, read_timeout }
    }

    /// With another bound of silence than the transport's own.
    #[must_use]
    pub fn read_timeout(self, timeout: Duration) -> Self {
        Self { read_timeout: Some(timeout), ..self }
    }
}

/// Whether the request may have left this machine. Everything that the gateway acts on is in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendStage {
    /// No byte of the body has: the gateway cannot have seen the call.
    NotSent,
    /// Perhaps: the gateway may have seen and executed the call.
    MaybeSent,
}

impl fmt::Display for SendStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "nothing was sent",
            Self::MaybeSent => "the request may have been sent",
        })
    }
}

/// What kind of trouble the network made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host's name could not be resolved.
    Dns,
    /// No connection.
    Connect,
    /// No TLS: an untrusted certificate, another's, none at all.
    Tls,
    /// Too late.
    Timeout,
    /// The connection broke after it had stood, or what came was no HTTP.
    Broken,
    /// The body is larger than the call allows.
    TooLarge,
    /// Something else.
    Other,
}

impl TransportErrorKind {
    const fn describe(self) -> &'static str {
        match self {
            Self::Dns => "the gateway's name cannot be resolved",
            Self::Connect => "no connection to the gateway",
            Self::Tls => "no TLS with the gateway",
            Self::Timeout => "timed out",
            Self::Broken => "the exchange with the gateway broke off",
            Self::TooLarge => "the answer is larger than the call allows",
            Self::Other => "the transport failed",
        }
    }
}

/// Why there is no response.
///
/// ```
/// use opentop_runtime::transport::{SendStage, TransportError, TransportErrorKind};
///
/// // What a transport of yours returns when the connection was refused.
/// let cause = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(SendStage::NotSent, TransportErrorKind::Connect).with_source(cause);
///
/// assert_eq!(error.stage(), SendStage::NotSent);      // even a write may be sent again
/// assert!(error.to_string().ends_with("connection refused"));
/// ```
#[derive(Debug)]
pub struct TransportError {
    stage: SendStage,
    kind: TransportErrorKind,
    limit: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind; [`SendStage::NotSent`] only if no byte of the request's body can have left.
    pub fn new(stage: SendStage, kind: TransportErrorKind) -> Self {
        Self { stage, kind, limit: None, source: None }
    }

    /// The deadline passed.
    pub fn timeout(stage: SendStage, limit: Duration) -> Self {
        Self { limit: Some(limit), ..Self::new(stage, TransportErrorKind::Timeout) }
    }

    /// With its cause. `Display` shows the innermost one: it must hold nothing secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the request may have left.
    pub fn stage(&self) -> SendStage {
        self.stage
    }

    /// What kind of trouble it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The cause as it was given, for a downcast. `Display` shows the innermost one, so [`source`](StdError::source) is `None`.
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.source.as_deref()
    }

    /// The time the exchange had, for a timeout.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }
}

/// One line: what, whether something was sent, and the innermost cause, which is the one that tells.
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.kind.describe(), self.stage)?;
        let mut cause = self.source.as_deref().map(|source| source as &(dyn StdError + 'static));
        while let Some(deeper) = cause.and_then(StdError::source) {
            cause = Some(deeper);
        }
        cause.map_or(Ok(()), |cause| write!(f, ": {}", Escaped(&cause.to_string())))
    }
}

// No source: `Display` holds the cause that tells, and a report that prints sources would print it twice.
impl StdError for TransportError {}
