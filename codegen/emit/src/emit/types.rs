//! Rust types of fields, as they stand in structs, setters and getters.

use super::code::{Code, code};
use crate::plan::{Kind, RustType, Scope, TypeRef};

/// A scalar's type.
pub(super) fn scalar(kind: Kind) -> Code {
    Code::fixed(match kind {
        Kind::Text => "::std::string::String",
        Kind::Int => "i64",
        Kind::Bool => "bool",
        Kind::Date => "rt::DateTime",
        Kind::Decimal => "rt::Decimal",
        Kind::Json => "rt::Json",
        Kind::File => "rt::File",
    })
}

/// A type of the method's own, as seen from a scope.
pub(super) fn type_ref(name: &TypeRef, from: Scope) -> Code {
    match (from, name.scope) {
        (Scope::Root, Scope::ResponseModule) => code!("response::{}", name.name),
        (Scope::ResponseModule, Scope::Root) => code!("super::{}", name.name),
        _ => code!("{}", name.name),
    }
}

/// What a field holds: without the `Option`, `Vec` or `Box` around it.
pub(super) fn inner(ty: &RustType, from: Scope) -> Code {
    match ty {
        RustType::One(kind) | RustType::Many(kind) => scalar(*kind),
        RustType::Enum(name) | RustType::Enums(name) | RustType::Object(name, _) | RustType::Objects(name) => {
            type_ref(name, from)
        }
    }
}

/// A field's type.
pub(super) fn field(ty: &RustType, from: Scope) -> Code {
    let inner = inner(ty, from);
    if ty.is_list() {
        code!("::std::vec::Vec<{}>", inner)
    } else if matches!(ty, RustType::Object(_, true)) {
        code!("::core::option::Option<::std::boxed::Box<{}>>", inner)
    } else {
        code!("::core::option::Option<{}>", inner)
    }
}

/// What a getter of `self.field` returns, and how.
pub(super) fn lent(ty: &RustType, from: Scope, field: &Code) -> (Code, Code) {
    lent_of(&Code::fixed("self"), ty, from, field)
}

/// The type and the value of a field of `owner` that is lent.
pub(super) fn lent_of(owner: &Code, ty: &RustType, from: Scope, field: &Code) -> (Code, Code) {
    let inner = inner(ty, from);
    let (ty, suffix) = match ty {
        list if list.is_list() => return (code!("&[{}]", inner), code!("&{}.{}", owner, field)),
        RustType::One(Kind::Text) => (Code::fixed("&str"), ".as_deref()"),
        RustType::One(Kind::Int | Kind::Bool | Kind::Date | Kind::Decimal) => (inner, ""),
        RustType::Object(_, true) => (code!("&{}", inner), ".as_deref()"),
        _ => (code!("&{}", inner), ".as_ref()"),
    };
    (code!("::core::option::Option<{}>", ty), code!("{}.{}{}", owner, field, Code::fixed(suffix)))
}

/// A list of indices, as a path or a rule has it.
pub(super) fn indices(indices: &[u16]) -> Code {
    code!("&[{}]", Code::commas(indices.iter().map(|index| code!("{}", index))))
}
