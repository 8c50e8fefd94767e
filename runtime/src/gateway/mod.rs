//! The client's core, without I/O: a call becomes an HTTP request, and an HTTP response becomes a model or an error.
//!
//! In: [`Config`], a request's table, the time; later the response. Out: [`prepare()`]'s `http::Request`, [`interpret()`]'s
//! [`Answer`]. Nothing here waits, reads a clock or opens a socket: clients of any kind are thin loops around it.

mod config;
mod dry_run;
mod endpoint;
mod facts;
mod interpret;
mod multipart;
mod parameters;
mod prepare;
#[cfg(test)]
mod tests;

pub use config::{Config, Format, Limits};
pub use dry_run::DryRun;
pub(crate) use dry_run::dry_run;
pub use endpoint::{Endpoint, EndpointError};
pub(crate) use facts::{Facts, envelope_of};
pub use interpret::{Answer, interpret};
pub(crate) use interpret::{field_text, interpret_facts};
pub use parameters::Parameters;
pub use prepare::prepare;
pub(crate) use prepare::{check_session, prepare_facts};
