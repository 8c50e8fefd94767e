//! Removes the secrets of a call from text that somebody else wrote, in whatever encoding they come back.
//!
//! Firewalls, proxies and error pages quote what they were sent: percent-encoded, escaped for JSON or HTML, in base64, in GBK, broken
//! into lines, cut anywhere. So no whole value is looked for but any eight bytes of one, in the text as it is and with its escapes undone, three layers deep.
//! Everything that an error keeps of a body passes through here, before it is cut.

mod base64;
mod forms;
mod layers;
mod stored;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use crate::wire::escape::{EXCERPT, EscapedBytes};
use forms::{REDACTED, RUN, SHORTEST, bytes_of, char_boundaries, disguises, encodings, folded, merged, runs, squeezed};
use layers::{Layer, each_layer};

pub(crate) use stored::StoredRedactor;

/// What is left between two parts of a secret belongs to it: a line break of base64.
const GAP: usize = 4;

/// What is looked at behind the part of a body that is shown: enough for a run in its longest form.
const MARGIN: usize = 2_048;

/// The longest text that an error keeps, in bytes.
const LONGEST: usize = 16_384;

/// Ids of the platform are not longer.
const LONGEST_PLAIN_ID: usize = 64;

/// The secrets of one call.
#[derive(Default)]
pub(crate) struct Redactor {
    /// Every run of [`RUN`] bytes.
    runs: HashSet<[u8; RUN]>,
    /// Values, for their beginnings and ends, and for those that have no run.
    values: Vec<Vec<u8>>,
}

impl Redactor {
    /// For these values.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut redactor = Self::default();
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            encodings(secret).chain(disguises(secret)).for_each(|value| redactor.add(&value));
        }
        redactor
    }

    fn add(&mut self, value: &[u8]) {
        let value = folded(value.iter().copied());
        if value.len() >= SHORTEST && !self.values.contains(&value) {
            self.runs.extend(runs(&value).chain(runs(&squeezed(&value))).copied());
            self.values.push(value);
        }
    }

    /// The id of a call as it may be shown. Ids of the platform are short and plain: those need but a quick look.
    pub(crate) fn id(id: String, secrets: &[String]) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let secrets = || secrets.iter().map(String::as_str);
        if id.len() <= LONGEST_PLAIN_ID && id.bytes().all(is_plain) && !forms::is_suspect(&id, secrets()) {
            return id;
        }
        Self::new(secrets()).text(&id)
    }

    /// The text without secrets. A very long one is cut.
    pub(crate) fn text(&self, text: &str) -> String {
        let end = (0..=text.len().min(LONGEST)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        let window = &text.as_bytes()[..text.len().min(end + MARGIN)];
        let (mut shown, mut kept) = (String::with_capacity(end), 0);
        for span in self.spans(window) {
            let span = char_boundaries(text, span);
            if span.start >= end {
                break;
            }
            shown.push_str(&text[kept.min(span.start)..span.start]);
            shown.push_str(REDACTED);
            kept = span.end;
        }
        shown.push_str(text.get(kept..end).unwrap_or_default());
        if end < text.len() {
            shown.push('…');
        }
        shown
    }

    /// Whether a secret stands in a body. A very long one is not searched, and said to hold one.
    pub(crate) fn finds_in(&self, body: &[u8]) -> bool {
        !self.values.is_empty() && (body.len() > LONGEST || !self.spans(body).is_empty())
    }

    /// The beginning of a body on one line, without secrets.
    pub(crate) fn excerpt(&self, body: &[u8]) -> String {
        let end = body.len().min(EXCERPT);
        let (mut shown, mut kept) = (String::new(), 0);
        let write = |bytes: &[u8], shown: &mut String| {
            write!(shown, "{}", EscapedBytes(bytes)).expect("invariant: writing to a String cannot fail");
        };
        for span in self.spans(&body[..body.len().min(EXCERPT + MARGIN)]) {
            if span.start >= end {
                break;
            }
            write(&body[kept.min(span.start)..span.start], &mut shown);
            shown.push_str(REDACTED);
            kept = span.end;
        }
        write(body.get(kept..end).unwrap_or_default(), &mut shown);
        if end < body.len() {
            shown.push('…');
        }
        shown
    }

    /// Where secrets stand, in order and apart.
    fn spans(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.values.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        each_layer(text, |layer| self.find(layer, &mut found));
        merged(found, GAP)
    }

    fn find(&self, Layer { units, is_squeezed }: &Layer, found: &mut Vec<Range<usize>>) {
        let bytes = bytes_of(units);
        let mut mark = |from: usize, to: usize| found.push(units[from].start..units[to - 1].end);
        for (at, run) in runs(&bytes).enumerate() {
            if self.runs.contains(run) {
                mark(at, at + RUN);
            }
        }
        if *is_squeezed {
            return;
        }
        for value in &self.values {
            if value.len() < RUN {
                let places = bytes.windows(value.len()).enumerate().filter(|(_, part)| part == value);
                places.for_each(|(at, _)| mark(at, at + value.len()));
            }
            // Whoever cuts a text may cut a secret.
            let parts = |length: &usize| *length < value.len();
            if let Some(cut) =
                (SHORTEST..RUN).rev().filter(parts).find(|cut| bytes.starts_with(&value[value.len() - cut..]))
            {
                mark(0, cut);
            }
            if let Some(cut) = (SHORTEST..RUN).rev().filter(parts).find(|cut| bytes.ends_with(&value[..*cut])) {
                mark(bytes.len() - cut, bytes.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "6100e23+A/b=中\"<&'\\~Zq81";

    fn redactor() -> Redactor {
        Redactor::new([TOKEN, "short"])
    }

    #[test]
    fn a_secret_is_taken_out_and_nothing_else() {
        let redactor = redactor();
        assert_eq!(redactor.text(&format!("session {TOKEN}!")), "session [redacted]!");
        assert_eq!(redactor.text("a short way to 6100e2"), "a [redacted] way to [redacted]");
        assert_eq!(redactor.text("6100e2 is harmless"), "6100e2 is harmless");
        assert_eq!(redactor.text(""), "");
        assert_eq!(Redactor::default().text(TOKEN), TOKEN);
        assert_eq!(redactor.excerpt(format!("<p>\n{TOKEN}</p>").as_bytes()), "<p>\\n[redacted]</p>");
    }

    #[test]
    fn long_texts_are_cut_and_no_secret_with_them() {
        let redactor = redactor();
        for before in EXCERPT - 40..EXCERPT + 2 {
            let body = format!("{}{TOKEN}{}", "长".repeat(before / 3), "x".repeat(400));
            let shown = redactor.excerpt(body.as_bytes());
            assert!(!shown.contains("6100") && shown.ends_with('…'), "{shown}");
        }
        for before in LONGEST - 40..LONGEST + 2 {
            let shown = redactor.text(&format!("{}{TOKEN}", "x".repeat(before)));
            assert!(!shown.contains("6100"), "{before}");
        }
        assert!(redactor.text(&"长".repeat(LONGEST)).len() <= LONGEST + '…'.len_utf8());
    }
}
