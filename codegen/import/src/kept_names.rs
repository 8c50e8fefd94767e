//! Keeps the Rust names of a spec that is imported again: what the vendor adds, moves or removes renames nothing that stays. Where an
//! element would get another name, the spec gives the old one from then on (`rust_name`, of an enum `enum`).

use std::collections::{HashMap, HashSet};

use super::comments::Comments;
use super::tree::{Map, Tree};
use super::writer;
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::{Api, Object};
use opentop_model::naming::{FieldNames, TypeScope, asked_enum};
use opentop_model::rust_names::{FieldIdent, TypeName};

/// Gives the elements of `after` the names that they had in `before`.
pub(super) fn keep(before: &SourceFile, after: &mut Map) {
    // No code was generated from a spec with errors, so nobody has names of it.
    let Some(old) = api(before.clone()) else { return };
    let text = writer::write(after, &Comments::default());
    let kept = match api(SourceFile { path: before.path.clone(), text }) {
        Some(new) => changed(&old, new),
        // A person has to mend it first. Names that had to be made are the ones that can change.
        None => made(&old),
    };
    for (path, name) in kept {
        give(after, &path, name);
    }
}

/// An element by the keys down to it, and its name. An enum is below its field.
type Named = (Vec<String>, String);

/// The last key down to an enum.
const ENUM: &str = "enum";

fn api(spec: SourceFile) -> Option<Api> {
    let folder = spec.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let category = SourceFile { path: format!("{folder}/category.yaml"), text: "title: category\n".to_owned() };
    let loaded = opentop_model::load(&[spec, category]);
    (!loaded.has_errors()).then(|| loaded.model.apis.into_iter().next()).flatten()
}

/// The objects of a method by the keys down to them, with the names of their fields.
fn objects<'a>(
    api: &'a Api,
    names: &'a FieldNames,
) -> impl Iterator<Item = (Vec<String>, &'a Object, &'a [FieldIdent])> {
    let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let types = api.types.iter().zip(&names.types);
    let types = types.map(move |(ty, names)| (path(&["types", &ty.name]), &ty.object, names.as_slice()));
    let request = (path(&["request"]), &api.request, names.request.as_slice());
    let response =
        (path(&[if api.is_message() { "content" } else { "response" }]), &api.response, names.response.as_slice());
    [request, response].into_iter().chain(types)
}

fn fields(api: &Api) -> Vec<Named> {
    let names = FieldNames::of(api);
    let of = |(path, object, names): (Vec<String>, &Object, &[FieldIdent])| -> Vec<Named> {
        let below = |key: &str| path.iter().map(String::as_str).chain(["fields", key]).map(str::to_owned).collect();
        object.fields.iter().zip(names).map(|(field, name)| (below(&field.key), name.bare().to_owned())).collect()
    };
    objects(api, &names).flat_map(of).collect()
}

fn types(api: &Api) -> Vec<Named> {
    let names = TypeScope::of(api).name_types(api);
    let path = |name: &str| vec!["types".to_owned(), name.to_owned()];
    api.types.iter().zip(names).map(|(ty, name)| (path(&ty.name), name.as_str().to_owned())).collect()
}

/// Of the fields with listed values. Fields share an enum that both ask for by one name.
fn enums(api: &Api) -> Vec<Named> {
    let names = FieldNames::of(api);
    let mut scope = TypeScope::of(api);
    scope.name_types(api);
    let mut known: HashMap<String, TypeName> = HashMap::new();
    let mut found = Vec::new();
    let reached = |path: &[String]| match path {
        [_, ty] => api.types.iter().any(|known| known.name == *ty && (known.in_request || known.in_response)),
        _ => true,
    };
    for (path, object, _) in objects(api, &names).filter(|(path, ..)| reached(path)) {
        for field in object.fields.iter().filter(|field| !field.values.is_empty()) {
            let Some(asked) = asked_enum(field) else { continue };
            let name = known.entry(asked.folded()).or_insert_with(|| scope.claim_enum(&asked));
            let below = ["fields", &field.key, ENUM];
            let path = path.iter().map(String::as_str).chain(below).map(str::to_owned).collect();
            found.push((path, name.as_str().to_owned()));
        }
    }
    found
}

/// Whether a way of keys leads to an enum. A field may be called `enum`, too.
fn is_enum(path: &[String]) -> bool {
    path.len() == if path[0] == "types" { 5 } else { 4 }
}

/// Names that are not those of the elements themselves.
fn made(api: &Api) -> Vec<Named> {
    let key = |path: &[String]| path.last().cloned().unwrap_or_default();
    let fields =
        fields(api).into_iter().filter(|(path, name)| FieldIdent::new(&key(path)).is_none_or(|own| own.bare() != name));
    let types = types(api).into_iter().filter(|(path, name)| key(path) != *name);
    fields.chain(types).collect()
}

/// Names of the old method that elements of the new one would not have. Each that is given can take another's, so it is looked again until
/// nothing changes.
fn changed(old: &Api, mut new: Api) -> Vec<Named> {
    let mut kept = new_types(old, &mut new);
    // The ways of keys to types, fields and enums differ.
    let all = |api: &Api| types(api).into_iter().chain(fields(api)).chain(enums(api));
    let were: HashMap<Vec<String>, String> = all(old).collect();
    loop {
        let other = |(path, name): Named| {
            let was = were.get(&path)?;
            (*was != name).then(|| (path, was.clone()))
        };
        let mut found: Vec<Named> = all(&new).filter_map(other).collect();
        found.retain(|named| !kept.contains(named));
        if found.is_empty() {
            return kept;
        }
        for (path, name) in &found {
            apply(&mut new, path, name);
        }
        kept.extend(found);
    }
}

/// A new type may not have the name of an enum that is there.
fn new_types(old: &Api, new: &mut Api) -> Vec<Named> {
    let known: HashSet<&str> = old.types.iter().map(|ty| ty.name.as_str()).collect();
    let listed = [&old.request, &old.response].into_iter().chain(old.types.iter().map(|ty| &ty.object));
    let listed = listed.flat_map(|object| &object.fields).filter(|field| !field.values.is_empty());
    let enums: HashSet<String> = listed
        .filter_map(|field| TypeName::new(field.enum_name.as_ref().unwrap_or(&field.wire)))
        .map(|name| name.folded())
        .collect();
    let mut scope = TypeScope::of(new);
    let names = scope.name_types(new);
    let taken: HashSet<String> = names.iter().map(TypeName::folded).chain(enums.iter().cloned()).collect();
    let mut kept = Vec::new();
    for (ty, name) in new.types.iter_mut().zip(names) {
        if ty.rust_name.is_none() && !known.contains(ty.name.as_str()) && enums.contains(&name.folded()) {
            let free =
                (2..).map(|number: u32| name.with(&number.to_string())).find(|name| !taken.contains(&name.folded()));
            let free = free.map(|name| name.as_str().to_owned()).unwrap_or_default();
            ty.rust_name = Some(free.clone());
            kept.push((vec!["types".to_owned(), ty.name.clone()], free));
        }
    }
    kept
}

fn apply(api: &mut Api, path: &[String], name: &str) {
    let named = |api: &mut Api, ty: &str| api.types.iter().position(|known| known.name == ty);
    let (path, renames_enum) = if is_enum(path) { (&path[..path.len() - 1], true) } else { (path, false) };
    let (object, key) = match path {
        [root, _, key] if root == "request" => (&mut api.request, key),
        [root, _, key] if matches!(root.as_str(), "response" | "content") => (&mut api.response, key),
        [_, ty, _, key] => match named(api, ty) {
            Some(at) => (&mut api.types[at].object, key),
            None => return,
        },
        [_, ty] => {
            if let Some(at) = named(api, ty) {
                api.types[at].rust_name = Some(name.to_owned());
            }
            return;
        }
        _ => return,
    };
    if let Some(field) = object.fields.iter_mut().find(|field| field.key == *key) {
        let slot = if renames_enum { &mut field.enum_name } else { &mut field.rust_name };
        *slot = Some(name.to_owned());
    }
}

fn give(spec: &mut Map, path: &[String], name: String) {
    let mut map = spec;
    let (path, slot) = if is_enum(path) { (&path[..path.len() - 1], ENUM) } else { (path, "rust_name") };
    for key in path {
        let Some(Tree::Map(inner)) = map.get_mut(key) else { return };
        map = inner;
    }
    map.remove(slot);
    map.push(slot, name);
}

#[cfg(test)]
mod tests;
