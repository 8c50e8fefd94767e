//! Writes answers to decode: one method's response with a given number of items, in the three forms that a gateway gives.
//!
//! Values come from the spec's examples. Those of items differ from item to item, so that no branch predictor learns the answer
//! by heart.

use serde_json::{Map, Value, json};

use crate::catalogue::{Api, Field, Kind};

/// How objects may nest; beyond it they are left out (types may contain themselves).
const DEPTH: usize = 6;

/// An answer in its three forms.
pub(crate) struct Answer {
    pub(crate) simplified: String,
    pub(crate) wrapped: String,
    pub(crate) xml: String,
}

/// Builds the answer of `api` with `items` items.
pub(crate) fn answer(api: &Api, items: usize) -> Answer {
    let path = api.items.clone().unwrap_or_default();
    let builder = Builder { api, items };
    let simplified = builder.object(&api.response, Some(&path), 0, 0, false);
    let wrapped = builder.object(&api.response, Some(&path), 0, 0, true);
    let mut xml = format!("<{}>", api.envelope);
    write_xml(&mut xml, &wrapped);
    xml += &format!("</{}>", api.envelope);
    Answer { simplified: simplified.to_string(), wrapped: json!({ api.envelope.clone(): wrapped }).to_string(), xml }
}

struct Builder<'a> {
    api: &'a Api,
    items: usize,
}

impl Builder<'_> {
    /// `path` leads to the list of items, where it lies in this object.
    fn object(&self, fields: &[Field], path: Option<&[usize]>, at: usize, depth: usize, wrapped: bool) -> Value {
        let mut object = Map::new();
        for (index, field) in fields.iter().enumerate() {
            let path =
                path.and_then(|path| path.split_first()).filter(|(first, _)| **first == index).map(|(_, rest)| rest);
            if let Some(value) = self.field(field, path, at, depth, wrapped) {
                object.entry(field.wire.clone()).or_insert(value);
            }
        }
        Value::Object(object)
    }

    fn field(&self, field: &Field, path: Option<&[usize]>, at: usize, depth: usize, wrapped: bool) -> Option<Value> {
        let Kind::Object(id) = field.kind else {
            let value = scalar(field, at);
            return Some(if field.list { list(vec![value], element(field.kind), wrapped) } else { value });
        };
        if depth == DEPTH {
            return None;
        }
        let named = &self.api.types[id];
        let one = |at| self.object(&named.fields, path, at, depth + 1, wrapped);
        if !field.list {
            return Some(one(at));
        }
        let count = if path.is_some_and(<[usize]>::is_empty) { self.items } else { 1 };
        let name = opentop_model::model::element_name(&named.name);
        Some(list((0..count).map(one).collect(), &name, wrapped))
    }
}

fn list(items: Vec<Value>, element: &str, wrapped: bool) -> Value {
    if wrapped { json!({ element: items }) } else { Value::Array(items) }
}

fn element(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "number",
        Kind::Bool => "boolean",
        Kind::Date => "date",
        Kind::Decimal => "price",
        Kind::Json => "json",
        Kind::Text | Kind::Object(_) => "string",
    }
}

/// The example where it fits the type, else something that does; numbers at the end of text and of dates vary.
fn scalar(field: &Field, at: usize) -> Value {
    let example = field.example.as_deref().map(str::trim);
    match field.kind {
        Kind::Int => {
            let base: i64 = example.and_then(|text| text.parse().ok()).unwrap_or(1_000);
            json!(base.saturating_add(i64::try_from(at).unwrap_or(0)))
        }
        Kind::Bool => json!(at.is_multiple_of(2)),
        Kind::Date => json!(format!("2019-07-{:02} 14:{:02}:{:02}", 1 + at % 28, at / 28 % 60, at / 1680 % 60)),
        Kind::Decimal => json!(format!("{}.{:02}", 10 + at, at % 100)),
        Kind::Json => json!(format!("{{\"n\":{at}}}")),
        Kind::Text | Kind::Object(_) => text(field, example, at),
    }
}

fn text(field: &Field, example: Option<&str>, at: usize) -> Value {
    if let Some(value) = field.values.get(at % field.values.len().max(1)) {
        return json!(value);
    }
    let base = example.unwrap_or("some text");
    match base.parse::<u64>() {
        Ok(number) => json!(number.saturating_add(at as u64).to_string()),
        Err(_) => json!(base),
    }
}

fn write_xml(out: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(value) => *out += &value.to_string(),
        Value::Number(number) => *out += &number.to_string(),
        Value::String(text) => escape(out, text),
        Value::Array(items) => items.iter().for_each(|item| write_xml(out, item)),
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::Array(items) => items.iter().for_each(|item| tagged(out, name, item)),
                    value => tagged(out, name, value),
                }
            }
        }
    }
}

fn tagged(out: &mut String, name: &str, value: &Value) {
    *out += &format!("<{name}>");
    write_xml(out, value);
    *out += &format!("</{name}>");
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => *out += "&lt;",
            '>' => *out += "&gt;",
            '&' => *out += "&amp;",
            '"' => *out += "&quot;",
            other => out.push(other),
        }
    }
}
