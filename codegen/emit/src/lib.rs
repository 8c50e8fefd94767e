//! Generates the Rust SDK from a checked catalogue of methods.
//!
//! [`plan`](mod@plan) decides every module path, name, type and doc text of the crate; [`generate`] writes what was planned, as files in
//! memory. [`changes`] says what two catalogues mean to code that uses the crate. [`explain`] makes the page that explains the generator's diagnostics. Nothing here does I/O, prints or exits.

mod compare;
mod doctext;
mod emit;
pub mod explain;
pub mod plan;

pub use compare::changes;
pub use emit::{
    Examples, Generated, Layout, Listed, Made, Options, Reference, Rest, Runtime, Writer, crates, generate, included,
    modules,
};
