//! A call that waits in a batch.

use std::any::Any;

use bytes::Bytes;

use crate::call::error::Error;
use crate::call::method::MethodInfo;
use crate::call::parse_response::Reading;
use crate::client::scope::Scope;
use crate::wire::table::Table;

/// How one call ended: its reply, or its error.
pub(super) type Outcome = Result<Box<dyn Any + Send>, Error>;

/// A call that waits to be sent.
pub(super) struct Queued {
    pub(super) scope: Scope,
    pub(super) call: Box<dyn AnyRead>,
}

/// A read of any type.
pub(super) trait AnyRead: Send + Sync {
    fn info(&self) -> &'static MethodInfo;
    fn request(&self) -> &dyn Table;
    fn read(&self, reading: &Reading<'_>, response: http::Response<Bytes>) -> Outcome;
}
