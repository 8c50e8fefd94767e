//! What gateways really answer: rough edges, foreign bodies, codes that are words, exact values in unusual dress.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    reason = "tests; and what the macros emit is public"
)]

mod lenient;
mod model;
mod refusals;
mod values;
mod writes;
