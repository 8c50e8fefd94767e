//! Names in Rust that the spec gives: each is an identifier, and no two elements of one scope have the same.

use std::collections::HashMap;

use super::names;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Api, Field};
use crate::naming::{FieldNames, TypeScope};
use crate::raw::{self, At};
use crate::rust_names::FieldIdent;
use crate::text::shown;

/// Checks that each name is an identifier.
pub(super) fn identifiers(raw: &raw::Method, out: &mut Vec<Diagnostic>) {
    let objects = [&raw.request, &raw.response].into_iter().chain(raw.types.iter().map(|named| &named.object));
    let fields = objects.flat_map(|object| &object.fields).filter_map(|field| field.rust_name.as_ref());
    let types = raw.types.iter().filter_map(|named| named.rust_name.as_ref());
    let mut refuse = |name: &At<String>, wrong: Option<names::Wrong>| {
        if let Some((wrong, help)) = wrong {
            let message = format!("the Rust name {} {wrong}", shown(&name.value));
            out.push(Diagnostic::error(Code::InvalidName, name.at, message).label("this name").help(help));
        }
    };
    fields.for_each(|name| refuse(name, names::rust_field(&name.value)));
    types.for_each(|name| refuse(name, names::rust_type(&name.value)));
}

/// Checks that the given names of a method are free.
pub(super) fn unique(api: &Api, out: &mut Vec<Diagnostic>) {
    let objects = || [&api.request, &api.response].into_iter().chain(api.types.iter().map(|ty| &ty.object));
    if objects().flat_map(|object| &object.fields).any(|field| field.rust_name.is_some()) {
        let names = FieldNames::of(api);
        let of_types = names.types.iter();
        for (object, idents) in objects().zip([&names.request, &names.response].into_iter().chain(of_types)) {
            fields(object.fields.iter().zip(idents), out);
        }
        let flattened = api.flatten.and_then(|at| Some((at, api.request.fields.get(at)?.ty.object()?)));
        if let Some((at, id)) = flattened {
            let beside = api.request.fields.iter().zip(&names.request).enumerate();
            let beside = beside.filter(|(index, _)| *index != at).map(|(_, field)| field);
            let inside = api.named(id).object.fields.iter().zip(&names.types[id.0]);
            let clash = |(_, ident): &(&Field, &FieldIdent)| names.request.contains(ident);
            fields(inside.filter(clash).chain(beside), out);
        }
    }
    if api.types.iter().any(|ty| ty.rust_name.is_some()) {
        for (ty, name) in api.types.iter().zip(TypeScope::of(api).name_types(api)) {
            if let Some(given) = ty.rust_name.as_deref().filter(|given| *given != name.as_str()) {
                taken("type", given, ty.at, None, out);
            }
        }
    }
}

fn fields<'a>(named: impl Iterator<Item = (&'a Field, &'a FieldIdent)>, out: &mut Vec<Diagnostic>) {
    let mut known: HashMap<&FieldIdent, &Field> = HashMap::new();
    for (field, ident) in named {
        if let Some(first) = known.insert(ident, field) {
            taken("field", ident.bare(), field.at, Some(first.at), out);
        }
    }
}

fn taken(what: &str, name: &str, at: Place, first: Option<Place>, out: &mut Vec<Diagnostic>) {
    let message = format!("the Rust name {} of this {what} is taken", shown(name));
    let finding = Diagnostic::error(Code::InvalidName, at, message).label("this one");
    let finding = if let Some(first) = first { finding.also(first, "has it too") } else { finding };
    out.push(finding.help("give it another `rust_name`, or none"));
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::SourceFile;

    fn messages(request: &str, types: &str) -> Vec<String> {
        let text = format!(
            "api: a.b\ncategory: c\ntitle: t\nsession: none\neffect: write\nflatten: true\nrequest:\n  fields:\n    box: {{ type: Box1 }}\n{request}response:\n  fields: {{}}\ntypes:\n{types}"
        );
        let spec = SourceFile { path: "c/a.b.yaml".to_owned(), text };
        let category = SourceFile { path: "c/category.yaml".to_owned(), text: "title: c\n".to_owned() };
        crate::load(&[spec, category]).diagnostics.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn names_are_identifiers_and_free() {
        let object = "  Box1:\n    fields:\n      id: { type: String, rust_name: id }\n";
        let twice = "      a: { type: String, rust_name: x }\n      b: { type: String, rust_name: x }\n";
        let second = "  Other:\n    rust_name: Box1\n    fields:\n      x: { type: String }\n";
        let given = "  Box1:\n    rust_name: Box1\n    fields:\n      x: { type: Other }\n";
        for (request, types, expected) in [
            ("    id: { type: String }\n", object.to_owned(), vec![]),
            (
                "    id: { type: String, rust_name: id }\n",
                object.to_owned(),
                vec!["the Rust name `id` of this field is taken"],
            ),
            ("", object.to_owned() + twice, vec!["the Rust name `x` of this field is taken"]),
            ("", given.to_owned() + second, vec!["the Rust name `Box1` of this type is taken"]),
            (
                "    id: { type: String, rust_name: Id }\n",
                object.to_owned(),
                vec!["the Rust name `Id` is not an identifier in snake case"],
            ),
            (
                "    other: { type: Other }\n",
                object.to_owned() + &second.replace("Box1", "P1"),
                vec!["the Rust name `P1` is not an identifier in camel case, or is a type parameter's"],
            ),
        ] {
            assert_eq!(messages(request, &types), expected, "{request}{types}");
        }
    }
}
