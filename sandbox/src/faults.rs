//! Faults injected between a client and the platform: what they are, which comes next, and faults by chance.
//!
//! Each request that reaches the socket gets at most one [`fault::Fault`]. `server` applies what concerns bytes and time,
//! `gateway` and `answer` what concerns the response.

pub(crate) mod fault;
pub(crate) mod plan;
pub(crate) mod random;
pub(crate) mod text;
