//! The stores against real servers, which the tests start themselves.

#![cfg(all(feature = "postgres", feature = "redis"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support {
    pub(crate) mod proxy;
    pub(crate) mod servers;
    pub(crate) mod stores;
}

mod contract;
mod limits;
mod lost_answers;
mod outages;
