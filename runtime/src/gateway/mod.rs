//! The client's core, without I/O: a call becomes an HTTP request, and an HTTP response becomes a model or an error.
//!
//! In: [`Config`], a request's table, the time; later the response. Out: [`prepare()`]'s `http::Request`, [`interpret()`]'s
//! [`Answer`]. Nothing here waits, reads a clock or opens a socket: clients of any kind are thin loops around it.

mod config;
mod endpoint;
mod interpret;
mod multipart;
mod parameters;
mod prepare;
#[cfg(test)]
mod tests;

pub use config::{Config, Format, Limits};
pub use endpoint::{Endpoint, EndpointError};
pub(crate) use interpret::field_text;
pub use interpret::{Answer, interpret};
pub use parameters::Parameters;
pub use prepare::prepare;
