//! Makes JSON out of text that is nearly JSON: raw control characters in strings, halves of surrogate pairs, comments behind the end.
//!
//! Refusals are read through it, and answers that a caller wants read leniently. What it changes stays inside strings or behind the
//! document, so that the structure of the text is never another one.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The repaired text; borrowed if there was nothing to repair.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut repaired = String::new();
    let (mut kept, mut at, mut depth, mut in_string) = (0, 0, 0_usize, false);
    let mut end = bytes.len();
    while at < bytes.len() {
        let (length, replacement) = match bytes[at] {
            b'"' => {
                in_string = !in_string;
                (1, None)
            }
            b'{' | b'[' if !in_string => {
                depth += 1;
                (1, None)
            }
            b'}' | b']' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 && is_only_comments(&text[at + 1..]) {
                    end = at + 1;
                    break;
                }
                (1, None)
            }
            b'\\' if in_string => escape(&text[at..]),
            byte if byte < b' ' && in_string => (1, Some(Replacement::Control(byte))),
            _ => (1, None),
        };
        if let Some(replacement) = replacement {
            repaired.push_str(&text[kept..at]);
            replacement.write(&mut repaired);
            kept = at + length;
        }
        at += length;
    }
    if kept == 0 && end == bytes.len() {
        return Cow::Borrowed(text);
    }
    repaired.push_str(&text[kept..end]);
    Cow::Owned(repaired)
}

/// What is written instead of what stands there.
enum Replacement {
    /// A control character that was not escaped.
    Control(u8),
    /// Half of a surrogate pair.
    Half,
    /// The backslash of an escape that JSON does not have.
    Backslash,
}

impl Replacement {
    fn write(&self, into: &mut String) {
        match self {
            Self::Control(byte) => write!(into, "\\u{byte:04x}").expect("invariant: writing to a String cannot fail"),
            Self::Half => into.push('\u{fffd}'),
            Self::Backslash => into.push_str("\\\\"),
        }
    }
}

/// The escape that `text` begins with: its length, and what stands in for it.
fn escape(text: &str) -> (usize, Option<Replacement>) {
    match text.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (2, None),
        Some(b'u') => match code_unit(text) {
            Some(0xd800..=0xdbff) => match text.get(6..).and_then(code_unit) {
                Some(0xdc00..=0xdfff) => (12, None),
                _ => (6, Some(Replacement::Half)),
            },
            Some(0xdc00..=0xdfff) => (6, Some(Replacement::Half)),
            Some(_) => (6, None),
            None => (1, Some(Replacement::Backslash)),
        },
        _ => (1, Some(Replacement::Backslash)),
    }
}

/// The four hexadecimal digits of `\uXXXX`.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Whether there is a comment, and nothing but comments and blanks.
fn is_only_comments(rest: &str) -> bool {
    let mut rest = rest.trim_ascii_start();
    let has_any = !rest.is_empty();
    while !rest.is_empty() {
        let after = match rest {
            _ if rest.starts_with("<!--") => rest.split_once("-->").map(|(_, after)| after),
            _ if rest.starts_with("/*") => rest.split_once("*/").map(|(_, after)| after),
            _ if rest.starts_with("//") => Some(rest.split_once('\n').map_or("", |(_, after)| after)),
            _ => None,
        };
        let Some(after) = after else { return false };
        rest = after.trim_ascii_start();
    }
    has_any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_stays_as_it_is() {
        for text in [
            "",
            "{}",
            "{\"a\":\"b\\n\\u00e9\\ud83d\\ude00\"}\n",
            "[1, {\"a\":[\"}\"]}]",
            "\"a\\\"b\"",
            "{\"a\":1",
            "<x>",
        ] {
            assert!(matches!(json(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn what_is_nearly_json_becomes_json() {
        for (text, repaired) in [
            ("{\"a\":\"b\tc\n\"}", "{\"a\":\"b\\u0009c\\u000a\"}"),
            ("{\"a\":\"\\ud83d!\"}", "{\"a\":\"\u{fffd}!\"}"),
            ("{\"a\":\"\\ude00\\ud83d\"}", "{\"a\":\"\u{fffd}\u{fffd}\"}"),
            ("{\"a\":\"\\ud83d\\ud83d\\ude00\"}", "{\"a\":\"\u{fffd}\\ud83d\\ude00\"}"),
            ("{\"a\":\"\\x\\u12\"}", "{\"a\":\"\\\\x\\\\u12\"}"),
            ("{\"a\":{\"b\":\"<!--\"}} <!--top01.s.et2-->\n", "{\"a\":{\"b\":\"<!--\"}}"),
            ("{} // node\n/* 7 */", "{}"),
        ] {
            assert_eq!(json(text), repaired, "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(&json(text)).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_cut_or_goes_on_is_not_made_whole() {
        for text in ["{\"a\":\"b\t", "{\"a\":1}{}", "{\"a\":1} <!-- x", "{\"a\":1} x <!-- -->", "{\"a\":\"\\"] {
            assert!(serde_json::from_str::<serde_json::Value>(&json(text)).is_err(), "{text}");
        }
    }
}
