//! Reads samples in XML into the wrapped form of JSON, every leaf as text.
//!
//! The model tells lists from objects. For elements that it does not list, `list="true"` or several children of one name do.

use opentop_model::model::{Api, Object, Type};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::json::Json;

/// The deepest sample that is read.
const MAX_DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    is_list: bool,
    text: String,
    children: Vec<Element>,
}

/// The members of the response.
///
/// # Errors
/// What is wrong with the sample.
pub(super) fn members(api: &Api, sample: &str) -> Result<Vec<(String, Json)>, String> {
    let root = parse(sample)?;
    if root.name == "error_response" {
        return Err("it shows an error".to_owned());
    }
    Ok(object(api, Some(&api.response), &root.children))
}

fn object(api: &Api, object: Option<&Object>, children: &[Element]) -> Vec<(String, Json)> {
    let value = |child: &Element| {
        let field = object.and_then(|object| object.fields.iter().find(|field| field.wire == child.name));
        match field.map(|field| &field.ty) {
            Some(Type::Scalar(_)) => Json::Text(child.text.clone()),
            Some(Type::Object(id)) => inner(api, Some(&api.named(*id).object), child),
            Some(Type::Objects(id)) => list(api, Some(&api.named(*id).object), child),
            Some(Type::Scalars(_)) => list(api, None, child),
            None if child.is_list || repeats(&child.children) => list(api, None, child),
            None => inner(api, None, child),
        }
    };
    children.iter().map(|child| (child.name.clone(), value(child))).collect()
}

/// An element that is no list: its members, or its text.
fn inner(api: &Api, shape: Option<&Object>, element: &Element) -> Json {
    if element.children.is_empty() {
        Json::Text(element.text.clone())
    } else {
        Json::Object(object(api, shape, &element.children))
    }
}

fn list(api: &Api, shape: Option<&Object>, element: &Element) -> Json {
    let Some(first) = element.children.first() else { return Json::Text(element.text.clone()) };
    let items = element.children.iter().map(|item| inner(api, shape, item)).collect();
    Json::Object(vec![(first.name.clone(), Json::List(items))])
}

fn repeats(children: &[Element]) -> bool {
    children.len() > 1 && children.iter().all(|child| child.name == children[0].name)
}

fn parse(sample: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(sample);
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
