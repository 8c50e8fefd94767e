//! Reports every name that had to change. `opentop_model::naming` decides names.

use crate::doctext::visible;
use opentop_model::diagnostic::{Code, Diagnostic, Place};
use opentop_model::model::{Api, Object};
use opentop_model::naming::TypeScope;
use opentop_model::rust_names::{FieldIdent, TypeName};

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
