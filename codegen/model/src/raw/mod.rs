//! The spec as written: every key of the format, with where it stands, and nothing decided yet.
//!
//! Reads a YAML tree into a [`Method`], a [`Category`] or an [`Override`]. Parts that are wrong are reported and left out, so that the
//! next stage checks the rest. `keys.rs` lists all keys; `reader.rs` reads one mapping.

mod correction;
pub(crate) mod keys;
mod method;
mod object;
mod paging;
mod reader;
mod spec;

pub(crate) use correction::read_override;
pub(crate) use method::{effect_of, read_category, read_method};
pub(crate) use spec::*;
