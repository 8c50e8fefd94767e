//! `Debug` over the field table: present fields only, sensitive ones redacted.

use std::fmt;

use super::{FieldRef, ObjectListSlot, Table};
use crate::wire::value::Scalar;

/// Shows a model as `Name { field: value, … }` by wire names. Absent fields and empty lists are left out; fields that the
/// specification marks as sensitive show as `[redacted]`.
///
/// # Errors
/// Where the formatter fails.
pub fn debug(table: &dyn Table, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shape = table.info();
    let mut fields = f.debug_struct(shape.name);
    for (index, name) in shape.fields.iter().enumerate() {
        let value = table.field(index);
        if value.is_absent() {
            continue;
        }
        if shape.is_sensitive(index) {
            fields.field(name, &format_args!("[redacted]"));
        } else {
            fields.field(name, &Shown(value));
        }
    }
    fields.finish()
}

/// A present value, without the `Some` around it.
struct Shown<'a>(FieldRef<'a>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            FieldRef::None => Ok(()),
            FieldRef::Text(value) => one(value, f),
            FieldRef::Int(value) => one(value, f),
            FieldRef::Bool(value) => one(value, f),
            FieldRef::Date(value) => one(value, f),
            FieldRef::Decimal(value) => one(value, f),
            FieldRef::Json(value) => one(value, f),
            FieldRef::File(value) => one(value, f),
            FieldRef::Enum(slot) => slot.get().map_or(Ok(()), |value| wire(value, f)),
            FieldRef::Object(slot) => slot.get().map_or(Ok(()), |table| debug(table, f)),
            FieldRef::Texts(values) => fmt::Debug::fmt(values, f),
            FieldRef::Ints(values) => fmt::Debug::fmt(values, f),
            FieldRef::Bools(values) => fmt::Debug::fmt(values, f),
            FieldRef::Dates(values) => fmt::Debug::fmt(values, f),
            FieldRef::Decimals(values) => fmt::Debug::fmt(values, f),
            FieldRef::Jsons(values) => fmt::Debug::fmt(values, f),
            FieldRef::Enums(list) => {
                f.debug_list().entries((0..list.len()).filter_map(|index| list.get(index)).map(Wire)).finish()
            }
            FieldRef::Objects(list) => {
                f.debug_list().entries((0..list.len()).map(|index| Element { list, index })).finish()
            }
        }
    }
}

fn one(value: &Option<impl fmt::Debug>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    value.as_ref().map_or(Ok(()), |value| fmt::Debug::fmt(value, f))
}

fn wire(value: Scalar<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Scalar::Text(text) => fmt::Debug::fmt(text, f),
        Scalar::Int(number) => fmt::Debug::fmt(&number, f),
    }
}

struct Wire<'a>(Scalar<'a>);

impl fmt::Debug for Wire<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wire(self.0, f)
    }
}

struct Element<'a> {
    list: &'a dyn ObjectListSlot,
    index: usize,
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.get(self.index).map_or(Ok(()), |table| debug(table, f))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample_tables::{Gift, RedeemRequest};

    #[test]
    fn only_present_fields_are_shown_and_sensitive_ones_are_redacted() {
        let request = RedeemRequest {
            request_id: Some("a1".to_owned()),
            phone: Some("13800000000".to_owned()),
            gift: Some(Box::new(Gift { gift_id: Some(7), ..Gift::default() })),
            tags: vec!["x".to_owned()],
            ..RedeemRequest::default()
        };
        let flat = r#"RedeemRequest { request_id: "a1", phone: [redacted], gift: Gift { gift_id: 7 }, tags: ["x"] }"#;
        assert_eq!(format!("{request:?}"), flat);
        let pretty = "RedeemRequest {\n    request_id: \"a1\",\n    phone: [redacted],\n    gift: Gift {\n        gift_id: 7,\n    },\n    tags: [\n        \"x\",\n    ],\n}";
        assert_eq!(format!("{request:#?}"), pretty);
        assert_eq!(format!("{:?}", RedeemRequest::default()), "RedeemRequest");
    }
}
