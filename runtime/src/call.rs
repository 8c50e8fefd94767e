//! A call without I/O: what a method is, how a request becomes HTTP, how an answer becomes a model, and what is done about failures.
//!
//! Everything here is a function of its arguments. [`crate::client`] runs it over a transport.

pub(crate) mod attempts;
pub(crate) mod batch;
pub(crate) mod build_request;
pub(crate) mod config;
pub(crate) mod dry_run;
pub(crate) mod endpoint;
pub(crate) mod error;
pub(crate) mod exchange;
pub(crate) mod idempotency;
pub mod journal;
pub(crate) mod lifecycle;
pub mod limit;
pub(crate) mod method;
pub(crate) mod multipart;
pub(crate) mod options;
pub mod outcome;
pub(crate) mod pager;
pub(crate) mod parameters;
pub(crate) mod parse_response;
pub(crate) mod qimen;
#[cfg(all(test, feature = "qimen"))]
mod qimen_tests;
pub mod retry;
pub(crate) mod setup;
pub(crate) mod stopwatch;
pub(crate) mod stored_write;
#[cfg(test)]
mod tests;
pub(crate) mod without_credentials;
