//! Keeps the comments that a person wrote into a spec when the file is rewritten.
//!
//! Each comment belongs to the key that it precedes. A comment behind a value moves to the line above.

use std::collections::BTreeMap;

use opentop_model::yaml::{Node, Value};

/// Between the keys of a path.
pub(super) const SEPARATOR: char = '\u{1f}';

/// Comments by the path of the key or item they stand before; the path of the file itself is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Comments {
    pub(super) before: BTreeMap<String, Vec<String>>,
    /// Behind the last key.
    pub(super) last: Vec<String>,
}

impl Comments {
    /// Whether something below `path` carries a comment.
    pub(super) fn any_inside(&self, path: &str) -> bool {
        let below = format!("{path}{SEPARATOR}");
        self.before.range(below.clone()..).next().is_some_and(|(key, _)| key.starts_with(&below))
    }

    /// The comments of a file.
    pub(super) fn of(text: &str, tree: &Node) -> Comments {
        let mut places = Places::default();
        places.visit(tree, "");
        places.keys.sort();
        places.values.sort_unstable();
        let mut found = Comments::default();
        let mut waiting: Vec<String> = Vec::new();
        let mut keys = places.keys.iter().peekable();
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let (start, end) = (at, at + line.len());
            at = end;
            let key = keys.next_if(|(place, _)| *place < end).map(|(_, path)| path);
            while keys.next_if(|(place, _)| *place < end).is_some() {}
            if let Some(comment) = places.comment(line, start) {
                if number == 0 && key.is_none() {
                    found.before.insert(String::new(), vec![comment]);
                    continue;
                }
                waiting.push(comment);
            }
            if let Some(path) = key
                && !waiting.is_empty()
            {
                found.before.entry(path.clone()).or_default().append(&mut waiting);
            }
        }
        found.last = waiting;
        found
    }
}

/// Where the keys, items and texts of a file stand.
#[derive(Default)]
struct Places {
    keys: Vec<(usize, String)>,
    /// From the first byte to past the last.
    values: Vec<(usize, usize)>,
}

impl Places {
    fn visit(&mut self, node: &Node, path: &str) {
        match &node.value {
            Value::Scalar { .. } => self.values.push((node.at.start, node.at.end)),
            Value::Seq(items) => {
                for (at, item) in items.iter().enumerate() {
                    let path = format!("{path}{SEPARATOR}{at}");
                    self.keys.push((item.at.start, path.clone()));
                    self.visit(item, &path);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    let path = format!("{path}{SEPARATOR}{}", entry.key);
                    self.keys.push((entry.key_at.start, path.clone()));
                    self.values.push((entry.key_at.start, entry.key_at.end));
                    self.visit(&entry.value, &path);
                }
            }
            Value::Unusable => {}
        }
    }

    /// The comment on a line: a `#` at its start or behind a blank, outside of every text.
    fn comment(&self, line: &str, start: usize) -> Option<String> {
        let text = line.trim_end();
        let mut blank = true;
        for (at, letter) in text.char_indices() {
            if letter == '#' && blank && !self.inside(start + at) {
                return Some(text[at..].to_owned());
            }
            blank = letter.is_whitespace();
        }
        None
    }

    fn inside(&self, byte: usize) -> bool {
        let next = self.values.partition_point(|&(start, _)| start <= byte);
        // Texts do not overlap, so the last one that starts before the byte is the only one that can hold it.
        next.checked_sub(1).is_some_and(|before| byte < self.values[before].1)
    }
}
