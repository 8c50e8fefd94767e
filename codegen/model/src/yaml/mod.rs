//! Reads one YAML file into a tree whose every key and value knows where it stands.
//!
//! In: a file's text. Out: a [`Node`], or findings with a place. Nothing here knows the spec format. The tree is built with an
//! explicit stack over bounded input; what YAML readers do not agree on is refused; and a second, independent reader must see
//! the same (see [`second`]).

mod bounds;
mod build;
mod second;
mod syntax;
mod tree;

pub use bounds::MAX_BYTES;
pub use tree::{Entry, Node, Value};

use crate::diagnostic::Diagnostic;

/// Reads source number `file`. No tree: what is wrong was reported, and the rest of the file was not understood.
pub fn read(file: usize, text: &str, out: &mut Vec<Diagnostic>) -> Option<Node> {
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
