//! Models into the wire form: JSON text, and the parameters of a request.
//!
//! In: a table. Out: text. Absent fields and empty lists are not written; numbers are written exactly. Nothing here checks rules or
//! signs.

mod form;
mod json;
mod parameters;

pub use form::form;
pub use json::json;
pub(crate) use parameters::scalar_text;
pub use parameters::{Parameter, parameters};
