//! Sending typed requests: what generated `send` methods call.

use std::sync::Arc;

use crate::call::error::Error;
use crate::call::method::{NoSessionRequest, PagedRequest, ReadRequest, Request, WriteRequest};
use crate::client::calls::Calls;
use crate::client::core::{self, Payload};
use crate::client::handle::GenericClient;
use crate::client::mode::Mode;
use crate::client::paging::Pages;
use crate::client::pending::WriteError;
use crate::client::reply::Reply;
use crate::client::scoped::{NoSession, ScopedClient, WithSession};

/// Something that requests of type `R` can be sent with. Without a session, that is only a request that does not need one.
#[diagnostic::on_unimplemented(
    message = "`{R}` cannot be sent with `{Self}`",
    label = "send it with a `Client`, or with `client.session(token)`"
)]
/// ```
/// use opentop_runtime::{Batch, Caller, ReadRequest, Ticket};
///
/// /// Whether a session is needed is decided where the request's type is known.
/// fn add<R: ReadRequest, C: Caller<R>>(batch: &mut Batch, request: R, client: &C) -> Ticket<R> {
///     batch.add(request, client)
/// }
/// ```
pub trait Caller<R: Request>: Calls {
    /// What sending a read returns: the result, or a [`CallFuture`](crate::CallFuture) of it with an async client.
    type Read;
    /// What sending a write returns: the result, or a [`CallFuture`](crate::CallFuture) of it with an async client.
    type Write;

    #[doc(hidden)]
    fn read(&self, call: impl Future<Output = ReadResult<R>> + Send + 'static) -> Self::Read;
    #[doc(hidden)]
    fn write(&self, call: impl Future<Output = WriteResult<R>> + Send + 'static) -> Self::Write;
}

/// The result of a read.
type ReadResult<R> = Result<Reply<<R as Request>::Checked>, Error>;

/// The result of a write.
type WriteResult<R> = Result<Reply<<R as Request>::Checked>, WriteError<R>>;

macro_rules! caller {
    ($(<$request:ident: $bound:ident>, $client:ty;)*) => {$(
        impl<$request: $bound, M: Mode> Caller<$request> for $client {
            type Read = M::Out<ReadResult<R>>;
            type Write = M::Out<WriteResult<R>>;

            fn read(&self, call: impl Future<Output = ReadResult<R>> + Send + 'static) -> Self::Read {
                M::run(call)
            }
            fn write(&self, call: impl Future<Output = WriteResult<R>> + Send + 'static) -> Self::Write {
                M::run(call)
            }
        }
    )*};
}

caller! {
    <R: NoSessionRequest>, GenericClient<M>;
    <R: NoSessionRequest>, ScopedClient<NoSession, M>;
    <R: Request>, ScopedClient<WithSession, M>;
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<R: Request, C: Caller<R> + ?Sized> Caller<R> for $pointer {
            type Read = C::Read;
            type Write = C::Write;

            fn read(&self, call: impl Future<Output = ReadResult<R>> + Send + 'static) -> C::Read {
                (**self).read(call)
            }
            fn write(&self, call: impl Future<Output = WriteResult<R>> + Send + 'static) -> C::Write {
                (**self).write(call)
            }
        }
    )*};
}

forward!(Arc<C>, &C);

/// What sending a read returns: the result, or a future of it with an async client.
pub type ReadOutput<C, R> = <C as Caller<R>>::Read;

/// What sending a write returns: the result, or a future of it with an async client.
pub type WriteOutput<C, R> = <C as Caller<R>>::Write;

/// Sends a read.
pub fn send_read<R: ReadRequest, C: Caller<R>>(request: R, client: &C) -> ReadOutput<C, R> {
    let scope = client.scope();
    client.read(async move {
        let mut model = R::Response::default();
        let meta = core::read(&scope, R::INFO, Payload::Typed(&request), &mut model).await?;
        Ok(Reply::new(R::checked(model), meta))
    })
}

/// Sends a write.
pub fn send_write<R: WriteRequest, C: Caller<R>>(request: R, client: &C) -> WriteOutput<C, R> {
    let scope = client.scope();
    client.write(async move {
        let mut model = R::Response::default();
        match core::write(&scope, R::INFO, Payload::Typed(&request), &mut model).await {
            Ok(done) => Ok(Reply::of_write(R::checked(model), done)),
            Err(failure) => Err(WriteError::new(failure, request)),
        }
    })
}

/// The pages of a list.
pub fn pages<R: PagedRequest, C: Caller<R>>(request: R, client: &C) -> Pages<R, C::Mode> {
    Pages::new(client.scope(), request, false)
}

/// The pages of a list over a span of time that is longer than the method allows.
pub fn by_time_window<R: PagedRequest, C: Caller<R>>(request: R, client: &C) -> Pages<R, C::Mode> {
    Pages::new(client.scope(), request, true)
}
