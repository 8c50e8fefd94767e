//! Runs the command line as a process, as its users do.
#![allow(clippy::unwrap_used, clippy::panic)]

mod cargo;
mod disk;
mod grow;
mod links;
mod own_crate;
mod process;
mod sandbox;
