//! A spec as plain keys and texts, in order: what the importer builds, merges and writes.
//!
//! Defines [`Tree`]. Every single value is text; what a key means is known to whoever reads the file.

use super::json::{self, Json};
use opentop_model::text::push_json_string;
use opentop_model::yaml::{Node, Value};

/// One value of a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    /// A single value.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// A mapping, in order; keys are unique.
    Map(Map),
}

/// A mapping, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Map(pub(super) Vec<(String, Tree)>);

impl Map {
    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Tree> {
        self.0.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The mapping behind `key`.
    pub(super) fn map(&self, key: &str) -> Option<&Map> {
        match self.get(key)? {
            Tree::Map(map) => Some(map),
            Tree::Text(_) | Tree::List(_) => None,
        }
    }

    /// The text behind `key`.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Tree::Text(text) => Some(text),
            Tree::Map(_) | Tree::List(_) => None,
        }
    }

    pub(super) fn push(&mut self, key: &str, value: impl Into<Tree>) {
        self.0.push((key.to_owned(), value.into()));
    }

    /// Adds a text, where there is one.
    pub(super) fn push_text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.push(key, text);
        }
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Tree> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Tree {
        Tree::Text(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Tree {
        Tree::Text(text)
    }
}

impl From<Map> for Tree {
    fn from(map: Map) -> Tree {
        Tree::Map(map)
    }
}

impl From<Vec<Tree>> for Tree {
    fn from(list: Vec<Tree>) -> Tree {
        Tree::List(list)
    }
}

impl Tree {
    /// A list of texts.
    pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Tree {
        Tree::List(texts.into_iter().map(Tree::from).collect())
    }

    /// What a file says.
    pub(super) fn from_yaml(node: &Node) -> Tree {
        match &node.value {
            Value::Scalar { text, .. } => Tree::Text(text.clone()),
            Value::Seq(items) => Tree::List(items.iter().map(Tree::from_yaml).collect()),
            Value::Map(entries) => {
                Tree::Map(Map(entries.iter().map(|entry| (entry.key.clone(), Tree::from_yaml(&entry.value))).collect()))
            }
            Value::Unusable => Tree::Text(String::new()),
        }
    }

    /// What [`Tree::to_json`] wrote; `None` if it is something else.
    pub(super) fn from_json(text: &str) -> Option<Tree> {
        fn tree(value: json::Value) -> Tree {
            match value.kind {
                Json::List(items) => Tree::List(items.into_iter().map(tree).collect()),
                Json::Map(entries) => {
                    Tree::Map(Map(entries.into_iter().map(|(key, value)| (key, tree(value))).collect()))
                }
                Json::Text(text) | Json::Number(text) => Tree::Text(text),
                Json::Bool(flag) => Tree::Text(flag.to_string()),
                Json::Null => Tree::Text(String::new()),
            }
        }
        json::strict(text).ok().map(tree)
    }

    /// One line of JSON; every single value is a string.
    pub(super) fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// JSON with a line for every value, so that changes can be read. Objects of texts alone stand on one line.
    pub(super) fn to_lines(&self) -> String {
        let mut out = String::new();
        self.write_lines(&mut out, 0);
        out
    }

    fn write_lines(&self, out: &mut String, indent: usize) {
        let flat = |tree: &Tree| matches!(tree, Tree::Text(_));
        let (inner, open, close): (Vec<(Option<&str>, &Tree)>, char, char) = match self {
            Tree::Text(text) => return push_json_string(out, text),
            Tree::List(items) => (items.iter().map(|item| (None, item)).collect(), '[', ']'),
            Tree::Map(map) => (map.0.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(), '{', '}'),
        };
        if inner.is_empty() || inner.iter().all(|(_, value)| flat(value)) && indent > 2 && self.to_json().len() < 120 {
            return self.write_json(out);
        }
        out.push(open);
        for (at, (key, value)) in inner.iter().enumerate() {
            out.push_str(if at > 0 { ",\n" } else { "\n" });
            out.extend(std::iter::repeat_n(' ', indent + 2));
            if let Some(key) = key {
                push_json_string(out, key);
                out.push_str(": ");
            }
            value.write_lines(out, indent + 2);
        }
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        out.push(close);
    }

    fn write_json(&self, out: &mut String) {
        match self {
            Tree::Text(text) => push_json_string(out, text),
            Tree::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write_json(out);
                }
                out.push(']');
            }
            Tree::Map(map) => {
                out.push('{');
                for (at, (key, value)) in map.0.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    push_json_string(out, key);
                    out.push(':');
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }
}
