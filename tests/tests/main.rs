//! Promises that need several crates at once. One test target, one module per promise.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod builders;
mod golden;
mod names;
mod output_compiles;
mod pages;
mod regen;
mod rules;
mod support;
mod wire;
