//! Turns the scanner's complaint into one that a person who edits the file can act on.
//!
//! In: what the scanner says, and where. Out: one finding. The scanner speaks of tokens; most mistakes are about indentation and quotes.

use super::bounds::MAX_DEPTH;
use crate::diagnostic::{Code, Diagnostic, Place};

/// The scanner stopped at byte `at`.
pub(super) fn scan_error(file: usize, source: &str, at: usize, info: &str) -> Diagnostic {
    let at = floor(source, at);
    let line = Line::around(source, at);
    if info.contains("recursion limit") {
        let message = format!("lists and mappings are nested deeper than {MAX_DEPTH} levels");
        return Diagnostic::error(Code::TooDeep, Place { file, start: at, end: next_boundary(source, at) }, message);
    }
    if info.contains("unknown anchor") {
        let word = source[at..]
            .find(|letter: char| letter.is_whitespace() || ",]}".contains(letter))
            .unwrap_or(source.len() - at);
        let place = Place { file, start: at, end: at + word };
        return Diagnostic::error(Code::Alias, place, "an alias of an anchor that does not exist")
            .label("aliases are not allowed")
            .help("write the value out; a word that begins with `*` belongs into quotes");
    }
    let near = [Some(line), line.previous(), line.next().filter(|_| info.contains("tab"))];
    if let Some(tab) = near.into_iter().flatten().find_map(|line| line.tab_in_indentation()) {
        let place = Place { file, start: tab, end: tab + 1 };
        return Diagnostic::error(Code::TabIndentation, place, "a tab is used as indentation")
            .label("a tab")
            .help("indent with blanks only, two a level");
    }
    if let Some(wrong) = wrong_indentation(&line, at, info) {
        return wrong_indentation_finding(file, &wrong);
    }
    // At the end of the file there is nothing to see: the last character is shown instead.
    let start = if source[at..].trim().is_empty() { last_boundary(source.trim_end()) } else { at };
    let place = Place { file, start, end: next_boundary(source, start) };
    let finding = Diagnostic::error(Code::InvalidYaml, place, format!("this is not readable as YAML: {}", cause(info)));
    finding.label("here").help(cure(info))
}

/// A line of the file.
#[derive(Clone, Copy)]
struct Line<'a> {
    source: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Line<'a> {
    fn around(source: &'a str, at: usize) -> Line<'a> {
        let start = source[..at].rfind('\n').map_or(0, |found| found + 1);
        let end = source[at..].find('\n').map_or(source.len(), |found| at + found);
        Line { source, start, end }
    }

    fn text(&self) -> &'a str {
        &self.source[self.start..self.end]
    }

    fn indentation(&self) -> usize {
        self.text().len() - self.text().trim_start_matches([' ', '\t', '\u{feff}']).len()
    }

    fn first_word(&self) -> Option<usize> {
        (!self.text().trim().is_empty()).then(|| self.start + self.indentation())
    }

    fn tab_in_indentation(&self) -> Option<usize> {
        if self.text().trim().is_empty() {
            return None;
        }
        self.text()[..self.indentation()].find('\t').map(|found| self.start + found)
    }

    /// The line before, blank ones and comments left out.
    fn previous(&self) -> Option<Line<'a>> {
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
    fn next(&self) -> Option<Line<'a>> {
        (self.end < self.source.len()).then(|| Line::around(self.source, self.end + 1))
    }

    /// Whether the line begins like `key:`.
    fn opens_with_key(&self) -> bool {
        let text = self.text().trim_start();
        let end = text.find(|letter: char| !(letter.is_alphanumeric() || "_-.".contains(letter))).unwrap_or(text.len());
        end > 0 && text[end..].starts_with(':') && text[end + 1..].chars().next().is_none_or(char::is_whitespace)
    }
}

/// The line whose indentation is wrong, where that is what the scanner stumbled over.
fn wrong_indentation<'a>(line: &Line<'a>, at: usize, info: &str) -> Option<Line<'a>> {
    if info.contains("quoted scalar") {
        return None;
    }
    let at_first_word = line.first_word() == Some(at);
    let complains = ["invalid indentation", "did not find expected key", "expected '-' indicator", "wrongly indented"];
    if complains.iter().any(|words| info.contains(words)) && (at_first_word || info.contains("indent")) {
        return Some(*line);
    }
    // A line that is indented deeper than the value above it continues that value; its colon then comes as a surprise.
    let surprised =
        ["mapping values are not allowed", "simple key expected", "mapping keys are not allowed", "simple key expect"];
    if surprised.iter().any(|words| info.contains(words)) {
        let concerned =
            if line.opens_with_key() && at > line.start + line.indentation() { *line } else { line.previous()? };
        let above = concerned.previous()?;
        let deeper = concerned.indentation() > above.indentation();
        if concerned.opens_with_key() && deeper && !above.text().trim_end().ends_with(':') {
            return Some(concerned);
        }
        if at_first_word && line.previous().is_some_and(|above| above.indentation() != line.indentation()) {
            return Some(*line);
        }
    }
    None
}

fn wrong_indentation_finding(file: usize, line: &Line<'_>) -> Diagnostic {
    let start = line.start + line.indentation();
    let word = line.text()[line.indentation()..].find([':', ' ']).unwrap_or(line.end - start).max(1);
    let place = Place { file, start, end: floor(line.source, start + word) };
    let message = format!("wrong indentation: no block above has its keys at column {}", line.indentation() + 1);
    let finding = Diagnostic::error(Code::WrongIndentation, place, message).label("this line");
    let finding = match line.previous().and_then(|above| Some((above, above.first_word()?))) {
        Some((above, first)) => {
            let end = next_boundary(line.source, first);
            finding.also(
                Place { file, start: first, end },
                format!("the line above begins at column {}", above.indentation() + 1),
            )
        }
        None => finding,
    };
    finding.help("align the line with the keys it belongs to; what stands inside a key is two blanks deeper")
}

/// The scanner's words, without its own jargon where we know better ones.
fn cause(info: &str) -> String {
    let known = [
        ("mapping values are not allowed", "a second `: ` on the line"),
        ("indentation in quoted scalar", "quotes are opened and not closed"),
        ("unexpected end of stream", "quotes are opened and not closed"),
        ("did not find expected ',' or '}'", "a `{` is opened and not closed, or a comma is missing"),
        ("expected ',' or ']'", "a `[` is opened and not closed, or a comma is missing"),
        ("unknown escape character", "an unknown escape in double quotes"),
        ("invalid trailing content", "text behind the closing quote"),
    ];
    known
        .iter()
        .find(|(words, _)| info.contains(words))
        .map_or_else(|| info.to_owned(), |(_, better)| (*better).to_owned())
}

fn cure(info: &str) -> &'static str {
    let known = [
        ("mapping values are not allowed", "put text that holds `: ` into single quotes"),
        ("indentation in quoted scalar", "close the quotes; inside single quotes, `''` stands for one quote"),
        ("unexpected end of stream", "close the quotes; inside single quotes, `''` stands for one quote"),
        ("',' or", "close it; text that holds brackets, braces or `, ` belongs into single quotes"),
        ("escape", "in single quotes a backslash is just a backslash"),
        ("trailing content", "inside single quotes, `''` stands for one quote; inside double quotes, `\\\"`"),
    ];
    let found = known.iter().find(|(words, _)| info.contains(words));
    found.map_or("text that begins with or holds a special character belongs into single quotes", |(_, help)| help)
}

fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn last_boundary(text: &str) -> usize {
    text.char_indices().next_back().map_or(0, |(at, _)| at)
}

fn next_boundary(source: &str, at: usize) -> usize {
    at + source[at..].chars().next().map_or(0, char::len_utf8)
}
