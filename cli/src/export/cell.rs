//! What a field holds as the text of a cell.
//!
//! Whole numbers and decimals have all their digits, dates are instants with their zone (`2019-07-30T14:24:45+08:00`), lists and objects
//! are JSON in which decimals are text, so that no reader rounds them.

use std::fmt::{Display, Write as _};

use opentop_runtime::__private::engine::table::{FieldRef, Table, at};
use opentop_runtime::{DateTime, Decimal};

use super::columns::Column;

/// The cell of a column; `None` where the item has no such value. Text is escaped nowhere. `scratch` is empty, and may hold the cell.
pub(crate) fn of<'a>(item: &'a dyn Table, column: &Column, scratch: &'a mut String) -> Option<&'a str> {
    match at(item, &column.path)? {
        FieldRef::Text(text) => return text.as_deref(),
        // Alone, neither is quoted.
        FieldRef::Date(date) => write_instant((*date)?, scratch),
        FieldRef::Decimal(number) => show((*number)?, scratch),
        value => write_json(value, scratch).then_some(())?,
    }
    Some(scratch)
}

/// Writes an instant with its zone: `2019-07-30T14:24:45+08:00`, with milliseconds where there are any.
fn write_instant(date: DateTime, out: &mut String) {
    let start = out.len();
    show(date, out);
    if let Some(at) = out[start..].find(' ') {
        out.replace_range(start + at..=start + at, "T");
    }
    let millis = date.unix_millis().rem_euclid(1000);
    if millis > 0 {
        show(format_args!(".{millis:03}"), out);
    }
    out.push_str("+08:00");
}

/// Writes JSON. Line ends stand between its values only.
fn write_one_line(json: &str, out: &mut String) {
    out.extend(json.chars().map(|letter| if matches!(letter, '\n' | '\r') { ' ' } else { letter }));
}

/// Writes text as JSON.
pub(crate) fn quote(text: &str, out: &mut Vec<u8>) {
    // Writing to memory cannot fail, nor can text.
    let _ = serde_json::to_writer(out, text);
}

/// Text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn show(value: impl Display, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

fn write_quoted(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

/// Writes a value as JSON. Writes nothing and returns `false` if it is absent.
fn write_json(value: FieldRef<'_>, out: &mut String) -> bool {
    match value {
        FieldRef::Text(text) => one(text.as_deref(), text_as_json, out),
        FieldRef::Int(number) => one(*number, show, out),
        FieldRef::Bool(flag) => one(*flag, show, out),
        FieldRef::Date(date) => one(*date, date_as_json, out),
        FieldRef::Decimal(number) => one(*number, decimal_as_json, out),
        FieldRef::Json(json) => one(json.as_ref(), |json, out| write_one_line(json.as_str(), out), out),
        FieldRef::Object(slot) => slot.get().map(|object| write_object(object, out)).is_some(),
        FieldRef::Texts(list) => many(list, |text, out| text_as_json(text, out), out),
        FieldRef::Ints(list) => many(list, show, out),
        FieldRef::Bools(list) => many(list, show, out),
        FieldRef::Dates(list) => many(list, |date, out| date_as_json(*date, out), out),
        FieldRef::Decimals(list) => many(list, |number, out| decimal_as_json(*number, out), out),
        FieldRef::Jsons(list) => many(list, |json, out| write_one_line(json.as_str(), out), out),
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

fn text_as_json(text: &str, out: &mut String) {
    out.push_str(&quoted(text));
}

fn date_as_json(date: DateTime, out: &mut String) {
    write_quoted(out, |out| write_instant(date, out));
}

fn decimal_as_json(number: Decimal, out: &mut String) {
    write_quoted(out, |out| show(number, out));
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

fn one<T>(value: Option<T>, write: impl Fn(T, &mut String), out: &mut String) -> bool {
    let Some(value) = value else { return false };
    write(value, out);
    true
}

fn many<'a, T>(list: &'a [T], write: impl Fn(&'a T, &mut String), out: &mut String) -> bool {
    if list.is_empty() {
        return false;
    }
    for (index, value) in list.iter().enumerate() {
        out.push(if index == 0 { '[' } else { ',' });
        write(value, out);
    }
    out.push(']');
    true
}
