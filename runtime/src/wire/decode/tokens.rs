//! The tokens of JSON text, for the one pass that nearly every answer needs.
//!
//! What is not JSON, or rarely met, is [`Unsupported`]: a reader then starts over with serde_json, which knows what is wrong and where.
//! So nothing here has messages, and nothing here may take what serde_json refuses.

use serde::de::IgnoredAny;

use super::keys::same;
use crate::wire::json_text::plain_end;

/// This is for serde_json to read, or to refuse.
#[derive(Debug)]
pub(super) struct Unsupported;

pub(super) type Read<T> = Result<T, Unsupported>;

/// A number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Number<'t> {
    Int(i64),
    /// By its source text, where that says more than an `i64`: fractions, exponents, a negative zero, and large ones.
    Other(&'t str),
}

/// Where in the text a reader stands.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// The last text that had escapes, without them; one buffer for all.
    unescaped: String,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, unescaped: String::new() }
    }

    /// The first byte of the next token, which stays there.
    #[inline]
    pub(super) fn peek(&mut self) -> Read<u8> {
        match self.text.as_bytes().get(self.at) {
            // The gateway writes no blanks between tokens.
            Some(&byte) if byte > b' ' => Ok(byte),
            _ => self.peek_past_blanks(),
        }
    }

    #[cold]
    fn peek_past_blanks(&mut self) -> Read<u8> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let blanks = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r'));
        self.at += blanks.unwrap_or(rest.len());
        self.text.as_bytes().get(self.at).copied().ok_or(Unsupported)
    }

    /// Takes a token of one byte.
    #[inline]
    pub(super) fn take(&mut self, wanted: u8) -> Read<()> {
        if self.peek()? != wanted {
            return Err(Unsupported);
        }
        self.at += 1;
        Ok(())
    }

    /// Goes on to the next member or element; `false` past the last one, with `end` taken.
    #[inline]
    pub(super) fn next(&mut self, end: u8, is_first: bool) -> Read<bool> {
        let byte = self.peek()?;
        if byte == end {
            self.at += 1;
            return Ok(false);
        }
        if !is_first {
            self.take(b',')?;
        }
        Ok(true)
    }

    /// Takes a text where it is `name`, without looking for its end first. `name` has nothing that would be escaped.
    #[inline]
    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let Some(([b'"', text @ .., b'"'], _)) = rest.split_at_checked(name.len() + 2) else { return false };
        let is_it = same(text, name.as_bytes());
        self.at += if is_it { name.len() + 2 } else { 0 };
        is_it
    }

    /// Takes a text, without its quotes and escapes.
    #[inline]
    pub(super) fn text(&mut self) -> Read<&str> {
        self.take(b'"')?;
        let start = self.at;
        let end = plain_end(self.text.as_bytes(), start);
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.at = end + 1;
                self.text.get(start..end).ok_or(Unsupported)
            }
            Some(b'\\') => self.escaped(start, end),
            _ => Err(Unsupported),
        }
    }

    /// Takes a text with escapes, the first of which is at `end`.
    fn escaped(&mut self, mut start: usize, mut end: usize) -> Read<&str> {
        self.unescaped.clear();
        let first = start;
        loop {
            self.unescaped.push_str(self.text.get(start..end).ok_or(Unsupported)?);
            let bytes = self.text.as_bytes();
            match bytes.get(end) {
                Some(b'"') => break self.at = end + 1,
                Some(b'\\') => {}
                _ => return Err(Unsupported),
            }
            self.unescaped.push(match bytes.get(end + 1) {
                Some(&plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
                Some(b'n') => '\n',
                Some(b't') => '\t',
                Some(b'r') => '\r',
                Some(b'b') => '\u{8}',
                Some(b'f') => '\u{c}',
                // Code points and their surrogates are serde_json's.
                _ => return self.escaped_code_points(first - 1),
            });
            start = end + 2;
            end = plain_end(bytes, start);
        }
        Ok(&self.unescaped)
    }

    fn escaped_code_points(&mut self, start: usize) -> Read<&str> {
        self.at = start;
        let token = self.skip()?;
        self.unescaped = serde_json::from_str(token).map_err(|_| Unsupported)?;
        Ok(&self.unescaped)
    }

    /// Takes a number.
    #[inline]
    pub(super) fn number(&mut self) -> Read<Number<'t>> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (negative, digits) = rest.strip_prefix(b"-").map_or((false, rest), |digits| (true, digits));
        let (mut number, mut length) = (0, 0);
        while let Some(&digit @ b'0'..=b'9') = digits.get(length) {
            // Wraps beyond eighteen digits, and is not used then.
            number = i64::wrapping_add(i64::wrapping_mul(number, 10), i64::from(digit - b'0'));
            length += 1;
        }
        let is_other = matches!(digits.get(length), Some(b'.' | b'e' | b'E'));
        let starts_with_zero = digits.first() == Some(&b'0') && (negative || length > 1);
        if is_other || starts_with_zero || !(1..=18).contains(&length) {
            return self.skip().map(Number::Other);
        }
        self.at += length + usize::from(negative);
        Ok(Number::Int(if negative { -number } else { number }))
    }

    /// Takes one of `null`, `true` and `false`.
    pub(super) fn word(&mut self, word: &str) -> Read<()> {
        if !self.text.get(self.at..).unwrap_or_default().starts_with(word) {
            return Err(Unsupported);
        }
        self.at += word.len();
        Ok(())
    }

    /// Takes any value; its source text.
    pub(super) fn skip(&mut self) -> Read<&'t str> {
        self.peek()?;
        let rest = self.text.get(self.at..).ok_or(Unsupported)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        values.next().ok_or(Unsupported)?.map_err(|_| Unsupported)?;
        let value = rest.get(..values.byte_offset()).ok_or(Unsupported)?;
        self.at += value.len();
        Ok(value)
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Read<()> {
        match self.peek() {
            Ok(_) => Err(Unsupported),
            Err(Unsupported) => Ok(()),
        }
    }
}
