//! How a secret is looked for.

use std::ops::Range;

use super::base64;
use super::layers::{Unit, is_blank};
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

/// The bytes without what texts are broken by.
pub(super) fn squeezed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !is_blank(*byte)).collect()
}

/// Every run of [`RUN`] bytes.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = &[u8; RUN]> {
    bytes.windows(RUN).filter_map(|run| run.try_into().ok())
}

/// The secret in the character sets that the platform uses.
pub(super) fn encodings(secret: &str) -> impl Iterator<Item = Vec<u8>> {
    std::iter::once(secret.as_bytes().to_vec()).chain(gbk(secret))
}

/// What a longer text holds of the secret that no escape explains: its bytes in hexadecimal digits, and base64 of it as it is,
/// percent-encoded, or escaped for JSON.
pub(super) fn disguises(secret: &str) -> Vec<Vec<u8>> {
    let encoded = String::from_utf8(form(&[("", secret)])).unwrap_or_default();
    let quoted = serde_json::Value::from(secret).to_string();
    let escaped = [encoded.trim_start_matches('='), &quoted[1..quoted.len() - 1]].map(|text| text.as_bytes().to_vec());
    let in_base64 = encodings(secret).chain(escaped).flat_map(|text| base64::parts(&text));
    in_base64.chain(encodings(secret).map(|text| hex(&text))).collect()
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| b"0123456789abcdef"[usize::from(digit)]).collect()
}

/// A text in GBK; `None` if that is the same.
#[cfg(feature = "gbk")]
fn gbk(text: &str) -> Option<Vec<u8>> {
    let bytes = encoding_rs::GB18030.encode(text).0;
    (*bytes != *text.as_bytes()).then(|| bytes.into_owned())
}

#[cfg(not(feature = "gbk"))]
fn gbk(_: &str) -> Option<Vec<u8>> {
    None
}

/// Whether a plain id may hold a secret, whole or a part of it, as it is, in base64 or in hexadecimal digits. Quick, and sometimes wrong
/// about an id that holds none.
pub(super) fn is_suspect<'a>(id: &str, secrets: impl IntoIterator<Item = &'a str>) -> bool {
    let mut known = fours(id.as_bytes());
    (0..4).for_each(|from| known.extend(fours(&base64::decoded(id.as_bytes().get(from..).unwrap_or_default()))));
    (0..2).for_each(|from| known.extend(fours(&unhex(id.as_bytes().get(from..).unwrap_or_default()))));
    let holds = |secret: &str| !secret.is_ascii() || fours(secret.as_bytes()).iter().any(|four| known.contains(four));
    secrets.into_iter().filter(|secret| secret.len() >= SHORTEST).any(holds)
}

/// Every four bytes in a row. With this bit, letters of ASCII have no case.
fn fours(bytes: &[u8]) -> Vec<u32> {
    let four = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) | 0x2020_2020;
    bytes.windows(4).map(four).collect()
}

fn unhex(digits: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits
        .chunks_exact(2)
        .map(|pair| digit(pair[0]).zip(digit(pair[1])).map_or(0, |(high, low)| high << 4 | low))
        .collect()
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
