//! `cargo xtask COMMAND`: the commands of `opentop`, and the chores of this repository.
//!
//! A chore is one module. Nothing here links the generated crate.

mod bench;
mod cargo;
mod counts;
mod demo;
mod repository;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use opentop_cli::Commands;

#[derive(Parser)]
#[command(about = "Generates, checks and serves the SDK.", after_help = opentop_cli::EXIT_CODES, version)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Shared(Commands),
    /// Compare with other generators and libraries: generation, compiling, decoding, encoding, signing.
    Bench(bench::Args),
    /// Count what is described, specified and generated: the numbers must agree.
    Counts(counts::Args),
    /// Regenerate, start a sandbox, call every method and show the answers.
    Demo,
}

fn main() -> ExitCode {
    let command = Xtask::command().name("cargo xtask").bin_name("cargo xtask");
    let parsed = Xtask::from_arg_matches(&command.get_matches());
    opentop_cli::exit(match parsed.unwrap_or_else(|error| error.exit()).command {
        Command::Shared(commands) => commands.run(),
        Command::Bench(args) => bench::run(&args),
        Command::Counts(args) => counts::run(&args),
        Command::Demo => demo::run(),
    })
}
