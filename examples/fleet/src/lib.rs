//! Workers that drain a queue of deductions in PostgreSQL: many processes, one application. See README.md.

#![cfg(feature = "servers")]

pub mod dashboard;
pub mod journal;
pub mod queue;
pub mod settings;
pub mod worker;

/// An error of any kind.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;
