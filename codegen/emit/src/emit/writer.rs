//! Writes an output piece by piece: the files of one method, and the rest, which speaks of all methods.
//!
//! The files of a method depend on the method and on its category's feature alone. The rest depends on what is listed of the methods,
//! and on a few of them in full.

use std::collections::BTreeMap;

use super::demo::{self, Chosen};
use super::listed::Listed;
use super::listing::listed;
use super::options::{Layout, Options};
use super::rust_file::{Problem, RustFile, Written, finish};
use super::{embedded, example, library, manifest, method, page, several, wire_tests};
use crate::plan::{self, ApiPlan, CategoryPlan, Feature, Plan};
use opentop_model::diagnostic::{Code, Diagnostic, Place, SourceFile, has_errors};
use opentop_model::model::{Api, Category};
use opentop_model::parallel::each;

/// Writes an output piece by piece.
#[derive(Debug)]
pub struct Writer<'a> {
    layout: Layout,
    options: &'a Options,
    features: BTreeMap<String, Feature>,
}

/// One method, written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its files: path and text.
    pub files: Vec<(String, String)>,
    /// What the rest says of it.
    pub listed: Listed,
    /// Names that had to change, and worse.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the reference says of one method, for pages of another form than the Markdown ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The method's category, without methods and title.
    pub category: CategoryPlan,
    /// Its names and texts.
    pub plan: ApiPlan,
    /// Where its page stands, from the reference's folder and without an ending: `category/method`.
    pub page: String,
    /// A whole call of it in Rust.
    pub call: String,
    /// The parameters of that call as the request's builder takes them: those of a flattened object by themselves. A file is `file:` and its name.
    pub parameters: Vec<(String, String)>,
}

/// The files that speak of all methods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rest {
    /// Path and text. Empty if a diagnostic is an error.
    pub files: Vec<(String, String)>,
    /// Those of the methods and of the rest.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Writer<'a> {
    /// `categories`: those of all methods.
    #[must_use]
    pub fn new<'c>(layout: Layout, categories: impl Iterator<Item = &'c str>, options: &'a Options) -> Self {
        let names: std::collections::BTreeSet<&str> = categories.collect();
        let features = plan::features(names.into_iter());
        let features = features.into_iter().map(|(name, feature)| (name.to_owned(), feature)).collect();
        Self { layout, options, features }
    }

    /// The feature of every category, by its name: with the method itself, all that the files of a method depend on.
    #[must_use]
    pub fn features(&self) -> &BTreeMap<String, Feature> {
        &self.features
    }

    /// Writes one method. `sources` are those it was read from; only their paths are used, in banners.
    #[must_use]
    pub fn method(&self, api: &Api, sources: &[SourceFile]) -> Made {
        let (category, plan, mut diagnostics) = self.plan(api, sources);
        let written: Vec<Written> = match self.layout {
            Layout::Crate => vec![
                finish(&method::file(&category, &plan, self.options), plan.at, self.options),
                Ok(page::of_method(&category, &plan, self.options)),
            ],
            Layout::Crates => {
                let file = method::file(&category, &plan, self.options);
                let file = RustFile { path: several::path(&category, &plan), ..file };
                vec![finish(&file, plan.at, self.options), Ok(page::of_method(&category, &plan, self.options))]
            }
            Layout::Modules => vec![embedded::method(&category, &plan, self.options)],
        };
        let tested = (self.layout != Layout::Modules).then_some(self.options);
        let listed = listed(&category, &plan, tested);
        let files = sound(written, &mut diagnostics);
        Made { files, listed, diagnostics }
    }

    /// Where a method's page stands, as [`Reference::page`] says it.
    #[must_use]
    pub fn page(api: &Api) -> String {
        let category = plan::ModuleName::of_category(&api.category);
        format!("{category}/{}", page::file_name(&api.method, &plan::module(api)))
    }

    /// What the reference says of one method.
    #[must_use]
    pub fn reference(&self, api: &Api, sources: &[SourceFile]) -> Reference {
        let (category, plan, _) = self.plan(api, sources);
        let call = example::call(&category, &plan, self.options).as_str().to_owned();
        let parameters = plan::parameters(&plan.example);
        Reference { page: page::name(&category, &plan), call, parameters, category, plan }
    }

    /// Writes what speaks of all methods. `diagnostics` are those of the methods; `full` gives one of them in full.
    #[must_use]
    pub fn rest(
        &self,
        methods: Vec<Listed>,
        described: &[Category],
        sources: &[SourceFile],
        diagnostics: Vec<Diagnostic>,
        full: &dyn Fn(&Listed) -> Option<Api>,
    ) -> Rest {
        let names: Vec<String> = methods.iter().map(|method| method.category.clone()).collect();
        let methods = names.iter().map(String::as_str).zip(methods);
        let (plan, mut diagnostics) = plan::assemble(methods, described, diagnostics);
        if has_errors(&diagnostics) {
            return Rest { files: Vec::new(), diagnostics };
        }
        let in_full = |of: &Listed| {
            let (category, plan, _) = self.plan(&full(of)?, sources);
            Some((category, plan))
        };
        let written = match self.layout {
            Layout::Crate | Layout::Crates => self.rest_of_crate(&plan, in_full),
            Layout::Modules => embedded::rest(&plan, self.options),
        };
        let files = sound(written, &mut diagnostics);
        diagnostics.extend(self.clashes(&plan, &files).into_iter().map(internal));
        Rest { files: if has_errors(&diagnostics) { Vec::new() } else { files }, diagnostics }
    }

    fn plan(&self, api: &Api, sources: &[SourceFile]) -> (CategoryPlan, ApiPlan, Vec<Diagnostic>) {
        let (plan, diagnostics) = plan::method(api, sources);
        let feature = self.features.get(&api.category).cloned();
        let feature = feature.unwrap_or_else(|| Feature::of_category(&api.category));
        (plan::category(&api.category, &feature), plan, diagnostics)
    }

    fn rest_of_crate(
        &self,
        plan: &Plan<Listed>,
        in_full: impl Fn(&Listed) -> Option<(CategoryPlan, ApiPlan)>,
    ) -> Vec<Written> {
        let options = self.options;
        let of_categories = each(&plan.categories, |category| {
            let at = category.apis.first().map(|api| api.at).unwrap_or_default();
            let mut files = match self.layout {
                Layout::Crates => several::category(category, options),
                _ => vec![finish(&library::category(category, options), at, options)],
            };
            if wire_tests::is_tested(category) {
                files.push(finish(&wire_tests::category(category, options), at, options));
            }
            files
        });
        let shown = library::shown(plan).and_then(&in_full);
        let shown = shown.as_ref().map(|(category, api)| (category, api));
        let rest = [
            library::root(plan, shown, options),
            if self.layout == Layout::Crates { several::apis(plan, options) } else { library::apis(plan, options) },
            wire_tests::root(plan, options),
            demo::file(&Chosen::of(plan).in_full(in_full), options),
        ];
        let texts = [
            manifest::cargo(plan, self.layout, options),
            manifest::rustfmt(options),
            page::readme(plan, options),
            page::index(plan, options),
        ];
        let pages = plan.categories.iter().map(|category| page::of_category(category, options));
        of_categories
            .into_iter()
            .flatten()
            .chain(rest.iter().map(|file| finish(file, Place::default(), options)))
            .chain(texts.into_iter().chain(pages).map(Ok))
            .collect()
    }

    /// Files that are one, where a file system folds case or everywhere.
    fn clashes(&self, plan: &Plan<Listed>, rest: &[(String, String)]) -> Vec<Problem> {
        let own = |(category, api): (&CategoryPlan<Listed>, &Listed)| match self.layout {
            Layout::Crate => vec![method::path(category, api), page::path(category, api)],
            Layout::Crates => vec![several::path(category, api), page::path(category, api)],
            Layout::Modules => vec![embedded::path(category, api)],
        };
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let paths = plan.apis().flat_map(own).chain(rest.iter().map(|(path, _)| path.clone()));
        let clash = |path: String| {
            let before = seen.insert(path.to_lowercase(), path.clone())?;
            Some((Place::default(), format!("`{path}` and `{before}` are one file")))
        };
        paths.filter_map(clash).collect()
    }
}

/// The files; what is wrong with one becomes a diagnostic.
fn sound(written: Vec<Written>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let mut files = Vec::with_capacity(written.len());
    for result in written {
        match result {
            Ok(file) => files.push(file),
            Err(problem) => diagnostics.push(internal(problem)),
        }
    }
    files
}

/// A defect of the generator.
fn internal((place, message): Problem) -> Diagnostic {
    Diagnostic::error(Code::Internal, place, message).help("please report it with the spec that shows it")
}
