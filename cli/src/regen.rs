//! `opentop regen`: generates the crate from the spec folder; `--check` says what would change.
//!
//! Files are written as one step ([`crate::apply`]); nothing is written if there is an error. With the repository's own specs go the
//! files beside them ([`crate::documents`]).

mod args;
mod codec;
mod memory;
mod output;
mod package;
mod run;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::{Context, Result};
use opentop_codegen::Layout;
use opentop_model::diagnostic::has_errors;
use opentop_model::files::Changes;

use crate::apply::Out;
use crate::documents::Documents;
use crate::outcome::Outcome;
use crate::report::text_diff;
use crate::report::{self, counted, many};
use crate::repository::root;
use crate::specs::{self, Specs};
pub(crate) use args::Args;
use args::Crates;
use memory::Memory;
use output::Output;
use run::{Job, Ran};

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let spec = Specs::folder(args.spec.as_deref())?;
    let shown = out_folder(args);
    let only = args.only.as_deref().map(glob::Pattern::new).transpose().context("--only is not a pattern")?;
    let sources = specs::read(&spec)?;
    let spec_name = spec.display().to_string();
    let options = package::options(args, &shown)?;
    let layout = match args.layout {
        _ if args.modules_only => Layout::Modules,
        Crates::Crate => Layout::Crate,
        Crates::Crates => Layout::Crates,
    };
    let out = Out::open(&shown, !args.check)?;
    let existing = out.hashes()?;
    // A check trusts nothing, and a run for some methods leaves the others as they are.
    let whole = !args.check && only.is_none();
    let memory = if whole { Memory::of(&shown, layout, &options, &sources) } else { Memory::none() };
    let job = Job { sources: &sources, layout, options: &options, known: memory.known(), only: only.as_ref() };
    let (ran, output) = run::run(&job, &|| Output::new(&out, &existing, args.check))?;
    report::show(&ran.diagnostics, &sources, &spec_name, args.message_format);
    if has_errors(&ran.diagnostics) {
        return Ok(Outcome::ProblemsFound);
    }
    let Ran { methods, messages, known, .. } = ran;
    let changes = output.changes(only.is_none())?;
    let documents = Documents::of(&spec);
    if args.check {
        let differ = documents.is_some_and(|documents| documents.differ());
        return check(&changes, differ, &output, args);
    }
    if refused(&changes, &output, methods + messages, args)? {
        return Ok(Outcome::ProblemsFound);
    }
    output.commit(&changes)?;
    report::finish(args.message_format, &written(&changes, (methods, messages), args));
    if whole {
        memory.remember(&known, &sources);
    }
    match documents {
        Some(documents) => documents.write(args.force, args.message_format),
        None => Ok(Outcome::Done),
    }
}

/// The output folder. Without `--out`, the crate of this project is written from anywhere in its repository.
fn out_folder(args: &Args) -> PathBuf {
    let shown = shown_out(args);
    if args.out.is_some() || args.modules_only || shown.exists() { shown } else { root().join(shown) }
}

/// The output folder as messages call it.
fn shown_out(args: &Args) -> PathBuf {
    args.out.clone().unwrap_or_else(|| if args.modules_only { "src/api" } else { "generated" }.into())
}

/// `documents`: whether files beside the specs differ; they were listed.
fn check(changes: &Changes, documents: bool, output: &Output<'_>, args: &Args) -> Result<Outcome> {
    if changes.is_empty() && !documents {
        report::finish(
            args.message_format,
            &format!("{}: {} files, all up to date", shown_out(args).display(), changes.same.len()),
        );
        return Ok(Outcome::Done);
    }
    for path in &changes.create {
        println!("missing  {path}");
    }
    for path in &changes.delete {
        println!("extra    {path}");
    }
    for path in changes.update.iter().chain(&changes.foreign) {
        println!("changed  {path}");
        print!("{}", text_diff(path, &output.old(path)?, &output.new_text(path)?));
    }
    println!("Generated files do not match what they are made from. Run: cargo xtask regen{}", flags(args));
    Ok(Outcome::ProblemsFound)
}

fn flags(args: &Args) -> String {
    let mut flags = String::new();
    let folders = [("spec", &args.spec), ("out", &args.out)];
    for (name, folder) in folders.into_iter().filter_map(|(name, folder)| Some((name, folder.as_ref()?))) {
        flags += &format!(" --{name} {}", folder.display());
    }
    let texts = [("name", &args.name), ("version", &args.version), ("runtime", &args.runtime)];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
        flags += &format!(" --{name} {text}");
    }
    let crates = args.layout == Crates::Crates;
    for (name, _) in [("publish", args.publish), ("modules-only", args.modules_only), ("layout crates", crates)]
        .into_iter()
        .filter(|(_, on)| *on)
    {
        flags += &format!(" --{name}");
    }
    flags
}

/// Whether a generated file is a method's module.
fn is_method(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], ["src", "api", _, name] | ["crates", _, "src", "api", _, name] | [_, name] if name.ends_with(".rs") && !["mod.rs", "lib.rs", "demo.rs", "wire.rs"].contains(&name) && parts[0] != "tests")
}

/// Whether the changes would lose what is not ours to lose; says what.
fn refused(changes: &Changes, output: &Output<'_>, methods: usize, args: &Args) -> Result<bool> {
    if !changes.foreign.is_empty() {
        for path in &changes.foreign {
            eprintln!("error: {path} is not a generated file, and one is to be written there: move it away");
        }
        eprintln!("nothing was written");
        return Ok(true);
    }
    if !changes.edited.is_empty() && !args.force {
        for path in &changes.edited {
            eprintln!("error: {path} was edited by hand; the edit would be lost:");
            eprint!("{}", text_diff(path, &output.new_text(path)?, &output.old(path)?));
        }
        eprintln!("nothing was written: change the spec instead, or overwrite the edit with --force");
        return Ok(true);
    }
    let deleted = changes.delete.iter().filter(|path| is_method(path)).count();
    if deleted > methods && !args.force {
        eprintln!(
            "error: this run would delete {deleted} {} from {} and write {methods}; nothing was written: \
             is --spec right, and is all of it there? If they are to go, say so with --force",
            many(deleted, "method"),
            shown_out(args).display()
        );
        return Ok(true);
    }
    Ok(false)
}

/// What a finished run says.
fn written(changes: &Changes, (methods, messages): (usize, usize), args: &Args) -> String {
    let said = format!("{}: {}", shown_out(args).display(), counted(methods, messages));
    let (written, deleted) = (changes.create.len() + changes.update.len(), changes.delete.len());
    if written + deleted == 0 {
        return format!("{said}, {} files unchanged, nothing written", changes.same.len());
    }
    format!("{said}, {written} {} written, {deleted} deleted, {} unchanged", many(written, "file"), changes.same.len())
}
