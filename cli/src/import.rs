//! `opentop import`: turns documentation pages and JSON descriptions into spec files for review.
//!
//! The specs are written as one step, and what a person should look at is printed. A bad input does not stop the others. The
//! last line counts them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use opentop_import::{Context, Imported, import, sources, vendor_path};
use opentop_model::diagnostic::SourceFile;
use opentop_model::folder;
use opentop_model::schema;

use crate::apply::{Out, Step};
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::report::{self, Format, many};
use crate::specs::{self, Specs};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Documentation pages (.txt, .md) and descriptions (.json), or folders of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    inputs: Vec<PathBuf>,
    /// The spec folder to write into. Default: `top` or `spec` of this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The category of everything that is imported.
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// As --category, for a category that the folder does not have yet: makes it, with the title that the pages' breadcrumbs say.
    #[arg(long, value_name = "NAME", conflicts_with = "category")]
    new_category: Option<String>,
    /// How messages are written.
    #[arg(long, value_enum, default_value = "human")]
    message_format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let out = Specs::to_write(args.out.as_deref())?;
    let (inputs, unreadable) = read_inputs(&args.inputs)?;
    // Opened before anything is read from it: what a killed run left undone is carried out first.
    let folder = Out::open(&out, true)?;
    let mut existing = if out.is_dir() { specs::read(&out)? } else { Vec::new() };
    if let Some(name) = &args.new_category
        && existing.iter().any(|file| file.path == format!("{name}/category.yaml"))
    {
        bail!("the category {name} exists already: import into it with --category {name}");
    }
    let beside: Vec<SourceFile> = existing.iter().filter_map(|file| remembered(&out, &file.path)).collect();
    let categories = categories(&existing)?;
    existing.extend(beside);
    let category = args.category.clone().or_else(|| args.new_category.clone());
    let context = Context { categories, category, existing };
    let progress = Progress::open(format!("importing {} {}", inputs.len(), many(inputs.len(), "file")));
    let imported = import(&inputs, &context);
    drop(progress);
    let mut shown = sources(&inputs, &context);
    for source in shown.iter_mut().skip(inputs.len()) {
        source.path = format!("{}/{}", out.display(), source.path);
    }
    let diagnostics: Vec<_> = imported.diagnostics().cloned().collect();
    let errors = report::list(&diagnostics, &shown, "", args.message_format);
    let written = write(&folder, &imported, &context.existing)?;
    let refused = imported.refused.len() + unreadable;
    report::finish(
        args.message_format,
        &format!(
            "{}: {} imported, {} with warnings, {refused} refused; {written} {} written",
            out.display(),
            report::counted(imported.files.len() - imported.messages(), imported.messages()),
            imported.with_warnings(),
            many(written, "file"),
        ),
    );
    Ok(if errors || refused > 0 { Outcome::ProblemsFound } else { Outcome::Done })
}

/// The file beside a spec that remembers what the vendor said, where there is one.
pub(crate) fn remembered(out: &Path, spec: &str) -> Option<SourceFile> {
    let path = vendor_path(spec);
    let text = std::fs::read_to_string(out.join(&path)).ok()?;
    Some(SourceFile { path, text })
}

/// Every input as text, and how many could not be read; why is said at once.
pub(crate) fn read_inputs(given: &[PathBuf]) -> Result<(Vec<SourceFile>, usize)> {
    let mut paths = Vec::new();
    for path in given {
        if path.is_dir() {
            paths.extend(folder::files(path, &["txt", "md", "json"])?.into_iter().map(|(path, _)| path));
        } else if path.is_file() {
            paths.push(path.clone());
        } else {
            bail!("{} is no file and no folder", path.display());
        }
    }
    paths.sort();
    paths.dedup();
    let (mut inputs, mut unreadable) = (Vec::new(), 0);
    for path in paths {
        match specs::text_of(&path) {
            Ok(text) => inputs.push(SourceFile { path: path.to_string_lossy().replace('\\', "/"), text }),
            Err(error) => {
                eprintln!("error: {error:#}");
                unreadable += 1;
            }
        }
    }
    Ok((inputs, unreadable))
}

/// Titles of categories, with the names they stand for: of the built-in specs, then of the folder that is written.
pub(crate) fn categories(existing: &[SourceFile]) -> Result<Vec<(String, String)>> {
    let own = opentop_sandbox::built_in_specs();
    let mut titles = BTreeMap::new();
    for source in own.iter().chain(existing) {
        let Some(name) = source.path.strip_suffix("/category.yaml") else { continue };
        let file: serde_yaml::Value =
            serde_yaml::from_str(&source.text).with_context(|| format!("{} cannot be read", source.path))?;
        let more = file.get("vendor_titles").and_then(|titles| titles.as_sequence()).into_iter().flatten();
        for title in file.get("title").into_iter().chain(more).filter_map(|title| title.as_str()) {
            titles.insert(title.to_owned(), name.to_owned());
        }
    }
    Ok(titles.into_iter().collect())
}

/// Writes what differs from what is there, and says how many files that were.
pub(crate) fn write(folder: &Out, imported: &Imported, existing: &[SourceFile]) -> Result<usize> {
    let there: BTreeMap<&str, &str> = existing.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let specs = imported.files.iter().map(|file| (&file.path, &file.text));
    let beside: Vec<(String, &String)> =
        imported.files.iter().map(|file| (vendor_path(&file.path), &file.vendor)).collect();
    let mut steps: Vec<Step<'_>> = imported
        .categories
        .iter()
        .chain(specs)
        .chain(beside.iter().map(|(path, text)| (path, *text)))
        .filter(|(path, text)| there.get(path.as_str()) != Some(&text.as_str()))
        .map(|(path, text)| Step::Write { path: path.into(), text: text.into() })
        .collect();
    // The first line of every spec names its schema, so the schemas are written whenever a spec is.
    if !steps.is_empty() {
        let schemas = schema::files().into_iter().map(|(name, text)| (name.to_owned(), text));
        let stale = schemas.filter(|(name, text)| folder.text(name).as_ref() != Some(text));
        steps.extend(stale.map(|(path, text)| Step::Write { path: path.into(), text: text.into() }));
    }
    folder.apply(&steps)?;
    Ok(steps.len())
}
