//! Takes the secrets of a call out of text that somebody else wrote, in whatever encoding they come back.
//!
//! Firewalls, proxies and error pages quote what they were sent: percent-encoded, escaped for JSON or HTML, in base64, cut anywhere.
//! So no whole value is looked for but any eight bytes of one, in the text as it is and with its escapes undone, three layers deep.
//! Everything that an error keeps of a body passes through here, before it is cut.

mod base64;
mod layers;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use crate::wire::encode::form;
use crate::wire::escape::{EXCERPT, EscapedBytes};
use layers::{Unit, undo_escapes};

/// This many bytes in a row are a secret: chance does not repeat them.
const RUN: usize = 8;

/// Values shorter than this are not looked for: they stand everywhere.
const SHORTEST: usize = 4;

/// What is left between two parts of a secret belongs to it: a line break of base64.
const GAP: usize = 4;

/// Escapes within escapes that are undone.
const LAYERS: usize = 3;

/// What is looked at behind the part of a body that is shown: enough for a run in its longest form.
const MARGIN: usize = 2_048;

/// The longest text that an error keeps, in bytes.
const LONGEST: usize = 16_384;

const REDACTED: &str = "[redacted]";

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
            let encoded = String::from_utf8(form(&[("", secret)])).unwrap_or_default();
            let quoted = serde_json::Value::from(secret).to_string();
            redactor.add(secret.as_bytes());
            for text in [secret, encoded.trim_start_matches('='), quoted.trim_matches('"')] {
                base64::parts(text.as_bytes()).iter().for_each(|part| redactor.add(part));
            }
        }
        redactor
    }

    fn add(&mut self, value: &[u8]) {
        let value: Vec<u8> = value.iter().map(|byte| folded(*byte)).collect();
        if value.len() >= SHORTEST && !self.values.contains(&value) {
            self.runs.extend(value.windows(RUN).filter_map(|run| <[u8; RUN]>::try_from(run).ok()));
            self.values.push(value);
        }
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
        let mut units: Vec<Unit> = layers::plain(text);
        for _ in 0..=LAYERS {
            self.find(&units, &mut found);
            match undo_escapes(&units) {
                Some(undone) => units = undone,
                None => break,
            }
        }
        found.sort_unstable_by_key(|span| span.start);
        let mut apart: Vec<Range<usize>> = Vec::new();
        for span in found {
            match apart.last_mut() {
                Some(last) if span.start <= last.end + GAP => last.end = last.end.max(span.end),
                _ => apart.push(span),
            }
        }
        apart
    }

    fn find(&self, units: &[Unit], found: &mut Vec<Range<usize>>) {
        let bytes: Vec<u8> = units.iter().map(|unit| folded(unit.byte)).collect();
        let mut mark = |from: usize, to: usize| found.push(units[from].start..units[to - 1].end);
        for (at, run) in bytes.windows(RUN).enumerate() {
            if <[u8; RUN]>::try_from(run).is_ok_and(|run| self.runs.contains(&run)) {
                mark(at, at + RUN);
            }
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

/// In forms a plus is a blank, and nobody says whether a text is one. Some change the case of what they quote.
fn folded(byte: u8) -> u8 {
    if byte == b'+' { b' ' } else { byte.to_ascii_lowercase() }
}

fn char_boundaries(text: &str, mut span: Range<usize>) -> Range<usize> {
    while !text.is_char_boundary(span.start) {
        span.start -= 1;
    }
    while !text.is_char_boundary(span.end) {
        span.end += 1;
    }
    span
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
