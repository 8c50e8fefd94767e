//! `cargo xtask lint`: shows what is valid in a spec but questionable.

use std::path::PathBuf;

use anyhow::Result;

use crate::report::{self, Format};
use crate::{End, specs};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The spec folder.
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
    /// How messages are written.
    #[arg(long, value_enum, default_value = "human")]
    message_format: Format,
}

pub(crate) fn run(args: &Args) -> Result<End> {
    let spec = crate::regen::resolve(&args.spec, "spec");
    let sources = specs::read(&spec)?;
    let loaded = opentop_model::load(&sources);
    let mut diagnostics = loaded.diagnostics;
    if !diagnostics.iter().any(|found| found.severity == opentop_model::diagnostic::Severity::Error) {
        diagnostics.extend(opentop_model::lint::lint(&loaded.model, &sources));
    }
    report::show(&diagnostics, &sources, &args.spec.display().to_string(), args.message_format);
    if diagnostics.is_empty() {
        println!("{}: nothing to say of {} methods", args.spec.display(), loaded.model.apis.len());
        return Ok(End::Done);
    }
    if args.message_format == Format::Human {
        eprintln!("lint ends with 1 because it found something; warnings stop no other command");
    }
    Ok(End::Found)
}
