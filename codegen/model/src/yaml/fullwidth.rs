//! Full-width signs where YAML's own were meant: `：`, `，` and quotes, as a Chinese keyboard types them.

use std::ops::Range;

use super::line::word_before;
use crate::diagnostic::{Code, Diagnostic, Place};

/// The signs, with what was meant.
const SIGNS: [(char, &str); 10] = [
    ('：', ":"),
    ('，', ","),
    ('“', "\""),
    ('”', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('｛', "{"),
    ('｝', "}"),
    ('［', "["),
    ('］', "]"),
];

/// The ASCII sign that a full-width one stands for.
fn meant(letter: char) -> Option<&'static str> {
    SIGNS.iter().find(|(sign, _)| *sign == letter).map(|(_, ascii)| *ascii)
}

/// For each full-width sign of a line that stands where YAML has a sign: the finding, and the text with the right one. The last replaces
/// all of them.
pub(super) fn repairs(file: usize, text: &str, line: Range<usize>) -> Vec<(Diagnostic, String)> {
    let signs: Vec<(usize, char)> = text[line.clone()]
        .char_indices()
        .map(|(at, letter)| (line.start + at, letter))
        .filter(|(at, letter)| meant(*letter).is_some() && is_structural(text, &line, *at, *letter))
        .take(24)
        .collect();
    let mut repairs: Vec<(Diagnostic, String)> =
        signs.iter().map(|sign| (finding(file, *sign), replaced(text, &[*sign]))).collect();
    if let (Some(first), true) = (signs.first(), signs.len() > 1) {
        repairs.push((finding(file, *first), replaced(text, &signs)));
    }
    repairs
}

/// What to say of a name that holds a full-width sign; `None` where it holds none.
pub(crate) fn in_name(name: &str) -> Option<String> {
    let letter = name.chars().find(|letter| meant(*letter).is_some())?;
    Some(cure(letter))
}

/// A colon stands behind a word that could be a key; the others may stand anywhere but in quotes.
fn is_structural(text: &str, line: &Range<usize>, at: usize, letter: char) -> bool {
    let before = &text[line.start..at];
    let quoted = before.matches('"').count() % 2 == 1 || before.matches('\'').count() % 2 == 1;
    !quoted && (letter != '：' || word_before(text, at).is_some())
}

fn finding(file: usize, (at, letter): (usize, char)) -> Diagnostic {
    let ascii = meant(letter).unwrap_or_default();
    let place = Place { file, start: at, end: at + letter.len_utf8() };
    let message = format!("expected `{ascii}`, got the full-width `{letter}`");
    Diagnostic::error(Code::InvalidYaml, place, message).label("full-width").help(cure(letter))
}

fn cure(letter: char) -> String {
    let ascii = meant(letter).unwrap_or_default();
    match letter {
        '：' => "a full-width `：` stands here: write `: `, a colon and a blank".to_owned(),
        '，' => "a full-width `，` stands here: write `, `, a comma and a blank".to_owned(),
        _ => format!(
            "a full-width `{letter}` stands here: write `{ascii}`, or put the whole text into single quotes if it belongs to it"
        ),
    }
}

/// The text with other signs of the same length: blanks make up for the bytes.
fn replaced(text: &str, signs: &[(usize, char)]) -> String {
    let mut out = text.to_owned();
    for (at, letter) in signs {
        let ascii = meant(*letter).unwrap_or_default();
        let pad = " ".repeat(letter.len_utf8() - ascii.len());
        // Blanks outside of quotes, and behind a colon or a comma.
        let new = if matches!(letter, '“' | '‘') { format!("{pad}{ascii}") } else { format!("{ascii}{pad}") };
        out.replace_range(*at..*at + letter.len_utf8(), &new);
    }
    out
}
