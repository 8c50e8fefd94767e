//! Equality, copying and clearing over the field table: what `PartialEq`, `Clone` and decoders use.

use super::{Slot, Table, Value};

/// Whether two models hold the same: the same fields, equal values. Decimals compare by value: `1.5` equals `1.50`.
#[must_use]
pub fn equal(one: &dyn Table, other: &dyn Table) -> bool {
    let (shape, others) = (one.shape(), other.shape());
    (std::ptr::eq(shape, others) || (shape.name == others.name && shape.fields == others.fields))
        && (0..shape.fields.len()).all(|index| equal_values(one.value(index), other.value(index)))
}

fn equal_values(one: Value<'_>, other: Value<'_>) -> bool {
    match (one, other) {
        (Value::None, Value::None) => true,
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Date(one), Value::Date(other)) => one == other,
        (Value::Decimal(one), Value::Decimal(other)) => one == other,
        (Value::Json(one), Value::Json(other)) => one == other,
        (Value::File(one), Value::File(other)) => one == other,
        (Value::Enum(one), Value::Enum(other)) => one.get() == other.get(),
        (Value::Object(one), Value::Object(other)) => equal_objects(one.get(), other.get()),
        (Value::Texts(one), Value::Texts(other)) => one == other,
        (Value::Ints(one), Value::Ints(other)) => one == other,
        (Value::Bools(one), Value::Bools(other)) => one == other,
        (Value::Dates(one), Value::Dates(other)) => one == other,
        (Value::Decimals(one), Value::Decimals(other)) => one == other,
        (Value::Jsons(one), Value::Jsons(other)) => one == other,
        (Value::Enums(one), Value::Enums(other)) => {
            one.len() == other.len() && (0..one.len()).all(|index| one.get(index) == other.get(index))
        }
        (Value::Objects(one), Value::Objects(other)) => {
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

/// A copy of a model.
#[must_use]
pub fn copy<T: Table + Default>(from: &T) -> T {
    let mut into = T::default();
    copy_fields(from, &mut into);
    into
}

fn copy_fields(from: &dyn Table, into: &mut dyn Table) {
    for index in 0..from.shape().fields.len() {
        copy_value(from.value(index), into.slot(index));
    }
}

fn copy_value(from: Value<'_>, into: Slot<'_>) {
    match (from, into) {
        (Value::Text(from), Slot::Text(into)) => into.clone_from(from),
        (Value::Int(from), Slot::Int(into)) => *into = *from,
        (Value::Bool(from), Slot::Bool(into)) => *into = *from,
        (Value::Date(from), Slot::Date(into)) => *into = *from,
        (Value::Decimal(from), Slot::Decimal(into)) => *into = *from,
        (Value::Json(from), Slot::Json(into)) => into.clone_from(from),
        (Value::File(from), Slot::File(into)) => into.clone_from(from),
        (Value::Enum(from), Slot::Enum(into)) => from.get().into_iter().for_each(|wire| into.set(wire)),
        (Value::Object(from), Slot::Object(into)) => {
            if let Some(from) = from.get() {
                copy_fields(from, into.insert());
            }
        }
        (Value::Texts(from), Slot::Texts(into)) => *into = from.to_vec(),
        (Value::Ints(from), Slot::Ints(into)) => *into = from.to_vec(),
        (Value::Bools(from), Slot::Bools(into)) => *into = from.to_vec(),
        (Value::Dates(from), Slot::Dates(into)) => *into = from.to_vec(),
        (Value::Decimals(from), Slot::Decimals(into)) => *into = from.to_vec(),
        (Value::Jsons(from), Slot::Jsons(into)) => *into = from.to_vec(),
        (Value::Enums(from), Slot::Enums(into)) => {
            (0..from.len()).filter_map(|index| from.get(index)).for_each(|wire| into.push(wire));
        }
        (Value::Objects(from), Slot::Objects(into)) => {
            (0..from.len()).filter_map(|index| from.get(index)).for_each(|from| copy_fields(from, into.push()));
        }
        _ => {}
    }
}

/// Takes every field of a model away.
pub fn clear(table: &mut dyn Table) {
    for index in 0..table.shape().fields.len() {
        match table.slot(index) {
            Slot::None => {}
            Slot::Text(slot) => *slot = None,
            Slot::Int(slot) => *slot = None,
            Slot::Bool(slot) => *slot = None,
            Slot::Date(slot) => *slot = None,
            Slot::Decimal(slot) => *slot = None,
            Slot::Json(slot) => *slot = None,
            Slot::File(slot) => *slot = None,
            Slot::Enum(slot) => slot.clear(),
            Slot::Object(slot) => slot.clear(),
            Slot::Texts(list) => list.clear(),
            Slot::Ints(list) => list.clear(),
            Slot::Bools(list) => list.clear(),
            Slot::Dates(list) => list.clear(),
            Slot::Decimals(list) => list.clear(),
            Slot::Jsons(list) => list.clear(),
            Slot::Enums(list) => list.clear(),
            Slot::Objects(list) => list.clear(),
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
        for index in 0..model.shape().fields.len() {
            let mut other = model.clone();
            let mut empty = Everything::default();
            copy_value(empty.value(index), other.slot(index));
            clear_one(&mut other, index);
            assert_ne!(model, other, "{}", model.shape().fields[index]);
            clear(&mut empty);
        }
    }

    fn clear_one(model: &mut Everything, index: usize) {
        let kept = copy(model);
        clear(model);
        for other in (0..kept.shape().fields.len()).filter(|other| *other != index) {
            copy_value(kept.value(other), model.slot(other));
        }
    }

    #[test]
    fn a_cleared_model_is_an_empty_one() {
        let mut model = everything();
        clear(&mut model);
        assert_eq!(model, Everything::default());
    }
}
