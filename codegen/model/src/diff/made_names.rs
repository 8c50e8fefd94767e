//! The Rust names that code sees in the end: of two elements that want one name, the later one gets a number. A new
//! element may so take the name of an old one, and old code then means another thing.

use std::collections::BTreeSet;

use super::change::{Found, Sides};
use super::kind::{Class, Kind};
use crate::model::{Api, Field, Object};
use crate::rust_names::{FieldIdent, TypeName, VariantName};

/// Final names of listed values, by their values on the wire.
pub(super) fn variants(field: &Field) -> Vec<(&str, String)> {
    let mut taken = BTreeSet::new();
    let named = field.values.iter().enumerate().map(|(at, listed)| {
        let own = VariantName::new(listed.name.as_deref(), &listed.value);
        let stem = own.unwrap_or_else(|| VariantName::numbered(at + 1));
        let (mut name, mut number) = (stem.clone(), 2);
        while !taken.insert(name.as_str().to_owned()) {
            name = stem.counted(number);
            number += 1;
        }
        (listed.value.as_str(), name.as_str().to_owned())
    });
    named.collect()
}

/// Final names of fields, by their keys, with the setters that take an `Option`.
fn idents(object: &Object) -> Vec<(&str, String, String)> {
    let mut taken = BTreeSet::new();
    let names: Vec<FieldIdent> = object
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let stem = FieldIdent::new(&field.wire).unwrap_or_else(|| FieldIdent::numbered(at + 1));
            let (mut ident, mut number) = (stem.clone(), 2);
            while !taken.insert(ident.clone()) {
                ident = stem.counted(number);
                number += 1;
            }
            ident
        })
        .collect();
    let twins: Vec<String> = names
        .iter()
        .zip(&object.fields)
        .map(|(ident, field)| {
            if field.required {
                return String::new();
            }
            let mut twin = ident.prefixed("maybe_");
            while !taken.insert(twin.clone()) {
                twin = twin.suffixed();
            }
            twin.as_str().to_owned()
        })
        .collect();
    let keys = object.fields.iter().map(|field| field.key.as_str());
    keys.zip(names.iter().map(|name| name.as_str().to_owned()))
        .zip(twins)
        .map(|((key, name), twin)| (key, name, twin))
        .collect()
}

/// Reports fields that keep their key and lose their Rust name.
pub(super) fn fields(path: &str, [old, new]: [&Object; 2], sides: Sides, found: &mut Found<'_>) {
    let after = idents(new);
    for (key, name, twin) in idents(old) {
        let Some((_, now, now_twin)) = after.iter().find(|(other, ..)| *other == key) else { continue };
        let path = format!("{path}.{key}");
        found.text(&path, Kind::RustNameChanged, Class::Breaking, &name, now);
        if sides.request && !twin.is_empty() && !now_twin.is_empty() && name == *now {
            found.text(&path, Kind::RustNameChanged, Class::Breaking, &twin, now_twin);
        }
    }
}

/// Final names of a method's types: those that are names as they stand come first.
fn types_of(api: &Api) -> Vec<(&str, String)> {
    let wanted: Vec<Option<TypeName>> = api.types.iter().map(|named| TypeName::new(&named.name)).collect();
    let mut taken = BTreeSet::new();
    let mut names = vec![String::new(); api.types.len()];
    for verbatim in [true, false] {
        for (at, named) in api.types.iter().enumerate() {
            if wanted[at].as_ref().is_some_and(|name| name.as_str() == named.name) != verbatim {
                continue;
            }
            let Some(stem) = wanted[at].clone().or_else(|| TypeName::new(&format!("Type{}", at + 1))) else { continue };
            let (mut name, mut number) = (stem.clone(), 2);
            while !taken.insert(name.folded()) {
                name = stem.with(&number.to_string());
                number += 1;
            }
            name.as_str().clone_into(&mut names[at]);
        }
    }
    api.types.iter().map(|named| named.name.as_str()).zip(names).collect()
}

/// Reports types that keep their name in the spec and lose their Rust name.
pub(super) fn types(old: &Api, new: &Api, found: &mut Found<'_>) {
    let after = types_of(new);
    for (name, was) in types_of(old) {
        if let Some((_, is)) = after.iter().find(|(other, _)| *other == name) {
            found.text(&format!("types.{name}"), Kind::RustNameChanged, Class::Breaking, &was, is);
        }
    }
}
