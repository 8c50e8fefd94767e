//! Promises that need several crates at once. One test target, one module per promise.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod ambiguity;
mod builders;
mod call;
mod connections;
mod crash;
mod cuts;
mod deduction;
mod diff;
mod formats;
mod fuzz;
mod golden;
mod mutations;
mod names;
mod npm;
mod output_compiles;
mod pages;
mod regen;
mod rules;
mod schedules;
mod support;
mod wire;
mod year_of_bills;
