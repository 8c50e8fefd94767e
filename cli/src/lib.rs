//! The command line: `opentop COMMAND`, and `cargo xtask COMMAND` in this project's repository. One module per command.
//!
//! Exit codes: 0 done, 1 diagnostics or drift, 2 bad usage, 3 rejected by the gateway, 4 outcome unknown. What several commands need
//! stands in `specs` (finding and reading specs), `report` (showing diagnostics), `resemble` (misspelt names) and `apply` (writing
//! files). Nothing here links the generated crate.

mod account;
mod add;
mod apply;
mod call;
mod completions;
mod crate_name;
mod describe;
mod diff;
mod docs;
mod documents;
mod example;
mod export;
mod hash;
mod import;
mod indent;
mod lint;
mod list;
mod login;
mod man;
mod markdown;
mod new;
mod outcome;
mod progress;
mod regen;
mod report;
mod repository;
mod resemble;
mod sandbox;
mod shell;
mod specs;
mod spi;
mod tmc;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgMatches, Command as Clap, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use outcome::Outcome;

/// What each exit code means, for the end of a help text.
pub const EXIT_CODES: &str =
    "Exit codes: 0 done, 1 diagnostics or drift, 2 bad usage, 3 rejected by the gateway, 4 outcome unknown.";

/// What the command is, and where it looks for specs.
const ABOUT: &str = "Describes and calls methods of the Taobao Open Platform, and makes Rust of their specifications.";
const LONG_ABOUT: &str = "Describes and calls methods of the Taobao Open Platform, and makes Rust of their specifications.\n\n\
    Methods are described in a spec folder: `--spec DIR`, else `top` or `spec` in this folder or in one above, up to the repository's \
    root; else the four methods that are built in. Every command says which it uses.";

#[derive(Parser)]
#[command(name = "opentop", about = ABOUT, long_about = LONG_ABOUT, after_help = EXIT_CODES, version)]
struct Cli {
    #[command(subcommand)]
    command: Commands,
}

/// The commands that `opentop` and `cargo xtask` share.
pub struct Commands(Command);

#[derive(Subcommand)]
enum Command {
    /// Make a crate that calls the platform: with a build script, one method and a test.
    New(new::Args),
    /// Describe more methods, from the vendor's pages or JSON descriptions.
    Add(add::Args),
    /// List the methods that are described.
    List(list::Args),
    /// Search the described methods: names, titles, parameters.
    Search(list::SearchArgs),
    /// Show a method: parameters, answer, rules, an example.
    Describe(describe::Args),
    /// Call one method, checked from its spec.
    Call(Box<call::Args>),
    /// Export a whole list: every page and window, as CSV, JSON lines or Parquet.
    Export(Box<export::Args>),
    /// Log a user in: the profile keeps the access token, and `call` and `export` use it.
    Login(login::Args),
    /// Serve the spec files as a local gateway.
    Sandbox(Box<sandbox::Args>),
    /// Call your own server as the platform would.
    Spi(spi::Args),
    /// Publish on the message channel.
    Tmc(tmc::Args),
    /// Render the reference as HTML, with a search.
    Docs(docs::Args),
    /// Show what is valid in a spec but questionable. Ends with 1 if it finds anything, a warning too; with 0 if it finds nothing.
    Lint(lint::Args),
    /// Show what changed in the methods since a git revision, and what breaks.
    Diff(diff::Args),
    /// Turn documentation pages and JSON descriptions into spec files.
    Import(import::Args),
    /// Generate a crate from the spec files.
    Regen(regen::Args),
    /// Print what a shell needs to complete commands, methods and parameters.
    Completions(completions::Args),
    /// Write man pages.
    Man(man::Args),
}

impl Commands {
    /// Reads a command and its arguments, without the program's name. Ends the process where they are wrong.
    #[must_use]
    pub fn parse<S: Into<OsString>>(words: impl IntoIterator<Item = S>) -> Commands {
        let words = std::iter::once(OsString::from("opentop")).chain(words.into_iter().map(Into::into));
        Cli::parse_from(words).command
    }

    /// Runs the command.
    ///
    /// # Errors
    /// What keeps it from ending well, for [`exit`] to show.
    pub fn run(self) -> Result<Outcome> {
        match self.0 {
            Command::New(args) => new::run(&args),
            Command::Add(args) => add::run(&args),
            Command::List(args) => list::run(&args),
            Command::Search(args) => list::search(&args),
            Command::Describe(args) => describe::run(&args),
            Command::Call(args) => call::run(&args),
            Command::Export(args) => export::run(&args),
            Command::Login(args) => login::run(&args),
            Command::Sandbox(args) => sandbox::run(&args),
            Command::Spi(args) => spi::run(&args),
            Command::Tmc(args) => tmc::run(&args),
            Command::Docs(args) => docs::run(&args),
            Command::Lint(args) => lint::run(&args),
            Command::Diff(args) => diff::run(&args),
            Command::Import(args) => import::run(&args),
            Command::Regen(args) => regen::run(&args),
            Command::Completions(args) => completions::run(&args),
            Command::Man(args) => man::run(&args, Cli::command()),
        }
    }
}

impl FromArgMatches for Commands {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Command::from_arg_matches(matches).map(Commands)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl Subcommand for Commands {
    fn augment_subcommands(command: Clap) -> Clap {
        Command::augment_subcommands(command)
    }

    fn augment_subcommands_for_update(command: Clap) -> Clap {
        Command::augment_subcommands_for_update(command)
    }

    fn has_subcommand(name: &str) -> bool {
        Command::has_subcommand(name)
    }
}

/// Runs `opentop` with the arguments of this process.
#[must_use]
pub fn run() -> ExitCode {
    completions::complete(Cli::command);
    exit(Cli::parse().command.run())
}

/// How a process ends; an error is shown.
#[must_use]
pub fn exit(end: Result<Outcome>) -> ExitCode {
    match end {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(error) => {
            eprintln!("error: {}", report::chain(&error));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
