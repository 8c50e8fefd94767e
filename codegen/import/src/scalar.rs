//! Writes a text as a YAML scalar that every reader reads back.
//!
//! It is plain where that is safe, otherwise in single quotes, otherwise in double quotes with escapes.

use std::fmt::Write as _;

use opentop_model::text::is_invisible;

/// Where a scalar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Behind `key: ` or `- `, on a line of its own.
    Block,
    /// Between braces or brackets.
    Flow,
}

/// Keys whose values are `true` and `false` and nothing else; elsewhere these words are text, and are put into quotes.
const FLAGS: [&str; 4] = ["required", "vendor_required", "sensitive", "flatten"];

/// `text` as the value of `key`.
pub(super) fn value(key: &str, text: &str, position: Position) -> String {
    if FLAGS.contains(&key) && matches!(text, "true" | "false") {
        return text.to_owned();
    }
    scalar(text, position)
}

/// `text` as a scalar.
pub(super) fn scalar(text: &str, position: Position) -> String {
    if text.chars().any(needs_escape) {
        double_quoted(text)
    } else if is_plain(text, position) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Line breaks, and whatever a reader may refuse, change or not show.
fn needs_escape(letter: char) -> bool {
    is_invisible(letter) || letter == '\u{fffe}' || letter == '\u{ffff}'
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if needs_escape(letter) => {
                let code = u32::from(letter);
                let _ = if code > 0xffff { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Stricter than YAML is: what two readers might read differently is put into quotes.
fn is_plain(text: &str, position: Position) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let colon = match position {
        Position::Block => text.contains(": ") || text.ends_with(':'),
        // A `?` begins a key for some readers, wherever it stands between braces.
        Position::Flow => text.contains([':', '?']),
    };
    !(first.is_whitespace()
        || text.ends_with(char::is_whitespace)
        || "-?:,[]{}#&*!|>'\"%@`~=<".contains(first)
        || text.contains([',', '[', ']', '{', '}'])
        || text.contains(" #")
        || text.contains(|letter: char| letter.is_whitespace() && letter != ' ')
        || colon
        || is_word(text)
        || (is_number_like(text) && !is_number(text)))
}

/// Words that some reader takes for a boolean or for nothing.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 14] =
        ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", ".nan", ".inf", "+.inf", "inf"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// What some reader might take for a number, a date or a time of day.
fn is_number_like(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '.'))
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || b"xXoOeETZ_.:+- ".contains(&byte))
}

/// A number that every reader writes as it was read.
fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "1"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && text.len() <= 15
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
        || digits(text) && text.len() <= 18 && !text.starts_with('0')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Position, scalar, value};
    use proptest::prelude::*;

    #[test]
    fn text_is_plain_where_that_is_safe() {
        for (text, written) in [
            ("入参", "入参"),
            ("SaaS品牌ID(不能和outbrandid同时为空)", "SaaS品牌ID(不能和outbrandid同时为空)"),
            ("3724809629", "3724809629"),
            ("0.06", "0.06"),
            ("012", "'012'"),
            ("1.10", "'1.10'"),
            ("-78", "'-78'"),
            ("true", "'true'"),
            ("null", "'null'"),
            ("", "''"),
            ("it's", "it's"),
            ("a, it's", "'a, it''s'"),
            ("2019-07-04 15:32:17", "'2019-07-04 15:32:17'"),
            ("a\nb", "\"a\\nb\""),
            ("\u{202e}", "\"\\u202E\""),
            ("String []", "'String []'"),
        ] {
            assert_eq!(scalar(text, Position::Block), written, "{text}");
        }
    }

    #[test]
    fn only_flags_are_written_as_booleans() {
        assert_eq!(value("required", "true", Position::Flow), "true");
        assert_eq!(value("example", "true", Position::Flow), "'true'");
    }

    proptest! {
        #[test]
        fn both_readers_read_back_what_is_written(text in "(?s).{0,40}", odd in "[-?:,\\[\\]{}#&*!|>'\"%@`~=<0-9a-eTx. \t\n\u{85}\u{feff}]{0,12}") {
            for text in [&text, &odd, &format!("{odd}{text}")] {
                let file = format!(
                    "a: {}\nb: {{ c: {}, d: [{}] }}\n{}: e\n",
                    scalar(text, Position::Block), scalar(text, Position::Flow), scalar(text, Position::Flow),
                    scalar(&format!("k{text}"), Position::Block),
                );
                let mut findings = Vec::new();
                let tree = opentop_model::yaml::read(0, &file, &mut findings);
                prop_assert!(tree.is_some() && findings.is_empty(), "{file:?} {findings:?}");
                let other: std::collections::BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(&file).unwrap();
                prop_assert!(other.contains_key(&format!("k{text}")), "{:?}", file);
                let read = super::super::tree::Tree::from_yaml(&tree.unwrap());
                let super::super::tree::Tree::Map(map) = read else { return Err(TestCaseError::fail("no map")) };
                prop_assert_eq!(map.text("a"), Some(text.as_str()));
                prop_assert_eq!(map.map("b").and_then(|map| map.text("c")), Some(text.as_str()));
            }
        }
    }
}
