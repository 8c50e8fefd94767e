//! Encodes example requests for the wire. Tests of the generated crate compare the runtime's encoding with this one. Files appear as
//! `file:` and their name.

use super::values::{ExampleObject, ExampleValue};

/// The parameters, in the order of the spec.
pub(crate) fn parameters(request: &ExampleObject) -> Vec<(String, String)> {
    request.fields.iter().map(|field| (field.wire.as_str().to_owned(), top(&field.value))).collect()
}

/// A parameter at the top level: one text. Lists of scalars are joined by commas; objects, and lists of them or of
/// JSON, are JSON.
fn top(value: &ExampleValue) -> String {
    match value {
        ExampleValue::Text(text)
        | ExampleValue::Date(text)
        | ExampleValue::Decimal(text)
        | ExampleValue::Json(text)
        | ExampleValue::Listed(_, _, text, _)
        | ExampleValue::Unlisted(_, text, _) => text.clone(),
        ExampleValue::Int(number) => number.to_string(),
        ExampleValue::Bool(truth) => truth.to_string(),
        ExampleValue::File(name) => format!("file:{name}"),
        ExampleValue::List(items)
            if !items.iter().any(|item| matches!(item, ExampleValue::Object(_) | ExampleValue::Json(_))) =>
        {
            items.iter().map(top).collect::<Vec<_>>().join(",")
        }
        ExampleValue::Object(_) | ExampleValue::List(_) => {
            let mut out = String::new();
            json(value, &mut out);
            out
        }
    }
}

/// Structure by hand, because decimals and JSON stand as the example has them, digit by digit.
fn json(value: &ExampleValue, out: &mut String) {
    match value {
        ExampleValue::Text(text) | ExampleValue::Date(text) => out.push_str(&quoted(text)),
        ExampleValue::Listed(_, _, text, numeric) | ExampleValue::Unlisted(_, text, numeric) => {
            if *numeric {
                out.push_str(text)
            } else {
                out.push_str(&quoted(text))
            }
        }
        ExampleValue::Decimal(text) | ExampleValue::Json(text) => out.push_str(text),
        ExampleValue::Int(number) => out.push_str(&number.to_string()),
        ExampleValue::Bool(truth) => out.push_str(&truth.to_string()),
        ExampleValue::File(name) => out.push_str(&quoted(name)),
        ExampleValue::Object(object) => {
            out.push('{');
            for (at, field) in object.fields.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&quoted(field.wire.as_str()));
                out.push(':');
                json(&field.value, out);
            }
            out.push('}');
        }
        ExampleValue::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                json(item, out);
            }
            out.push(']');
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
