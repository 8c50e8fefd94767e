//! Reads samples and records by the types of the specification.
//!
//! Lists may be plain or wrapped. A value that does not read as its type is left out and reported. Members that the
//! specification does not list stay, typed by what they look like.

use opentop_model::model::{Api, Field, Object, Scalar, Type, element_name};

use crate::json::Json;
use crate::node::{List, Members, Node};
use crate::typed;

/// Who wrote the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// A documentation page: empty text and `null` as text mean that nothing is there.
    Page,
    /// The sandbox's user: text is taken literally.
    User,
}

/// Reads values and collects what does not fit.
pub(super) struct Reader<'m> {
    pub(super) api: &'m Api,
    pub(super) author: Author,
    pub(super) issues: Vec<String>,
}

impl<'m> Reader<'m> {
    pub(super) fn new(api: &'m Api, author: Author) -> Self {
        Reader { api, author, issues: Vec::new() }
    }

    /// The members of an object. Of a name given twice the first counts.
    pub(super) fn object(&mut self, object: &Object, members: &[(String, Json)], path: &str) -> Members {
        let mut out = Members::new();
        for (name, json) in members {
            if out.iter().any(|(taken, _)| taken == name) {
                continue;
            }
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let field = object.fields.iter().find(|field| field.wire == *name);
            let node = match field {
                Some(field) => self.field(field, json, &path),
                None => self.unlisted(name, json),
            };
            out.extend(node.map(|node| (name.clone(), node)));
        }
        out
    }

    fn field(&mut self, field: &Field, json: &Json, path: &str) -> Option<Node> {
        if self.is_absent(json) {
            return None;
        }
        match field.ty {
            Type::Scalar(scalar) => self.scalar(scalar, json, path),
            Type::Object(id) => self.nested(&self.api.named(id).object, json, path),
            Type::Objects(id) => {
                let (element, items) = self.elements(json, &element_of(self.api, field));
                let object = &self.api.named(id).object;
                let read = |(at, item)| self.nested(object, item, &format!("{path}[{at}]"));
                let items = items.iter().enumerate().filter_map(read).collect();
                Some(Node::List(List { element, items }))
            }
            Type::Scalars(scalar) => {
                let joined: Vec<Json>;
                let (element, items) = match json {
                    Json::Text(text) if text.contains(',') => {
                        joined = text.split(',').map(|item| Json::Text(item.trim().to_owned())).collect();
                        (element_of(self.api, field), joined.as_slice())
                    }
                    _ => self.elements(json, &element_of(self.api, field)),
                };
                let read = |(at, item)| self.scalar(scalar, item, &format!("{path}[{at}]"));
                let items = items.iter().enumerate().filter_map(read).collect();
                Some(Node::List(List { element, items }))
            }
        }
    }

    fn is_absent(&self, json: &Json) -> bool {
        match json {
            Json::Null => true,
            Json::Text(text) => self.author == Author::Page && matches!(text.trim(), "" | "null"),
            _ => false,
        }
    }

    fn nested(&mut self, object: &Object, json: &Json, path: &str) -> Option<Node> {
        match json {
            Json::Object(members) => Some(Node::Object(self.object(object, members, path))),
            _ if self.is_absent(json) => None,
            other => self.issue(path, &format!("expected an object, got {}", other.kind())),
        }
    }

    /// The elements of a list in either form, and the name they have.
    fn elements<'j>(&self, json: &'j Json, element: &str) -> (String, &'j [Json]) {
        match json {
            Json::List(items) => (element.to_owned(), items),
            Json::Object(members) => match members.as_slice() {
                [] => (element.to_owned(), &[]),
                [(name, Json::List(items))] => (name.clone(), items),
                [(name, single)] if name == element => (name.clone(), std::slice::from_ref(single)),
                _ => (element.to_owned(), std::slice::from_ref(json)),
            },
            Json::Text(text) if text.is_empty() => (element.to_owned(), &[]),
            _ => (element.to_owned(), std::slice::from_ref(json)),
        }
    }

    pub(super) fn scalar(&mut self, scalar: Scalar, json: &Json, path: &str) -> Option<Node> {
        if self.is_absent(json) {
            return None;
        }
        let node = typed::scalar(scalar, json);
        node.or_else(|| self.issue(path, &format!("expected {scalar}, got {}", shown(json))))
    }

    fn issue(&mut self, path: &str, problem: &str) -> Option<Node> {
        self.issues.push(format!("{path}: {problem}"));
        None
    }

    fn unlisted(&mut self, name: &str, json: &Json) -> Option<Node> {
        if self.is_absent(json) {
            return None;
        }
        Some(match json {
            Json::Null => return None,
            Json::Bool(flag) => Node::Bool(*flag),
            Json::Number(text) => Node::Number(text.clone()),
            Json::Text(text) => Node::Text(text.clone()),
            Json::List(items) => self.unlisted_list(name, items),
            Json::Object(members) => match members.as_slice() {
                [(element, Json::List(items))] => self.unlisted_list(element, items),
                _ => {
                    let read = |(name, json): &(String, Json)| Some((name.clone(), self.unlisted(name, json)?));
                    Node::Object(members.iter().filter_map(read).collect())
                }
            },
        })
    }

    fn unlisted_list(&mut self, element: &str, items: &[Json]) -> Node {
        let items = items.iter().filter_map(|item| self.unlisted(element, item)).collect();
        Node::List(List { element: element.to_owned(), items })
    }
}

fn shown(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The name of a list's elements: the specification's, else after the vendor's word for their type.
pub(super) fn element_of(api: &Api, field: &Field) -> String {
    if api.dialect.is_some() {
        return api.element_name(field);
    }
    if let Some(element) = &field.element {
        return element.clone();
    }
    let vendor = field.vendor_type.trim_end_matches("[]").trim();
    let is_name = !vendor.is_empty() && vendor.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    match field.ty {
        _ if is_name => element_name(vendor),
        Type::Scalar(Scalar::Bytes) | Type::Scalars(Scalar::Bytes) => "byte".to_owned(),
        Type::Scalar(scalar) | Type::Scalars(scalar) => element_name(scalar.name()),
        Type::Object(_) | Type::Objects(_) => "item".to_owned(),
    }
}
