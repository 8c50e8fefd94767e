//! Limits of single fields: empty text, length, number of elements, range.

use super::{Field, Violation, ViolationKind};
use crate::{
    encode::scalar_text,
    scalar::exact_decimal,
    table::Value,
    value::{Decimal, Scalar},
};

/// Empty text, given on purpose, would silently not be sent: refuse it, also in lists.
pub(super) fn empty_text(field: &Field<'_>, found: &mut Vec<Violation>) {
    let mut refuse = |path: &str| found.push(Violation::new(path, ViolationKind::EmptyText));
    match field.value {
        Value::Text(Some(text)) if text.is_empty() => refuse(&field.path),
        Value::Enum(slot) if slot.get() == Some(Scalar::Text("")) => refuse(&field.path),
        Value::Texts(list) => {
            let empty = list.iter().enumerate().filter(|(_, text)| text.is_empty());
            empty.for_each(|(index, _)| refuse(&element(field, index)));
        }
        Value::Enums(list) => {
            let empty = (0..list.len()).filter(|index| list.get(*index) == Some(Scalar::Text("")));
            empty.for_each(|index| refuse(&element(field, index)));
        }
        _ => {}
    }
}

/// A comma inside an element would make two of it.
pub(super) fn commas(field: &Field<'_>, found: &mut Vec<Violation>) {
    let mut refuse = |index: usize, text: &str| {
        if text.contains(',') {
            found.push(Violation::new(&element(field, index), ViolationKind::Comma).given(text, field.sensitive));
        }
    };
    match field.value {
        Value::Texts(list) => list.iter().enumerate().for_each(|(index, text)| refuse(index, text)),
        Value::Enums(list) => (0..list.len()).for_each(|index| {
            if let Some(Scalar::Text(text)) = list.get(index) {
                refuse(index, text);
            }
        }),
        _ => {}
    }
}

/// Text by its UTF-16 code units, as the vendor's own SDKs count; a comma-joined list by its joined text; a file by its bytes.
pub(super) fn max_length(limit: u32, field: &Field<'_>, found: &mut Vec<Violation>) {
    match field.value {
        // A file on disk is measured by the server: its length now need not be that when it is read.
        Value::File(Some(file)) => too_long(limit, file.bytes().map_or(0, |bytes| bytes.len()), &field.path, found),
        Value::Text(_) | Value::Json(_) | Value::Enum(_) => {
            let text = scalar_text(field.value).unwrap_or_default();
            too_long(limit, utf16_length(&text), &field.path, found);
        }
        Value::Texts(list) if !field.top_level => {
            for (index, text) in list.iter().enumerate() {
                too_long(limit, utf16_length(text), &element(field, index), found);
            }
        }
        Value::Texts(_) | Value::Ints(_) | Value::Bools(_) | Value::Dates(_) | Value::Decimals(_) | Value::Enums(_)
            if field.top_level =>
        {
            let text = scalar_text(field.value).unwrap_or_default();
            too_long(limit, utf16_length(&text), &field.path, found);
        }
        _ => {}
    }
}

fn too_long(limit: u32, length: usize, path: &str, found: &mut Vec<Violation>) {
    if length > limit as usize {
        found.push(Violation::new(path, ViolationKind::MaxLength { limit, length }));
    }
}

fn utf16_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

pub(super) fn max_items(limit: u32, field: &Field<'_>, found: &mut Vec<Violation>) {
    let count = match field.value {
        Value::Texts(list) => list.len(),
        Value::Ints(list) => list.len(),
        Value::Bools(list) => list.len(),
        Value::Dates(list) => list.len(),
        Value::Decimals(list) => list.len(),
        Value::Jsons(list) => list.len(),
        Value::Enums(list) => list.len(),
        Value::Objects(list) => list.len(),
        _ => 0,
    };
    if count > limit as usize {
        found.push(Violation::new(&field.path, ViolationKind::MaxItems { limit, count }));
    }
}

/// Numbers, exactly; of a list each element.
pub(super) fn range(limit: &'static str, is_max: bool, field: &Field<'_>, found: &mut Vec<Violation>) {
    let Some(bound) = exact_decimal(limit) else { return };
    let mut check = |number: Decimal, path: &str| {
        let outside = if is_max { number > bound } else { number < bound };
        if outside {
            let kind = if is_max { ViolationKind::Max { limit } } else { ViolationKind::Min { limit } };
            found.push(Violation::new(path, kind).given(number, field.sensitive));
        }
    };
    match field.value {
        Value::Int(Some(number)) => check((*number).into(), &field.path),
        Value::Decimal(Some(number)) => check(*number, &field.path),
        Value::Enum(slot) => {
            if let Some(Scalar::Int(number)) = slot.get() {
                check(number.into(), &field.path);
            }
        }
        Value::Ints(list) => {
            list.iter().enumerate().for_each(|(index, number)| check((*number).into(), &element(field, index)));
        }
        Value::Decimals(list) => {
            list.iter().enumerate().for_each(|(index, number)| check(*number, &element(field, index)));
        }
        Value::Enums(list) => (0..list.len()).for_each(|index| {
            if let Some(Scalar::Int(number)) = list.get(index) {
                check(number.into(), &element(field, index));
            }
        }),
        _ => {}
    }
}

fn element(field: &Field<'_>, index: usize) -> String {
    format!("{}[{index}]", field.path)
}
