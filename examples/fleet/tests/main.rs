//! The fleet as its users run it, and under chaos.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support {
    #[allow(dead_code)]
    #[path = "../../../../stores/tests/support/proxy.rs"]
    pub(crate) mod proxy;
    #[allow(dead_code)]
    #[path = "../../../../stores/tests/support/servers.rs"]
    pub(crate) mod servers;
}

mod chaos;
mod small;
