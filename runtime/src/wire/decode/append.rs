//! Elements of a list, each read as if it were a field of its own.

use crate::wire::scalar::Appended;
use crate::wire::table::{FieldMut, ObjectListSlot, ObjectSlot, Table};

/// Lends the next element of a list to `read` as if it were a field of its own, and appends it if it was filled.
pub(super) fn append<E>(list: FieldMut<'_>, read: impl FnOnce(FieldMut<'_>) -> Result<(), E>) -> Result<(), E> {
    fn scalar<T, E>(
        list: &mut Vec<T>,
        slot: fn(&mut Option<T>) -> FieldMut<'_>,
        read: impl FnOnce(FieldMut<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut one = None;
        read(slot(&mut one))?;
        list.extend(one);
        Ok(())
    }
    match list {
        FieldMut::Texts(list) => scalar(list, |one| FieldMut::Text(one), read),
        FieldMut::Ints(list) => scalar(list, |one| FieldMut::Int(one), read),
        FieldMut::Bools(list) => scalar(list, |one| FieldMut::Bool(one), read),
        FieldMut::Dates(list) => scalar(list, |one| FieldMut::Date(one), read),
        FieldMut::Decimals(list) => scalar(list, |one| FieldMut::Decimal(one), read),
        FieldMut::Jsons(list) => scalar(list, |one| FieldMut::Json(one), read),
        FieldMut::Enums(list) => read(FieldMut::Enum(&mut Appended(list))),
        FieldMut::Objects(list) => read(FieldMut::Object(&mut AppendedObject(list))),
        _ => read(FieldMut::None),
    }
}

/// Lends the end of a list as the slot of its next object.
struct AppendedObject<'a>(&'a mut dyn ObjectListSlot);

impl ObjectSlot for AppendedObject<'_> {
    fn get(&self) -> Option<&dyn Table> {
        None
    }
    fn insert(&mut self) -> &mut dyn Table {
        self.0.push()
    }
    fn clear(&mut self) {}
}
