//! The crates of categories by name, as the facade depends on them.

use std::fmt::Write as _;

use super::listed::Listed;
use super::options::Options;
use crate::plan::{CategoryPlan, Feature, Plan};

/// What the crate of a category is called.
pub(super) fn name<A>(category: &CategoryPlan<A>, options: &Options) -> String {
    format!("{}-{}", options.name, own(category))
}

/// Where the crate of a category stands.
pub(super) fn folder<A>(category: &CategoryPlan<A>) -> String {
    format!("crates/{}", own(category))
}

/// A category's own feature, even where it shares another with its family.
fn own<A>(category: &CategoryPlan<A>) -> Feature {
    Feature::of_category(&category.name)
}

/// The dependencies of the facade: one for each category, turned on by its feature.
pub(super) fn dependencies(plan: &Plan<Listed>, options: &Options) -> String {
    let mut lines: Vec<String> = plan
        .categories
        .iter()
        .map(|category| {
            let (name, path) = (name(category, options), folder(category));
            format!("{name} = {{ path = \"{path}\", version = \"={}\", optional = true }}", options.version)
        })
        .collect();
    lines.sort();
    let mut out = String::new();
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
    out
}
