//! The plan: every module path, name, feature, doc text and Rust type of the generated crate, decided.
//!
//! Takes the model. Returns [`Plan`], from which emitters write without deciding anything, and diagnostics where a name had to
//! differ from the vendor's. A pure function of the model; the names of one method depend on that method alone. No syn here.

mod api;
mod builders;
mod conflicts;
mod docs;
mod enums;
mod example;
mod families;
mod fields;
mod members;
mod paths;
mod scope;
mod types;
mod values;
mod wire;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use api::plan_api;
pub(crate) use enums::wanted_enum_name;
pub use opentop_model::rust_names::{Feature, FieldIdent, ModuleName, TypeName, VariantName, WireName, is_keyword};
pub use types::*;
pub use values::{ExampleField, ExampleObject, ExampleValue};

use crate::doctext;
use opentop_model::diagnostic::{Diagnostic, SourceFile};
use opentop_model::model::Model;
use opentop_model::parallel::each;

/// The feature of every category, by its name.
pub(crate) fn category_features(model: &Model) -> BTreeMap<&str, Feature> {
    families::features(model.apis.iter().map(|api| api.category.as_str()))
}

/// Decides everything. The plan is only meaningful where no diagnostic is an error.
#[must_use]
pub fn plan(model: &Model, sources: &[SourceFile]) -> (Plan, Vec<Diagnostic>) {
    let planned = each(&model.apis, |api| api::plan_api(api, sources));
    let mut findings = Vec::new();
    let mut by_category: BTreeMap<&str, Vec<ApiPlan>> = BTreeMap::new();
    for (api, (plan, mut found)) in model.apis.iter().zip(planned) {
        findings.append(&mut found);
        by_category.entry(&api.category).or_default().push(plan);
    }
    let features = families::features(by_category.keys().copied());
    let mut categories: Vec<CategoryPlan> = Vec::new();
    for (name, mut apis) in by_category {
        apis.sort_by(|a, b| a.method.cmp(&b.method));
        let title =
            model.categories.iter().find(|category| category.name == name).map_or(name, |category| &category.title);
        categories.push(CategoryPlan {
            name: name.to_owned(),
            module: ModuleName::of_category(name),
            feature: features[name].clone(),
            title: doctext::line(title),
            apis,
        });
    }
    categories.sort_by(|a, b| a.module.cmp(&b.module).then_with(|| a.name.cmp(&b.name)));
    conflicts::check_categories(&categories, &mut findings);
    findings.sort_by_key(|finding| (finding.place, finding.code));
    (Plan { categories }, findings)
}
