//! A text of which some parts are replaced, and the rest is kept byte for byte.

use std::ops::Range;

/// A part of a document, without its escapes.
pub(super) enum Piece<'t> {
    /// The name of a member or an element.
    Name(&'t str),
    Text(&'t str),
    /// A JSON number, verbatim.
    Number(&'t str),
}

pub(super) struct Rewriter<'t> {
    text: &'t str,
    rewritten: String,
    /// What is rewritten already.
    kept: usize,
}

impl<'t> Rewriter<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, rewritten: String::new(), kept: 0 }
    }

    /// Puts `new` in the place of a part. Parts come in order.
    pub(super) fn replace(&mut self, part: Range<usize>, new: &str) {
        // Two parts may share a character.
        self.rewritten.push_str(self.text.get(self.kept..part.start).unwrap_or_default());
        self.rewritten.push_str(new);
        self.kept = part.end;
    }

    /// The text; `None` if nothing was replaced.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.kept == 0 {
            return None;
        }
        self.rewritten.push_str(self.text.get(self.kept..).unwrap_or_default());
        Some(self.rewritten)
    }
}
