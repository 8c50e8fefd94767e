//! The spec as written: every key of the format, with where it stands, and nothing decided yet.
//!
//! In: a YAML tree. Out: a [`Method`], a [`Category`] or an [`Override`] whose parts are missing where the file was wrong (that is reported), so that the
//! next stage checks the rest. `keys.rs` is the list of all keys, `reader.rs` how one is read.

mod correction;
pub(crate) mod keys;
mod method;
mod object;
mod reader;
mod spec;

pub(crate) use correction::read_override;
pub(crate) use method::{read_category, read_method};
pub(crate) use spec::*;
