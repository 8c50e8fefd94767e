//! Lists in JSON: arrays, the wrapper of the normal shape, and their elements.
//!
//! In: what a deserializer gives for a list. Out: its elements appended. An element is read as if it were a field of its own, so
//! that it follows the same rules.

use serde::{
    Deserialize as _,
    de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess},
};

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
        map.next_value_seed(SlotSeed::inside_wrapper(list.reborrow(), cx))?;
    }
    Ok(())
}

/// Reads one element of a list as if it were a field of its own.
struct ItemSeed<'a, 'c> {
    list: Slot<'a>,
    cx: &'c mut Context,
}

/// Lends the end of a list as the slot of its next object.
pub(super) struct AppendedObject<'a>(pub(super) &'a mut dyn ObjectListSlot);

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
        match self.list {
            Slot::Texts(list) => element(list, |one| Slot::Text(one), cx, deserializer),
            Slot::Ints(list) => element(list, |one| Slot::Int(one), cx, deserializer),
            Slot::Bools(list) => element(list, |one| Slot::Bool(one), cx, deserializer),
            Slot::Dates(list) => element(list, |one| Slot::Date(one), cx, deserializer),
            Slot::Decimals(list) => element(list, |one| Slot::Decimal(one), cx, deserializer),
            Slot::Jsons(list) => element(list, |one| Slot::Json(one), cx, deserializer),
            Slot::Enums(list) => SlotSeed::new(Slot::Enum(&mut Appended(list)), cx).deserialize(deserializer),
            Slot::Objects(list) => SlotSeed::new(Slot::Object(&mut AppendedObject(list)), cx).deserialize(deserializer),
            _ => IgnoredAny::deserialize(deserializer).map(drop),
        }
    }
}

/// Reads one scalar and appends it, where there is one.
fn element<'de, T, D: Deserializer<'de>>(
    list: &mut Vec<T>,
    slot: fn(&mut Option<T>) -> Slot<'_>,
    cx: &mut Context,
    deserializer: D,
) -> Result<(), D::Error> {
    let mut one = None;
    SlotSeed::new(slot(&mut one), cx).deserialize(deserializer)?;
    list.extend(one);
    Ok(())
}
