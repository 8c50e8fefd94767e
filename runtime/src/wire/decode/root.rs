//! The root of an answer in JSON: simplified, wrapped in an envelope, or a refusal.
//!
//! Everything below the root is [`super::json`]'s.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    context::{Ambiguity, Context, Mode},
    envelope::{Decoded, ERROR_ROOT, ErrorFields, REQUEST_ID},
    json::{SlotSeed, drain_seq, field, read as read_object, unquoted},
    keys::{KeySeed, Seen},
    repair,
};
use crate::wire::table::{FieldMut, Table};

/// Reads an answer in one pass.
pub(super) fn read(
    text: &str,
    envelope: &str,
    table: &mut dyn Table,
    decoded: &mut Decoded,
    cx: &mut Context,
) -> Result<(), serde_json::Error> {
    let mut seen = Seen::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let level = Level::Root { envelope };
    deserializer.deserialize_any(Answer { level, table, decoded, seen: &mut seen, cx: &mut *cx })?;
    deserializer.end()
}

/// Where in an answer its fields stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level<'e> {
    Root {
        envelope: &'e str,
    },
    /// The method's own envelope.
    Envelope,
}

/// Reads the object that holds the fields of an answer.
struct Answer<'a, 'e> {
    level: Level<'e>,
    table: &'a mut dyn Table,
    decoded: &'a mut Decoded,
    seen: &'a mut Seen,
    cx: &'a mut Context,
}

impl Answer<'_, '_> {
    fn entry<'de, A: MapAccess<'de>>(&mut self, map: &mut A, name: &str) -> Result<(), A::Error> {
        match self.level {
            // Inside the envelope nothing else of that name is known.
            _ if name == ERROR_ROOT => {
                let error = map.next_value::<&'de RawValue>()?;
                if let Some((fields, ambiguity)) = refusal(error.get()) {
                    self.decoded.saw_error(fields, ambiguity, &mut self.cx.ambiguity);
                }
                Ok(())
            }
            Level::Root { envelope } if name == envelope => map.next_value_seed(self.below(Level::Envelope)),
            _ if name == REQUEST_ID => {
                let mut id = None;
                map.next_value_seed(SlotSeed::new(FieldMut::Text(&mut id), self.cx))?;
                self.decoded.saw_request_id(id, &mut self.cx.ambiguity);
                Ok(())
            }
            level => {
                if level != Level::Envelope {
                    self.cx.ambiguity.saw_unknown_root_field(name);
                }
                map.next_value::<IgnoredAny>().map(drop)
            }
        }
    }

    fn below(&mut self, level: Level<'static>) -> Answer<'_, 'static> {
        Answer { level, table: &mut *self.table, decoded: &mut *self.decoded, seen: &mut *self.seen, cx: &mut *self.cx }
    }

    /// Something else than an object.
    fn other(self, is_empty: bool) {
        match self.level {
            Level::Root { .. } => self.cx.issue("expected an object as the whole answer".to_owned()),
            Level::Envelope if is_empty => self.decoded.saw_envelope(&mut self.cx.ambiguity),
            Level::Envelope => self.cx.issue("expected an object inside the envelope".to_owned()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Answer<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Answer<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let is_root = self.level != Level::Envelope;
        if !is_root {
            self.decoded.saw_envelope(&mut self.cx.ambiguity);
        }
        let names = match self.level {
            Level::Root { envelope } => [ERROR_ROOT, envelope],
            Level::Envelope => ["", ""],
        };
        let shape = self.table.info();
        let (mut expected, mut other, mut has_request_id) = (0, String::new(), false);
        loop {
            let keys = KeySeed { fields: shape.fields, expected, reserved: &names, other: Some(&mut other) };
            match map.next_key_seed(keys)? {
                None => return Ok(()),
                Some(Some(index)) => {
                    expected = index + 1;
                    let is_request_id = shape.fields.get(index) == Some(&REQUEST_ID);
                    self.decoded.saw_field(is_root && is_request_id);
                    field(&mut map, shape, (&mut *self.table, index), self.seen, self.cx)?;
                }
                Some(None) => {
                    if other == REQUEST_ID {
                        self.cx.ambiguity.duplicate_key |= has_request_id;
                        has_request_id = true;
                    }
                    self.entry(&mut map, &other)?;
                }
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let is_empty = seq.next_element::<IgnoredAny>()?.is_none();
        self.other(is_empty);
        drain_seq(seq)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.other(true);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.other(text.is_empty());
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.other(false);
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.other(false);
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.other(false);
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.other(false);
        Ok(())
    }
}

/// The fields of an `error_response`, and what is ambiguous in them. Whatever it holds, it is a refusal, unless it is null.
fn refusal(raw: &str) -> Option<(ErrorFields, Ambiguity)> {
    let raw = &*repair::json(raw);
    let mut fields = ErrorFields::default();
    match raw.as_bytes().first() {
        Some(b'n') => None,
        Some(b'{') => {
            // Every field is text, which takes anything: there is nothing to report.
            let mut apart = Context::answer(Mode::Exact);
            let _ = read_object(raw, &mut fields, &mut apart);
            Some((fields, apart.ambiguity))
        }
        Some(b'"') => {
            let text = unquoted(raw).unwrap_or(raw.into());
            Some((ErrorFields::from_text(&text), Ambiguity::default()))
        }
        _ => Some((ErrorFields::from_text(raw), Ambiguity::default())),
    }
}
