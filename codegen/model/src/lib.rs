//! Reads YAML descriptions of Taobao Open Platform methods into a checked catalogue.
//!
//! [`load`] takes the texts of a spec folder and gives back a [`model::Model`], in which every type and reference is resolved, or the
//! [`diagnostic`]s that say what is wrong and how to mend it. On top of the catalogue: [`diff`] compares two of them, [`lint`] points
//! out what is valid but questionable, [`schema`] describes the format to editors.
//!
//! Nothing here prints or exits, only `folder` (with the feature `fs`) reads files, and nothing knows what Rust code is generated from a
//! catalogue: only the rules by which names become identifiers ([`rust_names`], [`naming`]) are shared with those who generate.

mod check;
pub mod diagnostic;
pub mod diff;
pub mod examples;
pub mod files;
#[cfg(feature = "fs")]
pub mod folder;
pub mod lint;
mod load;
pub mod model;
pub mod naming;
pub mod outline;
mod overrides;
pub mod parallel;
mod raw;
pub mod rust_names;
pub mod scalar;
pub mod schema;
pub mod text;
pub mod yaml;

pub use check::names;
pub use load::{Files, Head, Loaded, Read, load};
