//! Async or blocking: what a call returns.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// What a call of an async client returns. It can be awaited, stored, or spawned on a runtime.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Whether a client is [`Async`] or [`Blocking`].
///
/// ```
/// use opentop_runtime::{Client, GenericClient, Mode};
///
/// /// Works for the clients of both kinds.
/// fn where_to<M: Mode>(client: &GenericClient<M>) -> String {
///     client.config().endpoint.to_string()
/// }
/// ```
pub trait Mode: sealed::Sealed + Send + Sync + Sized + 'static {
    /// What a call returns whose result is `T`: a [`CallFuture`] of it, or `T` itself.
    type Out<T: Send + 'static>;

    #[doc(hidden)]
    fn run<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> Self::Out<T>;
}

/// Calls return futures.
#[derive(Debug, Clone, Copy)]
pub enum Async {}

/// Calls return when the answer is there.
#[derive(Debug, Clone, Copy)]
pub enum Blocking {}

impl Mode for Async {
    type Out<T: Send + 'static> = CallFuture<T>;

    fn run<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> CallFuture<T> {
        Box::pin(call)
    }
}

impl Mode for Blocking {
    type Out<T: Send + 'static> = T;

    fn run<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> T {
        let mut call = pin!(call);
        block_on(call.as_mut())
    }
}

/// Runs a future all of whose waits block the thread: one poll brings it to its end.
pub(super) fn block_on<T>(call: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> T {
    match call.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("invariant: a blocking client waits for nothing but its blocking transport"),
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Async {}
    impl Sealed for super::Blocking {}
}
