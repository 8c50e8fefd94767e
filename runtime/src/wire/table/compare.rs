//! Equality, copying and clearing over the field table: what `PartialEq`, `Clone` and decoders use.

use super::{FieldMut, FieldRef, Table};

/// Whether two models hold the same: the same fields, equal values. Decimals compare by value: `1.5` equals `1.50`.
#[must_use]
pub fn equal(one: &dyn Table, other: &dyn Table) -> bool {
    let (shape, others) = (one.info(), other.info());
    (std::ptr::eq(shape, others) || (shape.name == others.name && shape.fields == others.fields))
        && (0..shape.fields.len()).all(|index| equal_values(one.field(index), other.field(index)))
}

fn equal_values(one: FieldRef<'_>, other: FieldRef<'_>) -> bool {
    match (one, other) {
        (FieldRef::None, FieldRef::None) => true,
        (FieldRef::Text(one), FieldRef::Text(other)) => one == other,
        (FieldRef::Int(one), FieldRef::Int(other)) => one == other,
        (FieldRef::Bool(one), FieldRef::Bool(other)) => one == other,
        (FieldRef::Date(one), FieldRef::Date(other)) => one == other,
        (FieldRef::Decimal(one), FieldRef::Decimal(other)) => one == other,
        (FieldRef::Json(one), FieldRef::Json(other)) => one == other,
        (FieldRef::File(one), FieldRef::File(other)) => one == other,
        (FieldRef::Enum(one), FieldRef::Enum(other)) => one.get() == other.get(),
        (FieldRef::Object(one), FieldRef::Object(other)) => equal_objects(one.get(), other.get()),
        (FieldRef::Texts(one), FieldRef::Texts(other)) => one == other,
        (FieldRef::Ints(one), FieldRef::Ints(other)) => one == other,
        (FieldRef::Bools(one), FieldRef::Bools(other)) => one == other,
        (FieldRef::Dates(one), FieldRef::Dates(other)) => one == other,
        (FieldRef::Decimals(one), FieldRef::Decimals(other)) => one == other,
        (FieldRef::Jsons(one), FieldRef::Jsons(other)) => one == other,
        (FieldRef::Enums(one), FieldRef::Enums(other)) => {
            one.len() == other.len() && (0..one.len()).all(|index| one.get(index) == other.get(index))
        }
        (FieldRef::Objects(one), FieldRef::Objects(other)) => {
            one.len() == other.len() && (0..one.len()).all(|index| equal_objects(one.get(index), other.get(index)))
        }
        _ => false,
    }
}

fn equal_objects(one: Option<&dyn Table>, other: Option<&dyn Table>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => equal(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// Whether no field is set: no value, no element of a list, no object.
#[must_use]
pub fn is_empty(table: &dyn Table) -> bool {
    (0..table.info().fields.len()).all(|index| table.field(index).is_absent())
}

/// A copy of a model.
#[must_use]
pub fn copy<T: Table + Default>(from: &T) -> T {
    let mut into = T::default();
    copy_fields(from, &mut into);
    into
}

/// Copies one field of a model into another model of its type, where it is absent.
#[cfg(feature = "spi")]
pub(crate) fn copy_field(from: &dyn Table, into: &mut dyn Table, index: usize) {
    copy_value(from.field(index), into.field_mut(index));
}

fn copy_fields(from: &dyn Table, into: &mut dyn Table) {
    for index in 0..from.info().fields.len() {
        copy_value(from.field(index), into.field_mut(index));
    }
}

fn copy_value(from: FieldRef<'_>, into: FieldMut<'_>) {
    match (from, into) {
        (FieldRef::Text(from), FieldMut::Text(into)) => into.clone_from(from),
        (FieldRef::Int(from), FieldMut::Int(into)) => *into = *from,
        (FieldRef::Bool(from), FieldMut::Bool(into)) => *into = *from,
        (FieldRef::Date(from), FieldMut::Date(into)) => *into = *from,
        (FieldRef::Decimal(from), FieldMut::Decimal(into)) => *into = *from,
        (FieldRef::Json(from), FieldMut::Json(into)) => into.clone_from(from),
        (FieldRef::File(from), FieldMut::File(into)) => into.clone_from(from),
        (FieldRef::Enum(from), FieldMut::Enum(into)) => from.get().into_iter().for_each(|wire| into.set(wire)),
        (FieldRef::Object(from), FieldMut::Object(into)) => {
            if let Some(from) = from.get() {
                copy_fields(from, into.insert());
            }
        }
        (FieldRef::Texts(from), FieldMut::Texts(into)) => *into = from.to_vec(),
        (FieldRef::Ints(from), FieldMut::Ints(into)) => *into = from.to_vec(),
        (FieldRef::Bools(from), FieldMut::Bools(into)) => *into = from.to_vec(),
        (FieldRef::Dates(from), FieldMut::Dates(into)) => *into = from.to_vec(),
        (FieldRef::Decimals(from), FieldMut::Decimals(into)) => *into = from.to_vec(),
        (FieldRef::Jsons(from), FieldMut::Jsons(into)) => *into = from.to_vec(),
        (FieldRef::Enums(from), FieldMut::Enums(into)) => {
            (0..from.len()).filter_map(|index| from.get(index)).for_each(|wire| into.push(wire));
        }
        (FieldRef::Objects(from), FieldMut::Objects(into)) => {
            (0..from.len()).filter_map(|index| from.get(index)).for_each(|from| copy_fields(from, into.push()));
        }
        _ => {}
    }
}

/// Takes every field of a model away.
pub fn clear(table: &mut dyn Table) {
    for index in 0..table.info().fields.len() {
        match table.field_mut(index) {
            FieldMut::None => {}
            FieldMut::Text(slot) => *slot = None,
            FieldMut::Int(slot) => *slot = None,
            FieldMut::Bool(slot) => *slot = None,
            FieldMut::Date(slot) => *slot = None,
            FieldMut::Decimal(slot) => *slot = None,
            FieldMut::Json(slot) => *slot = None,
            FieldMut::File(slot) => *slot = None,
            FieldMut::Enum(slot) => slot.clear(),
            FieldMut::Object(slot) => slot.clear(),
            FieldMut::Texts(list) => list.clear(),
            FieldMut::Ints(list) => list.clear(),
            FieldMut::Bools(list) => list.clear(),
            FieldMut::Dates(list) => list.clear(),
            FieldMut::Decimals(list) => list.clear(),
            FieldMut::Jsons(list) => list.clear(),
            FieldMut::Enums(list) => list.clear(),
            FieldMut::Objects(list) => list.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_tables::{Everything, everything};

    #[test]
    fn a_copy_equals_its_model_in_every_kind_of_field() {
        let model = everything();
        assert_eq!(model.clone(), model);
        assert_ne!(model, Everything::default());
    }

    #[test]
    fn a_change_in_any_single_field_is_a_difference() {
        let model = everything();
        for index in 0..model.info().fields.len() {
            let mut other = model.clone();
            let mut empty = Everything::default();
            copy_value(empty.field(index), other.field_mut(index));
            clear_one(&mut other, index);
            assert_ne!(model, other, "{}", model.info().fields[index]);
            clear(&mut empty);
        }
    }

    fn clear_one(model: &mut Everything, index: usize) {
        let kept = copy(model);
        clear(model);
        for other in (0..kept.info().fields.len()).filter(|other| *other != index) {
            copy_value(kept.field(other), model.field_mut(other));
        }
    }

    #[test]
    fn a_cleared_model_is_an_empty_one() {
        let mut model = everything();
        clear(&mut model);
        assert_eq!(model, Everything::default());
    }
}
