//! Writes what was planned: every file of the crate, in memory.
//!
//! Emitters receive finished names and texts and decide nothing. All Rust is made of templates, which are tokens formatted once, filled
//! with names of the plan and escaped literals (see `code`): no text of a spec can become code. With [`Options::verify`], the items of
//! every file are compared with the planned ones as well.

mod accessors;
mod builder;
mod code;
mod demo;
mod embedded;
mod enums;
mod example;
mod expected;
mod flatten;
#[cfg(feature = "format")]
mod items;
mod library;
mod manifest;
mod method;
mod options;
mod page;
mod request;
mod rust_file;
mod setters;
mod state;
mod structs;
mod table;
mod template;
mod types;
#[cfg(any(test, not(feature = "format")))]
mod unformatted;
mod wire_tests;

#[cfg(all(test, feature = "format"))]
mod tests;

use std::collections::BTreeMap;

use crate::plan::{self, ApiPlan, CategoryPlan, Plan};
use opentop_model::diagnostic::{Code, Diagnostic, Place, SourceFile, has_errors};
use opentop_model::files::FileSet;
use opentop_model::model::Model;
use opentop_model::parallel::each;
pub use options::{Examples, Options, Runtime};
#[cfg(all(test, feature = "format"))]
use rust_file::RustFile;
use rust_file::{Problem, Written, finish};

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
        has_errors(&self.diagnostics)
    }
}

/// Generates the crate. `sources` are those the model was read from; only their paths are used, in banners.
#[must_use]
pub fn generate(model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    generated(model, sources, |plan| {
        let (files, mut problems) = collected(write(plan, options));
        problems.extend(miscounted(model, plan, &files));
        let own = |(category, api): (&CategoryPlan, &ApiPlan)| {
            [method::path(category, api), page::path(category, api)].map(|path| (path, api.method.to_string()))
        };
        (files, plan.apis().flat_map(own).collect(), problems)
    })
}

/// The modules of all methods, for a crate that has other code too: files by path from the folder of the module `api`. No feature
/// turns a category on.
#[must_use]
pub fn modules(model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    generated(model, sources, |plan| {
        let (files, problems) = collected(embedded::modules(plan, options));
        let own = |(category, api): (&CategoryPlan, &ApiPlan)| (embedded::path(category, api), api.method.to_string());
        (files, plan.apis().map(own).collect(), problems)
    })
}

/// What `opentop_runtime::include_sdk!("name")` includes: `<name>.rs` and files in the folder `<name>`. A build script writes them into
/// the folder `opentop` of its `OUT_DIR`. They have no inner attributes, and no feature turns a category on.
#[must_use]
pub fn included(model: &Model, sources: &[SourceFile], name: &str, options: &Options) -> Generated {
    generated(model, sources, |plan| {
        let (files, problems) = collected(embedded::included(plan, name, options));
        (files, BTreeMap::new(), problems)
    })
}

/// Plans, writes, and gives no files where either went wrong.
fn generated(
    model: &Model,
    sources: &[SourceFile],
    write: impl FnOnce(&Plan) -> (FileSet, BTreeMap<String, String>, Vec<Problem>),
) -> Generated {
    let (plan, mut diagnostics) = plan::plan(model, sources);
    if has_errors(&diagnostics) {
        return Generated { diagnostics, ..Generated::default() };
    }
    let (files, methods, problems) = write(&plan);
    diagnostics.extend(problems.into_iter().map(|(place, message)| {
        Diagnostic::error(Code::Internal, place, message).help("please report it with the spec that shows it")
    }));
    if has_errors(&diagnostics) {
        return Generated { diagnostics, ..Generated::default() };
    }
    Generated { files, methods, diagnostics }
}

/// The files, and what is wrong with their names and content.
fn collected(written: Vec<Written>) -> (FileSet, Vec<Problem>) {
    let mut files = FileSet::default();
    let mut problems = Vec::new();
    for result in written {
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
    (files, problems)
}

/// Writes every file; those of methods on all cores.
fn write(plan: &Plan, options: &Options) -> Vec<Written> {
    let apis: Vec<(&CategoryPlan, &ApiPlan)> = plan.apis().collect();
    let of_apis = each(&apis, |&(category, api)| {
        let code = finish(&method::file(category, api, options), api.at, options);
        [code, Ok(page::of_method(category, api, options))]
    });
    let of_categories = each(&plan.categories, |category| {
        let at = category.apis.first().map(|api| api.at).unwrap_or_default();
        [library::category(category, options), wire_tests::category(category, options)]
            .map(|file| finish(&file, at, options))
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
        .chain(rest.iter().map(|file| finish(file, Place::default(), options)))
        .chain(texts.into_iter().map(Ok))
        .collect()
}

/// Methods in, modules out, pages out: the three must be one number.
fn miscounted(model: &Model, plan: &Plan, files: &FileSet) -> Option<(Place, String)> {
    let modules = plan.apis().filter(|(category, api)| files.0.contains_key(&method::path(category, api))).count();
    let pages = plan.apis().filter(|(category, api)| files.0.contains_key(&page::path(category, api))).count();
    let apis = model.apis.len();
    (modules != apis || pages != apis)
        .then(|| (Place::default(), format!("{apis} methods in, {modules} modules out, {pages} pages out")))
}
