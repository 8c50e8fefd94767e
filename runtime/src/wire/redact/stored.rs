//! Removes the secrets of a call from a stored answer, and changes nothing else in it.
//!
//! An error may lose a word too many. An answer may not: its ids, amounts and names go into somebody's books.
//!
//! - Only a string that holds a secret is written anew. Everything else stays as it is, byte for byte, and so does the structure.
//! - Of a credential (secret, session, signature), any eight bytes in a row are found, but not digits alone: sessions of the platform
//!   end with the id of their user.
//! - A sensitive value is found as a whole, and not inside a longer word or number.

mod json;
mod rewriter;
#[cfg(feature = "xml")]
mod xml;

use std::collections::HashSet;
use std::ops::Range;

use super::forms::{
    REDACTED, RUN, SHORTEST, bytes_of, char_boundaries, disguises, encodings, folded, merged, runs, squeezed,
};
use super::layers::{Layer, each_layer};
use rewriter::{Piece, Rewriter};

/// JSON within JSON that is read as such.
const NESTED: usize = 4;

/// How much of a long string is looked at in one piece, and how much around it.
const PIECE: usize = 16_384;
const MARGIN: usize = 2_048;

/// The secrets of one call, to be taken out of its answer.
#[derive(Default)]
pub(crate) struct StoredRedactor {
    /// Every run of a credential.
    runs: HashSet<[u8; RUN]>,
    /// Whole credentials and sensitive values, and their parts in base64.
    values: Vec<Value>,
}

/// Something that is found as a whole.
struct Value {
    bytes: Vec<u8>,
    /// Whether nothing may stand beside it that a word or number would go on with.
    apart: bool,
}

impl StoredRedactor {
    /// For the application's secret, sessions and signatures.
    pub(crate) fn new<'a>(credentials: impl IntoIterator<Item = &'a str>) -> Self {
        let mut redactor = Self::default();
        for secret in credentials.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            let values = values_of(secret);
            for value in &values {
                redactor.runs.extend(runs(&value.bytes).chain(runs(&squeezed(&value.bytes))).copied());
            }
            redactor.values.extend(values);
        }
        redactor
    }

    /// And for these values of the request.
    pub(crate) fn with_sensitive(mut self, values: &[String]) -> Self {
        let values = values.iter().filter(|value| value.len() >= SHORTEST);
        self.values.extend(values.flat_map(|value| values_of(value)));
        self
    }

    /// JSON without secrets; `None` if there are none in it.
    pub(crate) fn json(&self, text: &str) -> Option<String> {
        json::rewrite(text, &mut |piece| self.piece(piece, NESTED))
    }

    /// XML without secrets; `None` if there are none in it.
    #[cfg(feature = "xml")]
    pub(crate) fn xml(&self, text: &str) -> Option<String> {
        // What is no XML has no structure to be kept.
        xml::rewrite(text, &mut |piece| self.piece(piece, NESTED)).unwrap_or_else(|_| self.flat(text))
    }

    fn piece(&self, piece: Piece<'_>, depth: usize) -> Option<String> {
        match piece {
            Piece::Number(number) => self.is_whole(number).then(|| REDACTED.to_owned()),
            Piece::Text(text) if depth > 0 && json::is_json(text) => {
                json::rewrite(text, &mut |piece| self.piece(piece, depth - 1))
            }
            Piece::Text(text) | Piece::Name(text) => self.flat(text),
        }
    }

    fn is_whole(&self, number: &str) -> bool {
        let bytes = folded(number.bytes());
        self.values.iter().any(|value| value.bytes == bytes)
    }

    /// A text without structure.
    fn flat(&self, text: &str) -> Option<String> {
        let mut rewriter = Rewriter::new(text);
        for span in self.spans(text.as_bytes()) {
            rewriter.replace(char_boundaries(text, span), REDACTED);
        }
        rewriter.finish()
    }

    /// Where secrets stand, in order and apart.
    fn spans(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for at in (0..text.len()).step_by(PIECE) {
            let (from, to) = (at.saturating_sub(MARGIN), text.len().min(at + PIECE + MARGIN));
            // Nobody knows what stands beside a cut.
            let whole = (from == 0, to == text.len());
            each_layer(&text[from..to], |layer| {
                self.find(layer, whole, &mut |span| found.push(span.start + from..span.end + from));
            });
        }
        merged(found, 0)
    }

    fn find(&self, Layer { units, is_squeezed }: &Layer, whole: (bool, bool), mark: &mut dyn FnMut(Range<usize>)) {
        let bytes = bytes_of(units);
        let mut mark = |part: Range<usize>| mark(units[part.start].start..units[part.end - 1].end);
        let mut known: Option<Range<usize>> = None;
        for (at, run) in runs(&bytes).enumerate().filter(|(_, run)| self.runs.contains(*run)) {
            match &mut known {
                Some(part) if at <= part.end => part.end = at + run.len(),
                _ => {
                    known.replace(at..at + RUN).into_iter().filter(|part| !is_number(&bytes, part)).for_each(&mut mark)
                }
            }
        }
        known.into_iter().filter(|part| !is_number(&bytes, part)).for_each(&mut mark);
        if *is_squeezed {
            return;
        }
        for Value { bytes: value, apart } in &self.values {
            for (at, _) in bytes.windows(value.len()).enumerate().filter(|(_, part)| part == value) {
                if !apart || stands_apart(&bytes, &(at..at + value.len()), whole) {
                    mark(at..at + value.len());
                }
            }
        }
    }
}

/// The forms in which a secret is found as a whole.
fn values_of(secret: &str) -> Vec<Value> {
    // Short texts in base64 are found everywhere.
    let parts = disguises(secret).into_iter().filter(|part| part.len() >= RUN);
    let parts = parts.map(|part| Value { bytes: folded(part.into_iter()), apart: false });
    let wholes = encodings(secret).map(|text| Value { bytes: folded(text.into_iter()), apart: true });
    wholes.chain(parts).collect()
}

/// Whether a part may be a number of the answer's own. Those have fewer digits than a credential in hexadecimal digits.
fn is_number(bytes: &[u8], part: &Range<usize>) -> bool {
    part.len() < 20 && bytes[part.clone()].iter().all(u8::is_ascii_digit)
}

/// Whether no word or number goes on beyond the part. `whole`: whether the text begins and ends where `bytes` do.
fn stands_apart(bytes: &[u8], part: &Range<usize>, whole: (bool, bool)) -> bool {
    let goes_on = |inside: Option<&u8>, outside: Option<&u8>, is_end: bool| match outside {
        Some(outside) => outside.is_ascii_alphanumeric() && inside.is_some_and(u8::is_ascii_alphanumeric),
        None => !is_end,
    };
    let before = part.start.checked_sub(1).and_then(|at| bytes.get(at));
    !goes_on(bytes.get(part.start), before, whole.0) && !goes_on(bytes.get(part.end - 1), bytes.get(part.end), whole.1)
}
