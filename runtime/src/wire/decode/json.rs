//! JSON into a field table by a serde visitor, compiled once for the whole program.
//!
//! What does not fit goes to the [`Context`] and reading goes on. A parser turns fractions into `f64` before a visitor sees them, so
//! scalars are read by their source text if there is one. This is the thorough reader, with serde_json's messages for malformed text.
//! Nearly all text goes through the short one, [`super::reader`].

mod serde_input;

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::append::append;
use super::context::{Context, Mode};
use super::keys::{KeySeed, Seen};
use crate::wire::scalar::number::without_separators;
use crate::wire::scalar::{Problem, Source, WANT_OBJECT, put};
use crate::wire::table::{FieldMut, Table, TypeInfo};

/// Reads a whole document into `table`: its root is the object.
pub(super) fn read(text: &str, table: &mut dyn Table, cx: &mut Context) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_any(TableVisitor { table, cx: &mut *cx })?;
    deserializer.end()
}

/// Reads an object into a table.
pub(crate) struct TableVisitor<'a, 'c> {
    pub(crate) table: &'a mut dyn Table,
    pub(crate) cx: &'c mut Context,
}

impl<'de> Visitor<'de> for TableVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WANT_OBJECT)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        fields(map, self.table, self.cx)
    }
}

/// Reads the fields of an object.
fn fields<'de, A: MapAccess<'de>>(mut map: A, table: &mut dyn Table, cx: &mut Context) -> Result<(), A::Error> {
    if !cx.descend() {
        cx.rise();
        return drain_map(map);
    }
    let shape = table.info();
    let mut seen = Seen::default();
    let (mut expected, mut unknown) = (0, String::new());
    loop {
        let other = cx.deny_unknown.then_some(&mut unknown);
        match map.next_key_seed(KeySeed { fields: shape.fields, expected, reserved: &[], other })? {
            None => break,
            Some(Some(index)) => {
                expected = index + 1;
                field(&mut map, shape, (table, index), &mut seen, cx)?;
            }
            Some(None) => {
                if cx.deny_unknown {
                    cx.unknown_field(&unknown);
                }
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    cx.rise();
    Ok(())
}

/// Reads the value of one field, or skips that of a duplicate, which is noted.
#[inline]
pub(super) fn field<'de, A: MapAccess<'de>>(
    map: &mut A,
    shape: &'static TypeInfo,
    (table, index): (&mut dyn Table, usize),
    seen: &mut Seen,
    cx: &mut Context,
) -> Result<(), A::Error> {
    if !seen.first(index) {
        cx.duplicate_field(shape, index);
        return map.next_value::<IgnoredAny>().map(drop);
    }
    cx.enter_field(shape, index);
    map.next_value_seed(SlotSeed::new(table.field_mut(index), cx))?;
    cx.leave();
    Ok(())
}

/// Reads the elements of a list; null and empty ones are skipped.
fn items<'de, A: SeqAccess<'de>>(mut seq: A, mut list: FieldMut<'_>, cx: &mut Context) -> Result<(), A::Error> {
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
fn wrapper<'de, A: MapAccess<'de>>(mut map: A, mut list: FieldMut<'_>, cx: &mut Context) -> Result<(), A::Error> {
    let mut is_first = true;
    while map.next_key::<IgnoredAny>()?.is_some() {
        if !is_first {
            cx.duplicate_list();
        }
        is_first = false;
        map.next_value_seed(SlotSeed::at(list.reborrow(), true, cx))?;
    }
    Ok(())
}

/// Reads one element of a list as if it were a field of its own.
struct ItemSeed<'a, 'c> {
    list: FieldMut<'a>,
    cx: &'c mut Context,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let cx = self.cx;
        append(self.list, |item| SlotSeed::new(item, cx).deserialize(deserializer))
    }
}

/// Reads a value into a slot.
pub(crate) struct SlotSeed<'a, 'c> {
    slot: FieldMut<'a>,
    /// Of a list: its wrapper has been entered already, so that an object is an element.
    inside: bool,
    cx: &'c mut Context,
}

impl<'a, 'c> SlotSeed<'a, 'c> {
    pub(crate) fn new(slot: FieldMut<'a>, cx: &'c mut Context) -> Self {
        Self { slot, inside: false, cx }
    }

    /// `inside`: of a list whose wrapper has been entered.
    #[inline]
    pub(super) fn at(slot: FieldMut<'a>, inside: bool, cx: &'c mut Context) -> Self {
        Self { slot, inside, cx }
    }

    fn wants_source_text(&self) -> bool {
        self.cx.mode == Mode::Exact && !matches!(self.slot, FieldMut::Object(_) | FieldMut::Objects(_) | FieldMut::None)
    }

    /// Reads a value by its source text.
    fn read_source(self, raw: &str) {
        let source = match raw.as_bytes().first() {
            Some(b'"') => match unquoted(raw) {
                Ok(text) => return self.text(&text),
                Err(_) => return self.cx.issue("the text holds an escape that stands for no character".to_owned()),
            },
            Some(b'[') if self.slot.is_list() => return self.nested(raw, "list"),
            Some(b'{') if self.slot.is_list() && !self.inside => return self.nested(raw, "list"),
            Some(b'{' | b'[') => Source::Composite(raw),
            Some(b'n') => Source::Null,
            Some(b't') => Source::Bool(true),
            Some(b'f') => Source::Bool(false),
            _ => Source::Number(raw),
        };
        self.put(source);
    }

    /// Reads JSON that stands in a text, or that was held back as source text.
    fn nested(self, text: &str, what: &str) {
        let Self { slot, inside, cx } = self;
        let (mark, mode) = (cx.mark(), cx.mode);
        if mode == Mode::Foreign {
            cx.mode = Mode::Exact;
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read =
            deserializer.deserialize_any(SlotSeed { slot, inside, cx: &mut *cx }).and_then(|()| deserializer.end());
        cx.mode = mode;
        if let Err(error) = read {
            cx.return_to(mark);
            cx.issue(format!("the text is not the JSON of one {what}: {error}"));
        }
    }

    #[inline]
    pub(super) fn put(self, source: Source<'_>) {
        if let Err(problem) = put(self.slot, source, self.cx.keep_empty) {
            self.cx.problem(&problem);
        }
    }

    /// Takes a text: for objects it may hold their JSON.
    #[inline]
    pub(super) fn text(self, text: &str) {
        let holds_json = || text.trim_ascii_start().starts_with(['{', '[']);
        match self.slot {
            FieldMut::Object(_) if holds_json() => self.nested(text, "object"),
            FieldMut::Objects(_) if holds_json() => self.nested(text, "list"),
            FieldMut::Object(_) | FieldMut::Objects(_) => self.put(Source::Text(text)),
            _ if self.slot.is_list() && !self.inside => self.list_text(text),
            _ => self.put(Source::Text(text)),
        }
    }

    /// Takes a text where a list of scalars belongs: the JSON of a list, or its elements separated by commas.
    #[cold]
    fn list_text(self, text: &str) {
        let inner = text.trim_ascii();
        if inner.starts_with('[') && serde_json::from_str::<&RawValue>(inner).is_ok() {
            return self.nested(inner, "list");
        }
        match self.slot {
            _ if !text.contains(',') => self.put(Source::Text(text)),
            FieldMut::Jsons(_) => self.put(Source::Text(text)),
            // Two numbers, or one with a separator of thousands: nobody knows.
            FieldMut::Decimals(_) if without_separators(inner).is_some() => {
                self.cx.problem(&Problem::new("a list of decimals, as a list", Source::Text(text)));
            }
            mut list => {
                for (index, element) in text.split(',').enumerate() {
                    self.cx.enter_item(index);
                    SlotSeed::at(list.reborrow(), true, self.cx).put(Source::Text(element));
                    self.cx.leave();
                }
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for SlotSeed<'_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if !self.wants_source_text() {
            return deserializer.deserialize_any(self);
        }
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        self.read_source(raw.get());
        Ok(())
    }
}

impl<'de> Visitor<'de> for SlotSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.put(Source::Null);
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.put(Source::Bool(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.put(Source::Int(value));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.put(Source::Int(value)),
            Err(_) => self.put(Source::Number(&value.to_string())),
        }
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        match self.slot {
            FieldMut::Object(_) | FieldMut::Objects(_) => self.put(Source::Number(&value.to_string())),
            _ => self.fraction(value),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        if self.slot.is_list() {
            return items(seq, self.slot, self.cx);
        }
        #[cfg(feature = "serde")]
        if self.cx.mode == Mode::Foreign && matches!(self.slot, FieldMut::Json(_)) {
            return self.tree(serde::de::value::SeqAccessDeserializer::new(seq));
        }
        let mut seq = seq;
        let is_empty = seq.next_element::<IgnoredAny>()?.is_none();
        self.put(Source::Composite(if is_empty { "[]" } else { "[" }));
        drain_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.slot {
            FieldMut::Object(slot) => fields(map, slot.insert(), self.cx),
            FieldMut::Objects(list) if self.inside => {
                let index = list.len();
                self.cx.enter_item(index);
                fields(map, list.push(), self.cx)?;
                self.cx.leave();
                Ok(())
            }
            list if list.is_list() && !self.inside => wrapper(map, list, self.cx),
            #[cfg(feature = "serde")]
            FieldMut::Json(_) if self.cx.mode == Mode::Foreign => {
                self.tree(serde::de::value::MapAccessDeserializer::new(map))
            }
            _ => {
                self.put(Source::Composite("{"));
                drain_map(map)
            }
        }
    }
}

/// The text of a JSON string token.
pub(super) fn unquoted(token: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    match token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        _ => serde_json::from_str(token).map(Cow::Owned),
    }
}

pub(super) fn drain_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

pub(super) fn drain_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
