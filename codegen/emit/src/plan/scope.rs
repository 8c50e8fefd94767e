//! Gives out names where two things want the same one, and reports every name that had to change.
//!
//! The module's own types come first; then the vendor's, those that keep their name before those that do not; the later one gets a
//! number behind. Names that differ only in case count as equal.

use std::collections::{BTreeMap, BTreeSet};

use crate::doctext::visible;
use opentop_model::diagnostic::{Code, Diagnostic, Place};
use opentop_model::model::{Api, Field};
use opentop_model::rust_names::{FieldIdent, TypeName};

/// Names of the language that generated code uses, and which a type of the same name would hide. As paths they would cost the compiler
/// more.
const PRELUDE: &[&str] = &["Box", "Default", "From", "Into", "IntoIterator", "Iterator", "Option", "String", "Vec"];

/// The type names of one method's module.
#[derive(Debug, Default)]
pub(super) struct TypeScope {
    taken: BTreeSet<String>,
    /// By stem: the number to try next, so that thousands of one name are not each compared with all.
    next: BTreeMap<String, usize>,
}

impl TypeScope {
    /// A scope in which the module's own types have their names.
    pub(super) fn of(api: &Api) -> Self {
        let own = if api.is_message() {
            vec![TypeName::content()]
        } else {
            vec![TypeName::request(), TypeName::request().with("Builder"), TypeName::response(), TypeName::checked()]
        };
        let prelude = PRELUDE.iter().map(|name| name.to_lowercase());
        TypeScope { taken: own.iter().map(TypeName::folded).chain(prelude).collect(), next: BTreeMap::new() }
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

/// The finding of a name that had to change.
pub(super) fn renamed(code: Code, at: Place, what: &str, vendor: &str, rust: &str) -> Diagnostic {
    Diagnostic::warning(code, at, format!("the {what} `{}` is called `{rust}` in Rust", visible(vendor)))
        .label("this name is taken, or makes no Rust name")
        .help("nothing has to be done: the wire keeps the vendor's name, and code uses the Rust one")
}
