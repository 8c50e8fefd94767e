//! What calls can be made with.

use std::sync::Arc;

use crate::client::mode::Mode;
use crate::client::scope::Scope;

/// Something that calls can be made with: a [`Client`](crate::Client), a [`ScopedClient`](crate::ScopedClient), or a reference or `Arc` of one.
///
/// ```
/// use opentop_runtime::{Async, Calls, Effect, Error, Parameters};
///
/// /// Takes a client, a client with a session, or a reference or `Arc` of one.
/// async fn send_all(batch: opentop_runtime::Batch, client: &impl Calls<Mode = Async>) -> Result<(), Error> {
///     batch.send(client).await.map(drop)
/// }
/// ```
pub trait Calls {
    /// Async or blocking.
    type Mode: Mode;

    #[doc(hidden)]
    fn scope(&self) -> Scope;
}

impl<C: Calls + ?Sized> Calls for Arc<C> {
    type Mode = C::Mode;

    fn scope(&self) -> Scope {
        (**self).scope()
    }
}

impl<C: Calls + ?Sized> Calls for &C {
    type Mode = C::Mode;

    fn scope(&self) -> Scope {
        (**self).scope()
    }
}
