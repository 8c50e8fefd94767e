//! Reads YAML descriptions of Taobao Open Platform methods and generates the Rust SDK from them.
//!
//! `sources → raw → model → plan → files`: every stage has its own types and knows only the one before it. No I/O happens here
//! (but for `folder`, which reads specs from disk) and nothing exits or prints: the same calls serve `regen`, `--check`, tests and the sandbox.

mod check;
pub mod diagnostic;
pub mod diff;
pub mod doctext;
#[cfg(feature = "emit")]
pub mod emit;
pub mod examples;
pub mod explain;
pub mod files;
#[cfg(feature = "fs")]
pub mod folder;
#[cfg(feature = "import")]
pub mod import;
pub mod lint;
mod load;
pub mod model;
mod overrides;
pub mod plan;
mod raw;
mod scalar;
pub mod schema;
mod text;
mod yaml;
#[cfg(feature = "emit")]
pub use emit::{Generated, Options, Runtime, generate};
pub use load::{Loaded, load};
