//! Reports modules and features that two categories, or two methods of one category, would share.

use std::collections::BTreeMap;

use super::types::{CategoryPlan, Method};
use opentop_model::diagnostic::{Code, Diagnostic};
use opentop_model::rust_names::{Feature, ModuleName};

/// Modules that two categories, or two methods of one category, would share.
pub(super) fn check_categories<A: Method>(categories: &[CategoryPlan<A>], findings: &mut Vec<Diagnostic>) {
    let mut modules: BTreeMap<String, &CategoryPlan<A>> = BTreeMap::new();
    for category in categories {
        // Families share a feature on purpose; two names that make one are a mistake.
        let own = Feature::of_category(&category.name);
        for key in [format!("module `{}`", category.module), format!("feature `{own}`")] {
            if let Some(first) = modules.insert(key.clone(), category) {
                let (Some(here), Some(there)) = (category.apis.first(), first.apis.first()) else { continue };
                let message = format!("the categories `{}` and `{}` make the same {key}", first.name, category.name);
                findings.push(
                    Diagnostic::error(Code::ModuleConflict, here.at(), message)
                        .also(there.at(), "the other category")
                        .help("rename one of the folders"),
                );
                break;
            }
        }
        check_methods(&category.apis, findings);
    }
}

fn check_methods<A: Method>(apis: &[A], findings: &mut Vec<Diagnostic>) {
    let mut modules: BTreeMap<&ModuleName, &A> = BTreeMap::new();
    for api in apis {
        let Some(first) = modules.insert(api.module(), api) else { continue };
        let (a, b) = (first.method().as_str(), api.method().as_str());
        let message = format!("the methods `{a}` and `{b}` make the same module");
        findings.push(
            Diagnostic::error(Code::ModuleConflict, api.at(), message)
                .label(format!("makes `{}`", api.module()))
                .also(first.at(), "so does this")
                .help("name the module of one of them in its spec: `module: …`"),
        );
    }
}
