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
pub trait Caller<R: Request>: Calls {}

impl<R: NoSessionRequest, M: Mode> Caller<R> for GenericClient<M> {}
impl<R: NoSessionRequest, M: Mode> Caller<R> for ScopedClient<NoSession, M> {}
impl<R: Request, M: Mode> Caller<R> for ScopedClient<WithSession, M> {}
impl<R: Request, C: Caller<R> + ?Sized> Caller<R> for Arc<C> {}
impl<R: Request, C: Caller<R> + ?Sized> Caller<R> for &C {}

/// What sending a read returns: the result, or a future of it with an async client.
pub type ReadOutput<C, R> = <<C as Calls>::Mode as Mode>::Out<Result<Reply<<R as Request>::Checked>, Error>>;

/// What sending a write returns: the result, or a future of it with an async client.
pub type WriteOutput<C, R> = <<C as Calls>::Mode as Mode>::Out<Result<Reply<<R as Request>::Checked>, WriteError<R>>>;

/// Sends a read.
pub fn send_read<R: ReadRequest, C: Caller<R>>(request: R, client: &C) -> ReadOutput<C, R> {
    let scope = client.scope();
    C::Mode::run(async move {
        let mut model = R::Response::default();
        let meta = core::read(&scope, R::INFO, Payload::Typed(&request), &mut model).await?;
        Ok(Reply::new(R::checked(model), meta))
    })
}

/// Sends a write.
pub fn send_write<R: WriteRequest, C: Caller<R>>(request: R, client: &C) -> WriteOutput<C, R> {
    let scope = client.scope();
    C::Mode::run(async move {
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
