//! Reads one YAML file into a tree whose every key and value knows where it stands.
//!
//! In: a file's text. Out: a [`Node`], or findings with a place. Nothing here knows the spec format. The tree is built with an
//! explicit stack over bounded input; what YAML readers do not agree on is refused; and a second, independent reader must see
//! the same (see [`second`]).

mod bounds;
mod build;
mod second;
mod syntax;

use crate::diagnostic::{Diagnostic, Place};

/// The largest file, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and mappings.
pub(crate) const MAX_DEPTH: usize = 64;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text, as YAML reads it; `plain` means without quotes and not as a block.
    Scalar { text: String, plain: bool },
    /// A list.
    Seq(Vec<Node>),
    /// A mapping, in the order of the file; keys are unique.
    Map(Vec<Entry>),
    /// Something that was refused, and reported.
    Unusable,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: Place,
    pub(crate) value: Node,
}

impl Node {
    /// Whether nothing stands there: `key:` and no more.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if text.is_empty())
    }

    /// `a mapping`, `a list`, `text`, `nothing`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Map(_) => "a mapping",
            Value::Seq(_) => "a list",
            Value::Scalar { .. } if self.is_nothing() => "nothing",
            Value::Scalar { .. } | Value::Unusable => "a single value",
        }
    }
}

/// Reads source number `file`. No tree: what is wrong was reported, and the rest of the file was not understood.
pub(crate) fn read(file: usize, text: &str, out: &mut Vec<Diagnostic>) -> Option<Node> {
    let before = out.len();
    bounds::check(file, text, out);
    if out.len() > before {
        return None;
    }
    let tree = build::build(file, text, out)?;
    if out.len() == before
        && let Some(disagreement) = second::compare(text, &tree)
    {
        out.push(disagreement);
        return None;
    }
    Some(tree)
}

#[cfg(test)]
mod tests;
