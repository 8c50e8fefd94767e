//! `cargo xtask regen`: generates the crate from the spec folder; `--check` says what would change.
//!
//! Files are written as one step ([`crate::apply`]); nothing is written if there is an error. With the repository's own specs go the
//! files beside them ([`crate::documents`]).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use opentop_codegen::{Examples, Options, Runtime};
use opentop_model::files::{Changes, FileSet};

use crate::apply::{self, Out, Step};
use crate::documents::Documents;
use crate::fingerprint::{Fingerprint, Remembered};
use crate::outcome::Outcome;
use crate::report::text_diff;
use crate::report::{self, Format, many};
use crate::repository::root;
use crate::specs;

#[derive(clap::Args, Clone)]
pub(crate) struct Args {
    /// Write nothing: list what would change, with a diff, and end with 1 where there is anything.
    #[arg(long)]
    check: bool,
    /// Overwrite generated files that were edited by hand, and delete more methods than there are left.
    #[arg(long)]
    force: bool,
    /// The spec folder.
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
    /// The crate to write.
    #[arg(long, value_name = "DIR", default_value = "generated")]
    out: PathBuf,
    /// The runtime that the crate depends on: a folder, or a version.
    #[arg(long, value_name = "PATH|VERSION")]
    runtime: Option<String>,
    /// Write only the methods that match, and never delete.
    #[arg(long, value_name = "GLOB")]
    only: Option<String>,
    /// How messages are written.
    #[arg(long, value_enum, default_value = "human")]
    message_format: Format,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            check: false,
            force: false,
            spec: "spec".into(),
            out: "generated".into(),
            runtime: None,
            only: None,
            message_format: Format::Human,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let spec = resolve(&args.spec, "spec");
    let out = resolve(&args.out, "generated");
    let only = args.only.as_deref().map(glob::Pattern::new).transpose().context("--only is not a pattern")?;
    let sources = specs::read(&spec)?;
    let spec_name = args.spec.display().to_string();
    let options = options(args, &out)?;
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
    let generated = opentop_codegen::generate(&loaded.model, &sources, &options);
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
    format!("{}: {methods} {}, {files} files unchanged, nothing written", args.out.display(), many(methods, "method"))
}

/// A path as the user gave it, from where they stand; the two defaults are the repository's own folders.
pub(crate) fn resolve(given: &Path, default: &str) -> PathBuf {
    if given == Path::new(default) && !given.exists() { root().join(default) } else { given.to_path_buf() }
}

fn options(args: &Args, out: &Path) -> Result<Options> {
    let absolute = std::path::absolute(out)?;
    let own = absolute == root().join("generated");
    let runtime = match args.runtime.as_deref() {
        Some(version) if is_version(version) => Runtime::Version(version.to_owned()),
        Some(path) => Runtime::Path(relative(&absolute, &std::path::absolute(path)?)),
        None => Runtime::Path(relative(&absolute, &root().join("runtime"))),
    };
    // The repository's own crate shows tested examples; whether what is written is what was planned is asked by `--check`.
    let examples = if own { Examples::Tested { sandbox: "../sandbox".to_owned() } } else { Examples::Shown };
    Ok(Options { runtime, standalone: !own, examples, verify: args.check, ..Options::default() })
}

/// `1`, `0.1`, `=0.1.2`, `^1.2`: anything that names no folder and reads as a version requirement.
fn is_version(text: &str) -> bool {
    let digits = text.trim_start_matches(['=', '^', '~', '>', '<', ' ']);
    digits.starts_with(|first: char| first.is_ascii_digit()) && !Path::new(text).is_dir()
}

/// The way from one folder to another, with `/`: the same text in every checkout.
fn relative(from: &Path, to: &Path) -> String {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| clean(path));
    let (from, to) = (real(from), real(to));
    let from: Vec<_> = from.components().collect();
    let to: Vec<_> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A path that need not exist: its nearest existing ancestor made real, the rest as it is.
fn clean(path: &Path) -> PathBuf {
    let Some((parent, name)) = path.parent().zip(path.file_name()) else { return path.to_path_buf() };
    parent.canonicalize().unwrap_or_else(|_| clean(parent)).join(name)
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
            &format!("{}: {} files, all up to date", args.out.display(), changes.same.len()),
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
    if args.spec != Path::new("spec") {
        flags += &format!(" --spec {}", args.spec.display());
    }
    if args.out != Path::new("generated") {
        flags += &format!(" --out {}", args.out.display());
    }
    if let Some(runtime) = &args.runtime {
        flags += &format!(" --runtime {runtime}");
    }
    flags
}

/// Whether a generated file is a method's module.
fn is_method(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], ["src", "api", _, name] if name.ends_with(".rs") && name != "mod.rs")
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
            args.out.display()
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
            args.out.display(),
            many(apis, "method"),
            many(written, "file"),
            changes.delete.len(),
            changes.same.len()
        )
    };
    report::finish(args.message_format, &said);
    Ok(Outcome::Done)
}
