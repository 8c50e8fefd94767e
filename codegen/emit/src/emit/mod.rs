//! The emitters: what was planned, written.
//!
//! In: a [`Plan`]. Out: [`Generated`], every file of the crate in memory. Emitters receive finished names and texts and decide
//! nothing. All Rust is made of templates, which are tokens formatted once, with names of the plan and escaped literals in them; and the
//! items of every file are compared with the planned ones before anything leaves.

mod builder;
mod code;
mod demo;
mod enums;
mod example;
mod expected;
mod items;
mod lexer;
mod library;
mod manifest;
mod method;
mod page;
mod rust;
mod structs;
mod template;
mod wire_tests;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::plan::{self, ApiPlan, CategoryPlan, Plan};
use opentop_model::diagnostic::{Code, Diagnostic, Place, Severity, SourceFile};
use opentop_model::files::FileSet;
use opentop_model::model::Model;
use opentop_model::parallel::each;
use rust::RustFile;

/// What the generated crate is to be, beside its methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the generated crate finds the runtime.
    pub runtime: Runtime,
    /// Whether it is a workspace of its own (an empty `[workspace]`), or a member of one around it.
    pub standalone: bool,
    /// Its version.
    pub version: String,
    /// What the folder of specs is called in banners.
    pub spec: String,
}

/// Where the generated crate finds the runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// In this folder, from the generated crate's own.
    Path(String),
    /// In the registry, at this version.
    Version(String),
}

impl Default for Options {
    fn default() -> Self {
        Options {
            runtime: Runtime::Path("../runtime".to_owned()),
            standalone: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: "spec".to_owned(),
        }
    }
}

/// An output: files, and what is to be said of them. Where a diagnostic is an error there are no files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Generated {
    /// Every file, by path from the crate's folder.
    pub files: FileSet,
    /// The files that belong to one method alone, with that method; the rest speak of all.
    pub methods: BTreeMap<String, String>,
    /// Names that had to change, and worse.
    pub diagnostics: Vec<Diagnostic>,
}

impl Generated {
    /// Whether there is no output.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Generates the crate. `sources` are those the model was read from; only their paths are used, in banners.
#[must_use]
pub fn generate(model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    let (plan, mut diagnostics) = plan::plan(model, sources);
    if diagnostics.iter().any(|finding| finding.severity == Severity::Error) {
        return Generated { diagnostics, ..Generated::default() };
    }
    let mut files = FileSet::default();
    let mut problems = Vec::new();
    for result in write(&plan, options) {
        match result {
            Ok((path, text)) => match files.0.entry(path) {
                std::collections::btree_map::Entry::Occupied(taken) => {
                    problems.push((Place::default(), format!("two files are called `{}`", taken.key())));
                }
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(text);
                }
            },
            Err(problem) => problems.push(problem),
        }
    }
    problems
        .extend(files.clashes().into_iter().map(|(a, b)| (Place::default(), format!("`{a}` and `{b}` are one file"))));
    problems.extend(miscounted(model, &plan, &files));
    diagnostics.extend(problems.into_iter().map(|(place, message)| {
        Diagnostic::error(Code::Internal, place, message).help("please report it with the spec that shows it")
    }));
    if diagnostics.iter().any(|finding| finding.severity == Severity::Error) {
        return Generated { diagnostics, ..Generated::default() };
    }
    let own = |(category, api): (&CategoryPlan, &ApiPlan)| {
        [method::path(category, api), page::path(category, api)].map(|path| (path, api.method.to_string()))
    };
    Generated { files, methods: plan.apis().flat_map(own).collect(), diagnostics }
}

/// A file, or what is wrong with it and where its spec is.
type Written = Result<(String, String), (Place, String)>;

/// Writes every file; those of methods on all cores.
fn write(plan: &Plan, options: &Options) -> Vec<Written> {
    let apis: Vec<(&CategoryPlan, &ApiPlan)> = plan.apis().collect();
    let of_apis = each(&apis, |&(category, api)| {
        let code = finish(&method::file(category, api, options), api.at);
        [code, Ok(page::of_method(category, api, options))]
    });
    let of_categories = each(&plan.categories, |category| {
        let at = category.apis.first().map(|api| api.at).unwrap_or_default();
        [library::category(category, options), wire_tests::category(category, options)].map(|file| finish(&file, at))
    });
    let rest = [
        library::root(plan, options),
        library::apis(plan, options),
        wire_tests::root(plan, options),
        demo::file(plan, options),
    ];
    let texts = [
        manifest::cargo(plan, options),
        manifest::rustfmt(options),
        page::readme(plan, options),
        page::index(plan, options),
    ];
    of_apis
        .into_iter()
        .flatten()
        .chain(of_categories.into_iter().flatten())
        .chain(rest.iter().map(|file| finish(file, Place::default())))
        .chain(texts.into_iter().map(Ok))
        .collect()
}

fn finish(file: &RustFile, at: Place) -> Written {
    file.text().map(|text| (file.path.clone(), text)).map_err(|problem| (at, format!("{}: {problem}", file.path)))
}

/// Methods in, modules out, pages out: the three must be one number.
fn miscounted(model: &Model, plan: &Plan, files: &FileSet) -> Option<(Place, String)> {
    let modules = plan.apis().filter(|(category, api)| files.0.contains_key(&method::path(category, api))).count();
    let pages = plan.apis().filter(|(category, api)| files.0.contains_key(&page::path(category, api))).count();
    let apis = model.apis.len();
    (modules != apis || pages != apis)
        .then(|| (Place::default(), format!("{apis} methods in, {modules} modules out, {pages} pages out")))
}
