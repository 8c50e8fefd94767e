//! Builds the tree from the parser's events, with an explicit stack; the text is already bounded.
//!
//! Refuses what makes YAML ambiguous: anchors, aliases, tags, merge keys, duplicate keys, keys that are no names, several documents.
//! Refused pieces are reported and left out, so that the rest is still checked.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::bounds::{MAX_DEPTH, deeper_than_allowed};
use super::tree::{Entry, Node, Value};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::shown;

/// A list or mapping that is not closed yet.
enum Frame {
    Seq { at: Place, items: Vec<Node> },
    Map { at: Place, entries: Vec<Entry>, index: HashMap<String, Place>, key: Option<Key> },
}

/// A key that waits for its value.
struct Key {
    text: String,
    at: Place,
    /// Reported already; its value is dropped.
    refused: bool,
}

/// Character positions of the parser to byte positions of the text.
struct Offsets {
    shift: usize,
    bytes: Vec<usize>,
}

impl Offsets {
    fn new(text: &str, shift: usize) -> Offsets {
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Offsets { shift, bytes }
    }

    fn byte(&self, character: usize, text: &str) -> usize {
        let at =
            if self.bytes.is_empty() { character } else { self.bytes.get(character).copied().unwrap_or(text.len()) };
        self.shift + at.min(text.len())
    }
}

struct Builder<'a> {
    file: usize,
    /// The whole file.
    source: &'a str,
    /// The file without its byte order mark: what the parser reads.
    text: &'a str,
    offsets: Offsets,
    unusable: &'a [Range<usize>],
    stack: Vec<Frame>,
    root: Option<Node>,
    out: &'a mut Vec<Diagnostic>,
}

/// What the next event means for the run.
enum Next {
    Continue,
    Stop,
}

/// Why there is no tree.
pub(super) enum Stop {
    /// The parser stopped at byte `at`.
    Syntax { at: usize, info: String },
    /// For a reason that was reported.
    Reported,
}

/// Builds the tree of `source`. The values in the `unusable` ranges are there and are not looked at.
pub(super) fn build(
    file: usize,
    source: &str,
    unusable: &[Range<usize>],
    out: &mut Vec<Diagnostic>,
) -> Result<Node, Stop> {
    let text = source.strip_prefix('\u{feff}').unwrap_or(source);
    let offsets = Offsets::new(text, source.len() - text.len());
    let mut builder = Builder { file, source, text, offsets, unusable, stack: Vec::new(), root: None, out };
    let mut parser = Parser::new_from_str(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index(), text);
                return Err(Stop::Syntax { at, info: error.info().to_owned() });
            }
        };
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents == 2 {
                builder.second_document(span);
                // The first one is checked all the same.
                break;
            }
        }
        if let Next::Stop = builder.event(event, span) {
            return Err(Stop::Reported);
        }
    }
    if builder.root.as_ref().is_none_or(Node::is_nothing) {
        let place = Place { file, start: 0, end: 0 };
        builder.out.push(
            Diagnostic::error(Code::EmptyFile, place, "the file is empty")
                .help("describe a method, or remove the file"),
        );
        return Err(Stop::Reported);
    }
    builder.root.ok_or(Stop::Reported)
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Next {
        let place = self.place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_properties(place, anchor, tag.is_some());
                return self.scalar(text.into_owned(), style, place);
            }
            Event::Alias(_) => {
                let message = format!("alias {}", shown(self.slice(place)));
                let help = "write the value out; a word that begins with `*` must be quoted";
                self.out
                    .push(Diagnostic::error(Code::Alias, place, message).label("aliases are not allowed").help(help));
                return self.alias(place);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_properties(place, anchor, tag.is_some());
                return self.open(Frame::Seq { at: place, items: Vec::new() }, place);
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_properties(place, anchor, tag.is_some());
                let frame = Frame::Map { at: place, entries: Vec::new(), index: HashMap::new(), key: None };
                return self.open(frame, place);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Next::Continue
    }

    /// The span in bytes, without the blanks and line breaks behind a block.
    fn place(&self, span: Span) -> Place {
        let start = self.offsets.byte(span.start.index(), self.text);
        let end = self.offsets.byte(span.end.index(), self.text).max(start);
        let kept = self.source.get(start..end).map_or(0, |text| text.trim_end().len());
        Place { file: self.file, start, end: start + kept }
    }

    fn slice(&self, place: Place) -> &str {
        self.source.get(place.start..place.end).unwrap_or("")
    }

    /// Anchors and tags stand before the node they belong to.
    fn refuse_properties(&mut self, node: Place, anchor: usize, tagged: bool) {
        if anchor == 0 && !tagged {
            return;
        }
        let wanted = [(anchor > 0, '&', Code::Anchor, "anchor"), (tagged, '!', Code::Tag, "tag")];
        for (_, sign, code, name) in wanted.into_iter().filter(|(there, ..)| *there) {
            let place = self.property_before(node, sign);
            let message = format!("{name} {}", shown(self.slice(place)));
            let help = match sign {
                '&' => {
                    "remove it, and write the value out where it is used; a word that begins with `&` must be quoted"
                }
                _ => {
                    "remove it: every value is read as text and understood by its key; a word that begins with `!` must be quoted"
                }
            };
            self.out.push(Diagnostic::error(code, place, message).label(format!("{name}s are not allowed")).help(help));
        }
    }

    /// The word with `sign` in front that stands at, or at most two words before, `node`.
    fn property_before(&self, node: Place, sign: char) -> Place {
        if self.source[node.start..].starts_with(sign) {
            let word = self.source[node.start..].split_whitespace().next().map_or(1, str::len);
            return Place { end: node.start + word, ..node };
        }
        let mut before = self.source[..node.start].trim_end();
        for _ in 0..2 {
            let start =
                before.rfind(|letter: char| letter.is_whitespace() || "[{,".contains(letter)).map_or(0, |at| at + 1);
            let start = (start..before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(before.len());
            if before[start..].starts_with(sign) {
                return Place { file: self.file, start, end: before.len() };
            }
            before = before[..start].trim_end();
        }
        node
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, place: Place) -> Next {
        if let Some(Frame::Map { key: key @ None, entries, index, .. }) = self.stack.last_mut() {
            let first = first_of(&text, entries, index);
            let refusal = refuse_key(&text, style, place, first);
            *key = Some(Key { text, at: place, refused: refusal.is_some() });
            self.out.extend(refusal);
            return Next::Continue;
        }
        if let Some(range) = self.unusable.iter().find(|range| range.start == place.start) {
            let at = Place { end: range.end, ..place };
            self.put(Node { at, value: Value::Unusable });
        } else {
            self.put(Node { at: place, value: Value::Scalar { text, plain: style == ScalarStyle::Plain } });
        }
        Next::Continue
    }

    fn alias(&mut self, place: Place) -> Next {
        if self.wants_key() {
            return Next::Stop;
        }
        self.put(Node { at: place, value: Value::Unusable });
        Next::Continue
    }

    fn wants_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Map { key: None, .. }))
    }

    fn open(&mut self, frame: Frame, place: Place) -> Next {
        if self.wants_key() {
            let message = "a list or a mapping stands where a key is expected";
            let help = "a key is a plain name; text that begins with a bracket or a brace must be quoted";
            self.out.push(Diagnostic::error(Code::ComplexKey, place, message).label("not a name").help(help));
            return Next::Stop;
        }
        if self.stack.len() >= MAX_DEPTH {
            self.out.push(deeper_than_allowed(place));
            return Next::Stop;
        }
        self.stack.push(frame);
        Next::Continue
    }

    fn close(&mut self, end: Place) {
        let node = match self.stack.pop() {
            Some(Frame::Seq { at, items }) => {
                let last = items.last().map_or(at.end, |item| item.at.end);
                Node { at: Place { end: last.max(closing(at, end)), ..at }, value: Value::Seq(items) }
            }
            Some(Frame::Map { at, entries, .. }) => {
                let last = entries.last().map_or(at.end, |entry| entry.value.at.end.max(entry.key_at.end));
                Node { at: Place { end: last.max(closing(at, end)), ..at }, value: Value::Map(entries) }
            }
            None => return,
        };
        self.put(node);
    }

    fn put(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::Seq { items, .. }) => items.push(node),
            Some(Frame::Map { entries, key, .. }) => {
                if let Some(key) = key.take()
                    && !key.refused
                {
                    entries.push(Entry { key: key.text, key_at: key.at, value: node });
                }
            }
        }
    }

    fn second_document(&mut self, span: Span) {
        let place = self.place(span);
        let message = "a second document begins in this file";
        let help = "one file describes one method: move the second document to a file of its own";
        self.out
            .push(Diagnostic::error(Code::SeveralDocuments, place, message).label("the second document").help(help));
    }
}

/// The end of a bracketed list or mapping; the end of a block is known by its last child.
fn closing(start: Place, end: Place) -> usize {
    if end.end > end.start { end.end } else { start.end }
}

/// Up to this many keys are compared one by one; for more there is an index.
const FEW: usize = 16;

/// Where a key of the mapping stands already.
fn first_of(text: &str, entries: &[Entry], index: &mut HashMap<String, Place>) -> Option<Place> {
    if entries.len() < FEW {
        return entries.iter().find(|entry| entry.key == text).map(|entry| entry.key_at);
    }
    let fresh = entries.iter().skip(index.len());
    index.extend(fresh.map(|entry| (entry.key.clone(), entry.key_at)));
    index.get(text).copied()
}

fn refuse_key(text: &str, style: ScalarStyle, place: Place, first: Option<Place>) -> Option<Diagnostic> {
    let plain = style == ScalarStyle::Plain;
    if plain && text == "<<" {
        let help = "write the keys out: the merge key is no part of YAML 1.2";
        return Some(
            Diagnostic::error(Code::MergeKey, place, "merge key `<<`").label("merge keys are not allowed").help(help),
        );
    }
    if text.is_empty() || !matches!(style, ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
        return Some(Diagnostic::error(Code::ComplexKey, place, "a key is not a plain name").label("not a name"));
    }
    first.map(|first| {
        Diagnostic::error(Code::DuplicateKey, place, format!("the key {} stands here twice", shown(text)))
            .label("again")
            .also(first, "first")
            .help("remove one of them; for two fields with one name on the wire, choose another key and give the name with `wire`")
    })
}
