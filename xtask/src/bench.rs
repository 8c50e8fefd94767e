//! `cargo xtask bench`: ours beside the others, in one run.
//!
//! In: names of sub-benches and what to compare on. Out: a table, or JSON. The work is done by a program in a workspace of its own
//! (`bench/`), so that other generators stay out of our lock file; here it is only started.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{End, root};

#[derive(clap::Args, Clone)]
pub(crate) struct Args {
    /// generate, compile, decode, encode, sign; all of them where nothing is named. Then: --corpus DIR (JSON descriptions), --spec DIR
    /// or --size N (invented methods), --quick, --json, --runs N. `bench --help` shows all.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "NAME|OPTION")]
    arguments: Vec<OsString>,
}

pub(crate) fn run(args: &Args) -> Result<End> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", "opentop-bench", "--manifest-path"])
        .arg(root().join("bench/Cargo.toml"))
        .args(["--", "run"])
        .args(&args.arguments)
        .status()
        .context("cannot run cargo")?;
    Ok(if status.success() { End::Done } else { End::Found })
}
