//! Reads objects: `request`, `response` and the entries of `types`, with their fields and rules.

use super::keys;
use super::reader::{Map, Reader, first_key};
use super::spec::{At, Choice, ExampleUsed, Field, ListedValue, NamedType, Object, Rule, RuleKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::{listed, shown};
use crate::yaml::{Entry, Node, Value};

/// Reads `request` or `response`.
pub(super) fn read_object(reader: &mut Reader<'_>, map: Map<'_>, key: &str) -> Object {
    let broken = Object { broken: true, ..Object::default() };
    let Some(entry) = map.entry(key) else { return broken };
    let Some(map) = reader.open(&entry.value, entry.key_at, &keys::OBJECT) else { return broken };
    object(reader, map)
}

/// Reads `types`.
pub(super) fn read_types(reader: &mut Reader<'_>, map: Map<'_>) -> Vec<NamedType> {
    let Some(entry) = map.entry("types") else { return Vec::new() };
    let mut types = Vec::new();
    for entry in reader.entries(&entry.value, entry.key_at, "`types`").unwrap_or_default() {
        let name = At { value: entry.key.clone(), at: entry.key_at };
        let map = reader.open(&entry.value, entry.key_at, &keys::TYPE);
        let (description, rust_name, object) = match map {
            Some(map) => (reader.words(map, "description"), reader.text(map, "rust_name"), object(reader, map)),
            None => (String::new(), None, Object { broken: true, ..Object::default() }),
        };
        types.push(NamedType { name, rust_name, description, object });
    }
    types
}

fn object(reader: &mut Reader<'_>, map: Map<'_>) -> Object {
    let mut object = Object { broken: map.foreign, ..Object::default() };
    if let Some(entry) = map.entry("fields") {
        match reader.entries(&entry.value, entry.key_at, "`fields`") {
            Some(entries) => object.fields = entries.iter().map(|entry| field(reader, entry)).collect(),
            None => object.broken = true,
        }
    }
    if let Some(entry) = map.entry("rules") {
        object.rules =
            reader.items(entry).unwrap_or_default().iter().filter_map(|node| rule(reader, node, entry)).collect();
    }
    object
}

fn field(reader: &mut Reader<'_>, entry: &Entry) -> Field {
    let key = At { value: entry.key.clone(), at: entry.key_at };
    let map = reader.open(&entry.value, entry.key_at, &keys::FIELD).unwrap_or(Map::EMPTY);
    Field {
        ty: reader.text(map, "type"),
        truer: reader.text(map, "as"),
        description: reader.words(map, "description"),
        required: reader.flag(map, "required").unwrap_or(false),
        vendor_required: reader.flag(map, "vendor_required"),
        example: reader.text(map, "example"),
        example_used: example_used(reader, map),
        max_length: reader.integer(map, "max_length"),
        max_items: reader.integer(map, "max_items"),
        min: reader.text(map, "min"),
        max: reader.text(map, "max"),
        default: reader.text(map, "default"),
        unit: reader.text(map, "unit").map(|text| text.value),
        values: values(reader, map),
        enum_name: reader.text(map, "enum"),
        sensitive: reader.flag(map, "sensitive").unwrap_or(false),
        deprecated: reader.text(map, "deprecated").map(|text| text.value),
        wire: reader.text(map, "wire"),
        rust_name: reader.text(map, "rust_name"),
        element: reader.text(map, "element"),
        key,
    }
}

fn example_used(reader: &mut Reader<'_>, map: Map<'_>) -> Option<ExampleUsed> {
    let entry = map.entry("example_used")?;
    let map = reader.open(&entry.value, entry.key_at, &keys::EXAMPLE_USED)?;
    let because = reader.words(map, "because");
    Some(ExampleUsed { value: reader.text(map, "value")?, because })
}

fn values(reader: &mut Reader<'_>, map: Map<'_>) -> Option<At<Vec<ListedValue>>> {
    let entry = map.entry("values")?;
    let mut values = Vec::new();
    for node in reader.items(entry)? {
        // The short form, `[a, b]`: values alone.
        if matches!(node.value, Value::Scalar { .. }) {
            let value = reader.text_of(node, entry.key_at, "a listed value");
            values.extend(value.map(|value| ListedValue { value, name: None, description: String::new() }));
            continue;
        }
        let Some(map) = reader.open(node, first_key(node, entry.key_at), &keys::LISTED_VALUE) else { continue };
        let Some(value) = reader.text(map, "value") else { continue };
        let name = reader.text(map, "name").map(|text| text.value);
        values.push(ListedValue { value, name, description: reader.words(map, "description") });
    }
    Some(At { value: values, at: entry.key_at })
}

fn rule(reader: &mut Reader<'_>, node: &Node, owner: &Entry) -> Option<Rule> {
    let at = first_key(node, owner.key_at);
    let map = reader.open(node, at, &keys::RULE)?;
    let given: Vec<&Entry> = keys::RULE.all().filter_map(|key| map.entry(key)).collect();
    let [entry] = given[..] else {
        if !map.foreign {
            let message = if given.is_empty() {
                "expected a rule, got an empty entry"
            } else {
                "expected one rule in this entry of `rules`, got several"
            };
            let help = format!("write each rule as an entry of its own: one of {}", listed(keys::RULE.all()));
            reader.out.push(Diagnostic::error(Code::InvalidRule, at, message).label("this entry").help(help));
        }
        return None;
    };
    let choice = match entry.key.as_str() {
        "at_least_one_of" => Choice::AtLeast,
        "at_most_one_of" => Choice::AtMost,
        "exactly_one_of" => Choice::Exactly,
        _ => return max_span(reader, entry).map(|kind| Rule { at: entry.key_at, kind }),
    };
    let what = format!("a field of {}", shown(&entry.key));
    let nodes = reader.items(entry)?;
    let names: Vec<At<String>> = nodes.iter().filter_map(|node| reader.text_of(node, entry.key_at, &what)).collect();
    (names.len() == nodes.len()).then_some(Rule { at: entry.key_at, kind: RuleKind::Choice(choice, names) })
}

fn max_span(reader: &mut Reader<'_>, entry: &Entry) -> Option<RuleKind> {
    let map = reader.open(&entry.value, entry.key_at, &keys::MAX_SPAN)?;
    let (start, end) = (reader.text(map, "start"), reader.text(map, "end"));
    let given: Vec<(&str, u64)> = keys::UNITS.into_iter().filter(|(unit, _)| map.entry(unit).is_some()).collect();
    let [(unit, seconds)] = given[..] else {
        if !map.foreign {
            let help = "give exactly one of `days`, `hours` and `seconds`";
            let message = if given.is_empty() {
                "expected a length in `max_span`, got none"
            } else {
                "expected one length in `max_span`, got several"
            };
            let code = if given.is_empty() { Code::MissingKey } else { Code::InvalidRule };
            reader.out.push(Diagnostic::error(code, entry.key_at, message).label("this rule").help(help));
        }
        return None;
    };
    let length = reader.integer(map, unit)?;
    Some(RuleKind::MaxSpan { start: start?, end: end?, seconds: u64::from(length.value) * seconds })
}
