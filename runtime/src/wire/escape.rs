//! Text of others made fit for logs: one line without control, bidirectional or invisible characters, of bounded length.

use std::fmt::{self, Write as _};

/// The longest server text that is shown, in characters. The whole of it stays reachable in the error's fields.
const SHOWN: usize = 1_000;

/// The bytes of a body that an error shows.
pub(crate) const EXCERPT: usize = 256;

/// Shows text on one line, whatever is in it.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(SHOWN) {
            write_escaped(f, character)?;
        }
        if characters.next().is_some() { f.write_char('…') } else { Ok(()) }
    }
}

/// Shows bytes on one line; those that are no UTF-8 as `\xNN`.
pub(crate) struct EscapedBytes<'a>(pub(crate) &'a [u8]);

impl fmt::Display for EscapedBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                write_escaped(f, character)?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        _ if character.is_control() || is_invisible(character) => write!(f, "\\u{{{:x}}}", u32::from(character)),
        _ => f.write_char(character),
    }
}

/// Line separators, zero-width and bidirectional marks, interlinear marks, tags, the byte order mark.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_text_stays_on_one_line_and_visible() {
        let table = [
            ("参数错误 isv.a:b", "参数错误 isv.a:b"),
            ("a\nERROR b\r\t", "a\\nERROR b\\r\\t"),
            ("\u{1b}[31m\0\u{9b}", "\\u{1b}[31m\\u{0}\\u{9b}"),
            ("a\u{202e}b\u{2028}c\u{feff}", "a\\u{202e}b\\u{2028}c\\u{feff}"),
        ];
        for (text, shown) in table {
            assert_eq!(Escaped(text).to_string(), shown);
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(Escaped(&"长".repeat(1_001)).to_string().chars().count(), 1_001);
        assert_eq!(Escaped(&"长".repeat(1_000)).to_string(), "长".repeat(1_000));
    }

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(EscapedBytes(b"<html>\n\xff\xfe").to_string(), "<html>\\n\\xff\\xfe");
    }
}
