//! The JSON Schemas (draft 2020-12) of the spec format, from which editors complete and check.
//!
//! They are made from the tables that the reader uses (`raw::keys`): one schema each for methods, messages, categories and overrides.
//! The schema accepts what the reader accepts. The reader knows more (paths, rules, examples), so it has the last word.

mod json;

use crate::files::{Comment, seal};
use crate::raw::keys::{CATEGORY, Holds, Key, Keys, MESSAGE, METHOD, OVERRIDE, Way};
use json::Json;

/// What the first line of a method's file names.
pub const SPEC: &str = "schema.json";
/// What the first line of a message's file names.
pub const MESSAGES: &str = "message.schema.json";
/// For `category.yaml`.
pub const CATEGORIES: &str = "category.schema.json";
/// For overrides.
pub const OVERRIDES: &str = "override.schema.json";

/// The schema of a method's file.
#[must_use]
pub fn spec() -> String {
    file(&METHOD)
}

/// The schema of a message's file.
#[must_use]
pub fn message() -> String {
    file(&MESSAGE)
}

/// The schema of `category.yaml`.
#[must_use]
pub fn category() -> String {
    file(&CATEGORY)
}

/// The schema of an override.
#[must_use]
pub fn overrides() -> String {
    file(&OVERRIDE)
}

/// All of them, by the names they have in a spec folder.
#[must_use]
pub fn files() -> [(&'static str, String); 4] {
    [(SPEC, spec()), (MESSAGES, message()), (CATEGORIES, category()), (OVERRIDES, overrides())]
}

fn file(keys: &'static Keys) -> String {
    let mut reached = vec![keys];
    let mut types = false;
    // Grows while it is walked: what a mapping holds is reached after it, and each once.
    let mut at = 0;
    while at < reached.len() {
        for key in reached[at].keys {
            types |= matches!(key.holds, Holds::Type);
            if let Holds::Map(inner) | Holds::Maps(inner) | Holds::TextsOrMaps(inner) | Holds::Named(inner) = key.holds
                && !reached.iter().any(|known| known.name == inner.name)
            {
                reached.push(inner);
            }
        }
        at += 1;
    }
    let mut root = vec![("$schema", Json::text("https://json-schema.org/draft/2020-12/schema"))];
    root.extend(mapping(keys));
    let mut definitions: Vec<(&str, Json)> =
        reached[1..].iter().map(|keys| (keys.name, Json::Map(mapping(keys)))).collect();
    if types {
        definitions.push(("type_name", type_name()));
    }
    if !definitions.is_empty() {
        root.push(("$defs", Json::Map(definitions)));
    }
    seal(Comment::Json, "the format's own tables", &Json::Map(root).pretty())
}

fn mapping(keys: &'static Keys) -> Vec<(&'static str, Json)> {
    let mut out = vec![("description", Json::text(keys.says)), ("type", Json::text("object"))];
    out.push(("properties", Json::Map(keys.keys.iter().map(|key| (key.name, Json::Map(value(key)))).collect())));
    let required: Vec<Json> = keys.required().map(Json::text).collect();
    if !required.is_empty() {
        out.push(("required", Json::List(required)));
    }
    if !keys.one_of.is_empty() {
        out.push(("oneOf", Json::List(keys.one_of.iter().map(way).collect())));
    }
    out.push(("additionalProperties", Json::Flag(false)));
    out
}

/// A key, and what stands beside it.
fn way(way: &'static Way) -> Json {
    let one = |key: &&'static str| Json::Map(vec![("required", Json::List(vec![Json::text(key)]))]);
    let all = |keys: &[&'static str]| Json::List(keys.iter().map(one).collect());
    let needed = [way.name].iter().chain(way.needs).map(|key| Json::text(key)).collect();
    let mut out = vec![("required", Json::List(needed))];
    if !way.one_of.is_empty() {
        out.push(("oneOf", all(way.one_of)));
    }
    if !way.never.is_empty() {
        out.push(("not", Json::Map(vec![("anyOf", all(way.never))])));
    }
    Json::Map(out)
}

/// What may stand behind a key. Every single value is read as text, whatever YAML takes it for.
fn value(key: &'static Key) -> Vec<(&'static str, Json)> {
    let mut out = vec![("description", Json::text(key.says))];
    let reference = |keys: &Keys| Json::Text(format!("#/$defs/{}", keys.name));
    match &key.holds {
        Holds::Text => out.push(("type", kinds(&["string", "number", "boolean", "null"]))),
        Holds::Flag => {
            out.extend([("type", kinds(&["boolean", "string"])), ("pattern", Json::text("^(true|false)$"))]);
        }
        Holds::Integer => out.extend([
            ("type", kinds(&["integer", "string"])),
            ("minimum", Json::Number(0)),
            ("maximum", Json::Number(u32::MAX)),
            ("pattern", Json::text("^(0|[1-9][0-9]*)$")),
        ]),
        Holds::Decimal => {
            out.extend([("type", kinds(&["number", "string"])), ("pattern", Json::text(r"^-?[0-9]+(\.[0-9]+)?$"))])
        }
        Holds::Type => out.push(("$ref", Json::text("#/$defs/type_name"))),
        Holds::Words(words) => out.push(("enum", kinds(words))),
        Holds::Texts => out.extend([
            ("type", Json::text("array")),
            ("items", Json::Map(vec![("type", kinds(&["string", "number", "boolean", "null"]))])),
        ]),
        Holds::Map(keys) => out.push(("$ref", reference(keys))),
        Holds::Maps(keys) => {
            out.extend([("type", Json::text("array")), ("items", Json::Map(vec![("$ref", reference(keys))]))]);
        }
        Holds::TextsOrMaps(keys) => {
            let text = Json::Map(vec![("type", kinds(&["string", "number", "boolean", "null"]))]);
            let either = Json::Map(vec![("anyOf", Json::List(vec![text, Json::Map(vec![("$ref", reference(keys))])]))]);
            out.extend([("type", Json::text("array")), ("items", either)]);
        }
        Holds::Named(keys) => out.extend([
            ("type", Json::text("object")),
            ("additionalProperties", Json::Map(vec![("$ref", reference(keys))])),
        ]),
        Holds::Free => out.push(("type", Json::text("object"))),
        Holds::Anything => {}
    }
    out
}

fn kinds(words: &[&'static str]) -> Json {
    Json::List(words.iter().map(|word| Json::text(word)).collect())
}

/// The scalar types are listed, so that they are completed; a type of the method's own is any name.
fn type_name() -> Json {
    let scalars = crate::check::scalar_types();
    let lists = scalars.clone().map(|name| Json::Text(format!("{name} []")));
    let known = scalars.map(Json::text).chain([Json::text("Field List")]).chain(lists).collect();
    let named = r"^\s*(byte\[\]|[^\s\[\]]+)\s*(\[\])?\s*$";
    Json::Map(vec![(
        "anyOf",
        Json::List(vec![
            Json::Map(vec![("enum", Json::List(known))]),
            Json::Map(vec![("type", Json::text("string")), ("pattern", Json::text(named))]),
        ]),
    )])
}
