//! Reads the tree of a method's file, and of a category's.

use std::collections::HashMap;

use super::keys;
use super::object::{read_object, read_types};
use super::paging::read_paging;
use super::reader::{Map, Reader, first_key};
use super::spec::{Category, Method, Object, Outcome};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Dialect, Effect, ErrorRow, Executed, Protocol, Samples, Session};
use crate::text::shown;
use crate::yaml::{Node, Value};

/// Reads `category.yaml`.
pub(crate) fn read_category(tree: &Node, out: &mut Vec<Diagnostic>) -> Option<Category> {
    let mut reader = Reader { out };
    let map = reader.open(tree, top(tree), &keys::CATEGORY)?;
    let title = reader.words(map, "title");
    let mut vendor_titles = Vec::new();
    if let Some(entry) = map.entry("vendor_titles") {
        for node in reader.items(entry).unwrap_or_default() {
            vendor_titles.extend(reader.text_of(node, entry.key_at, "a title").map(|text| text.value));
        }
    }
    Some(Category { title, vendor_titles })
}

/// Reads the file of a method or a message. `whole`: nothing of it was refused and left out of the tree.
pub(crate) fn read_method(tree: &Node, whole: bool, out: &mut Vec<Diagnostic>) -> Option<Method> {
    let mut reader = Reader { out };
    let is_message = matches!(&tree.value, Value::Map(entries) if entries.iter().any(|entry| entry.key == "topic"));
    let mut method = if is_message { message(tree, &mut reader)? } else { call(tree, &mut reader)? };
    if !whole {
        let types = method.types.iter_mut().map(|named| &mut named.object);
        [&mut method.request, &mut method.response].into_iter().chain(types).for_each(|object| object.broken = true);
    }
    Some(method)
}

/// A message of the platform: a topic, and the content as what is received.
fn message(tree: &Node, reader: &mut Reader<'_>) -> Option<Method> {
    let map = reader.open(tree, top(tree), &keys::MESSAGE)?;
    Some(Method {
        api: reader.text(map, "topic"),
        category: reader.text(map, "category"),
        title: reader.words(map, "title"),
        description: reader.words(map, "description"),
        session: Some(Session::None),
        effect: Some(Effect::Read),
        suggested_effect: None,
        suggested_session: None,
        deprecated: reader.text(map, "deprecated").map(|text| text.value),
        module: reader.text(map, "module"),
        flatten: None,
        idempotency_key: None,
        outcome: None,
        paging: None,
        dialect: Some(Dialect { protocol: Protocol::Tmc, because: String::new() }),
        request: Object::default(),
        response: read_object(reader, map, "content"),
        types: read_types(reader, map),
        samples: Samples { response_json: reader.text(map, "sample").map(|text| text.value), ..Samples::default() },
        errors: Vec::new(),
    })
}

fn call(tree: &Node, reader: &mut Reader<'_>) -> Option<Method> {
    let map = reader.open(tree, top(tree), &keys::METHOD)?;
    Some(Method {
        api: reader.text(map, "api"),
        category: reader.text(map, "category"),
        title: reader.words(map, "title"),
        description: reader.words(map, "description"),
        session: reader.word(map, "session", &keys::SESSIONS),
        effect: reader.word(map, "effect", &keys::EFFECTS),
        suggested_effect: suggested(map, "effect", &keys::EFFECTS),
        suggested_session: suggested(map, "session", &keys::SESSIONS),
        deprecated: reader.text(map, "deprecated").map(|text| text.value),
        module: reader.text(map, "module"),
        flatten: reader.flag(map, "flatten").filter(|flag| *flag).and(map.entry("flatten")).map(|entry| entry.key_at),
        idempotency_key: reader.text(map, "idempotency_key"),
        outcome: outcome(reader, map),
        paging: read_paging(reader, map),
        dialect: dialect(reader, map),
        request: read_object(reader, map, "request"),
        response: read_object(reader, map, "response"),
        types: read_types(reader, map),
        samples: samples(reader, map),
        errors: errors(reader, map),
    })
}

/// The first line, where a file's missing keys are reported.
pub(super) fn top(tree: &Node) -> Place {
    match &tree.value {
        Value::Map(entries) => entries.first().map_or(tree.at, |entry| entry.key_at),
        _ => tree.at,
    }
}

/// What stands for `key` under `suggested`. Nothing there is checked: a word that is none of `words` is none.
fn suggested<T: Copy>(map: Map<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
    let Value::Map(suggested) = &map.entry("suggested")?.value.value else { return None };
    let Value::Scalar { text, .. } = &suggested.iter().find(|entry| entry.key == key)?.value.value else {
        return None;
    };
    words.iter().find(|(word, _)| word == text).map(|(_, value)| *value)
}

/// The effect that a word names.
pub(crate) fn effect_of(word: &str) -> Option<Effect> {
    keys::EFFECTS.iter().find(|(known, _)| *known == word).map(|(_, effect)| *effect)
}

fn outcome(reader: &mut Reader<'_>, map: Map<'_>) -> Option<Outcome> {
    let entry = map.entry("outcome")?;
    let map = reader.open(&entry.value, entry.key_at, &keys::OUTCOME)?;
    Some(Outcome { ok: reader.text(map, "ok"), code: reader.text(map, "code"), message: reader.text(map, "message") })
}

fn dialect(reader: &mut Reader<'_>, map: Map<'_>) -> Option<Dialect> {
    let entry = map.entry("dialect")?;
    let map = reader.open(&entry.value, entry.key_at, &keys::DIALECT)?;
    let (name, because) = (reader.text(map, "name")?, reader.text(map, "because")?);
    let protocol = match name.value.as_str() {
        "qimen" => Protocol::Qimen,
        // The word of earlier versions.
        "spi" | "incoming" => Protocol::Spi,
        other => {
            let message = format!("expected `qimen` or `spi`, got {}", shown(other));
            reader.invalid(name.at, message, "name the protocol, or remove `dialect`".to_owned());
            return None;
        }
    };
    Some(Dialect { protocol, because: because.value })
}

fn samples(reader: &mut Reader<'_>, map: Map<'_>) -> Samples {
    let Some(entry) = map.entry("samples") else { return Samples::default() };
    let Some(map) = reader.open(&entry.value, entry.key_at, &keys::SAMPLES) else { return Samples::default() };
    let mut sample = |key| reader.text(map, key).map(|text| text.value);
    Samples {
        response_xml: sample("response_xml"),
        response_json: sample("response_json"),
        error_xml: sample("error_xml"),
        error_json: sample("error_json"),
    }
}

fn errors(reader: &mut Reader<'_>, map: Map<'_>) -> Vec<ErrorRow> {
    let Some(entry) = map.entry("errors") else { return Vec::new() };
    let mut rows: Vec<ErrorRow> = Vec::new();
    // What was said of each code, and where: a page may give one code several rows.
    let mut said: HashMap<String, (Executed, Place)> = HashMap::new();
    for node in reader.items(entry).unwrap_or_default() {
        let Some(map) = reader.open(node, first_key(node, entry.key_at), &keys::ERROR) else { continue };
        let Some(code) = reader.text(map, "code") else { continue };
        if code.value.trim().is_empty() {
            reader.invalid(
                code.at,
                format!("expected the code of an error, got {}", shown(&code.value)),
                "write the code as the page has it".to_owned(),
            );
        }
        let executed = reader.word(map, "executed", &keys::EXECUTED);
        if let (Some(executed), Some(entry)) = (executed, map.entry("executed")) {
            let at = entry.value.at;
            let (first, there) = *said.entry(code.value.trim().to_owned()).or_insert((executed, at));
            if first != executed {
                let message = format!(
                    "{} is `executed: {}` here and `executed: {}` in another row",
                    shown(&code.value),
                    executed.word(),
                    first.word()
                );
                reader.out.push(
                    Diagnostic::error(Code::InvalidValue, at, message)
                        .label("here")
                        .also(there, "and here")
                        .help("keep the one that is right; `maybe` is the careful one"),
                );
            }
        }
        rows.push(ErrorRow {
            code: code.value,
            message: reader.words(map, "message"),
            solution: reader.words(map, "solution"),
            executed,
        });
    }
    rows
}
