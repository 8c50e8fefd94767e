//! Reads one YAML file into a tree whose every key and value knows where it stands. Nothing here knows the spec format.
//!
//! The tree is built with an explicit stack over bounded input. What YAML readers do not agree on is refused: unless a file is so simple
//! that they cannot differ (see `simple`), a second, independent reader must see the same (see `second`). Behind a syntax error the rest of
//! the file is still read (see `repair`).

mod bounds;
mod build;
pub(crate) mod fullwidth;
mod line;
mod repair;
mod second;
mod simple;
mod syntax;
mod tabs;
mod tree;

pub use bounds::MAX_BYTES;
pub(crate) use repair::Reading;
pub use tree::{Entry, Node, Value};

use crate::diagnostic::Diagnostic;

/// Reads source number `file`. No tree: what is wrong was reported, and the file was not understood, or not all of it.
pub fn read(file: usize, text: &str, out: &mut Vec<Diagnostic>) -> Option<Node> {
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
    if out.len() == before && !simple::is_simple(text, &reading.tree) {
        out.extend(second::compare(text, &reading.tree));
    }
    Some(reading)
}

#[cfg(test)]
mod tests;
