//! Limits of single fields: empty text, length, number of elements, range.

use super::field::Field;
use super::violation::{Violation, ViolationKind};
use crate::wire::encode::{is_blank, scalar_text};
use crate::wire::scalar::number::exact_decimal;
use crate::wire::table::FieldRef;
use crate::wire::value::{Decimal, Scalar};

/// Empty text, given on purpose, would silently not be sent: refuse it, also in lists.
pub(super) fn empty_text(field: &Field<'_>, found: &mut Vec<Violation>) {
    let mut refuse = |path: &str| found.push(Violation::new(path, ViolationKind::EmptyText));
    match field.value {
        FieldRef::Text(Some(text)) if text.is_empty() => refuse(&field.path),
        FieldRef::Enum(slot) if slot.get() == Some(Scalar::Text("")) => refuse(&field.path),
        FieldRef::Texts(list) => {
            let empty = list.iter().enumerate().filter(|(_, text)| text.is_empty());
            empty.for_each(|(index, _)| refuse(&element(field, index)));
        }
        FieldRef::Enums(list) => {
            let empty = (0..list.len()).filter(|index| list.get(*index) == Some(Scalar::Text("")));
            empty.for_each(|index| refuse(&element(field, index)));
        }
        _ => {}
    }
}

/// A parameter of white space alone: the platform does not sign it, so its signature would not be ours.
pub(super) fn blank_text(field: &Field<'_>, found: &mut Vec<Violation>) {
    let text = match field.value {
        FieldRef::Text(Some(text)) => text.as_str(),
        FieldRef::Enum(slot) => text_of(slot.get()),
        // More than one have a comma between them.
        FieldRef::Texts(list) if list.len() == 1 => &list[0],
        FieldRef::Enums(list) if list.len() == 1 => text_of(list.get(0)),
        _ => return,
    };
    if !text.is_empty() && is_blank(text) {
        found.push(Violation::new(&field.path, ViolationKind::BlankText));
    }
}

fn text_of(value: Option<Scalar<'_>>) -> &str {
    match value {
        Some(Scalar::Text(text)) => text,
        _ => "",
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
        FieldRef::Texts(list) => list.iter().enumerate().for_each(|(index, text)| refuse(index, text)),
        FieldRef::Enums(list) => (0..list.len()).for_each(|index| {
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
        FieldRef::File(Some(file)) => {
            let length = file.bytes().map_or(0, |bytes| bytes.len());
            if length > limit as usize {
                found.push(Violation::new(&field.path, ViolationKind::MaxBytes { limit, length }));
            }
        }
        FieldRef::Text(_) | FieldRef::Json(_) | FieldRef::Enum(_) => {
            let text = scalar_text(field.value).unwrap_or_default();
            too_long(limit, utf16_length(&text), &field.path, found);
        }
        FieldRef::Texts(list) if !field.top_level => {
            for (index, text) in list.iter().enumerate() {
                too_long(limit, utf16_length(text), &element(field, index), found);
            }
        }
        FieldRef::Texts(_)
        | FieldRef::Ints(_)
        | FieldRef::Bools(_)
        | FieldRef::Dates(_)
        | FieldRef::Decimals(_)
        | FieldRef::Enums(_)
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
        FieldRef::Texts(list) => list.len(),
        FieldRef::Ints(list) => list.len(),
        FieldRef::Bools(list) => list.len(),
        FieldRef::Dates(list) => list.len(),
        FieldRef::Decimals(list) => list.len(),
        FieldRef::Jsons(list) => list.len(),
        FieldRef::Enums(list) => list.len(),
        FieldRef::Objects(list) => list.len(),
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
        FieldRef::Int(Some(number)) => check((*number).into(), &field.path),
        FieldRef::Decimal(Some(number)) => check(*number, &field.path),
        FieldRef::Enum(slot) => {
            if let Some(Scalar::Int(number)) = slot.get() {
                check(number.into(), &field.path);
            }
        }
        FieldRef::Ints(list) => {
            list.iter().enumerate().for_each(|(index, number)| check((*number).into(), &element(field, index)));
        }
        FieldRef::Decimals(list) => {
            list.iter().enumerate().for_each(|(index, number)| check(*number, &element(field, index)));
        }
        FieldRef::Enums(list) => (0..list.len()).for_each(|index| {
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
