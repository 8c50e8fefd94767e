//! Promises that need several crates at once. One test target, one module per promise.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod ambiguity;
mod bombs;
mod builders;
mod call;
mod clocks;
mod connections;
mod crash;
mod cuts;
mod deadlines;
mod deduction;
mod diff;
mod drops;
mod formats;
mod fuzz;
mod golden;
mod malformed;
mod mutations;
mod names;
mod npm;
mod output_compiles;
mod pages;
mod redirects;
mod regen;
mod rules;
mod schedules;
mod scripted;
mod slow;
mod strangers;
mod support;
mod uploads;
mod wire;
mod year_of_bills;
