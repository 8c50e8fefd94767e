//! What the plan is made of. Every name in it is final, every text is a line of Markdown.

mod api;
mod object;

use std::collections::BTreeMap;

use opentop_model::rust_names::{Feature, ModuleName};

pub use api::{ApiPlan, CheckedPlan, ErrorPlan, Method, OutcomePlan, PageByPlan, PagingEndKind, PagingPlan, PathPlan};
pub use object::{
    BuilderPlan, ConstraintPlan, EnumPlan, FieldPlan, Kind, ReferenceRow, RulePlan, RustType, Scope, SetterPlan, Side,
    StructPlan, TypeRef, VariantPlan,
};

/// The generated crate, decided.
///
/// `A`: its methods, in full or as far as the rest of the crate speaks of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<A = ApiPlan> {
    /// Sorted by module.
    pub categories: Vec<CategoryPlan<A>>,
}

/// One category: a module and a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryPlan<A = ApiPlan> {
    /// As the folder of specs is called.
    pub name: String,
    /// Its module under `api`.
    pub module: ModuleName,
    /// Its feature: its own, or its family's where there are more categories than a crate may have features.
    pub feature: Feature,
    /// The vendor's title, as Markdown.
    pub title: String,
    /// Its methods, sorted by method name. Empty where one method is written by itself.
    pub apis: Vec<A>,
}

impl<A> Plan<A> {
    /// Every feature with the categories it turns on, sorted by name.
    #[must_use]
    pub fn features(&self) -> BTreeMap<&Feature, Vec<&CategoryPlan<A>>> {
        let mut features: BTreeMap<&Feature, Vec<&CategoryPlan<A>>> = BTreeMap::new();
        for category in &self.categories {
            features.entry(&category.feature).or_default().push(category);
        }
        features
    }

    /// Every method.
    pub fn apis(&self) -> impl Iterator<Item = (&CategoryPlan<A>, &A)> {
        self.categories.iter().flat_map(|category| category.apis.iter().map(move |api| (category, api)))
    }
}
