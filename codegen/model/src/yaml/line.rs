//! Lines of a YAML file as a person sees them: indentation, keys, neighbours. Used to explain and to repair what the parser refused.

/// A line of a file, without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) source: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'a> Line<'a> {
    pub(super) fn around(source: &'a str, at: usize) -> Line<'a> {
        let start = source[..at].rfind('\n').map_or(0, |found| found + 1);
        let end = source[at..].find('\n').map_or(source.len(), |found| at + found);
        Line { source, start, end }
    }

    pub(super) fn text(&self) -> &'a str {
        &self.source[self.start..self.end]
    }

    pub(super) fn indentation(&self) -> usize {
        self.text().len() - self.text().trim_start_matches([' ', '\t', '\u{feff}']).len()
    }

    pub(super) fn first_word(&self) -> Option<usize> {
        (!self.text().trim().is_empty()).then(|| self.start + self.indentation())
    }

    pub(super) fn tab_in_indentation(&self) -> Option<usize> {
        if self.text().trim().is_empty() {
            return None;
        }
        self.text()[..self.indentation()].find('\t').map(|found| self.start + found)
    }

    /// The line before, blank ones and comments left out.
    pub(super) fn previous(&self) -> Option<Line<'a>> {
        let mut line = *self;
        loop {
            line = Line::around(self.source, line.start.checked_sub(1)?);
            let text = line.text().trim();
            if !text.is_empty() && !text.starts_with('#') {
                return Some(line);
            }
        }
    }

    /// The line behind.
    pub(super) fn next(&self) -> Option<Line<'a>> {
        (self.end < self.source.len()).then(|| Line::around(self.source, self.end + 1))
    }

    /// Whether the line begins like `key:`.
    pub(super) fn opens_with_key(&self) -> bool {
        let text = self.text().trim_start();
        let end = text.find(|letter: char| !(letter.is_alphanumeric() || "_-.".contains(letter))).unwrap_or(text.len());
        end > 0 && text[end..].starts_with(':') && text[end + 1..].chars().next().is_none_or(char::is_whitespace)
    }

    /// Where the value begins that a repair replaces: behind `- ` and `key: `, where something stands there.
    pub(super) fn value(&self) -> Option<usize> {
        let text = self.text();
        let mut at = self.indentation();
        while text[at..].starts_with("- ") {
            at += text[at..].len() - text[at + 1..].trim_start_matches(' ').len();
        }
        let key = self.key_end(at);
        if let Some(end) = key {
            at = text.len() - text[end + 1..].trim_start_matches([' ', '\t']).len();
        }
        let behind_something = at > self.indentation();
        (behind_something && !text[at..].trim().is_empty()).then_some(self.start + at)
    }

    /// Where the colon stands of a plain or quoted key that begins at byte `from` of the line and has something behind it.
    fn key_end(&self, from: usize) -> Option<usize> {
        let rest = &self.text()[from..];
        let quoted = rest.starts_with(['\'', '"']).then(|| rest[1..].find(&rest[..1]).map(|end| end + 2)).flatten();
        let end = quoted.or_else(|| rest.find([':', ' ', '{', '[', '\'', '"', '#']))?;
        let behind = rest[end..].strip_prefix(':')?;
        behind.starts_with([' ', '\t']).then_some(from + end)
    }

    /// The line, and how far the lines below it reach that are indented deeper (blank ones between them included).
    pub(super) fn block_end(&self) -> usize {
        let mut end = self.end;
        let mut line = *self;
        while let Some(next) = line.next() {
            if !next.text().trim().is_empty() {
                if next.indentation() <= self.indentation() {
                    break;
                }
                end = next.end;
            }
            line = next;
        }
        end
    }
}

pub(super) fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn last_boundary(text: &str) -> usize {
    text.char_indices().next_back().map_or(0, |(at, _)| at)
}

pub(super) fn next_boundary(source: &str, at: usize) -> usize {
    at + source[at..].chars().next().map_or(0, char::len_utf8)
}

/// Whether text could be a key: letters, digits, `_`, `-` and `.`.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Whether a word of ASCII ends right before `at`: what could be a key.
pub(super) fn word_before(text: &str, at: usize) -> Option<&str> {
    let before = &text[..at];
    let start = before.rfind(|letter: char| !(letter.is_ascii_alphanumeric() || "_-.".contains(letter)));
    let start = start.map_or(0, |found| found + before[found..].chars().next().map_or(1, char::len_utf8));
    Some(&before[start..]).filter(|word| is_word(word))
}
