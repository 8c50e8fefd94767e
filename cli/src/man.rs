//! `opentop man DIR`: a man page for the command, and one for each of its commands.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::outcome::Outcome;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to write into, as man/man1.
    #[arg(value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn run(args: &Args, command: clap::Command) -> Result<Outcome> {
    let place = || format!("cannot write into {}", args.out.display());
    std::fs::create_dir_all(&args.out).with_context(place)?;
    clap_mangen::generate_to(command, &args.out).with_context(place)?;
    println!("man pages: {}", args.out.display());
    Ok(Outcome::Done)
}
