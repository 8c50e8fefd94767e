//! The fleet as its users run it, and under chaos.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../../../stores/tests/support"]
mod support {
    #[allow(dead_code)]
    pub(crate) mod proxy;
    #[allow(dead_code)]
    pub(crate) mod servers;
}

mod chaos;
mod small;
