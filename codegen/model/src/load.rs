//! Sources to model, in one call: reads and checks the files of a spec folder, given in any order.
//!
//! Overrides are read first, and change the specs beside them before anything else looks at those. Files are read one by one, on all
//! cores with the feature `parallel`; the result depends on their paths and texts alone.

use crate::check::{self, Content, File};
use crate::diagnostic::{Code, Diagnostic, SourceFile, has_errors, sort};
use crate::model::{Api, Model};
use crate::overrides::{Overrides, is_override};
use crate::parallel::each;
use crate::{raw, yaml};

/// What became of the sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The catalogue; empty where there are errors.
    pub model: Model,
    /// All findings of all files, sorted by path and place. Places name sources by their index in what was given to [`load`].
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether anything is wrong; warnings are not.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }
}

/// One file, read and checked by itself.
struct Read<'a> {
    file: File<'a>,
    api: Option<Api>,
    findings: Vec<Diagnostic>,
}

/// Reads and checks all `*.yaml` files of a spec folder, given by their paths from it (`example/alibaba.example.gift.redeem.yaml`,
/// `example/category.yaml`, `example/alibaba.example.gift.redeem.override.yaml`).
///
/// Every error of every file is reported in one run; one mistake makes one finding.
#[must_use]
pub fn load(sources: &[SourceFile]) -> Loaded {
    let mut order: Vec<(usize, &SourceFile)> = sources.iter().enumerate().collect();
    order.sort_by_key(|(index, source)| (source.path.as_str(), *index));
    let mut files = Vec::with_capacity(order.len());
    let mut apis = Vec::new();
    let mut diagnostics = Vec::new();
    let overrides = Overrides::gather(&order, &mut diagnostics);
    order.retain(|(_, source)| !is_override(source));
    for read in each(&order, |(index, source)| read(*index, source, &overrides)) {
        files.push(read.file);
        apis.extend(read.api);
        diagnostics.extend(read.findings);
    }
    let model = check::model(&files, apis, &mut diagnostics);
    sort(&mut diagnostics, sources);
    let mut loaded = Loaded { model, diagnostics };
    if loaded.has_errors() {
        loaded.model = Model::default();
    }
    loaded
}

fn read<'a>(index: usize, source: &'a SourceFile, overrides: &Overrides) -> Read<'a> {
    let mut findings = Vec::new();
    let mut api = None;
    // A file in the wrong place may be anything; only its place is reported. What a broken override would have corrected is not known.
    let readable = check::stands_right(&source.path) && !overrides.broken(&source.path);
    let reading = if readable { yaml::read_around_errors(index, &source.text, &mut findings) } else { None };
    let repaired = reading.as_ref().is_some_and(|reading| reading.repaired);
    // A path of an override may lead to what a syntax error hides.
    let mut tree =
        reading.filter(|reading| !(reading.repaired && overrides.any(&source.path))).map(|reading| reading.tree);
    let mut corrections = Vec::new();
    if let Some(spec) = &mut tree {
        let mut wrong = Vec::new();
        corrections = overrides.apply(&source.path, spec, &mut wrong);
        if !wrong.is_empty() {
            findings.append(&mut wrong);
            tree = None;
        }
    }
    let whole = findings.is_empty();
    let unread = findings.len();
    let content = tree.and_then(|tree| {
        if check::is_category(&source.path) {
            return raw::read_category(&tree, &mut findings).map(Content::Category);
        }
        let method = raw::read_method(&tree, whole, &mut findings)?;
        api = check::method(&method, &mut findings);
        if let Some(api) = &mut api {
            api.corrections = corrections;
        }
        Some(Content::Method(Box::new(method)))
    });
    if repaired {
        let behind = findings.split_off(unread.min(findings.len()));
        findings.extend(behind.into_iter().filter(|finding| !may_be_hidden(finding.code)));
    }
    Read { file: File { index, path: &source.path, content }, api, findings }
}

/// Whether a finding says that something is missing: it may stand where the file could not be read.
fn may_be_hidden(code: Code) -> bool {
    use Code::{DanglingPath, EmptyType, MissingKey, UnknownType, UnusedType};
    matches!(code, MissingKey | UnknownType | UnusedType | EmptyType | DanglingPath)
}
