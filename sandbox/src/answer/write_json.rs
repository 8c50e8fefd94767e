//! Writes an answer as JSON, in both of the platform's forms.
//!
//! Wrapped: an envelope around everything, and around the elements of a list an object that names them. Reduced (`simplify`):
//! neither.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json;
use crate::node::{Members, Node};

pub(super) fn wrapped(envelope: &str, members: &Members) -> String {
    text(&Envelope { name: envelope, members })
}

pub(super) fn reduced(members: &Members) -> String {
    text(&Object { members, wrap: false })
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("invariant: names are text, and a node's number is a JSON number")
}

struct Envelope<'a> {
    name: &'a str,
    members: &'a Members,
}

struct Object<'a> {
    members: &'a Members,
    wrap: bool,
}

struct Value<'a> {
    node: &'a Node,
    wrap: bool,
}

struct Array<'a> {
    items: &'a [Node],
    wrap: bool,
}

impl Serialize for Envelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.name, Object { members: self.members, wrap: true })])
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (name, node) in self.members {
            map.serialize_entry(name, &Value { node, wrap: self.wrap })?;
        }
        map.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wrap = self.wrap;
        match self.node {
            Node::Text(text) => serializer.serialize_str(text),
            Node::Number(text) => json::number(text, serializer),
            Node::Bool(flag) => serializer.serialize_bool(*flag),
            Node::Json(json) => json.serialize(serializer),
            Node::Object(members) => Object { members, wrap }.serialize(serializer),
            Node::List(list) if wrap => serializer.collect_map([(&list.element, Array { items: &list.items, wrap })]),
            Node::List(list) => Array { items: &list.items, wrap }.serialize(serializer),
        }
    }
}

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wrap = self.wrap;
        serializer.collect_seq(self.items.iter().map(|node| Value { node, wrap }))
    }
}
