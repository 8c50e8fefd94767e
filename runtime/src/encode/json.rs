//! A model as JSON text in the simplified shape.

use std::fmt::{Display, Write as _};

use serde::Serialize;

use crate::{
    table::{ObjectListSlot, Table, Value},
    value::{DateTime, Decimal, Json, Scalar},
};

/// Writes a model as a JSON object by wire names, in the order of the specification.
///
/// Absent fields and empty lists are left out. Dates are `"yyyy-MM-dd HH:mm:ss"`, decimals plain numbers with their scale
/// (`12.30`, never an exponent), JSON fields stand as they are, non-ASCII text is not escaped. Files have no JSON form.
#[must_use]
pub fn json(table: &dyn Table) -> String {
    let mut out = Vec::with_capacity(256);
    object(table, &mut out);
    String::from_utf8(out).expect("invariant: only text is written")
}

/// Writes what a field holds, where it holds anything.
pub(super) fn value_json(value: Value<'_>) -> Option<String> {
    if value.is_absent() || matches!(value, Value::File(_)) {
        return None;
    }
    let mut out = Vec::with_capacity(256);
    present(value, &mut out);
    Some(String::from_utf8(out).expect("invariant: only text is written"))
}

fn object(table: &dyn Table, out: &mut Vec<u8>) {
    out.push(b'{');
    let empty = out.len();
    for (index, name) in table.shape().fields.iter().enumerate() {
        let value = table.value(index);
        if value.is_absent() || matches!(value, Value::File(_)) {
            continue;
        }
        if out.len() > empty {
            out.push(b',');
        }
        key(name, out);
        present(value, out);
    }
    out.push(b'}');
}

fn present(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::None | Value::File(_) => {}
        Value::Text(value) => one(value, |value, out| text(value, out), out),
        Value::Int(value) => one(value, serde, out),
        Value::Bool(value) => one(value, serde, out),
        Value::Date(value) => one(value, date, out),
        Value::Decimal(value) => one(value, decimal, out),
        Value::Json(value) => one(value, verbatim, out),
        Value::Enum(slot) => one(&slot.get(), scalar, out),
        Value::Object(slot) => slot.get().into_iter().for_each(|table| object(table, out)),
        Value::Texts(list) => array(list, |value, out| text(value, out), out),
        Value::Ints(list) => array(list, serde, out),
        Value::Bools(list) => array(list, serde, out),
        Value::Dates(list) => array(list, date, out),
        Value::Decimals(list) => array(list, decimal, out),
        Value::Jsons(list) => array(list, verbatim, out),
        Value::Enums(list) => array(&(0..list.len()).filter_map(|at| list.get(at)).collect::<Vec<_>>(), scalar, out),
        Value::Objects(list) => objects(list, out),
    }
}

fn one<T>(value: &Option<T>, write: impl Fn(&T, &mut Vec<u8>), out: &mut Vec<u8>) {
    if let Some(value) = value {
        write(value, out);
    }
}

fn array<T>(list: &[T], write: impl Fn(&T, &mut Vec<u8>), out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, value) in list.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(value, out);
    }
    out.push(b']');
}

fn objects(list: &dyn ObjectListSlot, out: &mut Vec<u8>) {
    out.push(b'[');
    for index in 0..list.len() {
        if index > 0 {
            out.push(b',');
        }
        list.get(index).into_iter().for_each(|table| object(table, out));
    }
    out.push(b']');
}

/// A wire name and its colon; hardly any name needs escaping.
fn key(name: &str, out: &mut Vec<u8>) {
    let odd = name.bytes().fold(false, |odd, byte| odd | (byte < b' ') | (byte == b'"') | (byte == b'\\'));
    if odd {
        text(name, out);
    } else {
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.push(b'"');
    }
    out.push(b':');
}

/// Escapes and quotes.
fn text(value: &str, out: &mut Vec<u8>) {
    serde(value, out);
}

fn serde(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("invariant: scalars are always JSON");
}

fn date(value: &DateTime, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(&value.wire());
    out.push(b'"');
}

fn decimal(value: &Decimal, out: &mut Vec<u8>) {
    plain(value, out);
}

fn verbatim(value: &Json, out: &mut Vec<u8>) {
    out.extend_from_slice(value.as_str().as_bytes());
}

fn scalar(value: &Scalar<'_>, out: &mut Vec<u8>) {
    match value {
        Scalar::Text(value) => text(value, out),
        Scalar::Int(value) => serde(value, out),
    }
}

/// Writes without quotes.
fn plain(value: &impl Display, out: &mut Vec<u8>) {
    struct Bytes<'a>(&'a mut Vec<u8>);
    impl std::fmt::Write for Bytes<'_> {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
    write!(Bytes(out), "{value}").expect("invariant: writing to memory cannot fail");
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
    fn decimals_never_have_an_exponent() {
        let tiny = Everything { decimal: Some(decimal("0.0000000000000000000000000001")), ..Everything::default() };
        assert_eq!(json(&tiny), r#"{"decimal":0.0000000000000000000000000001}"#);
        let huge = Everything { decimal: Some(Decimal::MAX), ..Everything::default() };
        assert_eq!(json(&huge), r#"{"decimal":79228162514264337593543950335}"#);
    }
}
