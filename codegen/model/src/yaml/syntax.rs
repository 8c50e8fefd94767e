//! Explains a syntax error to the person who edits the file. The scanner speaks of tokens; most mistakes are about indentation and quotes.

use super::bounds::deeper_than_allowed;
use super::line::{Line, floor, is_word, last_boundary, next_boundary};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::shown;

/// The finding for a scanner that stopped at byte `at` and said `info`.
pub(super) fn scan_error(file: usize, source: &str, at: usize, info: &str) -> Diagnostic {
    let at = floor(source, at);
    let line = Line::around(source, at);
    if info.contains("recursion limit") {
        return deeper_than_allowed(Place { file, start: at, end: next_boundary(source, at) });
    }
    if info.contains("unknown anchor") {
        let word = source[at..]
            .find(|letter: char| letter.is_whitespace() || ",]}".contains(letter))
            .unwrap_or(source.len() - at);
        let place = Place { file, start: at, end: at + word };
        return Diagnostic::error(Code::Alias, place, "an alias of an anchor that does not exist")
            .label("aliases are not allowed")
            .help("write the value out; a word that begins with `*` must be quoted");
    }
    if let Some((_, tab)) = tab_in_indentation(&line, info) {
        let place = Place { file, start: tab, end: tab + 1 };
        return Diagnostic::error(Code::TabIndentation, place, "a tab is used as indentation")
            .label("a tab")
            .help("indent with blanks only, two per level");
    }
    if let Some(wrong) = wrong_indentation(&line, at, info) {
        return wrong_indentation_finding(file, &wrong);
    }
    if let Some(stray) = stray_line(&line, at, info) {
        return stray_line_finding(file, &stray);
    }
    // At the end of the file there is nothing to see: the last character is shown instead.
    let start = if source[at..].trim().is_empty() { last_boundary(source.trim_end()) } else { at };
    let place = Place { file, start, end: next_boundary(source, start) };
    let (cause, cure) = explained(info, &source[start..]);
    Diagnostic::error(Code::InvalidYaml, place, format!("not readable as YAML: {cause}")).label("here").help(cure)
}

/// The line whose indentation holds a tab, and where the tab stands.
pub(super) fn tab_in_indentation<'a>(line: &Line<'a>, info: &str) -> Option<(Line<'a>, usize)> {
    let near = [Some(*line), line.previous(), line.next().filter(|_| info.contains("tab"))];
    near.into_iter().flatten().find_map(|line| Some((line, line.tab_in_indentation()?)))
}

/// A line that begins no `key: value`, where the scanner missed the key's colon: it stopped at the end of the line, or behind it.
pub(super) fn stray_line<'a>(line: &Line<'a>, at: usize, info: &str) -> Option<Line<'a>> {
    let surprised = ["simple key expect", "mapping values are not allowed"].iter().any(|words| info.contains(words));
    // At the line's first word, or at the colon behind it.
    let at_first_key = line.first_word().is_none_or(|first| !line.source[first..at.max(first)].contains(": "));
    let candidates = [at_first_key.then(|| line.previous()).flatten(), Some(*line)];
    let mut candidates = candidates.into_iter().flatten();
    candidates
        .find(|line| surprised && line.first_word().is_some() && !line.opens_with_key() && !line.text().contains(": "))
}

fn stray_line_finding(file: usize, line: &Line<'_>) -> Diagnostic {
    let start = line.start + line.indentation();
    let place = Place { file, start, end: line.start + line.text().trim_end().len() };
    let text = line.text().trim();
    if let Some((key, value)) = text.split_once(':').filter(|(key, _)| is_word(key)) {
        return Diagnostic::error(Code::InvalidYaml, place, format!("expected a blank after `{key}:`"))
            .label("no blank after the colon")
            .help(format!("write {}", shown(&format!("{key}: {value}"))));
    }
    let column = line.indentation() + 1;
    let message = format!("expected `key: value`, got text that begins in column {column}");
    let finding = Diagnostic::error(Code::InvalidYaml, place, message).label("no key");
    match line.previous() {
        Some(above) if above.indentation() >= line.indentation() => {
            let place = Place { file, start: above.start + above.indentation(), end: above.end };
            finding.also(place, "if this text goes on below, it must be indented there").help(
                "text that goes on over several lines must be indented deeper than its key; or put it on one line",
            )
        }
        _ => finding.help("write `key: value`, or begin the line with `#` if it is a comment"),
    }
}

/// The line whose indentation is wrong, where that is what the scanner stumbled over.
pub(super) fn wrong_indentation<'a>(line: &Line<'a>, at: usize, info: &str) -> Option<Line<'a>> {
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
    finding.help("align the line with the keys it belongs to; what stands inside a key is indented two blanks deeper")
}

/// What the scanner's words mean, and the cure; `rest` is the file from where it stopped.
fn explained(info: &str, rest: &str) -> (String, String) {
    const CLOSE: &str = "close the quotes; inside single quotes, `''` stands for one quote";
    const BRACKETS: &str = "close it; text that holds brackets, braces or `, ` must be quoted";
    let known = [
        (
            "mapping values are not allowed",
            "expected one `key: value` on the line, got a second `: `",
            "text that holds `: ` must be quoted: put it into single quotes",
        ),
        ("indentation in quoted scalar", "quotes are opened and not closed", CLOSE),
        ("unexpected end of stream", "quotes are opened and not closed", CLOSE),
        ("did not find expected ',' or '}'", "a `{` is opened and not closed, or a comma is missing", BRACKETS),
        ("expected ',' or ']'", "a `[` is opened and not closed, or a comma is missing", BRACKETS),
        ("illegal placement of ':'", "a `[` is opened and not closed, or a comma is missing", BRACKETS),
        (
            "misplaced bracket",
            "a bracket closes nothing",
            "text that begins with a bracket must be quoted: put it into single quotes",
        ),
        (
            "unknown escape character",
            "expected a known escape in double quotes",
            "in single quotes a backslash is just a backslash",
        ),
        (
            "invalid trailing content",
            "expected the end of the line, got text behind the closing quote",
            "inside single quotes, `''` stands for one quote; inside double quotes, `\\\"`",
        ),
        (
            "block sequence entries are not allowed",
            "expected a value, got `- `",
            "begin a list on a line of its own; text that begins with `- ` must be quoted",
        ),
        (
            "simple key expect",
            "expected `key: value`, got text without a colon",
            "write `key: value`, or indent the line deeper than the key whose text it continues",
        ),
    ];
    if let Some((_, cause, cure)) = known.iter().find(|(words, ..)| info.contains(words)) {
        return ((*cause).to_owned(), (*cure).to_owned());
    }
    match rest.chars().next() {
        Some(letter) if info.contains("unexpected character") || info.contains("cannot start") => (
            format!("a value must not begin with {} unless it is quoted", sign(letter)),
            "put the value into single quotes".to_owned(),
        ),
        _ => (
            info.to_owned(),
            "text that begins with or holds a special character must be quoted: put it into single quotes".to_owned(),
        ),
    }
}

/// A sign in backticks; a backtick by its name.
fn sign(letter: char) -> String {
    if letter == '`' { "a backtick".to_owned() } else { shown(&letter.to_string()) }
}

/// The finding for a bracket at byte `at` that is not closed where the scanner stopped, at `stopped`.
pub(super) fn unclosed(file: usize, source: &str, at: usize, stopped: usize) -> Option<Diagnostic> {
    let open = source[at..].chars().next().filter(|letter| matches!(letter, '{' | '['))?;
    let close = if open == '{' { '}' } else { ']' };
    let message = format!("not readable as YAML: this `{open}` is not closed, or a comma is missing behind it");
    let place = Place { file, start: stopped, end: next_boundary(source, stopped) };
    let finding = Diagnostic::error(Code::InvalidYaml, Place { file, start: at, end: at + 1 }, message);
    let help = format!("close it with `{close}`; text that holds brackets, braces or `, ` must be quoted");
    Some(finding.label("opened here").also(place, "reading stopped here").help(help))
}
