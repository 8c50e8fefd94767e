//! Turns the vendor's documentation pages and JSON descriptions into YAML specs, for a person to review.
//!
//! [`import`] works on texts: the pages, the descriptions, `category.json` files, and the current content of the spec folder
//! ([`Context`]). [`Imported`] holds the files to write, the inputs that were refused, and everything a person should look at,
//! each with its place. Nothing is read or written here, and a bad input does not stop the others.
//!
//! The stages are `text → page (rows) → nest (tree) → spec → merge → text`. A JSON description enters as a tree. What a page
//! does not show is decided by written rules (`align` for nesting, `spec::types` for types) and reported as a warning. What a
//! page only suggests goes under `suggested:` and has no effect.

mod accept;
mod align;
mod category;
mod code;
mod comments;
mod context;
mod described;
mod description;
mod draft;
mod effect;
mod hints;
mod identity;
mod json;
mod judge;
mod kept;
mod kept_names;
mod listed;
mod merge;
mod nest;
mod page;
mod recover;
mod remembered;
mod root;
mod scalar;
mod shape;
mod spans;
mod spec;
mod split;
mod tree;
mod update;
mod vendor_type;
mod writer;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use accept::{Accepted, accept};
use described::{Described, Findings, Refusal};
use opentop_model::diagnostic::{Code, Diagnostic, Severity, SourceFile};
use opentop_model::names;
use opentop_model::parallel::each;
use opentop_model::text::shown;
use tree::Map;

pub use context::Context;

/// What an import gives.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Specs to write, in the order of the inputs.
    pub files: Vec<ImportedFile>,
    /// `<category>/category.yaml` files that are missing, by path.
    pub categories: BTreeMap<String, String>,
    /// Why inputs were refused: one error for each.
    pub refused: Vec<Diagnostic>,
}

/// One spec.
#[derive(Debug, Clone)]
pub struct ImportedFile {
    /// Index of the input.
    pub input: usize,
    /// `<category>/<method>.yaml`.
    pub path: String,
    /// The YAML; equal to the existing file where nothing changed.
    pub text: String,
    /// What the vendor said, for `<category>/<method>.vendor.json` beside it.
    pub vendor: String,
    /// What a person should look at.
    pub warnings: Vec<Diagnostic>,
    /// Whether it describes the content of a message, and no method.
    pub is_message: bool,
}

impl Imported {
    /// Every finding, refusals first. A [`Place`](opentop_model::diagnostic::Place)'s `file` is an index into [`sources`].
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.refused.iter().chain(self.files.iter().flat_map(|file| &file.warnings))
    }

    /// How many of the specs describe messages.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.files.iter().filter(|file| file.is_message).count()
    }

    /// How many specs came with warnings.
    #[must_use]
    pub fn with_warnings(&self) -> usize {
        self.files.iter().filter(|file| !file.warnings.is_empty()).count()
    }
}

/// The sources that places point into: the inputs, then the existing specs.
#[must_use]
pub fn sources(inputs: &[SourceFile], context: &Context) -> Vec<SourceFile> {
    inputs.iter().chain(&context.existing).cloned().collect()
}

/// Imports every input.
#[must_use]
pub fn import(inputs: &[SourceFile], context: &Context) -> Imported {
    let folders = category::folders(inputs);
    let mut imported = Imported::default();
    let mut methods: BTreeMap<String, (String, Diagnostic)> = BTreeMap::new();
    let existing: BTreeMap<&str, usize> =
        context.existing.iter().enumerate().map(|(at, file)| (file.path.as_str(), at)).collect();
    let numbered: Vec<(usize, &SourceFile)> = inputs.iter().enumerate().collect();
    let results = each(&numbered, |&(at, input)| one(at, input, inputs.len(), context, &folders, &existing));
    for (input, result) in results.into_iter().enumerate() {
        let Some(result) = result else { continue };
        let ready = match result {
            Ok(ready) => ready,
            Err(Refusal(diagnostic)) => {
                imported.refused.push(*diagnostic);
                continue;
            }
        };
        // Names that differ in case only are one file on some systems.
        if let Some((method, first)) = methods.get(&ready.method.to_lowercase()) {
            let message =
                format!("the method {} was described by another input: {}", shown(&ready.method), shown(method));
            let help = "import one of them; of two layouts, the one with samples says more";
            let diagnostic =
                Diagnostic::error(Code::DuplicateMethod, ready.at, message).label("described again here").help(help);
            imported.refused.push(diagnostic.also(first.place, "described here first"));
            continue;
        }
        let place = Diagnostic::warning(Code::DuplicateMethod, ready.at, String::new());
        methods.insert(ready.method.to_lowercase(), (ready.method, place));
        if let Some((path, text)) = ready.category.filter(|(path, _)| !existing.contains_key(path.as_str())) {
            imported.categories.entry(path).or_insert(text);
        }
        imported.files.push(ImportedFile {
            input,
            path: ready.path,
            text: ready.texts.spec,
            vendor: ready.texts.vendor,
            warnings: ready.warnings,
            is_message: ready.is_message,
        });
    }
    imported
}

/// A spec that came of one input.
struct Ready {
    method: String,
    at: opentop_model::diagnostic::Place,
    path: String,
    texts: update::Texts,
    is_message: bool,
    warnings: Vec<Diagnostic>,
    /// Path and text of its category's file, where the title is known.
    category: Option<(String, String)>,
}

/// Imports one input; `None` if it is a category's file.
fn one(
    at: usize,
    input: &SourceFile,
    inputs: usize,
    context: &Context,
    folders: &BTreeMap<&str, category::Folder>,
    existing: &BTreeMap<&str, usize>,
) -> Option<Result<Ready, Refusal>> {
    if category::is_category_file(&input.path) {
        return None;
    }
    let mut findings = Findings::new(at);
    let mut read = || -> Result<Ready, Refusal> {
        let described = describe(&input.text, &mut findings)?;
        check_method(&described)?;
        let chosen = category::choose(input, &described, context, folders)?;
        let mut said = spec::build(&described, &chosen.name, &mut findings);
        judge::judge(&mut said, &described, &mut findings);
        if described.is_message {
            said = spec::message(said);
        } else {
            draft::suggest(&mut said);
        }
        kept::report(&input.text, &described.used, &said, &mut findings);
        let path = format!("{}/{}.yaml", chosen.name, described.method);
        let source = spec::source_word(described.source);
        let beside = vendor_path(&path);
        let before = existing.get(path.as_str()).map(|&index| update::Before {
            file: inputs + index,
            spec: &context.existing[index],
            vendor: existing.get(beside.as_str()).map(|&index| context.existing[index].text.as_str()),
        });
        let texts = update::texts(said, source, described.at, before.as_ref(), &mut findings)?;
        if before.is_none_or(|before| before.spec.text != texts.spec) {
            check_imported(&path, &chosen.name, &texts.spec, described.at, &mut findings);
        }
        let category = chosen.title.map(|title| {
            let mut map = Map::default();
            map.push("title", title);
            (format!("{}/category.yaml", chosen.name), writer::block(&map))
        });
        let is_message = described.is_message;
        Ok(Ready {
            method: described.method,
            at: described.at,
            path,
            texts,
            is_message,
            warnings: Vec::new(),
            category,
        })
    };
    let result = read();
    Some(result.map(|ready| Ready { warnings: findings.list, ..ready }))
}

/// The file beside a spec that remembers what the vendor said: `<category>/<method>.vendor.json`.
#[must_use]
pub fn vendor_path(spec: &str) -> String {
    format!("{}.vendor.json", spec.strip_suffix(".yaml").unwrap_or(spec))
}

fn describe(text: &str, findings: &mut Findings) -> Result<Described, Refusal> {
    if description::is_description(text) {
        return description::read(text, findings);
    }
    let page = page::read(text, findings)?;
    nest::describe(page, findings)
}

/// A method's name becomes a file's.
fn check_method(described: &Described) -> Result<(), Refusal> {
    match names::method(&described.method) {
        None => Ok(()),
        Some((wrong, help)) => {
            let message = format!("the method's name {} {wrong}", shown(&described.method));
            Err(Refusal::new(Code::InvalidName, described.at, message, "this method", help))
        }
    }
}

/// What the reader of specs will refuse in a new text, told at the input: the vendor's examples may break the vendor's
/// rules.
fn check_imported(
    path: &str,
    category: &str,
    text: &str,
    at: opentop_model::diagnostic::Place,
    findings: &mut Findings,
) {
    let spec = SourceFile { path: path.to_owned(), text: text.to_owned() };
    let folder = SourceFile { path: format!("{category}/category.yaml"), text: "title: category\n".to_owned() };
    for refused in opentop_model::load(&[spec, folder])
        .diagnostics
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        let message = format!("the spec needs a person before it can be used: {}", refused.message);
        let help = refused.help.unwrap_or_else(|| "correct the imported spec".to_owned());
        findings.warn(refused.code, at, message, "imported, and not valid yet", &help);
    }
}
