//! What a field holds as the text of a cell.
//!
//! Whole numbers and decimals have all their digits, dates are instants with their zone (`2019-07-30T14:24:45+08:00`), lists and objects
//! are JSON in which decimals are text, so that no reader rounds them.

use std::fmt::Write as _;

use opentop_runtime::__private::engine::table::{FieldRef, Table, at};
use opentop_runtime::DateTime;

use super::columns::Column;

/// The cell of a column; `None` where the item has no such value. Text is escaped nowhere.
pub(crate) fn of(item: &dyn Table, column: &Column) -> Option<String> {
    let value = at(item, &column.path)?;
    match value {
        FieldRef::Text(text) => text.clone(),
        FieldRef::Date(date) => date.map(instant),
        FieldRef::Json(json) => json.as_ref().map(|json| one_line(json.as_str())),
        value => {
            let mut out = String::new();
            write_json(value, &mut out).then(|| unquoted_decimal(value, out))
        }
    }
}

/// A decimal alone is no text.
fn unquoted_decimal(value: FieldRef<'_>, json: String) -> String {
    match value {
        FieldRef::Decimal(Some(decimal)) => decimal.to_string(),
        _ => json,
    }
}

/// An instant with its zone: `2019-07-30T14:24:45+08:00`, with milliseconds where there are any.
pub(crate) fn instant(date: DateTime) -> String {
    let text = date.to_string().replacen(' ', "T", 1);
    match date.unix_millis().rem_euclid(1000) {
        0 => format!("{text}+08:00"),
        millis => format!("{text}.{millis:03}+08:00"),
    }
}

/// Valid JSON holds line ends between its values only.
fn one_line(json: &str) -> String {
    json.replace(['\n', '\r'], " ")
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes a value as JSON; `false`, and nothing, where there is none.
fn write_json(value: FieldRef<'_>, out: &mut String) -> bool {
    match value {
        FieldRef::Text(text) => one(text.as_deref(), quoted, out),
        FieldRef::Int(number) => one(*number, |number| number.to_string(), out),
        FieldRef::Bool(flag) => one(*flag, |flag| flag.to_string(), out),
        FieldRef::Date(date) => one(*date, |date| quoted(&instant(date)), out),
        FieldRef::Decimal(number) => one(*number, |number| quoted(&number.to_string()), out),
        FieldRef::Json(json) => one(json.as_ref(), |json| one_line(json.as_str()), out),
        FieldRef::Object(slot) => slot.get().map(|object| write_object(object, out)).is_some(),
        FieldRef::Texts(list) => many(list, |text| quoted(text), out),
        FieldRef::Ints(list) => many(list, i64::to_string, out),
        FieldRef::Bools(list) => many(list, bool::to_string, out),
        FieldRef::Dates(list) => many(list, |date| quoted(&instant(*date)), out),
        FieldRef::Decimals(list) => many(list, |number| quoted(&number.to_string()), out),
        FieldRef::Jsons(list) => many(list, |json| one_line(json.as_str()), out),
        FieldRef::Objects(list) if !list.is_empty() => {
            for index in 0..list.len() {
                out.push(if index == 0 { '[' } else { ',' });
                if let Some(object) = list.get(index) {
                    write_object(object, out);
                }
            }
            out.push(']');
            true
        }
        _ => false,
    }
}

fn write_object(object: &dyn Table, out: &mut String) {
    out.push('{');
    for (index, name) in object.info().fields.iter().enumerate() {
        let before = out.len();
        let comma = if out.ends_with('{') { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}{}:", quoted(name));
        if !write_json(object.field(index), out) {
            out.truncate(before);
        }
    }
    out.push('}');
}

fn one<T>(value: Option<T>, text: impl Fn(T) -> String, out: &mut String) -> bool {
    let Some(value) = value else { return false };
    out.push_str(&text(value));
    true
}

fn many<T>(list: &[T], text: impl Fn(&T) -> String, out: &mut String) -> bool {
    if list.is_empty() {
        return false;
    }
    for (index, value) in list.iter().enumerate() {
        out.push(if index == 0 { '[' } else { ',' });
        out.push_str(&text(value));
    }
    out.push(']');
    true
}
