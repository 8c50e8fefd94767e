//! What calls can be made with.

use std::sync::Arc;

use crate::client::mode::Mode;
use crate::client::scope::Scope;

/// Something that calls can be made with: a [`Client`](crate::Client), a [`ScopedClient`](crate::ScopedClient), or a reference or `Arc` of one.
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
