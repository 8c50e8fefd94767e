//! What the core needs of a transport, async and blocking alike.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::call::exchange::TransportLimits;
use crate::transport::{BlockingTransport, ResponseFuture, Transport, UnitFuture};

/// A transport behind one interface. The futures of a blocking one do their work when they are polled, and are then over.
pub(crate) trait Io: Send + Sync {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_>;
    fn sleep(&self, wait: Duration) -> UnitFuture<'_>;
    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_>;
}

/// Runs work that blocks, off the executor if there is one. `None` if it panicked.
pub(crate) async fn unblock<T: Send + 'static>(io: &dyn Io, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let result = Arc::new(Mutex::new(None));
    let into = Arc::clone(&result);
    let work = Box::new(move || {
        let value = work();
        *into.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    });
    io.unblock(work).await;
    result.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// An async transport.
pub(super) struct AsyncIo<T>(pub(super) T);

impl<T: Transport> Io for AsyncIo<T> {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        self.0.send(request, limits)
    }

    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        self.0.sleep(wait)
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        self.0.unblock(work)
    }
}

/// A blocking transport.
pub(super) struct BlockingIo<T>(pub(super) T);

impl<T: BlockingTransport> Io for BlockingIo<T> {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(async move { self.0.send(request, limits) })
    }

    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        Box::pin(async move { self.0.sleep(wait) })
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        Box::pin(async move { work() })
    }
}
