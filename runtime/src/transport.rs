//! How a signed request reaches the gateway. Bring your own transport, or use one of these.
//!
//! A transport takes an `http::Request` and the bounds of the call. It gives the response with its whole body, or a
//! [`TransportError`] that tells whether the request may have left: the outcome of a write hangs on that one fact.

#[cfg(feature = "reqwest-no-provider")]
mod body;
mod mock;
mod offload;
mod options;
#[cfg(feature = "reqwest-no-provider")]
mod reqwest;
#[cfg(all(test, any(feature = "reqwest", feature = "ureq")))]
mod sockets;
#[cfg(any(feature = "reqwest-no-provider", feature = "ureq-no-provider"))]
mod tls;
#[cfg(feature = "ureq-no-provider")]
mod ureq;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

#[cfg(feature = "reqwest-no-provider")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "ureq-no-provider")]
pub use self::ureq::UreqTransport;
pub use crate::call::exchange::{SendStage, TransportError, TransportErrorKind, TransportLimits};
pub use mock::{MockTransport, RecordedRequest};
pub use options::TransportOptions;

/// What [`Transport::send`] returns.
pub type ResponseFuture<'a> = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'a>>;

/// What [`Transport::sleep`] and [`Transport::unblock`] return.
pub type UnitFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Sends requests, and waits between two attempts. See [`MockTransport`] for one that needs no network.
///
/// An implementation
/// - sends the request **at most once**: no retries of its own, no redirects;
/// - ends within `limits.timeout`, the body included, and keeps no more than `limits.max_body` bytes of it, counted after
///   decompression;
/// - says [`SendStage::NotSent`] only if no byte of the request's body can have left;
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

    /// Waits. The default works in every runtime: one thread of the process keeps the time of all waits.
    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        Box::pin(futures_timer::Delay::new(wait))
    }

    /// Runs work that blocks (a journal's, the reading of a file) off the executor's threads.
    ///
    /// The work runs to its end even if the future is dropped. The default works in every runtime: one thread of the process does
    /// all such work in its order. `ReqwestTransport` uses tokio's threads for blocking work.
    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        Box::pin(offload::run(work))
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        (**self).send(request, limits)
    }

    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        (**self).sleep(wait)
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        (**self).unblock(work)
    }
}

/// Sends requests and blocks until the answer is there: what a [`blocking::Client`](crate::blocking::Client) needs.
///
/// An implementation gives the same promises as a [`Transport`].
///
/// ```
/// use bytes::Bytes;
/// use opentop_runtime::blocking::Transport;
/// use opentop_runtime::transport::{TransportError, TransportLimits};
///
/// /// Shows how long calls take, and no more: the body holds secrets.
/// struct Timed<T>(T);
///
/// impl<T: Transport> Transport for Timed<T> {
///     fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> Result<http::Response<Bytes>, TransportError> {
///         let began = std::time::Instant::now();
///         let result = self.0.send(request, limits);
///         println!("{:?}", began.elapsed());
///         result
///     }
/// }
/// ```
pub trait BlockingTransport: Send + Sync {
    /// Sends one request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// If there is no answer; the error tells whether the request may have left.
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
