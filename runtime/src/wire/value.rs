//! The values that models hold beyond the standard library's: dates in GMT+8, JSON text, files, unlisted enum values.
//!
//! They are plain data: nothing here depends on field tables, formats or HTTP.

mod datetime;
mod file;
mod json;
mod unknown;

pub use datetime::{DateTime, DateTimeError};
pub use file::File;
pub use json::Json;
pub use rust_decimal::Decimal;
pub use unknown::{Scalar, UnknownValue};
