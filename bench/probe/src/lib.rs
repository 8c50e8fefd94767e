//! What the emitted comparison crates share.
//!
//! Defines [`ours`] (how a method is used), [`lenient`] and [`date`] (the leniency of the serde derive baseline), [`mini`] (that of miniserde), [`timer`]
//! and [`allocations`]. The values (`DateTime`, `Decimal`) are the runtime's own, so that both sides of a comparison parse
//! dates and decimals by the same code and only the decoding differs.

pub mod allocations;
pub mod lenient;
pub mod lists;
pub mod mini;
pub mod open_enum;
pub mod ours;
pub mod timer;
pub mod values;

#[doc(hidden)]
pub use {miniserde, serde};
