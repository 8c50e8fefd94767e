//! How a secret is looked for.

use std::ops::Range;

use super::base64;
use super::layers::Unit;
use crate::wire::encode::form;

/// This many bytes in a row are a secret: chance does not repeat them.
pub(super) const RUN: usize = 8;

/// Values shorter than this are not looked for: they stand everywhere.
pub(super) const SHORTEST: usize = 4;

/// What is shown instead of a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// In forms a plus is a blank, and nobody says whether a text is one. Some change the case of what they quote.
pub(super) fn folded(bytes: impl Iterator<Item = u8>) -> Vec<u8> {
    bytes.map(|byte| if byte == b'+' { b' ' } else { byte.to_ascii_lowercase() }).collect()
}

/// The bytes of a layer, folded.
pub(super) fn bytes_of(units: &[Unit]) -> Vec<u8> {
    folded(units.iter().map(|unit| unit.byte))
}

/// Every run of [`RUN`] bytes.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = &[u8; RUN]> {
    bytes.windows(RUN).filter_map(|run| run.try_into().ok())
}

/// What a longer text holds in base64 if it holds the secret: as it is, percent-encoded, or escaped for JSON.
pub(super) fn parts_in_base64(secret: &str) -> Vec<Vec<u8>> {
    let encoded = String::from_utf8(form(&[("", secret)])).unwrap_or_default();
    let quoted = serde_json::Value::from(secret).to_string();
    let texts = [secret, encoded.trim_start_matches('='), &quoted[1..quoted.len() - 1]];
    texts.iter().flat_map(|text| base64::parts(text.as_bytes())).collect()
}

/// The parts in order. Those with at most `gap` bytes between them become one.
pub(super) fn merged(mut parts: Vec<Range<usize>>, gap: usize) -> Vec<Range<usize>> {
    parts.sort_unstable_by_key(|part| part.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for part in parts {
        match apart.last_mut() {
            Some(last) if part.start <= last.end + gap => last.end = last.end.max(part.end),
            _ => apart.push(part),
        }
    }
    apart
}

/// The part with the rest of the characters at its ends.
pub(super) fn char_boundaries(text: &str, mut span: Range<usize>) -> Range<usize> {
    while !text.is_char_boundary(span.start) {
        span.start -= 1;
    }
    while !text.is_char_boundary(span.end) {
        span.end += 1;
    }
    span
}
