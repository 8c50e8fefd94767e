//! The fleet as its users run it, and under chaos.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[allow(dead_code)]
#[path = "../../../stores/tests/support/proxy.rs"]
mod proxy;
#[allow(dead_code)]
#[path = "../../../stores/tests/support/servers.rs"]
mod servers;

mod chaos;
mod small;
