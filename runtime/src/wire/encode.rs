//! Models into the wire form: JSON text, and the parameters of a request.
//!
//! Absent fields and empty lists are not written. Numbers are written exactly.

mod blank;
mod form;
mod json;
mod parameters;
#[cfg(feature = "xml")]
mod xml;

pub(crate) use blank::is_blank;
pub use form::form;
pub(crate) use json::append_json;
pub use json::json;
pub(crate) use parameters::scalar_text;
pub use parameters::{Parameter, parameters};
#[cfg(feature = "xml")]
pub use xml::{not_in_xml, xml};
