//! Writes what was planned: every file of the crate, in memory.
//!
//! Emitters receive finished names and texts and decide nothing. All Rust is made of templates, which are tokens formatted once, filled
//! with names of the plan and escaped literals (see `code`): no text of a spec can become code. With [`Options::verify`], the items of
//! every file are compared with the planned ones as well.

mod accessors;
mod builder;
mod code;
mod content;
mod crates;
mod demo;
mod embedded;
mod enums;
mod example;
mod expected;
mod flatten;
#[cfg(feature = "format")]
mod items;
mod library;
mod listed;
mod listing;
mod manifest;
mod method;
mod options;
mod page;
mod request;
mod rust_file;
mod setters;
mod several;
mod state;
mod structs;
mod table;
mod template;
mod types;
#[cfg(any(test, not(feature = "format")))]
mod unformatted;
mod wire_tests;
mod writer;

#[cfg(all(test, feature = "format"))]
mod tests;

use std::collections::BTreeMap;

use crate::plan;
pub use listed::Listed;
use opentop_model::diagnostic::{Diagnostic, SourceFile, has_errors};
use opentop_model::files::FileSet;
use opentop_model::model::{Api, Model};
use opentop_model::parallel::each;
pub use options::{Examples, Layout, Options, Runtime};
#[cfg(all(test, feature = "format"))]
use rust_file::RustFile;
pub use writer::{Made, Reference, Rest, Writer};

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
    whole(Layout::Crate, model, sources, options)
}

/// The modules of all methods, for a crate that has other code too: files by path from the folder of the module `api`. No feature
/// turns a category on.
#[must_use]
pub fn modules(model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    whole(Layout::Modules, model, sources, options)
}

/// A crate for each category in the folder `crates`, and the crate that has them as optional dependencies under the same paths as
/// [`generate`]: for a catalogue that is too large to be compiled as one crate.
#[must_use]
pub fn crates(model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    whole(Layout::Crates, model, sources, options)
}

fn whole(layout: Layout, model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    let writer = Writer::new(layout, model.apis.iter().map(|api| api.category.as_str()), options);
    let mut generated = Generated::default();
    let mut written = Vec::new();
    let mut listed = Vec::new();
    for made in each(&model.apis, |api| writer.method(api, sources)) {
        let method = made.listed.method.to_string();
        generated.methods.extend(made.files.iter().map(|(path, _)| (path.clone(), method.clone())));
        written.extend(made.files);
        generated.diagnostics.extend(made.diagnostics);
        listed.push(made.listed);
    }
    let by_name: BTreeMap<(&str, &str), &Api> =
        model.apis.iter().map(|api| ((api.category.as_str(), api.method.as_str()), api)).collect();
    let full = |of: &Listed| by_name.get(&(of.category.as_str(), of.method.as_str())).map(|api| (*api).clone());
    let rest = writer.rest(listed, &model.categories, sources, std::mem::take(&mut generated.diagnostics), &full);
    generated.diagnostics = rest.diagnostics;
    if generated.has_errors() {
        return Generated { diagnostics: generated.diagnostics, ..Generated::default() };
    }
    generated.files = FileSet(written.into_iter().chain(rest.files).collect());
    generated
}

/// What `opentop_runtime::include_sdk!("name")` includes: `<name>.rs` and files in the folder `<name>`. A build script writes them into
/// the folder `opentop` of its `OUT_DIR`. They have no inner attributes, and no feature turns a category on.
#[must_use]
pub fn included(model: &Model, sources: &[SourceFile], name: &str, options: &Options) -> Generated {
    let (plan, diagnostics) = plan::plan(model, sources);
    let files = if has_errors(&diagnostics) { Vec::new() } else { embedded::included(&plan, name, options) };
    Generated { files: FileSet(files.into_iter().collect()), methods: BTreeMap::new(), diagnostics }
}
