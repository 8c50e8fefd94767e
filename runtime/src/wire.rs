//! What goes over the wire and how: values, field tables, signing, encoding, decoding, validation. No calls, no I/O.

pub mod decode;
pub mod encode;
pub(crate) mod escape;
pub(crate) mod gateway_error;
pub(crate) mod json_text;
#[cfg(feature = "tmc-codec")]
pub mod link;
pub(crate) mod redact;
pub(crate) mod scalar;
pub(crate) mod secret;
#[cfg(feature = "serde")]
pub(crate) mod serde_support;
pub mod sign;
pub mod table;
pub mod validate;
pub(crate) mod value;
