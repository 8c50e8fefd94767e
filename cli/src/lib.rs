//! The command line: `opentop COMMAND`, and `cargo xtask COMMAND` in this project's repository. One module per command.
//!
//! Exit codes: 0 done, 1 diagnostics or drift, 2 bad usage, 3 rejected by the gateway, 4 outcome unknown. What several commands need
//! stands in `specs` (reading a spec folder), `report` (showing diagnostics), `apply` (writing files) and `cargo` (starting cargo).
//! Nothing here links the generated crate.

mod apply;
mod bench;
mod call;
mod cargo;
mod counts;
mod demo;
mod diff;
mod docs;
mod documents;
mod fingerprint;
mod import;
mod lint;
mod outcome;
mod regen;
mod report;
mod repository;
mod sandbox;
mod specs;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use outcome::Outcome;

#[derive(Parser)]
#[command(
    about = "Generates, checks and serves the SDK.",
    after_help = "Exit codes: 0 done, 1 diagnostics or drift, 2 bad usage, 3 rejected by the gateway, 4 outcome unknown.",
    version
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the SDK from the spec files.
    Regen(regen::Args),
    /// Turn documentation pages and JSON descriptions into spec files.
    Import(import::Args),
    /// Show what is valid in a spec but questionable. Ends with 1 if it finds anything, a warning too; with 0 if it finds nothing.
    Lint(lint::Args),
    /// Call one method, checked from its spec.
    Call(call::Args),
    /// Show what changed in the methods since a git revision, and what breaks.
    Diff(diff::Args),
    /// Render the Markdown reference as HTML, with a search.
    Docs(docs::Args),
    /// Serve the spec files as a local gateway.
    Sandbox(sandbox::Args),
    /// Compare with other generators and libraries: generation, compiling, decoding, encoding, signing.
    Bench(bench::Args),
    /// Count what is described, specified and generated: the numbers must agree.
    Counts(counts::Args),
    /// Regenerate, start a sandbox, call every method and show the answers.
    Demo,
}

/// Runs the command that this process was started with. `name` is how its user calls it.
#[must_use]
pub fn run(name: &'static str) -> ExitCode {
    let parsed = Cli::from_arg_matches(&Cli::command().name(name).bin_name(name).get_matches());
    let end = match parsed.unwrap_or_else(|error| error.exit()).command {
        Command::Regen(args) => regen::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Call(args) => return call::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Docs(args) => docs::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Counts(args) => counts::run(&args),
        Command::Demo => demo::run(),
    };
    match end {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ProblemsFound) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", report::chain(&error));
            ExitCode::FAILURE
        }
    }
}
