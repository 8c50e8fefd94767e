//! Reports every name that had to change. `opentop_model::naming` decides names.

use crate::doctext::visible;
use opentop_model::diagnostic::{Code, Diagnostic, Place};
use opentop_model::model::{Api, Object};
use opentop_model::naming::TypeScope;
use opentop_model::rust_names::{FieldIdent, TypeName};

<<<<<<< HEAD
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

=======
>>>>>>> main
/// The Rust name of every named type of a method, by its index.
pub(super) fn name_types(api: &Api, scope: &mut TypeScope, findings: &mut Vec<Diagnostic>) -> Vec<TypeName> {
    let names = scope.name_types(api);
    for (ty, name) in api.types.iter().zip(&names) {
        let own = TypeName::new(ty.rust_name.as_deref().unwrap_or(&ty.name));
        if own.as_ref() != Some(name) {
            findings.push(renamed(Code::RenamedType, ty.at, "type", &ty.name, name.as_str()));
        }
    }
    names
}

/// Reports the fields of an object whose names had to change.
pub(super) fn report_fields(object: &Object, idents: &[FieldIdent], findings: &mut Vec<Diagnostic>) {
    for (field, ident) in object.fields.iter().zip(idents) {
        if FieldIdent::new(field.rust_name.as_ref().unwrap_or(&field.wire)).as_ref() != Some(ident) {
            findings.push(renamed(Code::RenamedField, field.at, "field", &field.wire, ident.as_str()));
        }
    }
}

/// The finding of a name that had to change.
pub(super) fn renamed(code: Code, at: Place, what: &str, vendor: &str, rust: &str) -> Diagnostic {
    Diagnostic::warning(code, at, format!("the {what} `{}` is called `{rust}` in Rust", visible(vendor)))
        .label("this name is taken, or makes no Rust name")
        .help("nothing has to be done: the wire keeps the vendor's name, and code uses the Rust one")
}
