//! Reads JSON and keeps its order, repeated names and places.
//!
//! Descriptions are read strictly. Samples of documentation pages are read leniently: single quotes, unquoted words, missing
//! values, extra commas and a missing end are accepted. Depth is bounded.

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 100;

/// A value and where it stands, by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Json,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Value>),
    /// In order, repeated names included.
    Map(Vec<(String, Value)>),
}

/// Where and why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    pub(super) why: &'static str,
}

impl Value {
    /// The value behind the first `key` of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let Json::Map(entries) = &self.kind else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text of a single value; none for `null`, lists and objects.
    pub(super) fn text(&self) -> Option<String> {
        match &self.kind {
            Json::Text(text) | Json::Number(text) => Some(text.clone()),
            Json::Bool(flag) => Some(flag.to_string()),
            Json::Null | Json::List(_) | Json::Map(_) => None,
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Option<&[Value]> {
        match &self.kind {
            Json::List(items) => Some(items),
            _ => None,
        }
    }
}

/// Reads a whole text.
pub(super) fn strict(text: &str) -> Result<Value, Broken> {
    let mut reader = Reader { text, at: 0, lenient: false };
    let value = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() { Err(reader.broken("something stands behind the end")) } else { Ok(value) }
}

/// Reads what stands at the front of a text, as far as it goes.
pub(super) fn lenient(text: &str) -> Result<Value, Broken> {
    Reader { text, at: 0, lenient: true }.value(0)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    lenient: bool,
}

impl Reader<'_> {
    fn broken(&self, why: &'static str) -> Broken {
        Broken { at: self.at, why }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        let blank =
            |letter: char| matches!(letter, ' ' | '\t' | '\n' | '\r') || (self.lenient && letter.is_whitespace());
        self.at += rest.len() - rest.trim_start_matches(blank).len();
    }

    /// Steps over `letter`, if it comes next.
    fn eat(&mut self, letter: char) -> bool {
        self.blanks();
        let there = self.peek() == Some(letter);
        if there {
            self.at += letter.len_utf8();
        }
        there
    }

    fn value(&mut self, depth: usize) -> Result<Value, Broken> {
        if depth > MAX_DEPTH {
            return Err(self.broken("nested too deeply"));
        }
        self.blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Json::Text(self.quoted('"')?),
            Some('\'') if self.lenient => Json::Text(self.quoted('\'')?),
            Some(_) => self.word()?,
            None if self.lenient => Json::Null,
            None => return Err(self.broken("the text ends where a value should stand")),
        };
        Ok(Value { start, end: self.at, kind })
    }

    fn map(&mut self, depth: usize) -> Result<Json, Broken> {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            if self.eat('}') {
                return Ok(Json::Map(entries));
            }
            let Some(name) = self.name()? else { return Ok(Json::Map(entries)) };
            if !self.eat(':') && !self.lenient {
                return Err(self.broken("`:` should stand here"));
            }
            let value = self.value(depth + 1)?;
            entries.push((name, value));
            if self.comma('}')? {
                return Ok(Json::Map(entries));
            }
        }
    }

    /// The name of an entry; none at the end of a text that is read leniently.
    fn name(&mut self) -> Result<Option<String>, Broken> {
        self.blanks();
        match self.peek() {
            Some('"') => self.quoted('"').map(Some),
            Some('\'') if self.lenient => self.quoted('\'').map(Some),
            Some(_) if self.lenient => {
                let rest = &self.text[self.at..];
                let end = rest.find([':', ',', '}', ']', '{', '[', '\n']).unwrap_or(rest.len());
                let name = rest[..end].trim().to_owned();
                self.at += end;
                // A bracket that opens or closes nothing here would be met again and again.
                if name.is_empty() && !self.text[self.at..].starts_with([':', ',', '}']) {
                    return Err(self.broken("a name should stand here"));
                }
                Ok(Some(name))
            }
            None if self.lenient => Ok(None),
            _ => Err(self.broken("a name in quotes should stand here")),
        }
    }

    /// Steps over the comma behind an item; true where `end` stands instead.
    fn comma(&mut self, end: char) -> Result<bool, Broken> {
        if self.eat(end) {
            return Ok(true);
        }
        if self.eat(',') {
            if self.lenient {
                while self.eat(',') {}
            } else {
                self.blanks();
                if self.peek() == Some(end) {
                    return Err(self.broken("a comma stands before the end"));
                }
            }
            return Ok(false);
        }
        if self.lenient {
            return Ok(self.at >= self.text.len());
        }
        Err(self.broken("`,` or the closing bracket should stand here"))
    }

    fn list(&mut self, depth: usize) -> Result<Json, Broken> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            if self.eat(']') {
                return Ok(Json::List(items));
            }
            let before = self.at;
            items.push(self.value(depth + 1)?);
            let done = self.comma(']')?;
            if done {
                return Ok(Json::List(items));
            }
            if self.at == before {
                return Err(self.broken("a value should stand here"));
            }
        }
    }

    fn word(&mut self) -> Result<Json, Broken> {
        let rest = &self.text[self.at..];
        let end = rest.find([',', '}', ']', '\n', '\r']).unwrap_or(rest.len());
        let word = rest[..end].trim();
        let kind = match word {
            "null" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ if is_number(word) => Json::Number(word.to_owned()),
            _ if self.lenient => Json::Text(word.to_owned()),
            _ => return Err(self.broken("no value can start like this")),
        };
        self.at += end;
        Ok(kind)
    }

    fn quoted(&mut self, quote: char) -> Result<String, Broken> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let Some(letter) = self.peek() else {
                return if self.lenient { Ok(out) } else { Err(self.broken("the text ends inside quotes")) };
            };
            self.at += letter.len_utf8();
            match letter {
                _ if letter == quote => return Ok(out),
                '\\' => self.escape(&mut out)?,
                _ if (letter as u32) < 0x20 && !self.lenient => {
                    return Err(self.broken("a control character stands in quotes"));
                }
                _ => out.push(letter),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Broken> {
        let Some(letter) = self.peek() else { return Ok(()) };
        self.at += letter.len_utf8();
        match letter {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => {
                let unit = self.unit()?;
                out.push(self.character(unit));
            }
            '"' | '\\' | '/' | '\'' => out.push(letter),
            _ if self.lenient => out.push(letter),
            _ => return Err(self.broken("an escape that JSON does not have")),
        }
        Ok(())
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Broken> {
        let digits =
            self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None if self.lenient => Ok(0xfffd),
            None => Err(self.broken("four hexadecimal digits should stand here")),
        }
    }

    /// The character of a UTF-16 unit, with the second half of a pair where it follows.
    fn character(&mut self, unit: u32) -> char {
        if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            if let Ok(low) = self.unit()
                && (0xdc00..0xe000).contains(&low)
            {
                let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return char::from_u32(code).unwrap_or('\u{fffd}');
            }
            self.at = before;
        }
        char::from_u32(unit).unwrap_or('\u{fffd}')
    }
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

#[cfg(test)]
mod tests;
