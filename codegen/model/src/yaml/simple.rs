//! Tells files that are written so simply that no two YAML readers take them differently. The others are read twice ([`super::second`]).
//!
//! Simple is: every key and value stands on one line, as itself or in quotes, with few escapes, and between them stand nothing but the
//! usual signs, each where it usually stands. What is not known to be simple is not.

use super::tree::{Node, Value};

/// Readers differ in which longer keys they take for one.
const LONGEST_KEY: usize = 128;

/// Whether the text of this tree is simple.
pub(super) fn is_simple(text: &str, tree: &Node) -> bool {
    let mut walk = Walk { text, end: 0, in_brackets: false };
    let whole = walk.node(tree, Before::Line);
    let behind = &text[walk.end..];
    whole.is_some() && (behind.is_empty() || behind.strip_prefix('\n').and_then(lines) == Some(""))
}

struct Walk<'a> {
    text: &'a str,
    /// Where the last key or value ended.
    end: usize,
    in_brackets: bool,
}

/// What stands before a key or a value.
#[derive(Clone, Copy)]
enum Before {
    /// The line that it begins, and perhaps `- `.
    Line,
    /// `key: `
    Key,
    /// `key:` and the line that it begins.
    KeyAndLine,
    /// An opening bracket.
    Bracket,
    /// `, `
    Comma,
}

/// Every `None` means: not simple.
impl Walk<'_> {
    fn node(&mut self, node: &Node, before: Before) -> Option<()> {
        let brackets = match &node.value {
            Value::Scalar { text, .. } => return self.scalar(node.at.start, node.at.end, text, before),
            Value::Unusable => return None,
            Value::Seq(_) => ('[', ']'),
            Value::Map(_) => ('{', '}'),
        };
        if !self.text.get(node.at.start..)?.starts_with(brackets.0) {
            let first = match before {
                Before::Key => Before::KeyAndLine,
                before => before,
            };
            return if self.in_brackets { None } else { self.children(node, first, Before::Line) };
        }
        self.reach(node.at.start, before)?;
        self.end = node.at.start + 1;
        let around = std::mem::replace(&mut self.in_brackets, true);
        self.children(node, Before::Bracket, Before::Comma)?;
        self.in_brackets = around;
        let closing = self.text.get(self.end..node.at.end)?;
        self.end = node.at.end;
        (closing.trim_start_matches(' ').strip_prefix(brackets.1)?.is_empty()).then_some(())
    }

    fn children(&mut self, node: &Node, first: Before, next: Before) -> Option<()> {
        let mut before = first;
        let mut before = || std::mem::replace(&mut before, next);
        match &node.value {
            Value::Seq(items) => items.iter().try_for_each(|item| self.node(item, before())),
            Value::Map(entries) => entries.iter().try_for_each(|entry| {
                let (start, end) = (entry.key_at.start, entry.key_at.end);
                self.scalar(start, end, &entry.key, before())?;
                (end - start <= LONGEST_KEY).then_some(())?;
                self.node(&entry.value, Before::Key)
            }),
            Value::Scalar { .. } | Value::Unusable => None,
        }
    }

    fn scalar(&mut self, start: usize, end: usize, text: &str, before: Before) -> Option<()> {
        self.reach(start, before)?;
        self.end = end;
        let written = self.text.get(start..end)?;
        let is_simple = match written.as_bytes() {
            [b'\'', .., b'\''] if written.len() > 1 => on_one_line(written) && unquoted(written, text),
            [b'"', .., b'"'] if written.len() > 1 => on_one_line(written) && unescaped(written, text),
            bytes => written == text && is_plain(bytes, self.in_brackets),
        };
        is_simple.then_some(())
    }

    /// Goes on to what begins at `start`.
    fn reach(&self, start: usize, before: Before) -> Option<()> {
        let between = self.text.get(self.end..start)?;
        let rest = match before {
            Before::Line if self.end == 0 => item(lines(between)?),
            Before::Line => item(lines(between.strip_prefix('\n')?)?),
            Before::KeyAndLine => item(lines(between.strip_prefix(":\n")?)?),
            Before::Key => between.strip_prefix(": ")?,
            Before::Comma => between.strip_prefix(", ")?,
            Before::Bracket => between,
        };
        rest.bytes().all(|byte| byte == b' ').then_some(())
    }
}

/// The last line, behind empty ones and comments.
fn lines(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((line, behind)) = rest.split_once('\n') {
        let line = line.trim_start_matches(' ');
        let is_comment = line.starts_with('#') && on_one_line(line);
        if !line.is_empty() && !is_comment {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

fn item(line: &str) -> &str {
    line.trim_start_matches(' ').strip_prefix("- ").unwrap_or(line)
}

/// What a byte means in text on one line.
const PLAIN: u8 = 0;
const NEVER: u8 = 1;
/// A sign that means something in brackets.
const IN_BRACKETS: u8 = 2;
const COLON: u8 = 4;
/// U+2028 and U+2029, which some readers take for line breaks, begin with it.
const SEPARATOR: u8 = 8;
/// It begins a comment where there are no quotes.
const HASH: u8 = 16;

const MEANING: [u8; 256] = {
    let mut meaning = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        meaning[byte] = NEVER;
        byte += 1;
    }
    meaning[b':' as usize] = COLON;
    meaning[b'#' as usize] = HASH;
    meaning[b',' as usize] = IN_BRACKETS;
    meaning[b'[' as usize] = IN_BRACKETS;
    meaning[b']' as usize] = IN_BRACKETS;
    meaning[b'{' as usize] = IN_BRACKETS;
    meaning[b'}' as usize] = IN_BRACKETS;
    meaning[0xe2] = SEPARATOR;
    meaning
};

/// Whether all bytes are plain, or may stand where they do. `may` is asked of the meanings of the others but for those that never may.
fn all(bytes: &[u8], may: impl Fn(u8, &[u8]) -> bool) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| match MEANING[usize::from(*byte)] {
        PLAIN => true,
        NEVER => false,
        SEPARATOR => !matches!(bytes[at + 1..], [0x80, 0xa8 | 0xa9, ..]),
        meaning => may(meaning, &bytes[at + 1..]),
    })
}

/// Whether all readers see one line, and no tab.
fn on_one_line(text: &str) -> bool {
    all(text.as_bytes(), |_, _| true)
}

/// Whether text without quotes is simple.
fn is_plain(bytes: &[u8], in_brackets: bool) -> bool {
    let begins = match bytes {
        [b'-', digit, ..] => digit.is_ascii_digit(),
        [first, ..] => first.is_ascii_alphanumeric() || matches!(first, b'_' | b'/' | b'(') || *first >= 0x80,
        [] => false,
    };
    begins
        && all(bytes, |meaning, behind| match meaning {
            IN_BRACKETS => !in_brackets,
            COLON => !in_brackets && behind.first().is_some_and(|next| *next != b' '),
            _ => false,
        })
}

/// Whether `written`, in single quotes, is `text`.
fn unquoted(written: &str, text: &str) -> bool {
    let mut left = Some(text);
    for (place, part) in written[1..written.len() - 1].split("''").enumerate() {
        let quote = if place == 0 { "" } else { "'" };
        left = left.and_then(|left| left.strip_prefix(quote)?.strip_prefix(part));
    }
    left == Some("")
}

/// Whether `written`, in double quotes, is `text`. Only the escapes count that everybody knows.
fn unescaped(written: &str, text: &str) -> bool {
    let (mut written, mut left) = (&written[1..written.len() - 1], text);
    while let Some((before, behind)) = written.split_once('\\') {
        let (escape, meant) = match behind.as_bytes().first() {
            Some(b'n') => ("n", "\n"),
            Some(b't') => ("t", "\t"),
            Some(b'"') => ("\"", "\""),
            Some(b'\\') => ("\\", "\\"),
            _ => return false,
        };
        let next = left.strip_prefix(before).and_then(|left| left.strip_prefix(meant));
        let (Some(next), Some(behind)) = (next, behind.strip_prefix(escape)) else { return false };
        (written, left) = (behind, next);
    }
    written == left
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::{Node, bounds, repair, second};
    use super::is_simple;

    /// The tree of a text in which the first reader finds no error.
    fn tree(text: &str) -> Option<Node> {
        let mut out = Vec::new();
        let reading = bounds::check(0, text, &mut out).then(|| repair::read(0, text, &mut out))??;
        out.is_empty().then_some(reading.tree)
    }

    /// `None`: there is an error.
    fn simple(text: &str) -> Option<bool> {
        tree(text).map(|tree| is_simple(text, &tree))
    }

    const SIMPLE: &str = "# 注\n\napi: a.b-c\ntitle: 标题：一 { x }, 'y'\nat: 2019-07-30 14:24:45\nlist: [a, '#b', { c: -1 }]\n\
        other:\n  - { x: 'it''s: 1', y: \"b\\n\\\"中\\\\\" }\n  # 注\n  - key: v\n    next: w\nsame:\n- x\n- y\nnone: [{}, []]\n";

    #[test]
    fn what_people_and_the_importer_write_is_simple() {
        assert_eq!(simple(SIMPLE), Some(true));
        assert_eq!(simple(SIMPLE.trim_end()), Some(true));
    }

    #[test]
    fn what_readers_may_differ_in_is_not_simple() {
        for text in [
            "a: b # c\n",
            "a: b\n  c\n",
            "a:\n  b\n",
            "a:\n",
            "a: |\n  b\n",
            "a: >-\n  b\n",
            "a: \"b\\x41\"\n",
            "a: \"b\\\n  c\"\n",
            "a: 'b\n  c'\n",
            "a: b\u{2028}c\n",
            "a: 'b\u{2029}'\n",
            "# b\u{2028}\na: b\n",
            "\u{feff}a: b\n",
            "a: b\r\n",
            "a:\tb\n",
            "a: [b,c]\n",
            "a: [b,\n  c]\n",
            "a: [b, ]\n",
            "a: { \"b\":c }\n",
            "a: [b: c]\n",
            "a: {b: c:d}\n",
            "- - a\n",
            "---\na: b\n",
            "a: b\n...\n",
            "? a\n: b\n",
            "a : b\n",
            "a: .5\n",
            "a: - \n",
            "a: b\n \n c: d\n",
        ] {
            assert_ne!(simple(text), Some(true), "{text:?}");
        }
        let long = format!("{}: b\n", "k".repeat(200));
        assert_eq!(simple(&long), Some(false));
    }

    /// 8,000 texts, or `OPENTOP_SIMPLE`.
    #[test]
    fn readers_agree_on_what_is_simple() {
        let count = std::env::var("OPENTOP_SIMPLE").map_or(8_000, |count| count.parse().unwrap());
        let mut random = fastrand::Rng::with_seed(20_261_128);
        let pieces = [
            " ", "  ", "\n", "\n  ", "- ", ": ", ":", ",", ", ", "[", "]", "{ ", " }", "'", "''", "\"", "\\", "#",
            " #", "a", "中", "0", "-1", "~", "!", "&", "*", "|", ">", "%", "@", "`", "?", "? ", "---", "...", "\t",
            "\r\n", "\u{2028}", "\u{a0}", "\u{85}", "=", "<<", "null", ".",
        ];
        let (mut were_simple, mut were_read) = (0, 0);
        for _ in 0..count {
            let mut letters: Vec<char> = SIMPLE.chars().collect();
            for _ in 0..random.usize(1..6) {
                let at = random.usize(..letters.len());
                let end = (at + random.usize(..4)).min(letters.len());
                let piece = pieces[random.usize(..pieces.len())];
                letters.splice(at..end, piece.chars());
            }
            let text: String = letters.into_iter().collect();
            let Some(tree) = tree(&text) else { continue };
            were_read += 1;
            if is_simple(&text, &tree) {
                were_simple += 1;
                assert!(second::compare(&text, &tree).is_none(), "{text:?}");
            }
        }
        println!("{count} texts, {were_read} read, {were_simple} of them simple");
        assert!(were_simple > count / 100 && were_simple < were_read);
    }
}
