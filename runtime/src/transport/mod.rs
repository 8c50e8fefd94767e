//! How a signed request reaches the gateway: a trait object, so that users bring their own.
//!
//! In: an `http::Request` and the bounds of the call. Out: the response with its whole body, or a [`TransportError`] that tells
//! whether a byte of the request may have left: the one fact on which the outcome of a write hangs.

#[cfg(feature = "reqwest")]
mod body;
mod fake;
mod options;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(all(test, any(feature = "reqwest", feature = "ureq")))]
mod sockets;
mod timer;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
mod tls;
#[cfg(feature = "ureq")]
mod ureq;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::escape::Escaped;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "ureq")]
pub use self::ureq::UreqTransport;
pub use fake::{Fake, Sent};
pub use options::TransportOptions;

/// The response to come.
pub type ResponseFuture<'a> = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'a>>;

/// The end of a wait to come.
pub type SleepFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Sends requests, and waits between two attempts. See [`Fake`] for one that needs no network.
///
/// An implementation
/// - sends the request **at most once**: no retries of its own, no redirects;
/// - ends within `limits.timeout`, the body included, and keeps no more than `limits.max_body` bytes of it, counted after
///   decompression;
/// - says [`Stage::NotSent`] only where no byte of the request can have left;
/// - shows the request to nobody: its body holds the session and the signature.
///
/// ```
/// use bytes::Bytes;
/// use opentop_runtime::transport::{ResponseFuture, Transport, TransportLimits};
///
/// /// Counts calls and passes them on.
/// struct Counted<T>(T, std::sync::atomic::AtomicU64);
///
/// impl<T: Transport> Transport for Counted<T> {
///     fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
///         self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         self.0.send(request, limits)
///     }
/// }
/// ```
pub trait Transport: Send + Sync {
    /// Sends one request and reads the whole answer.
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_>;

    /// Waits. Unless overridden, a thread of its own sleeps: that works in every runtime, and retries are rare.
    fn sleep(&self, wait: Duration) -> SleepFuture<'_> {
        Box::pin(timer::sleep(wait))
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        (**self).send(request, limits)
    }

    fn sleep(&self, wait: Duration) -> SleepFuture<'_> {
        (**self).sleep(wait)
    }
}

/// Sends requests and blocks until the answer is there: what a [`blocking::Client`](crate::blocking::Client) needs.
///
/// An implementation gives the same promises as a [`Transport`].
pub trait BlockingTransport: Send + Sync {
    /// Sends one request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// Where there is none; the error tells whether a byte of the request may have left.
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
    ) -> Result<http::Response<Bytes>, TransportError>;

    /// Waits between two attempts. Unless overridden, the thread sleeps.
    fn sleep(&self, wait: Duration) {
        std::thread::sleep(wait);
    }
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for Arc<T> {
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
    ) -> Result<http::Response<Bytes>, TransportError> {
        (**self).send(request, limits)
    }

    fn sleep(&self, wait: Duration) {
        (**self).sleep(wait);
    }
}

/// Bounds of one exchange.
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

    /// With another bound of silence than the transport's own.
    #[must_use]
    pub fn read_timeout(self, timeout: Duration) -> Self {
        Self { read_timeout: Some(timeout), ..self }
    }
}

/// Whether a byte of the request may have left this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// No: the gateway cannot have seen the call.
    NotSent,
    /// Perhaps: the gateway may have seen and executed the call.
    MaybeSent,
}

impl fmt::Display for Stage {
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
#[derive(Debug)]
pub struct TransportError {
    stage: Stage,
    kind: TransportErrorKind,
    limit: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind; [`Stage::NotSent`] only where no byte of the request can have left.
    pub fn new(stage: Stage, kind: TransportErrorKind) -> Self {
        Self { stage, kind, limit: None, source: None }
    }

    /// The deadline passed.
    pub fn timeout(stage: Stage, limit: Duration) -> Self {
        Self { limit: Some(limit), ..Self::new(stage, TransportErrorKind::Timeout) }
    }

    /// With its cause. The cause is shown: it must hold nothing secret.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the request may have left.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What kind of trouble it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
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

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
