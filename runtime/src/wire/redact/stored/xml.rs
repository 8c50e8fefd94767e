//! The texts and names of XML.
//!
//! Attributes, comments and instructions are never read, so one that holds a secret is left out.

use std::ops::Range;

use quick_xml::escape::{partial_escape, resolve_html5_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Error, Reader};

use super::rewriter::{Piece, Rewriter};

type Each<'a> = &'a mut dyn FnMut(Piece<'_>) -> Option<String>;

/// Text between two tags.
struct Text {
    part: Range<usize>,
    content: String,
    /// The comments in it.
    comments: Vec<Range<usize>>,
}

/// Puts a text in the place of every piece for which `each` yields one; `None` if there is none.
///
/// # Errors
/// Where it is not XML.
pub(super) fn rewrite(text: &str, each: Each<'_>) -> Result<Option<String>, Error> {
    let mut reader = Reader::from_str(text);
    let mut rewriter = Rewriter::new(text);
    let mut open: Option<Text> = None;
    loop {
        let start = position(&reader);
        let event = reader.read_event()?;
        let part = start..position(&reader);
        let content = match &event {
            Event::Text(text) => Some(text.xml10_content().into_owned()),
            Event::CData(text) => Some(text.xml10_content().into_owned()),
            Event::GeneralRef(reference) => resolve(reference),
            Event::Comment(_) => Some(String::new()),
            _ => None,
        };
        if let Some(content) = content {
            let run = open.get_or_insert(Text { part: part.clone(), content: String::new(), comments: Vec::new() });
            run.part.end = part.end;
            run.content.push_str(&content);
            run.comments.extend(matches!(event, Event::Comment(_)).then_some(part));
            continue;
        }
        if let Some(run) = open.take() {
            rewrite_text(text, run, &mut rewriter, each);
        }
        match event {
            Event::Start(tag) => rewrite_tag(&tag, ">", part, &mut rewriter, each),
            Event::Empty(tag) => rewrite_tag(&tag, "/>", part, &mut rewriter, each),
            Event::End(tag) => {
                if let Some(name) = name(tag.name().0, each) {
                    rewriter.replace(part, &format!("</{name}>"));
                }
            }
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => leave_out(text, part, &mut rewriter, each),
            Event::Eof => return Ok(rewriter.finish()),
            _ => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The text of a reference; `None` if it stands for no character.
fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character.into()),
        Ok(None) => resolve_html5_entity(reference).map(str::to_owned),
        Err(_) => None,
    }
}

fn rewrite_text(text: &str, run: Text, rewriter: &mut Rewriter<'_>, each: Each<'_>) {
    match each(Piece::Text(&run.content)) {
        Some(new) => rewriter.replace(run.part, &partial_escape(new)),
        None => run.comments.into_iter().for_each(|comment| leave_out(text, comment, rewriter, each)),
    }
}

fn leave_out(text: &str, part: Range<usize>, rewriter: &mut Rewriter<'_>, each: Each<'_>) {
    if each(Piece::Text(&text[part.clone()])).is_some() {
        rewriter.replace(part, "");
    }
}

fn rewrite_tag(tag: &BytesStart<'_>, end: &str, part: Range<usize>, rewriter: &mut Rewriter<'_>, each: Each<'_>) {
    let attributes = tag.attributes_raw();
    let without_attributes = !attributes.is_empty() && each(Piece::Text(attributes)).is_some();
    let new = name(tag.name().0, each);
    if new.is_none() && !without_attributes {
        return;
    }
    let (name, attributes) = (new.as_deref().unwrap_or(tag.name().0), if without_attributes { "" } else { attributes });
    rewriter.replace(part, &format!("<{name}{attributes}{end}"));
}

/// What the name becomes, if it holds a secret.
fn name(name: &str, each: Each<'_>) -> Option<String> {
    each(Piece::Name(name)).map(|name| name.replace(['[', ']'], ""))
}
