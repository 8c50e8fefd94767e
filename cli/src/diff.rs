//! `opentop diff`: what changed in the methods since a git revision, and what that means for users.
//!
//! Changes are grouped by method, the breaking ones first. No file is written, and the checkout is not touched.

mod git;
mod tree;

use std::path::PathBuf;

use anyhow::Result;
use opentop_model::Loaded;
use opentop_model::diagnostic::{Severity, SourceFile};
use opentop_model::diff::{Class, Summary, render_human, render_json};

use crate::outcome::Outcome;
use crate::report::{self, Format};
use crate::specs::{self, Specs};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The git revision to compare with: a commit, a branch, a tag.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    against: String,
    /// The spec folder. Default: `top` or `spec` of this folder or of one above.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// End with 1 where a change is breaking.
    #[arg(long)]
    check_breaking: bool,
    /// How changes are written.
    #[arg(long, value_enum, default_value = "human")]
    message_format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let spec = Specs::folder(args.spec.as_deref())?;
    let shown = spec.display().to_string();
    let now = specs::read(&spec)?;
    let then = git::read(&spec, &args.against)?;
    // Both are looked at before the run ends: whoever mends one sees the other's errors as well.
    let new = load(&now, &format!("{shown}/"), &shown, "mend it", args);
    let (prefix, what) = (format!("{}:{shown}/", args.against), format!("{shown} at {}", args.against));
    let old = load(&then, &prefix, &what, "name a later revision with --against REV", args);
    let (Some(old), Some(new)) = (old, new) else { return Ok(Outcome::ProblemsFound) };
    let changes = opentop_codegen::changes(&old.model, &new.model);
    match args.message_format {
        Format::Human => print!("{}", render_human(&changes)),
        Format::Json => print!("{}", render_json(&changes)),
    }
    let messages = new.model.apis.iter().filter(|api| api.is_message()).count();
    let counted = report::counted(new.model.apis.len() - messages, messages);
    let told = if changes.is_empty() {
        format!("{shown}: {counted}, none changed since {}", args.against)
    } else {
        format!("{shown}: {} since {}", Summary::of(&changes), args.against)
    };
    if !changes.is_empty() && args.message_format == Format::Human {
        println!();
    }
    report::finish(args.message_format, &told);
    let breaking = changes.iter().any(|change| change.class == Class::Breaking);
    Ok(if breaking && args.check_breaking { Outcome::ProblemsFound } else { Outcome::Done })
}

/// The catalogue; `None` if the specs have errors, which are shown. Warnings are lint's.
fn load(sources: &[SourceFile], prefix: &str, what: &str, cure: &str, args: &Args) -> Option<Loaded> {
    let loaded = opentop_model::load(sources);
    if !loaded.has_errors() {
        return Some(loaded);
    }
    let errors: Vec<_> = loaded.diagnostics.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    report::list(&errors, sources, prefix, args.message_format);
    let count = format!("{} {}", errors.len(), report::many(errors.len(), "error"));
    eprintln!("{what} cannot be read by this version of the generator: {count}; nothing was compared: {cure}");
    None
}
