//! Reads the same file with a second YAML reader and compares it with our tree, key by key and text by text.
//!
//! The second reader is driven by our tree, so every scalar is compared as text: none is ever guessed to be a number or a date.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::tree::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::shown;

/// `None` where both readers agree.
pub(super) fn compare(text: &str, tree: &Node) -> Option<Diagnostic> {
    let mut first_difference = None;
    // The other reader counts a byte order mark as a column, and then reports that the second line is under-indented.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let expected = Expected { node: tree, difference: &mut first_difference };
    let error = expected.deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    let (place, what) = first_difference.unwrap_or_else(|| (place_of(&error, text, tree), error.to_string()));
    let help =
        "the value must be quoted: single quotes for plain text, double quotes with escapes for unusual characters";
    let message = format!("two YAML readers read this value differently: {what}");
    Some(Diagnostic::error(Code::ReadersDisagree, place, message).label("read differently").help(help))
}

/// Where the second reader stopped by itself; its index counts bytes.
fn place_of(error: &serde_yaml::Error, text: &str, tree: &Node) -> Place {
    let start = error.location().map_or(tree.at.start, |location| location.index().min(text.len()));
    Place { file: tree.at.file, start, end: start }
}

/// What the second reader is expected to see.
struct Expected<'a> {
    node: &'a Node,
    difference: &'a mut Option<(Place, String)>,
}

impl Expected<'_> {
    fn differs<E: Error>(self, what: String) -> E {
        self.difference.get_or_insert((self.node.at, what));
        E::custom("different")
    }
}

impl<'de> DeserializeSeed<'de> for Expected<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        let Expected { node, difference } = self;
        let mine = Expected { node, difference: &mut *difference };
        let result = match node.value {
            Value::Scalar { .. } => reader.deserialize_str(mine),
            Value::Seq(_) => reader.deserialize_seq(mine),
            Value::Map(_) => reader.deserialize_map(mine),
            Value::Unusable => reader.deserialize_ignored_any(mine),
        };
        result.inspect_err(|error| {
            difference.get_or_insert_with(|| (node.at, error.to_string()));
        })
    }
}

impl<'de> Visitor<'de> for Expected<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.node.kind())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.node.is_nothing() { Ok(()) } else { Err(self.differs("the other sees nothing".to_owned())) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match &self.node.value {
            Value::Scalar { text: mine, .. } if mine == text => Ok(()),
            _ => Err(self.differs(format!("the other sees {}", shown(text)))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Value::Seq(mine) = &self.node.value else {
            return Err(self.differs("the other sees a list".to_owned()));
        };
        for node in mine {
            if items.next_element_seed(Expected { node, difference: &mut *self.difference })?.is_none() {
                return Err(self.differs("the other sees a shorter list".to_owned()));
            }
        }
        match items.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(self.differs("the other sees a longer list".to_owned())),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Value::Map(mine) = &self.node.value else {
            return Err(self.differs("the other sees a mapping".to_owned()));
        };
        for entry in mine {
            let key = Node { at: entry.key_at, value: Value::Scalar { text: entry.key.clone(), plain: false } };
            if entries.next_key_seed(Expected { node: &key, difference: &mut *self.difference })?.is_none() {
                return Err(self.differs("the other sees fewer keys".to_owned()));
            }
            entries.next_value_seed(Expected { node: &entry.value, difference: &mut *self.difference })?;
        }
        match entries.next_key::<serde::de::IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(self.differs("the other sees more keys".to_owned())),
        }
    }
}
