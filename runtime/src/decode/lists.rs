//! Lists in JSON: arrays, the wrapper of the normal shape, and their elements.
//!
//! In: what a deserializer gives for a list. Out: its elements appended. An element is read as if it were a field of its own, so
//! that it follows the same rules.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};

use super::{context::Context, json::SlotSeed};
use crate::{
    scalar::Appended,
    table::{ObjectListSlot, ObjectSlot, Slot, Table},
};

/// Reads the elements of a list; null and empty ones are skipped.
pub(super) fn items<'de, A: SeqAccess<'de>>(mut seq: A, mut list: Slot<'_>, cx: &mut Context) -> Result<(), A::Error> {
    let mut index = 0;
    loop {
        cx.enter_item(index);
        let item = seq.next_element_seed(ItemSeed { list: list.reborrow(), cx: &mut *cx })?;
        cx.leave();
        if item.is_none() {
            return Ok(());
        }
        index += 1;
    }
}

/// Reads the object that wraps a list in the normal shape: whatever its keys are called, what they hold are elements.
pub(super) fn wrapper<'de, A: MapAccess<'de>>(
    mut map: A,
    mut list: Slot<'_>,
    cx: &mut Context,
) -> Result<(), A::Error> {
    while map.next_key::<IgnoredAny>()?.is_some() {
        map.next_value_seed(SlotSeed::at(list.reborrow(), true, cx))?;
    }
    Ok(())
}

/// Reads one element of a list as if it were a field of its own.
struct ItemSeed<'a, 'c> {
    list: Slot<'a>,
    cx: &'c mut Context,
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

impl<'de> DeserializeSeed<'de> for ItemSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let cx = self.cx;
        append(self.list, |item| SlotSeed::new(item, cx).deserialize(deserializer))
    }
}

/// Lends the next element of a list to `read` as if it were a field of its own, and appends it where it was filled.
pub(super) fn append<E>(list: Slot<'_>, read: impl FnOnce(Slot<'_>) -> Result<(), E>) -> Result<(), E> {
    fn scalar<T, E>(
        list: &mut Vec<T>,
        slot: fn(&mut Option<T>) -> Slot<'_>,
        read: impl FnOnce(Slot<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut one = None;
        read(slot(&mut one))?;
        list.extend(one);
        Ok(())
    }
    match list {
        Slot::Texts(list) => scalar(list, |one| Slot::Text(one), read),
        Slot::Ints(list) => scalar(list, |one| Slot::Int(one), read),
        Slot::Bools(list) => scalar(list, |one| Slot::Bool(one), read),
        Slot::Dates(list) => scalar(list, |one| Slot::Date(one), read),
        Slot::Decimals(list) => scalar(list, |one| Slot::Decimal(one), read),
        Slot::Jsons(list) => scalar(list, |one| Slot::Json(one), read),
        Slot::Enums(list) => read(Slot::Enum(&mut Appended(list))),
        Slot::Objects(list) => read(Slot::Object(&mut AppendedObject(list))),
        _ => read(Slot::None),
    }
}
