//! Small text helpers for messages: shows what a spec says on one line, and finds the neighbour of a misspelt word. Nothing here knows what
//! the words mean.

use std::fmt::Write as _;

/// The longest piece of a spec that a message repeats.
const SHOWN: usize = 60;

/// `text` for a message: in backticks, on one line, invisible characters as escapes, cut where it is long.
pub fn shown(text: &str) -> String {
    let mut out = String::from("`");
    for (count, letter) in text.chars().enumerate() {
        if count == SHOWN {
            out.push('…');
            break;
        }
        if is_invisible(letter) {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out.push('`');
    out
}

/// Control characters, line and paragraph separators, and marks that change the direction or width of text around them.
pub fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends `text` to `out` as a JSON string: letters as they are, invisible characters as escapes.
pub fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // YAML readers do not agree on the last two.
            _ if is_invisible(letter) || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// A text with the entities of XML, `&nbsp;` and numbered characters of HTML resolved; what is none of these stays.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.bytes().take(11).position(|byte| byte == b';') else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let entity = &rest[1..end];
        let letter = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => entity
                .strip_prefix("#x")
                .map_or_else(
                    || entity.strip_prefix('#').and_then(|digits| digits.parse().ok()),
                    |digits| u32::from_str_radix(digits, 16).ok(),
                )
                .and_then(char::from_u32),
        };
        match letter {
            Some(letter) => {
                out.push(letter);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// `` `a`, `b` and `c` ``.
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let shown: Vec<String> = words.into_iter().map(shown).collect();
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The most candidates that are compared, so that a file of many misspelt words and many names does not cost the product of both.
const CANDIDATES: usize = 200;

/// The candidate that `word` was probably meant to be: the nearest one, of equally near ones the first. `None` if none is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 128 {
        return None;
    }
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(CANDIDATES) {
        if candidate == word || candidate.len() > 128 || candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = if candidate.eq_ignore_ascii_case(word) { 0 } else { distance(word, candidate, allowed) };
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The number of letters to change, add, remove or swap with a neighbour; more than `most` is told as `most + 1`.
fn distance(from: &str, to: &str, most: usize) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &a) in from.iter().enumerate() {
        let mut this = Vec::with_capacity(to.len() + 1);
        this.push(row + 1);
        for (column, &b) in to.iter().enumerate() {
            let change = last[column] + usize::from(a != b);
            let mut cost = change.min(last[column + 1] + 1).min(this[column] + 1);
            if row > 0 && column > 0 && a == to[column - 1] && from[row - 1] == b {
                cost = cost.min(before[column - 1] + 1);
            }
            this.push(cost);
        }
        before = std::mem::replace(&mut last, this);
        // No later row gets below the last two.
        if [&before, &last].iter().all(|row| row.iter().all(|cost| *cost > most)) {
            return most + 1;
        }
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, listed, nearest, shown};

    #[test]
    fn what_a_message_repeats_is_one_short_visible_line() {
        assert_eq!(shown("品牌"), "`品牌`");
        assert_eq!(shown("a\nb\u{202e}"), "`a\\u{a}b\\u{202e}`");
        assert_eq!(shown(&"x".repeat(500)), format!("`{}…`", "x".repeat(60)));
    }

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("requird", ["type", "required"]), Some("required"));
        assert_eq!(nearest("tpye", ["type", "required"]), Some("type"));
        assert_eq!(nearest("string", ["String", "strong"]), Some("String"));
        assert_eq!(nearest("colour", ["type", "required"]), None);
        assert_eq!(distance("abcd", "acbd", 1), 1);
        assert_eq!(distance("abcdefgh", "stuvwxyz", 2), 3);
    }

    #[test]
    fn words_are_listed_as_in_a_sentence() {
        assert_eq!(listed(["a"]), "`a`");
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
