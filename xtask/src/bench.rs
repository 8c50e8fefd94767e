//! `cargo xtask bench`: compares this project with other generators and libraries, in one run.
//!
//! The work is done by a program in a workspace of its own (`bench/`), so that the others stay out of our lock file. Here it is started.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::cargo;
use crate::repository::root;
use opentop_cli::Outcome;

/// What `bench --help` says of the program's options.
const OPTIONS: &str = "\
Names: generate, compile, decode, encode, sign; all of them where none is given.

Options:
  --corpus DIR         Compare on these JSON descriptions
  --spec DIR           Compare on these specs
  --size N             Compare on N invented methods, where neither is given [default: 502]
  --method METHOD      The method whose answer is decoded and encoded
  --wire-spec DIR      Where that method is described [default: spec]
  --runs N             How often each command is measured; the median counts [default: 3]
  --quick              See that everything runs: one run of each; the figures mean nothing
  --xtask FILE         Measure this build of the command line instead of one from the sources
  --before FILE        Measure an earlier build of the command line beside this one (generate)
  --json               Print JSON

The first run builds the other generators and libraries too, which takes some minutes.";

#[derive(clap::Args, Clone)]
#[command(after_help = OPTIONS)]
pub(crate) struct Args {
    /// What to compare, and options.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "NAME|OPTION")]
    arguments: Vec<OsString>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    if args.arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("Usage: cargo xtask bench [NAME|OPTION]...\n\n{OPTIONS}");
        return Ok(Outcome::Done);
    }
    eprintln!("building the bench; the first time this takes some minutes");
    let status = cargo::command()
        .args(["run", "--release", "--package", "opentop-bench", "--manifest-path"])
        .arg(root().join("bench/Cargo.toml"))
        .args(["--", "run"])
        .args(&args.arguments)
        .status()
        .context("cannot run cargo")?;
    Ok(if status.success() { Outcome::Done } else { Outcome::ProblemsFound })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    #[test]
    fn the_help_names_the_programs_own_options() {
        let driver = std::fs::read_to_string(crate::repository::root().join("bench/driver/src/main.rs")).unwrap();
        let options = super::OPTIONS.lines().filter_map(|line| line.trim().strip_prefix("--")?.split(' ').next());
        let names: Vec<String> = options.map(|name| name.replace('-', "_")).collect();
        assert_eq!(names.len(), 10);
        for name in names {
            assert!(driver.contains(&format!("    {name}: ")), "{name}");
        }
    }
}
