//! The project's command line: `cargo xtask COMMAND`.
//!
//! In: arguments. Out: an exit code: 0 done, 1 diagnostics or drift, 2 bad usage. One module per command; what several of them
//! need stands in `specs` (reading a spec folder) and `report` (showing diagnostics). Nothing here links the generated crate.

mod apply;
mod demo;
mod lint;
mod regen;
mod report;
mod sandbox;
mod specs;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a command ends with when it did not fail outright.
enum End {
    /// Exit code 0.
    Done,
    /// Exit code 1: something was found, and it was shown.
    Found,
}

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Generates, checks and serves the SDK.", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the SDK from the spec files.
    Regen(regen::Args),
    /// Show what is legal in a spec and unwise.
    Lint(lint::Args),
    /// Serve the spec files as a local gateway.
    Sandbox(sandbox::Args),
    /// Regenerate, start a sandbox, call every method and show the answers.
    Demo,
}

fn main() -> ExitCode {
    let end = match Cli::parse().command {
        Command::Regen(args) => regen::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Demo => demo::run(),
    };
    match end {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Found) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: the parent of this crate.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
