//! `opentop regen`: generates the crate from the spec folder; `--check` says what would change.
//!
//! Files are written as one step ([`crate::apply`]); nothing is written if there is an error. With the repository's own specs go the
//! files beside them ([`crate::documents`]).

mod args;
mod package;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use opentop_model::files::{Changes, FileSet};

use crate::apply::{self, Out, Step};
use crate::documents::Documents;
use crate::fingerprint::{Fingerprint, Remembered};
use crate::outcome::Outcome;
use crate::report::text_diff;
use crate::report::{self, Format, many};
use crate::repository::root;
use crate::specs::{self, Specs};
pub(crate) use args::Args;

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let spec = Specs::folder(args.spec.as_deref())?;
    let out = out_folder(args);
    let only = args.only.as_deref().map(glob::Pattern::new).transpose().context("--only is not a pattern")?;
    let sources = specs::read(&spec)?;
    let spec_name = spec.display().to_string();
    let options = package::options(args, &out)?;
    // A run for people that may write everything can be known to have nothing to do. The others are asked for every detail.
    let whole = !args.check && only.is_none() && args.message_format == Format::Human;
    let fingerprint = whole.then(|| Fingerprint::of(&sources, &spec_name, &options, &out)).flatten();
    if let Some(end) = fingerprint.as_ref().map(|known| nothing_to_do(known, &out, &spec, args)).transpose()?.flatten()
    {
        return Ok(end);
    }
    let loaded = opentop_model::load(&sources);
    if loaded.has_errors() {
        report::show(&loaded.diagnostics, &sources, &spec_name, args.message_format);
        return Ok(Outcome::ProblemsFound);
    }
    let generate = if args.modules_only { opentop_codegen::modules } else { opentop_codegen::generate };
    let generated = generate(&loaded.model, &sources, &options);
    let diagnostics: Vec<_> = loaded.diagnostics.into_iter().chain(generated.diagnostics).collect();
    if report::show(&diagnostics, &sources, &spec_name, args.message_format) {
        return Ok(Outcome::ProblemsFound);
    }
    let out = Out::open(&out, !args.check)?;
    let existing = out.read()?;
    let mut changes = Changes::between(&generated.files, &existing, only.is_none());
    if let Some(pattern) = &only {
        restrict(&mut changes, &generated.methods, pattern);
    }
    let documents = Documents::of(&spec);
    if args.check {
        let differ = documents.is_some_and(|documents| documents.differ());
        return Ok(check(&changes, differ, &generated.files, &existing, args));
    }
    let methods = loaded.model.apis.len();
    let steps = apply::steps(&changes, &generated.files);
    let end = write(&out, &changes, &steps, &generated.files, &existing, args, methods)?;
    if let (Some(fingerprint), Outcome::Done) = (fingerprint, &end) {
        let warnings = report::text(&diagnostics, &sources, &spec_name);
        fingerprint.remember(&apply::after(&existing, &steps), &Remembered { methods, warnings });
    }
    match documents {
        Some(documents) if matches!(end, Outcome::Done) => documents.write(args.force, args.message_format),
        _ => Ok(end),
    }
}

/// Ends a run whose inputs and outputs are as the last one left them; says again what that one said.
fn nothing_to_do(known: &Fingerprint, out: &Path, spec: &Path, args: &Args) -> Result<Option<Outcome>> {
    // Opening would create it, and specs with errors are to leave nothing behind.
    if !out.is_dir() {
        return Ok(None);
    }
    let existing = Out::open(out, true)?.read()?;
    let Some(Remembered { methods, warnings }) = known.unchanged(&existing) else { return Ok(None) };
    eprint!("{warnings}");
    report::finish(args.message_format, &unchanged(args, methods, existing.len()));
    Documents::of(spec)
        .map(|documents| documents.write(args.force, args.message_format))
        .transpose()
        .map(|end| Some(end.unwrap_or(Outcome::Done)))
}

fn unchanged(args: &Args, methods: usize, files: usize) -> String {
    format!(
        "{}: {methods} {}, {files} files unchanged, nothing written",
        shown_out(args).display(),
        many(methods, "method")
    )
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

fn restrict(changes: &mut Changes, methods: &BTreeMap<String, String>, pattern: &glob::Pattern) {
    let wanted = |path: &String| methods.get(path).is_none_or(|method| pattern.matches(method));
    changes.create.retain(wanted);
    changes.update.retain(wanted);
    changes.edited.retain(wanted);
    changes.foreign.retain(wanted);
}

/// `documents`: whether files beside the specs differ; they were listed.
fn check(
    changes: &Changes,
    documents: bool,
    files: &FileSet,
    existing: &BTreeMap<String, String>,
    args: &Args,
) -> Outcome {
    if changes.is_empty() && !documents {
        report::finish(
            args.message_format,
            &format!("{}: {} files, all up to date", shown_out(args).display(), changes.same.len()),
        );
        return Outcome::Done;
    }
    for path in &changes.create {
        println!("missing  {path}");
    }
    for path in &changes.delete {
        println!("extra    {path}");
    }
    for path in changes.update.iter().chain(&changes.foreign) {
        println!("changed  {path}");
        let old = existing.get(path).map_or("", String::as_str);
        let new = text_of(files, path);
        print!("{}", text_diff(path, old, new));
    }
    println!("Generated files do not match what they are made from. Run: cargo xtask regen{}", flags(args));
    Outcome::ProblemsFound
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
    for (name, _) in [("publish", args.publish), ("modules-only", args.modules_only)].into_iter().filter(|(_, on)| *on)
    {
        flags += &format!(" --{name}");
    }
    flags
}

/// Whether a generated file is a method's module.
fn is_method(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], ["src", "api", _, name] | [_, name] if name.ends_with(".rs") && !["mod.rs", "lib.rs", "demo.rs", "wire.rs"].contains(&name) && parts[0] != "tests")
}

fn text_of<'a>(files: &'a FileSet, path: &str) -> &'a str {
    files.0.get(path).map_or("", String::as_str)
}

fn write(
    out: &Out,
    changes: &Changes,
    steps: &[Step<'_>],
    files: &FileSet,
    existing: &BTreeMap<String, String>,
    args: &Args,
    apis: usize,
) -> Result<Outcome> {
    if !changes.foreign.is_empty() {
        for path in &changes.foreign {
            eprintln!("error: {path} is not a generated file, and one is to be written there: move it away");
        }
        eprintln!("nothing was written");
        return Ok(Outcome::ProblemsFound);
    }
    if !changes.edited.is_empty() && !args.force {
        for path in &changes.edited {
            eprintln!("error: {path} was edited by hand; the edit would be lost:");
            let old = existing.get(path).map_or("", String::as_str);
            eprint!("{}", text_diff(path, text_of(files, path), old));
        }
        eprintln!("nothing was written: change the spec instead, or overwrite the edit with --force");
        return Ok(Outcome::ProblemsFound);
    }
    let deleted = changes.delete.iter().filter(|path| is_method(path)).count();
    if deleted > apis && !args.force {
        eprintln!(
            "error: this run would delete {deleted} {} from {} and write {apis}; nothing was written: \
             is --spec right, and is all of it there? If they are to go, say so with --force",
            many(deleted, "method"),
            shown_out(args).display()
        );
        return Ok(Outcome::ProblemsFound);
    }
    let written = steps.len() - changes.delete.len();
    out.apply(steps)?;
    let said = if steps.is_empty() {
        unchanged(args, apis, changes.same.len())
    } else {
        format!(
            "{}: {apis} {}, {written} {} written, {} deleted, {} unchanged",
            shown_out(args).display(),
            many(apis, "method"),
            many(written, "file"),
            changes.delete.len(),
            changes.same.len()
        )
    };
    report::finish(args.message_format, &said);
    Ok(Outcome::Done)
}
