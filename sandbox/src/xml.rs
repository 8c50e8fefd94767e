//! XML as a tree.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The deepest text that is read.
const MAX_DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) is_list: bool,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// Reads one document.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(crate) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| format!("it is not XML: {error}"))?;
        let depth = open.len();
        let Some(current) = open.last_mut() else { return Err("it closes more elements than it opens".to_owned()) };
        match event {
            Event::Start(tag) if depth <= MAX_DEPTH => open.push(element(&tag)),
            Event::Start(_) => return Err(format!("its elements nest deeper than {MAX_DEPTH} levels")),
            Event::Empty(tag) => current.children.push(element(&tag)),
            Event::Text(text) => current.text.push_str(&text.xml10_content()),
            Event::CData(text) => current.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => current.text.push_str(&resolve(&reference)?),
            Event::End(_) => {
                let closed = open.pop();
                let Some(parent) = open.last_mut() else {
                    return Err("it closes more elements than it opens".to_owned());
                };
                parent.children.extend(closed);
            }
            Event::DocType(_) => return Err("it has a document type".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(mut document), true) if document.children.len() == 1 => Ok(document.children.remove(0)),
        (Some(_), true) => Err("it has not exactly one root".to_owned()),
        _ => Err("it ends inside an element".to_owned()),
    }
}

fn element(tag: &BytesStart<'_>) -> Element {
    let is_list = tag.try_get_attribute("list").ok().flatten().is_some_and(|attribute| &*attribute.value == "true");
    Element { name: tag.name().as_ref().to_owned(), is_list, ..Element::default() }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Result<String, String> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(letter.to_string());
    }
    let name = reference.xml10_content();
    let text = quick_xml::escape::resolve_predefined_entity(&name);
    text.map(str::to_owned).ok_or_else(|| format!("it has the unknown entity `&{name};`"))
}
