//! Decides every module path, name, feature, doc text and Rust type of the generated crate.
//!
//! Emitters write from the [`Plan`] and decide nothing. A name that had to differ from the vendor's is reported. The plan is a
//! pure function of the model, and the names of a method depend on that method alone. No syn here.

mod api;
mod builders;
mod conflicts;
mod docs;
mod enums;
mod example;
mod facts;
mod families;
mod field_docs;
mod fields;
mod members;
mod paths;
mod said;
mod scope;
mod types;
mod values;
mod wire;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use api::{module, plan_api};
pub(crate) use docs::error_table;
pub(crate) use enums::wanted_enum_name;
pub use opentop_model::rust_names::{Feature, FieldIdent, ModuleName, TypeName, VariantName, WireName, is_keyword};
pub use said::Said;
pub use types::*;
pub use values::{ExampleField, ExampleObject, ExampleValue};
pub(crate) use wire::parameters;

use crate::doctext;
use opentop_model::diagnostic::{Diagnostic, SourceFile};
use opentop_model::model::{Api, Category, Model};
use opentop_model::parallel::each;

/// The feature of every category, by its name.
pub(crate) fn category_features(model: &Model) -> BTreeMap<&str, Feature> {
    families::features(model.apis.iter().map(|api| api.category.as_str()))
}

/// Decides everything. The plan is only meaningful where no diagnostic is an error.
#[must_use]
pub fn plan(model: &Model, sources: &[SourceFile]) -> (Plan, Vec<Diagnostic>) {
    let planned = each(&model.apis, |api| method(api, sources));
    let (plans, findings): (Vec<_>, Vec<_>) = planned.into_iter().unzip();
    let plans = model.apis.iter().map(|api| api.category.as_str()).zip(plans);
    assemble(plans, &model.categories, findings.into_iter().flatten().collect())
}

/// Decides one method. Looks at no other.
pub(crate) fn method(api: &Api, sources: &[SourceFile]) -> (ApiPlan, Vec<Diagnostic>) {
    api::plan_api(api, sources)
}

/// The feature of every category, by its name. `names`: those of all categories that have methods.
pub(crate) fn features<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, Feature> {
    families::features(names)
}

/// Puts methods, each with its category's name, into their categories. `findings` are those of the methods.
pub(crate) fn assemble<'a, A: Method>(
    methods: impl Iterator<Item = (&'a str, A)>,
    described: &[Category],
    mut findings: Vec<Diagnostic>,
) -> (Plan<A>, Vec<Diagnostic>) {
    let mut by_category: BTreeMap<&str, Vec<A>> = BTreeMap::new();
    for (category, method) in methods {
        by_category.entry(category).or_default().push(method);
    }
    let features = features(by_category.keys().copied());
    let mut categories: Vec<CategoryPlan<A>> = Vec::new();
    for (name, mut apis) in by_category {
        apis.sort_by(|a, b| a.method().cmp(b.method()));
        let title = described.iter().find(|category| category.name == name).map_or(name, |category| &category.title);
        let title = doctext::line(title);
        categories.push(CategoryPlan { title, apis, ..category(name, &features[name]) });
    }
    categories.sort_by(|a, b| a.module.cmp(&b.module).then_with(|| a.name.cmp(&b.name)));
    conflicts::check_categories(&categories, &mut findings);
    findings.sort_by_key(|finding| (finding.place, finding.code));
    (Plan { categories }, findings)
}

/// A category without its methods and its title.
pub(crate) fn category<A>(name: &str, feature: &Feature) -> CategoryPlan<A> {
    let module = ModuleName::of_category(name);
    CategoryPlan { name: name.to_owned(), module, feature: feature.clone(), title: String::new(), apis: Vec::new() }
}
