//! Sources to model, in one call: reads and checks the files of a spec folder, given in any order.
//!
//! Overrides are read first, and change the specs beside them before anything else looks at those. Files are read one by one, on all
//! cores with the feature `parallel`; the result depends on their paths and texts alone.

use crate::check::{self, Content, File};
use crate::diagnostic::{Code, Diagnostic, Place, SourceFile, has_errors, sort};
use crate::model::{Api, Category, Model};
use crate::overrides::{Overrides, is_override};
use crate::parallel::each;
use crate::raw::{self, At};
use crate::text::shown;
use crate::yaml::{self, Node};

/// What became of the sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The catalogue; empty where there are errors.
    pub model: Model,
    /// Methods that another protocol than the gateway's carries: checked, and no part of the model.
    pub left_out: Vec<LeftOut>,
    /// All findings of all files, sorted by path and place. Places name sources by their index in what was given to [`load`].
    pub diagnostics: Vec<Diagnostic>,
}

/// A method that is left out of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The method's full name.
    pub method: String,
    /// The protocol: `qimen` or `incoming`.
    pub dialect: String,
    /// Where that is seen.
    pub because: String,
}

impl Loaded {
    /// Whether anything is wrong; warnings are not.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }
}

/// The files of a spec folder, to be read one by one: for those who need not have all of them in memory, or know already what some say.
pub struct Files<'a> {
    sources: &'a [SourceFile],
    /// Methods and categories, sorted by path.
    order: Vec<usize>,
    overrides: Overrides,
    /// What is wrong with overrides.
    findings: Vec<Diagnostic>,
}

/// What is to be said of a file's tree, beside what is wrong with it.
pub(crate) type Advise = fn(&Node) -> Vec<Diagnostic>;

/// One file, read and checked by itself.
pub struct Read {
    /// What other files must know of it.
    pub head: Head,
    /// The method that it describes, where it is sound and part of the model.
    pub api: Option<Api>,
    /// The method that it describes, where that is left out of the model.
    pub left_out: Option<LeftOut>,
    /// What was found, unsorted.
    pub findings: Vec<Diagnostic>,
}

/// What other files must know of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    index: usize,
    content: Option<Content>,
}

impl Head {
    /// That of a sound method, from what [`Head::places`] gave.
    #[must_use]
    pub fn of_method(api: &str, category: &str, [api_at, category_at]: [Place; 2]) -> Self {
        let at = |value: &str, at: Place| Some(At { value: value.to_owned(), at });
        let content = Content::Method { api: at(api, api_at), category: at(category, category_at) };
        Self { index: api_at.file, content: Some(content) }
    }

    /// Where a method's file says its name and its category.
    #[must_use]
    pub fn places(&self) -> Option<[Place; 2]> {
        match &self.content {
            Some(Content::Method { api: Some(api), category: Some(category) }) => Some([api.at, category.at]),
            _ => None,
        }
    }
}

impl<'a> Files<'a> {
    /// Reads the overrides among `sources`, and nothing else yet.
    #[must_use]
    pub fn of(sources: &'a [SourceFile]) -> Self {
        let mut order: Vec<(usize, &SourceFile)> = sources.iter().enumerate().collect();
        order.sort_by_key(|(index, source)| (source.path.as_str(), *index));
        let mut findings = Vec::new();
        let overrides = Overrides::gather(&order, &mut findings);
        let order = order.into_iter().filter(|(_, source)| !is_override(source)).map(|(index, _)| index).collect();
        Self { sources, order, overrides, findings }
    }

    /// The indices of the sources that describe a method or a category, sorted by path.
    #[must_use]
    pub fn indices(&self) -> &[usize] {
        &self.order
    }

    /// The indices of all sources that decide what [`Files::read`] gives: the file and its overrides. `None` where one of those is
    /// wrong.
    #[must_use]
    pub fn parts(&self, index: usize) -> Option<Vec<usize>> {
        let path = &self.sources[index].path;
        let parts = || [index].into_iter().chain(self.overrides.files(path).iter().copied()).collect();
        (!self.overrides.broken(path)).then(parts)
    }

    /// Reads and checks one file by itself.
    #[must_use]
    pub fn read(&self, index: usize) -> Read {
        read(index, &self.sources[index], &self.overrides, None).0
    }

    /// Checks what concerns several files. `heads` are those of all files, in the order of [`Files::indices`]. Gives back the
    /// categories that have files, and adds findings.
    #[must_use]
    pub fn together(&self, heads: &[Head], findings: &mut Vec<Diagnostic>) -> Vec<Category> {
        findings.extend(self.findings.iter().cloned());
        let files: Vec<File<'_>> = heads
            .iter()
            .map(|head| File {
                index: head.index,
                path: &self.sources[head.index].path,
                content: head.content.as_ref(),
            })
            .collect();
        check::together(&files, findings)
    }
}

/// Reads and checks all `*.yaml` files of a spec folder, given by their paths from it (`example/alibaba.example.gift.redeem.yaml`,
/// `example/category.yaml`, `example/alibaba.example.gift.redeem.override.yaml`).
///
/// Every error of every file is reported in one run; one mistake makes one finding.
#[must_use]
pub fn load(sources: &[SourceFile]) -> Loaded {
    load_with(sources, None).0
}

/// As [`load`], and what `advise` says of the trees of all files, unsorted.
pub(crate) fn load_with(sources: &[SourceFile], advise: Option<Advise>) -> (Loaded, Vec<Diagnostic>) {
    let folder = Files::of(sources);
    let mut heads = Vec::with_capacity(folder.order.len());
    let mut loaded = Loaded::default();
    let mut advice = Vec::new();
    for (read, said) in each(&folder.order, |index| read(*index, &sources[*index], &folder.overrides, advise)) {
        advice.extend(said);
        heads.push(read.head);
        loaded.model.apis.extend(read.api);
        loaded.left_out.extend(read.left_out);
        loaded.diagnostics.extend(read.findings);
    }
    let Loaded { model, left_out, diagnostics } = &mut loaded;
    model.categories = folder.together(&heads, diagnostics);
    model.apis.sort_by(|a, b| (&a.category, &a.method).cmp(&(&b.category, &b.method)));
    if !left_out.is_empty() {
        // A category all of whose methods are left out has nothing to hold.
        model.categories.retain(|category| model.apis.iter().any(|api| api.category == category.name));
    }
    sort(diagnostics, sources);
    if loaded.has_errors() {
        loaded.model = Model::default();
        advice.clear();
    }
    (loaded, advice)
}

fn read(index: usize, source: &SourceFile, overrides: &Overrides, advise: Option<Advise>) -> (Read, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut advice = Vec::new();
    let mut api = None;
    let mut left_out = None;
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
        if let Some(advise) = advise {
            advice = advise(&tree);
        }
        if check::is_category(&source.path) {
            return raw::read_category(&tree, &mut findings).map(Content::Category);
        }
        let method = raw::read_method(&tree, whole, &mut findings)?;
        api = check::method(&method, &mut findings);
        if let Some(api) = &mut api {
            api.corrections = corrections;
        }
        if let (Some(dialect), Some(sound)) = (&method.dialect, &api) {
            let (name, method) = (dialect.name.value.clone(), sound.method.clone());
            let message = format!("{} speaks {}: it is left out", shown(&method), shown(&name));
            let help = "nothing has to be done; remove `dialect` if the gateway serves the method";
            let finding = Diagnostic::warning(Code::OtherDialect, dialect.name.at, message).label("another protocol");
            findings.push(finding.help(help));
            left_out = Some(LeftOut { method, dialect: name, because: dialect.because.clone() });
            api = None;
        }
        Some(Content::Method { api: method.api, category: method.category })
    });
    if repaired {
        let behind = findings.split_off(unread.min(findings.len()));
        findings.extend(behind.into_iter().filter(|finding| !may_be_hidden(finding.code)));
    }
    (Read { head: Head { index, content }, api, left_out, findings }, advice)
}

/// Whether a finding says that something is missing: it may stand where the file could not be read.
fn may_be_hidden(code: Code) -> bool {
    use Code::{DanglingPath, EmptyType, MissingKey, UnknownType, UnusedType};
    matches!(code, MissingKey | UnknownType | UnusedType | EmptyType | DanglingPath)
}
