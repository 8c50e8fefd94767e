//! A model as JSON text in the simplified shape.

use std::fmt::Write as _;

use crate::wire::json_text::{is_plain, plain_end};
use crate::wire::table::{FieldRef, Table};
use crate::wire::value::{DateTime, Decimal, Json, Scalar};

/// Writes a model as a JSON object by wire names, in the order of the specification.
///
/// Absent fields and empty lists are left out. Dates are `"yyyy-MM-dd HH:mm:ss"`, decimals plain numbers with their scale
/// (`12.30`, never an exponent), JSON fields stand as they are, non-ASCII text is not escaped. Files have no JSON form.
#[must_use]
pub fn json(table: &dyn Table) -> String {
    let mut out = String::with_capacity(256);
    object(table, &mut out);
    out
}

/// Appends what [`json`] writes.
pub(crate) fn append_json(table: &dyn Table, out: &mut String) {
    object(table, out);
}

/// Writes what a field holds, where it holds anything.
pub(super) fn value_json(value: FieldRef<'_>) -> Option<String> {
    let mut out = String::with_capacity(256);
    member(None, value, &mut out);
    (!out.is_empty()).then_some(out)
}

fn object(table: &dyn Table, out: &mut String) {
    out.push('{');
    for (index, name) in table.info().fields.iter().enumerate() {
        member(Some(name), table.field(index), out);
    }
    out.push('}');
}

/// Writes a member of an object, or a value without a name; nothing where the field is absent, an empty list or a file.
fn member(name: Option<&str>, value: FieldRef<'_>, out: &mut String) {
    match value {
        FieldRef::None | FieldRef::File(_) => {}
        FieldRef::Text(value) => one(name, value.as_deref(), text, out),
        FieldRef::Int(value) => one(name, *value, int, out),
        FieldRef::Bool(value) => one(name, *value, boolean, out),
        FieldRef::Date(value) => one(name, value.as_ref(), date, out),
        FieldRef::Decimal(value) => one(name, value.as_ref(), decimal, out),
        FieldRef::Json(value) => one(name, value.as_ref(), verbatim, out),
        FieldRef::Enum(slot) => one(name, slot.get(), scalar, out),
        FieldRef::Object(slot) => one(name, slot.get(), object, out),
        FieldRef::Texts(list) => array(name, list.iter().map(String::as_str), text, out),
        FieldRef::Ints(list) => array(name, list.iter().copied(), int, out),
        FieldRef::Bools(list) => array(name, list.iter().copied(), boolean, out),
        FieldRef::Dates(list) => array(name, list.iter(), date, out),
        FieldRef::Decimals(list) => array(name, list.iter(), decimal, out),
        FieldRef::Jsons(list) => array(name, list.iter(), verbatim, out),
        FieldRef::Enums(list) => array(name, (0..list.len()).filter_map(|at| list.get(at)), scalar, out),
        FieldRef::Objects(list) => array(name, (0..list.len()).filter_map(|at| list.get(at)), object, out),
    }
}

#[inline]
fn one<T>(name: Option<&str>, value: Option<T>, write: impl Fn(T, &mut String), out: &mut String) {
    if let Some(value) = value {
        key(name, out);
        write(value, out);
    }
}

#[inline]
fn array<T>(name: Option<&str>, values: impl Iterator<Item = T>, write: impl Fn(T, &mut String), out: &mut String) {
    let mut is_empty = true;
    for value in values {
        if is_empty {
            key(name, out);
        }
        out.push(if is_empty { '[' } else { ',' });
        write(value, out);
        is_empty = false;
    }
    if !is_empty {
        out.push(']');
    }
}

/// The comma before a member, its name and its colon.
fn key(name: Option<&str>, out: &mut String) {
    let Some(name) = name else { return };
    // No value ends with an opening brace: where there is one, this member is the first.
    if !out.ends_with('{') {
        out.push(',');
    }
    text(name, out);
    out.push(':');
}

/// Escapes and quotes.
#[inline]
fn text(value: &str, out: &mut String) {
    out.push('"');
    // Nearly every text.
    if is_plain(value.as_bytes()) {
        out.push_str(value);
    } else {
        escaped(value, out);
    }
    out.push('"');
}

/// Text with something to escape.
fn escaped(mut rest: &str, out: &mut String) {
    while let Some(&byte) = rest.as_bytes().first() {
        let end = plain_end(rest.as_bytes(), 0);
        if end > 0 {
            let (plain, others) = rest.split_at(end);
            out.push_str(plain);
            rest = others;
            continue;
        }
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            control => write!(out, "\\u{control:04x}").expect(INFALLIBLE),
        }
        rest = &rest[1..];
    }
}

const INFALLIBLE: &str = "invariant: writing to a String cannot fail";

/// Digits by hand: there is no sign, width or radix for the formatter to look at.
fn int(value: i64, out: &mut String) {
    let mut digits = [0_u8; 20];
    let (mut rest, mut start) = (value.unsigned_abs(), digits.len());
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    out.push_str(str::from_utf8(&digits[start..]).expect("invariant: digits are ASCII"));
}

fn boolean(value: bool, out: &mut String) {
    out.push_str(if value { "true" } else { "false" });
}

fn date(value: &DateTime, out: &mut String) {
    out.push('"');
    out.push_str(str::from_utf8(&value.wire()).expect("invariant: dates are ASCII"));
    out.push('"');
}

fn decimal(value: &Decimal, out: &mut String) {
    write!(out, "{value}").expect(INFALLIBLE);
}

fn verbatim(value: &Json, out: &mut String) {
    out.push_str(value.as_str());
}

fn scalar(value: Scalar<'_>, out: &mut String) {
    match value {
        Scalar::Text(value) => text(value, out),
        Scalar::Int(value) => int(value, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_tables::{Everything, decimal, everything};

    #[test]
    fn every_kind_of_field_has_its_form() {
        assert_eq!(
            json(&everything()),
            concat!(
                r#"{"text":"say \"好\"","int":-42,"bool":true,"date":"2019-07-30 14:24:45","decimal":12.30,"#,
                r#""json":{"a": 1.10},"channel":"CS","level":88,"object":{"text":"inner"},"texts":["a","b"],"#,
                r#""ints":[1,9223372036854775807],"bools":[false],"dates":["2020-01-01 00:00:00"],"decimals":[0.10],"#,
                r#""jsons":[[1,2]],"channels":["KRY","NEW"],"levels":[7],"objects":[{"int":1},{"object":{"int":2}}]}"#
            )
        );
        assert_eq!(json(&Everything::default()), "{}");
    }

    #[test]
    fn text_is_escaped_as_serde_json_does() {
        let every: String = (0..=0x2ff).filter_map(char::from_u32).collect();
        for text in [every.as_str(), "", "plain", "\\", "\u{1}\u{7f}", "好\"", "0123456\"", "01234567\""] {
            let model = Everything { text: Some(text.to_owned()), ..Everything::default() };
            assert_eq!(json(&model), format!(r#"{{"text":{}}}"#, serde_json::Value::from(text)));
        }
    }

    #[test]
    fn whole_numbers_have_all_their_digits() {
        for number in [0, 1, -1, 9, 10, 99, 100, -100, i64::MAX, i64::MIN] {
            let model = Everything { int: Some(number), ..Everything::default() };
            assert_eq!(json(&model), format!(r#"{{"int":{number}}}"#));
        }
    }

    #[test]
    fn decimals_never_have_an_exponent() {
        let tiny = Everything { decimal: Some(decimal("0.0000000000000000000000000001")), ..Everything::default() };
        assert_eq!(json(&tiny), r#"{"decimal":0.0000000000000000000000000001}"#);
        let huge = Everything { decimal: Some(Decimal::MAX), ..Everything::default() };
        assert_eq!(json(&huge), r#"{"decimal":79228162514264337593543950335}"#);
    }
}
