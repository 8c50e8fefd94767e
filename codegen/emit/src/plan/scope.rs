//! Who gets which name where two want it.
//!
//! In: names made by `names`, in the order of the spec. Out: names that differ, and a finding for every one that had to change.
//! The rules: request, response and builders come first; then types, those that keep the vendor's name before those that do not;
//! the later one gets a number behind. Names that differ only in case count as equal.

use std::collections::{BTreeMap, BTreeSet};

use super::{ApiPlan, CategoryPlan};
use crate::doctext::visible;
use opentop_model::diagnostic::{Code, Diagnostic, Place};
use opentop_model::model::{Api, Field};
use opentop_model::rust_names::{Feature, FieldIdent, TypeName};

/// The type names of one method's module.
#[derive(Debug, Default)]
pub(super) struct TypeScope {
    taken: BTreeSet<String>,
    /// By stem: the number to try next, so that thousands of one name are not each compared with all.
    next: BTreeMap<String, usize>,
}

impl TypeScope {
    /// A scope in which the request, its builder and the response have their names.
    pub(super) fn new(request: &TypeName, response: &TypeName) -> Self {
        let mut scope = TypeScope::default();
        for name in [request, &request.with("Builder"), response] {
            scope.taken.insert(name.folded());
        }
        scope
    }

    /// Takes `name` and, where it will have one, its builder's; `false` where one of them is taken.
    pub(super) fn claim(&mut self, name: &TypeName, builder: bool) -> bool {
        let mut wanted = vec![name.folded()];
        if builder {
            wanted.push(name.with("Builder").folded());
        }
        if wanted.iter().any(|name| self.taken.contains(name)) {
            return false;
        }
        self.taken.extend(wanted);
        true
    }

    /// Takes `name`, or the first of `name2`, `name3` … that is free.
    pub(super) fn claim_counted(&mut self, name: &TypeName, builder: bool) -> TypeName {
        if self.claim(name, builder) {
            return name.clone();
        }
        let mut number = self.next.get(&name.folded()).copied().unwrap_or(2);
        loop {
            let counted = name.with(&number.to_string());
            number += 1;
            if self.claim(&counted, builder) {
                self.next.insert(name.folded(), number);
                return counted;
            }
        }
    }
}

/// The Rust name of every named type of a method, by its index.
pub(super) fn name_types(api: &Api, scope: &mut TypeScope, findings: &mut Vec<Diagnostic>) -> Vec<TypeName> {
    let wanted: Vec<Option<TypeName>> = api.types.iter().map(|ty| TypeName::new(&ty.name)).collect();
    let mut names: Vec<Option<TypeName>> = vec![None; api.types.len()];
    for verbatim in [true, false] {
        for (at, ty) in api.types.iter().enumerate() {
            let keeps = wanted[at].as_ref().is_some_and(|name| name.as_str() == ty.name);
            if keeps == verbatim {
                let stem = wanted[at].clone().or_else(|| TypeName::new(&format!("Type{}", at + 1)));
                let stem = stem.expect("invariant: `Type` and a number is a name");
                let name = scope.claim_counted(&stem, ty.in_request);
                if wanted[at].as_ref() != Some(&name) {
                    findings.push(renamed(Code::RenamedType, ty.at, "type", &ty.name, name.as_str()));
                }
                names[at] = Some(name);
            }
        }
    }
    names.into_iter().flatten().collect()
}

/// The identifiers of an object's fields, in order.
pub(super) fn name_fields(fields: &[Field], findings: &mut Vec<Diagnostic>) -> Vec<FieldIdent> {
    let mut taken = BTreeSet::new();
    // By stem: the number to try next.
    let mut next: BTreeMap<FieldIdent, usize> = BTreeMap::new();
    let mut idents = Vec::with_capacity(fields.len());
    for (at, field) in fields.iter().enumerate() {
        let own = FieldIdent::new(&field.wire);
        let stem = own.clone().unwrap_or_else(|| FieldIdent::numbered(at + 1));
        let mut ident = stem.clone();
        while !taken.insert(ident.clone()) {
            let number = next.entry(stem.clone()).or_insert(2);
            ident = stem.counted(*number);
            *number += 1;
        }
        if own.as_ref() != Some(&ident) {
            findings.push(renamed(Code::RenamedField, field.at, "field", &field.wire, ident.as_str()));
        }
        idents.push(ident);
    }
    idents
}

/// What a method of two parameters may not be called, lest it be taken for the operator of that trait, sorted.
const OPERATORS: &[&str] = &["add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub"];

/// The builder's setters, and the twins that take an `Option` of those fields that may be absent: `build` is the builder's own
/// name, those of operators are the language's, and get a `_` behind; a field `maybe_x` comes before the twin of `x`.
pub(super) fn name_setters(idents: &[FieldIdent], optional: &[bool]) -> Vec<(FieldIdent, Option<FieldIdent>)> {
    let mut taken: BTreeSet<FieldIdent> = idents.iter().cloned().collect();
    let setter = |ident: &FieldIdent| {
        let mut setter = ident.clone();
        if setter.bare() == "build" || OPERATORS.binary_search(&setter.bare()).is_ok() {
            while !taken.insert(setter.clone()) {
                setter = setter.suffixed();
            }
        }
        setter
    };
    let setters: Vec<FieldIdent> = idents.iter().map(setter).collect();
    let twins = idents.iter().zip(optional).map(|(ident, optional)| {
        optional.then(|| {
            let mut twin = ident.prefixed("maybe_");
            while !taken.insert(twin.clone()) {
                twin = twin.suffixed();
            }
            twin
        })
    });
    let twins: Vec<_> = twins.collect();
    setters.into_iter().zip(twins).collect()
}

/// The finding of a name that had to change.
pub(super) fn renamed(code: Code, at: Place, what: &str, vendor: &str, rust: &str) -> Diagnostic {
    Diagnostic::warning(code, at, format!("the {what} `{}` is called `{rust}` in Rust", visible(vendor)))
        .label("this name is taken, or makes no Rust name")
        .help("nothing has to be done: the wire keeps the vendor's name, and code uses the Rust one")
}

/// Modules that two categories, or two methods of one category, would share.
pub(super) fn check_categories(categories: &[CategoryPlan], findings: &mut Vec<Diagnostic>) {
    let mut modules: BTreeMap<String, &CategoryPlan> = BTreeMap::new();
    for category in categories {
        // Families share a feature on purpose; two names that make one are a mistake.
        let own = Feature::of_category(&category.name);
        for key in [format!("module `{}`", category.module), format!("feature `{own}`")] {
            if let Some(first) = modules.insert(key.clone(), category) {
                let (Some(here), Some(there)) = (category.apis.first(), first.apis.first()) else { continue };
                let message = format!("the categories `{}` and `{}` make the same {key}", first.name, category.name);
                findings.push(
                    Diagnostic::error(Code::ModuleConflict, here.at, message)
                        .also(there.at, "the other category")
                        .help("rename one of the folders"),
                );
                break;
            }
        }
        check_methods(&category.apis, findings);
    }
}

fn check_methods(apis: &[ApiPlan], findings: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<String, &ApiPlan> = BTreeMap::new();
    for api in apis {
        let class = api.request.name.folded();
        for (key, what) in [(format!("m {}", api.module), "module"), (format!("c {class}"), "class")] {
            if let Some(first) = names.insert(key, api) {
                let (a, b) = (first.method.as_str(), api.method.as_str());
                let message = format!("the methods `{a}` and `{b}` make the same {what}");
                findings.push(
                    Diagnostic::error(Code::ModuleConflict, api.at, message)
                        .label(format!("makes `{}` and `{}`", api.module, api.request.name))
                        .also(first.at, "so does this")
                        .help("move one of them to another category"),
                );
                break;
            }
        }
    }
}
