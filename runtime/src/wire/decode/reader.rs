//! JSON into slots in one pass, straight from the text: what nearly every answer takes.
//!
//! It reads as the serde visitors of [`super::json`] and [`super::root`] do, but asks for the field that should come next instead of
//! reading a key and looking it up. What is [`Unsupported`] here they read from the start.

use super::{
    append::append,
    context::Context,
    envelope::{Decoded, ERROR_ROOT, REQUEST_ID},
    json::SlotSeed,
    keys::{Seen, find},
    tokens::{Number, Read, Tokens, Unsupported},
};
use crate::wire::scalar::Source;
use crate::wire::table::{FieldMut, Table, TypeInfo};

/// Objects and arrays within each other; serde_json takes a few more, and has a message for what is deeper still.
const MAX_DEPTH: usize = 100;

/// Reads a whole document into `table`: its root is the object.
pub(super) fn document(text: &str, table: &mut dyn Table, cx: &mut Context) -> Read<()> {
    let mut reader = Reader { tokens: Tokens::new(text), depth: 0 };
    reader.fields(table, cx)?;
    reader.tokens.end()
}

/// Reads an answer: an object, and its envelope one as well. Refusals are left to others.
pub(super) fn answer(
    text: &str,
    envelope: &str,
    table: &mut dyn Table,
    decoded: &mut Decoded,
    cx: &mut Context,
) -> Read<()> {
    let mut reader = Reader { tokens: Tokens::new(text), depth: 0 };
    reader.answer(Some(envelope), (table, &mut Seen::default()), decoded, cx)?;
    reader.tokens.end()
}

struct Reader<'t> {
    tokens: Tokens<'t>,
    depth: usize,
}

/// What a key names.
enum Key<'k> {
    /// Field of this index.
    Field(usize),
    Other(&'k str),
}

impl Reader<'_> {
    /// Reads the object that holds the fields of an answer: the root, or the method's envelope (which has no other in it).
    fn answer(
        &mut self,
        envelope: Option<&str>,
        (table, seen): (&mut dyn Table, &mut Seen),
        decoded: &mut Decoded,
        cx: &mut Context,
    ) -> Read<()> {
        self.tokens.take(b'{')?;
        if envelope.is_none() {
            decoded.saw_envelope(&mut cx.ambiguity);
        }
        let shape = table.info();
        let (mut expected, mut is_first, mut has_request_id) = (0, true, false);
        while self.tokens.next(b'}', is_first)? {
            is_first = false;
            let (name, index) = match self.key(shape, expected)? {
                Key::Field(index) => (shape.fields.get(index).copied().unwrap_or_default(), Some(index)),
                Key::Other(name) => (name, None),
            };
            let is_envelope = envelope == Some(name);
            let is_request_id = name == REQUEST_ID;
            // Of the names that stand around an answer none is looked up, even where a model has a field of that name.
            if name == ERROR_ROOT && (envelope.is_some() || index.is_none()) {
                return Err(Unsupported);
            }
            if index.is_none() && !is_envelope && !is_request_id && envelope.is_some() {
                cx.ambiguity.saw_unknown_root_field(name);
            }
            self.tokens.take(b':')?;
            match index {
                _ if is_envelope => self.answer(None, (&mut *table, &mut *seen), decoded, cx)?,
                Some(index) => {
                    expected = index + 1;
                    decoded.saw_field(envelope.is_some() && is_request_id);
                    self.field(shape, (&mut *table, index), seen, cx)?;
                }
                None if is_request_id => {
                    let mut id = None;
                    self.value(FieldMut::Text(&mut id), false, cx)?;
                    cx.ambiguity.duplicate_key |= has_request_id;
                    has_request_id = true;
                    decoded.saw_request_id(id, &mut cx.ambiguity);
                }
                None => {
                    self.tokens.skip()?;
                }
            }
        }
        Ok(())
    }

    /// Reads the fields of an object.
    fn fields(&mut self, table: &mut dyn Table, cx: &mut Context) -> Read<()> {
        self.tokens.take(b'{')?;
        // What is nested in a text counts on from here.
        if !cx.descend() {
            return Err(Unsupported);
        }
        let shape = table.info();
        let (mut seen, mut expected, mut is_first) = (Seen::default(), 0, true);
        while self.tokens.next(b'}', is_first)? {
            is_first = false;
            match self.key(shape, expected)? {
                Key::Field(index) => {
                    expected = index + 1;
                    self.tokens.take(b':')?;
                    self.field(shape, (table, index), &mut seen, cx)?;
                }
                Key::Other(name) => {
                    if cx.deny_unknown {
                        cx.unknown_field(name);
                    }
                    self.tokens.take(b':')?;
                    self.tokens.skip()?;
                }
            }
        }
        cx.rise();
        Ok(())
    }

    /// Takes a key.
    #[inline]
    fn key(&mut self, shape: &'static TypeInfo, expected: usize) -> Read<Key<'_>> {
        self.tokens.peek()?;
        // Answers keep the order of the specification more often than not.
        if let Some(name) = shape.fields.get(expected)
            && self.tokens.take_name(name)
        {
            return Ok(Key::Field(expected));
        }
        let name = self.tokens.text()?;
        Ok(find(shape.fields, expected, name).map_or(Key::Other(name), Key::Field))
    }

    /// Reads the value of one field, or skips that of a duplicate, which is noted.
    #[inline]
    fn field(
        &mut self,
        shape: &'static TypeInfo,
        (table, index): (&mut dyn Table, usize),
        seen: &mut Seen,
        cx: &mut Context,
    ) -> Read<()> {
        if !seen.first(index) {
            cx.duplicate_field(shape, index);
            return self.tokens.skip().map(drop);
        }
        cx.enter_field(shape, index);
        self.value(table.field_mut(index), false, cx)?;
        cx.leave();
        Ok(())
    }

    /// Reads a value. `inside`: of a list whose wrapper has been entered, so that an object is an element.
    fn value(&mut self, slot: FieldMut<'_>, inside: bool, cx: &mut Context) -> Read<()> {
        let source = match self.tokens.peek()? {
            b'"' => {
                SlotSeed::at(slot, inside, cx).text(self.tokens.text()?);
                return Ok(());
            }
            first @ (b'{' | b'[') => return self.composite(first, slot, inside, cx),
            b'n' => self.tokens.word("null").map(|()| Source::Null)?,
            b't' => self.tokens.word("true").map(|()| Source::Bool(true))?,
            b'f' => self.tokens.word("false").map(|()| Source::Bool(false))?,
            b'-' | b'0'..=b'9' => match self.tokens.number()? {
                Number::Int(number) => Source::Int(number),
                // Where no number fits, they read it as a floating-point one, and may find it too large.
                Number::Other(_) if matches!(slot, FieldMut::Object(_) | FieldMut::Objects(_)) => {
                    return Err(Unsupported);
                }
                Number::Other(text) => Source::Number(text),
            },
            _ => return Err(Unsupported),
        };
        SlotSeed::at(slot, inside, cx).put(source);
        Ok(())
    }

    /// Reads an object or array.
    fn composite(&mut self, first: u8, slot: FieldMut<'_>, inside: bool, cx: &mut Context) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unsupported);
        }
        match slot {
            FieldMut::Object(slot) if first == b'{' => self.fields(slot.insert(), cx)?,
            FieldMut::Objects(list) if first == b'{' && inside => {
                cx.enter_item(list.len());
                self.fields(list.push(), cx)?;
                cx.leave();
            }
            list if list.is_list() && first == b'[' => self.items(list, cx)?,
            list if list.is_list() && !inside => self.wrapper(list, cx)?,
            slot => SlotSeed::at(slot, inside, cx).put(Source::Composite(self.tokens.skip()?)),
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads the elements of a list; null and empty ones are skipped.
    fn items(&mut self, mut list: FieldMut<'_>, cx: &mut Context) -> Read<()> {
        self.tokens.take(b'[')?;
        let mut index = 0;
        while self.tokens.next(b']', index == 0)? {
            cx.enter_item(index);
            append(list.reborrow(), |item| self.value(item, false, cx))?;
            cx.leave();
            index += 1;
        }
        Ok(())
    }

    /// Reads the object that wraps a list in the normal shape: whatever its keys are called, what they hold are elements.
    fn wrapper(&mut self, mut list: FieldMut<'_>, cx: &mut Context) -> Read<()> {
        self.tokens.take(b'{')?;
        let mut is_first = true;
        while self.tokens.next(b'}', is_first)? {
            if !is_first {
                cx.duplicate_list();
            }
            is_first = false;
            self.tokens.text()?;
            self.tokens.take(b':')?;
            self.value(list.reborrow(), true, cx)?;
        }
        Ok(())
    }
}
