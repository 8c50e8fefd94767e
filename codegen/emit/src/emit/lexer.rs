//! Words, marks and literals of Rust text; comments and blanks are passed over.
//!
//! In: text. Out: tokens, one by one. Every byte of generated code is read by this once, so it allocates nothing.

use std::fmt;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An identifier (`r#` included) or a keyword.
    Word(&'a str),
    /// A string or character, quotes included; a number; a lifetime.
    Literal(&'a str),
    /// Anything else, one character each.
    Mark(char),
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(text) | Token::Literal(text) => f.write_str(text),
            Token::Mark(mark) => write!(f, "{mark}"),
        }
    }
}

/// The reader.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    peeked: Option<Option<Token<'a>>>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lexer { text, at: 0, peeked: None }
    }

    /// The next token, left where it is.
    pub(super) fn peek(&mut self) -> Result<Option<Token<'a>>, String> {
        match self.peeked {
            Some(token) => Ok(token),
            None => {
                let token = self.read()?;
                self.peeked = Some(token);
                Ok(token)
            }
        }
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, String> {
        match self.peeked.take() {
            Some(token) => Ok(token),
            None => self.read(),
        }
    }

    /// Takes the next token if it is this one.
    pub(super) fn take(&mut self, wanted: Token<'_>) -> Result<bool, String> {
        let found = self.peek()?.is_some_and(|token| token == wanted);
        if found {
            self.peeked = None;
        }
        Ok(found)
    }

    /// Passes over a group whose opening bracket was taken.
    pub(super) fn skip_group(&mut self, open: char) -> Result<(), String> {
        let mut open = vec![open];
        while let Some(&innermost) = open.last() {
            // Most of a text is nothing that matters here.
            if self.peeked.is_none() {
                let rest = &self.text.as_bytes()[self.at..];
                self.at += rest.iter().position(|&byte| matters(byte)).unwrap_or(rest.len());
            }
            match self.next()? {
                None => return Err(format!("`{innermost}` is not closed")),
                Some(Token::Mark(mark @ ('(' | '[' | '{'))) => open.push(mark),
                Some(Token::Mark(mark @ (')' | ']' | '}'))) => {
                    if (innermost, mark) != ('(', ')')
                        && (innermost, mark) != ('[', ']')
                        && (innermost, mark) != ('{', '}')
                    {
                        return Err(format!("`{innermost}` is closed by `{mark}`"));
                    }
                    open.pop();
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn read(&mut self) -> Result<Option<Token<'a>>, String> {
        self.skip_blanks()?;
        let start = self.at;
        let Some(first) = self.byte(start) else { return Ok(None) };
        match first {
            b'"' => self.string(start).map(Some),
            b'\'' => self.quote(start).map(Some),
            _ if is_word(first) => {
                self.word();
                if self.byte(self.at) == Some(b'#') && &self.text[start..self.at] == "r" {
                    self.at += 1;
                    self.word();
                }
                let text = &self.text[start..self.at];
                Ok(Some(if first.is_ascii_digit() { Token::Literal(text) } else { Token::Word(text) }))
            }
            _ => {
                self.at += 1;
                Ok(Some(Token::Mark(char::from(first))))
            }
        }
    }

    fn word(&mut self) {
        while self.byte(self.at).is_some_and(is_word) {
            self.at += 1;
        }
    }

    fn skip_blanks(&mut self) -> Result<(), String> {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\n' | b'\t') => self.at += 1,
                Some(b'/') if self.byte(self.at + 1) == Some(b'/') => {
                    let rest = &self.text.as_bytes()[self.at..];
                    self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                }
                Some(b'/') if self.byte(self.at + 1) == Some(b'*') => {
                    let end = self.text[self.at..].find("*/").ok_or("a comment is not closed")?;
                    self.at += end + 2;
                }
                _ => return Ok(()),
            }
        }
    }

    fn string(&mut self, start: usize) -> Result<Token<'a>, String> {
        // `r"…"`, `b"…"`, `r#"…"#`: none of ours, and read by other rules.
        if start.checked_sub(1).and_then(|before| self.byte(before)).is_some_and(|byte| is_word(byte) || byte == b'#') {
            return Err("a text has a prefix".to_owned());
        }
        self.at += 1;
        loop {
            match self.byte(self.at) {
                None => return Err("a text is not closed".to_owned()),
                Some(b'\\') => self.at += 2,
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Token::Literal(&self.text[start..self.at]));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// A character or a lifetime.
    fn quote(&mut self, start: usize) -> Result<Token<'a>, String> {
        self.at += 1;
        if self.byte(self.at) == Some(b'\\') {
            let end = self.text[self.at + 1..].find('\'').ok_or("a character is not closed")?;
            self.at += end + 2;
            return Ok(Token::Literal(&self.text[start..self.at]));
        }
        let letter = self.text[self.at..].chars().next().ok_or("a character is not closed")?;
        let behind = self.at + letter.len_utf8();
        if self.byte(behind) == Some(b'\'') {
            self.at = behind + 1;
        } else {
            self.word();
        }
        Ok(Token::Literal(&self.text[start..self.at]))
    }
}

/// Whether a byte may begin a literal or a comment, or is a bracket.
fn matters(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'/' | b'(' | b')' | b'[' | b']' | b'{' | b'}')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
