//! The nesting that a sample shows: names within names, in order.
//!
//! [`Shapes`] is a tree in an arena, made from an XML or JSON sample, or from the request that sample code builds. A sample
//! that does not parse is read as far as possible.

use super::json::{self, Json};
use opentop_model::text::unescape;

/// Deeper elements are read as text of their parent.
const MAX_DEPTH: usize = 64;
/// More nodes than any sample has.
const MAX_NODES: usize = 100_000;

/// A tree of names.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    pub(super) nodes: Vec<Shape>,
}

/// One name of a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Empty for an element of a JSON list.
    pub(super) name: String,
    /// The text of a leaf, entities and escapes resolved.
    pub(super) text: String,
    pub(super) children: Vec<usize>,
}

impl Shapes {
    pub(super) fn add(&mut self, parent: Option<usize>, name: &str, text: &str) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Shape { name: name.to_owned(), text: text.to_owned(), children: Vec::new() });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(id);
        }
        id
    }

    fn is_full(&self) -> bool {
        self.nodes.len() >= MAX_NODES
    }

    /// The fields of a JSON object, below `root`.
    pub(super) fn from_json(text: &str) -> Result<(Shapes, usize), json::Broken> {
        let value = json::lenient(text)?;
        let mut shapes = Shapes::default();
        let root = shapes.add(None, "", "");
        shapes.add_json(root, &value);
        Ok((shapes, root))
    }

    pub(super) fn add_json(&mut self, parent: usize, value: &json::Value) {
        match &value.kind {
            Json::Map(entries) => {
                for (name, value) in entries {
                    self.add_named(parent, name, value);
                }
            }
            Json::List(items) => {
                for value in items {
                    self.add_named(parent, "", value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {
                if let Some(text) = value.text() {
                    self.nodes[parent].text = text;
                }
            }
        }
    }

    fn add_named(&mut self, parent: usize, name: &str, value: &json::Value) {
        if !self.is_full() {
            let id = self.add(Some(parent), name, "");
            self.add_json(id, value);
        }
    }

    /// The elements of an XML sample, below a root without a name. Blanks and line numbers around tags do not matter.
    pub(super) fn from_xml(text: &str) -> (Shapes, usize) {
        let mut shapes = Shapes::default();
        let root = shapes.add(None, "", "");
        let mut open = vec![root];
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            shapes.append(&open, before);
            if let Some(cdata) = tag.strip_prefix("<![CDATA[") {
                let end = cdata.find("]]>").unwrap_or(cdata.len());
                shapes.append_verbatim(&open, &cdata[..end]);
                rest = cdata.get(end + 3..).unwrap_or("");
                continue;
            }
            if tag.starts_with("<!--") {
                rest = tag.find("-->").map_or("", |end| &tag[end + 3..]);
                continue;
            }
            let Some(end) = tag.find('>') else { break };
            shapes.tag(&tag[1..end], &mut open);
            rest = &tag[end + 1..];
        }
        shapes.append(&open, rest);
        for node in &mut shapes.nodes {
            node.text = node.text.trim().to_owned();
        }
        (shapes, root)
    }

    fn tag(&mut self, tag: &str, open: &mut Vec<usize>) {
        let tag = tag.trim();
        if let Some(name) = tag.strip_prefix('/') {
            let name = name.trim();
            // A closing tag closes whatever was left open inside; one that closes nothing is passed over.
            if let Some(at) = open.iter().rposition(|&id| self.nodes[id].name == name)
                && at > 0
            {
                open.truncate(at);
            }
            return;
        }
        if tag.starts_with(['?', '!']) || self.is_full() || open.len() > MAX_DEPTH {
            return;
        }
        let empty = tag.ends_with('/');
        let name = tag.trim_end_matches('/').split_whitespace().next().unwrap_or("");
        if !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return;
        }
        let id = self.add(open.last().copied(), name, "");
        if !empty {
            open.push(id);
        }
    }

    fn append(&mut self, open: &[usize], text: &str) {
        if let Some(&id) = open.last()
            && id > 0
            && self.nodes[id].children.is_empty()
            && !text.is_empty()
        {
            let text = unescape(text);
            self.nodes[id].text.push_str(&text);
        }
    }

    fn append_verbatim(&mut self, open: &[usize], text: &str) {
        if let Some(&id) = open.last() {
            self.nodes[id].text.push_str(text);
        }
    }

    /// Depth first: how many leaves hold text.
    pub(super) fn has_fields(&self, id: usize) -> bool {
        !self.nodes[id].children.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Shapes;

    fn shown(shapes: &Shapes, id: usize) -> String {
        let node = &shapes.nodes[id];
        if node.children.is_empty() {
            return format!("{}={}", node.name, node.text);
        }
        let children: Vec<String> = node.children.iter().map(|&id| shown(shapes, id)).collect();
        format!("{}({})", node.name, children.join(" "))
    }

    #[test]
    fn xml_is_read_with_entities_empty_elements_and_repetitions() {
        let (shapes, root) = Shapes::from_xml(
            "<?xml version=\"1.0\"?><r><a>x &amp; &#20013;</a><b/><c></c><l><i>1</i><i>2</i></l></r><!--host-->",
        );
        assert_eq!(shown(&shapes, root), "(r(a=x & 中 b= c= l(i=1 i=2)))");
    }

    #[test]
    fn xml_on_one_line_with_line_numbers_and_spaced_tags_is_the_same() {
        let (shapes, root) = Shapes::from_xml("1 < r > 2 < a > 1 </ a > 3 < b > 4 < c > x </ c > 5 </ b > 6 </ r >");
        assert_eq!(shown(&shapes, root), "(r(a=1 b(c=x)))");
    }

    #[test]
    fn broken_xml_is_read_as_far_as_it_goes() {
        let (shapes, root) = Shapes::from_xml("<r><a>1</b></a><b>2</c></r></r><x>");
        assert_eq!(shown(&shapes, root), "(r(a=1 b=2) x=)");
        let _ = Shapes::from_xml(&"<a>".repeat(100_000));
    }

    #[test]
    fn json_is_read_in_order() {
        let (shapes, root) = Shapes::from_json(r#"{"r":{"a":1,"l":{"i":[{"b":"x\/y"}]}}}"#).unwrap();
        assert_eq!(shown(&shapes, root), "(r(a=1 l(i((b=x/y)))))");
    }
}
