//! The strings and numbers of JSON.

use serde::de::IgnoredAny;

use super::rewriter::{Piece, Rewriter};
use crate::wire::json_text::plain_end;

/// Whether a text is an object or a list.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Puts a string in the place of every piece for which `each` yields one; `None` if there is none.
pub(super) fn rewrite(text: &str, each: &mut dyn FnMut(Piece<'_>) -> Option<String>) -> Option<String> {
    let bytes = text.as_bytes();
    let mut rewriter = Rewriter::new(text);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let new = match byte {
            b'"' => {
                at = end_of_string(bytes, start);
                let string = unescaped(&text[start..at]);
                each(if is_name(&bytes[at..]) { Piece::Name(&string) } else { Piece::Text(&string) })
            }
            b'-' | b'0'..=b'9' => {
                let is_part = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'e' | b'E');
                at += bytes[start..].iter().take_while(|byte| is_part(byte)).count();
                each(Piece::Number(&text[start..at]))
            }
            _ => {
                at += 1;
                None
            }
        };
        if let Some(new) = new {
            rewriter.replace(start..at, &serde_json::Value::from(new).to_string());
        }
    }
    rewriter.finish()
}

/// Behind the string that begins at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

/// A string without quotes and escapes. One that holds half a character stays unchanged.
fn unescaped(string: &str) -> String {
    serde_json::from_str(string).unwrap_or_else(|_| string.trim_matches('"').to_owned())
}

fn is_name(after: &[u8]) -> bool {
    after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}
