//! XML into slots, by the same scalar code as JSON.
//!
//! All scalars are text; under a list any element is an item. Attributes, comments and processing instructions are ignored. A document
//! type is refused, so there are no entities but those of XML and HTML, and nothing is ever fetched.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    escape::resolve_html5_entity,
    events::{BytesStart, Event},
};

use super::{
    append::append,
    context::{Context, MAX_DEPTH},
    elements::as_object,
    envelope::{Decoded, ERROR_ROOT, ErrorFields, REQUEST_ID},
    json::SlotSeed,
    keys::{Seen, find},
    reference::{code_point, is_half, surrogate_pair},
};
use crate::wire::scalar::{Source, excerpt};
use crate::wire::table::{FieldMut, Table};

/// Where and why the text stops being XML that we read.
struct Malformed {
    problem: String,
    at: u64,
}

type Read<T> = Result<T, Malformed>;

/// Reads an answer; what makes it malformed is noted in the context.
pub(super) fn read(text: &str, envelope: &str, table: &mut dyn Table, decoded: &mut Decoded, cx: &mut Context) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut xml = Xml { text, reader, depth: 0, before: 0 };
    if let Err(malformed) = xml.document(envelope, table, decoded, cx) {
        let (line, column) = position(text, malformed.at);
        let problem = format!("not valid XML: {} at line {line} column {column}", malformed.problem);
        cx.malformed(problem, Some((line, column)));
    }
}

fn lone_half(text: &mut Cow<'_, str>, cx: &mut Context) {
    cx.issue("the text holds an escape that stands for no character".to_owned());
    text.to_mut().push(char::REPLACEMENT_CHARACTER);
}

/// Line and column, from 1, of a byte offset.
fn position(text: &str, offset: u64) -> (usize, usize) {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..offset];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    (before.iter().filter(|byte| **byte == b'\n').count() + 1, offset - line_start + 1)
}

struct Xml<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    depth: usize,
    /// Where the last event began.
    before: u64,
}

/// What matters of an event: elements and text.
enum Piece<'t> {
    Start(BytesStart<'t>),
    End,
    Text(Cow<'t, str>),
    Char(char),
    /// Half of a surrogate pair.
    Half(u32),
    /// A reference that stands for nothing.
    Unknown(String),
}

impl<'t> Xml<'t> {
    fn malformed<T>(&self, problem: impl Into<String>) -> Read<T> {
        Err(Malformed { problem: problem.into(), at: self.before })
    }

    /// The next piece; `None` at the end of the text.
    fn next(&mut self) -> Read<Option<Piece<'t>>> {
        loop {
            self.before = self.reader.buffer_position();
            let event = self.reader.read_event().map_err(|error| Malformed {
                problem: error.to_string().escape_debug().to_string(),
                at: self.reader.error_position(),
            })?;
            return Ok(Some(match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return self.malformed(format!("elements are nested more than {MAX_DEPTH} deep"));
                    }
                    Piece::Start(start)
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Piece::End
                }
                Event::Text(text) => Piece::Text(text.xml10_content()),
                Event::CData(text) => Piece::Text(text.xml10_content()),
                Event::GeneralRef(reference) => match (code_point(&reference), resolve_html5_entity(&reference)) {
                    (Some(half), _) if is_half(half) => Piece::Half(half),
                    (Some(number), _) => match char::from_u32(number).filter(|character| *character != '\0') {
                        Some(character) => Piece::Char(character),
                        None => Piece::Unknown(reference.to_string()),
                    },
                    (None, Some(text)) => Piece::Text(text.into()),
                    (None, None) => Piece::Unknown(reference.to_string()),
                },
                Event::DocType(_) => return self.malformed("a document type is refused"),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof => return Ok(None),
            }));
        }
    }

    /// The next piece inside an element.
    fn inside(&mut self) -> Read<Piece<'t>> {
        match self.next()? {
            Some(piece) => Ok(piece),
            None => self.malformed("the text ends inside an element"),
        }
    }

    fn document(&mut self, envelope: &str, table: &mut dyn Table, decoded: &mut Decoded, cx: &mut Context) -> Read<()> {
        let mut root_seen = false;
        while let Some(piece) = self.next()? {
            match piece {
                Piece::Start(start) if !root_seen => {
                    root_seen = true;
                    self.root(start.name().0, envelope, table, decoded, cx)?;
                }
                Piece::Text(text) if text.trim_ascii().is_empty() => {}
                _ => return self.malformed("something stands outside the one root element"),
            }
        }
        if root_seen { Ok(()) } else { self.malformed("there is no root element") }
    }

    fn root(
        &mut self,
        name: &str,
        envelope: &str,
        table: &mut dyn Table,
        decoded: &mut Decoded,
        cx: &mut Context,
    ) -> Read<()> {
        if name == ERROR_ROOT {
            return self.refusal(decoded, cx);
        }
        if name == envelope {
            decoded.saw_envelope(&mut cx.ambiguity);
            return self.fields(table, None, Some(decoded), cx);
        }
        self.skip()
    }

    fn refusal(&mut self, decoded: &mut Decoded, cx: &mut Context) -> Read<()> {
        let mut fields = ErrorFields::default();
        // Every field is text, which takes anything: there is nothing to report.
        let mut apart = Context::answer(cx.mode);
        self.fields(&mut fields, None, None, &mut apart)?;
        decoded.saw_error(fields, apart.ambiguity, &mut cx.ambiguity);
        Ok(())
    }

    /// Reads the fields of an object up to its end; `first` is an element that was met already.
    fn fields(
        &mut self,
        table: &mut dyn Table,
        mut first: Option<BytesStart<'t>>,
        mut answer: Option<&mut Decoded>,
        cx: &mut Context,
    ) -> Read<()> {
        let shape = table.info();
        let (mut seen, mut expected, mut has_request_id) = (Seen::default(), 0, false);
        loop {
            let start = match first.take() {
                Some(start) => start,
                None => match self.inside()? {
                    Piece::Start(start) => start,
                    Piece::End => return Ok(()),
                    Piece::Text(_) | Piece::Char(_) | Piece::Half(_) | Piece::Unknown(_) => continue,
                },
            };
            match (find(shape.fields, expected, start.name().0), &mut answer) {
                (Some(index), _) if !seen.first(index) => {
                    cx.duplicate_field(shape, index);
                    self.skip()?;
                }
                (Some(index), _) => {
                    expected = index + 1;
                    cx.enter_field(shape, index);
                    self.value(table.field_mut(index), cx)?;
                    cx.leave();
                }
                (None, Some(decoded)) if start.name().0 == REQUEST_ID => {
                    let mut id = None;
                    self.value(FieldMut::Text(&mut id), cx)?;
                    cx.ambiguity.duplicate_key |= has_request_id;
                    has_request_id = true;
                    decoded.saw_request_id(id, &mut cx.ambiguity);
                }
                (None, Some(decoded)) if start.name().0 == ERROR_ROOT => self.refusal(decoded, cx)?,
                _ => self.skip()?,
            }
        }
    }

    /// Reads an element into a slot.
    fn value(&mut self, slot: FieldMut<'_>, cx: &mut Context) -> Read<()> {
        let content = self.reader.buffer_position();
        let mut text = Cow::Borrowed("");
        let mut high = None;
        let start = loop {
            let piece = self.inside()?;
            if let (Some(first), Piece::Half(second)) = (high, &piece)
                && let Some(character) = surrogate_pair(first, *second)
            {
                high = None;
                text.to_mut().push(character);
                continue;
            }
            if high.take().is_some() {
                lone_half(&mut text, cx);
            }
            match piece {
                // Most text is one part, and stays where it is.
                Piece::Text(part) if text.is_empty() => text = part,
                Piece::Text(part) => text.to_mut().push_str(&part),
                Piece::Char(character) => text.to_mut().push(character),
                Piece::Half(half) => high = Some(half),
                Piece::Unknown(name) => {
                    cx.issue(format!("the entity &{}; is not known", excerpt(&name)));
                    text.to_mut().push_str(&format!("&{name};"));
                }
                Piece::Start(start) => break Some(start),
                Piece::End => break None,
            }
        };
        match (slot, start) {
            (slot, None) if slot.is_list() && text.trim_ascii().is_empty() => {}
            // An empty element is how XML writes `{}`.
            (FieldMut::Object(slot), None) if text.trim_ascii().is_empty() => {
                slot.insert();
            }
            (slot, None) => SlotSeed::new(slot, cx).text(&text),
            (FieldMut::Object(slot), Some(start)) => {
                if cx.descend() {
                    self.fields(slot.insert(), Some(start), None, cx)?;
                } else {
                    self.skip_from(1)?;
                }
                cx.rise();
            }
            (slot, Some(_)) if slot.is_list() => self.items(slot, cx)?,
            (slot, Some(_)) => {
                self.skip_from(1)?;
                self.markup(slot, content, cx);
            }
        }
        Ok(())
    }

    /// Reads the elements of a list; the first one has been entered.
    fn items(&mut self, mut list: FieldMut<'_>, cx: &mut Context) -> Read<()> {
        for index in 0.. {
            cx.enter_item(index);
            append(list.reborrow(), |item| self.value(item, cx))?;
            cx.leave();
            loop {
                match self.inside()? {
                    Piece::Start(_) => break,
                    Piece::End => return Ok(()),
                    Piece::Text(_) | Piece::Char(_) | Piece::Half(_) | Piece::Unknown(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Elements where a scalar is wanted: text fields take the markup between the tags, others cannot.
    fn markup(&self, slot: FieldMut<'_>, content: u64, cx: &mut Context) {
        let range = usize::try_from(content).ok().zip(usize::try_from(self.before).ok());
        let markup = range.and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default();
        let object = if let FieldMut::Json(_) = slot { as_object(markup) } else { None };
        let source = match slot {
            FieldMut::Text(_) | FieldMut::Json(_) => Source::Text(object.as_deref().unwrap_or(markup)),
            _ => Source::Composite("{"),
        };
        SlotSeed::new(slot, cx).put(source);
    }

    /// Skips to the end of the element that was entered.
    fn skip(&mut self) -> Read<()> {
        self.skip_from(0)
    }

    /// Skips to the end of the element that was entered, from `open` elements further in.
    fn skip_from(&mut self, mut open: usize) -> Read<()> {
        loop {
            match self.inside()? {
                Piece::Start(_) => open += 1,
                Piece::End if open == 0 => return Ok(()),
                Piece::End => open -= 1,
                Piece::Text(_) | Piece::Char(_) | Piece::Half(_) | Piece::Unknown(_) => {}
            }
        }
    }
}
