//! Reads one YAML file into a tree whose every key and value knows where it stands. Nothing here knows the spec format.
//!
//! The tree is built with an explicit stack over bounded input. What YAML readers do not agree on is refused, and a second, independent
//! reader must see the same (see [`second`]). Behind a syntax error the rest of the file is still read (see [`repair`]).

mod bounds;
mod build;
pub(crate) mod fullwidth;
mod line;
mod repair;
mod second;
mod syntax;
mod tabs;

pub(crate) use repair::Reading;

use crate::diagnostic::{Code, Diagnostic, Place};

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

/// Reads source number `file`. No tree: what is wrong was reported, and the file was not understood, or not all of it.
pub(crate) fn read(file: usize, text: &str, out: &mut Vec<Diagnostic>) -> Option<Node> {
    read_around_errors(file, text, out).filter(|reading| !reading.repaired).map(|reading| reading.tree)
}

/// Reads source number `file`, and what is left of it around syntax errors. No tree: what is wrong was reported.
pub(crate) fn read_around_errors(file: usize, text: &str, out: &mut Vec<Diagnostic>) -> Option<Reading> {
    let before = out.len();
    if !bounds::check(file, text, out) {
        return None;
    }
    if out.len() > before {
        return repair::read(file, &bounds::without_control_characters(text), out);
    }
    let reading = repair::read(file, text, out)?;
    if out.len() == before {
        out.extend(second::compare(text, &reading.tree));
    }
    Some(reading)
}

/// The finding for nesting beyond the bound.
fn too_deep(place: Place) -> Diagnostic {
    let message = format!("lists and mappings must be nested at most {MAX_DEPTH} levels deep");
    Diagnostic::error(Code::TooDeep, place, message)
        .label("the first level too many")
        .help("name the inner objects under `types`; text that begins with brackets must be quoted")
}

#[cfg(test)]
mod tests;
