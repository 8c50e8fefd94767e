//! Reads on behind a syntax error, so that one mistake does not hide the others of its file.
//!
//! The error is reported. Then the text is changed near its place (a full-width sign replaced, a value or a line blanked out) and parsed
//! again; of a few such repairs the first is taken that lets the parser get past the line. Repairs keep the length of the text, so every
//! place stays right. What was repaired is only looked at, never used: the file has an error.

use std::ops::Range;

use super::build::{Stop, build};
use super::line::{Line, floor};
use super::syntax::{scan_error, stray_line, tab_in_indentation, unclosed, wrong_indentation};
use super::tree::{Node, Value};
use super::{fullwidth, tabs};
use crate::diagnostic::{Code, Diagnostic, Place};

/// Syntax errors that are looked behind, per file.
const MOST_ERRORS: usize = 20;
/// How many bytes are parsed again for one file. Small files are tried often, the largest a few times.
const MOST_BYTES: usize = 16 << 20;
/// Lines above an error that may hold what opened the quotes or brackets which are not closed.
const LINES_ABOVE: usize = 12;

/// What could be read of a file.
pub(crate) struct Reading {
    pub(crate) tree: Node,
    /// Whether parts were left out because of a syntax error: then a key that is missing may be among them.
    pub(crate) repaired: bool,
}

/// A text with changes, all of the same length as what they replace.
#[derive(Clone)]
struct Draft {
    text: String,
    /// Values that stand for others that could not be read.
    unusable: Vec<Range<usize>>,
}

/// One way to get past an error.
struct Repair {
    draft: Draft,
    /// Says better than the parser what is wrong, where that is known.
    finding: Option<Diagnostic>,
}

/// Where a parser stopped, and what it said.
struct Failure {
    at: usize,
    info: String,
}

struct Reader {
    file: usize,
    bytes_left: usize,
}

/// Parses source number `file`. Findings go into `out`; without a tree, too little was understood.
pub(super) fn read(file: usize, source: &str, out: &mut Vec<Diagnostic>) -> Option<Reading> {
    let before = out.len();
    let reading = read_repaired(file, source, out);
    for finding in &mut out[before..] {
        let also = finding.also.iter_mut().map(|(place, _)| place);
        std::iter::once(&mut finding.place).chain(also).for_each(|place| to_letters(place, source));
    }
    reading
}

fn read_repaired(file: usize, source: &str, out: &mut Vec<Diagnostic>) -> Option<Reading> {
    let mut reader = Reader { file, bytes_left: MOST_BYTES.max(source.len()) };
    let mut draft = Draft { text: source.to_owned(), unusable: Vec::new() };
    let mut errors = Vec::new();
    let mut spread = false;
    let mut attempts = 0;
    loop {
        let mut found = Vec::new();
        let failure = match reader.parse(&draft, &mut found) {
            Ok(tree) => {
                let repaired = !errors.is_empty() || found.iter().any(|it| it.code == Code::SeveralDocuments);
                out.append(&mut errors);
                out.append(&mut found);
                return tree.map(|mut tree| {
                    settle(&mut tree, source);
                    Reading { tree, repaired }
                });
            }
            Err(failure) => failure,
        };
        // A tab behind a key's colon is fine by YAML, and not by this parser.
        if let Some(text) =
            tabs::after_colon(&draft.text, failure.at, &failure.info, !std::mem::replace(&mut spread, true))
        {
            draft.text = text;
            if reader.bytes_left >= draft.text.len() {
                continue;
            }
        }
        let Failure { at, info } = &failure;
        // The explanation is made of the text as its writer has it.
        let said = scan_error(file, source, *at, info);
        let repair = if attempts < MOST_ERRORS { reader.repair(&draft, *at, info) } else { None };
        match repair {
            Some(Repair { draft: next, finding }) => {
                let finding = finding.unwrap_or(said);
                // Where a block is indented wrongly, all of its lines are: the first is enough.
                let indentation = matches!(finding.code, Code::TabIndentation | Code::WrongIndentation);
                let same = |error: &Diagnostic| (error.code, &error.message) == (finding.code, &finding.message);
                if !(indentation && errors.iter().any(same)) {
                    errors.push(finding);
                }
                attempts += 1;
                draft = next;
            }
            None => {
                errors.push(said);
                out.append(&mut errors);
                out.append(&mut found);
                return None;
            }
        }
    }
}

impl Reader {
    fn parse(&mut self, draft: &Draft, out: &mut Vec<Diagnostic>) -> Result<Option<Node>, Failure> {
        self.bytes_left = self.bytes_left.saturating_sub(draft.text.len());
        match build(self.file, &draft.text, &draft.unusable, out) {
            Ok(tree) => Ok(Some(tree)),
            Err(Stop::Reported) => Ok(None),
            Err(Stop::Syntax { at, info }) => Err(Failure { at, info }),
        }
    }

    /// The first repair that lets the parser get past the line where it stopped; else the one that gets furthest.
    fn repair(&mut self, draft: &Draft, at: usize, info: &str) -> Option<Repair> {
        let line = Line::around(&draft.text, floor(&draft.text, at));
        let mut best: Option<(usize, Repair)> = None;
        for repair in self.repairs(draft, at, info) {
            if self.bytes_left < draft.text.len() {
                break;
            }
            let end = match self.parse(&repair.draft, &mut Vec::new()) {
                Ok(_) => return Some(repair),
                Err(failure) => failure.at,
            };
            if end > line.end && repair.finding.is_some() {
                return Some(repair);
            }
            if end > at.max(line.end) && best.as_ref().is_none_or(|(furthest, _)| end > *furthest) {
                best = Some((end, repair));
            }
        }
        best.map(|(_, repair)| repair)
    }

    fn repairs(&self, draft: &Draft, at: usize, info: &str) -> Vec<Repair> {
        let at = floor(&draft.text, at);
        let line = Line::around(&draft.text, at);
        let mut repairs = Vec::new();
        for near in [line.previous(), Some(line)].into_iter().flatten() {
            for (finding, text) in fullwidth::repairs(self.file, &draft.text, near.start..near.end) {
                repairs.push(Repair { draft: Draft { text, ..draft.clone() }, finding: Some(finding) });
            }
        }
        let tab = tab_in_indentation(&line, info).map(|(line, _)| line);
        let lines = [tab, wrong_indentation(&line, at, info), stray_line(&line, at, info)];
        repairs.extend(lines.iter().flatten().map(|line| Repair { draft: without(draft, line), finding: None }));
        let mut above = Some(line);
        for _ in 0..LINES_ABOVE {
            let Some(here) = above else { break };
            if let Some(value) = here.value() {
                let above = here.start < line.start;
                let finding = if above { unclosed(self.file, &draft.text, value, at) } else { None };
                repairs.push(Repair { draft: without_value(draft, value, here.block_end()), finding });
            }
            above = here.previous();
        }
        repairs.push(Repair { draft: without(draft, &line), finding: None });
        repairs
    }
}

/// The draft without a line and what is indented below it.
fn without(draft: &Draft, line: &Line<'_>) -> Draft {
    let mut next = draft.clone();
    blank(&mut next.text, line.start..line.block_end());
    next
}

/// The draft with one letter in the place of a value, which is then not looked at.
fn without_value(draft: &Draft, value: usize, end: usize) -> Draft {
    let mut next = draft.clone();
    blank(&mut next.text, value..end);
    next.text.replace_range(value..=value, "x");
    next.unusable.push(value..end);
    next
}

/// Makes places of a repaired text places of the source, where a letter may have several of the blanks' bytes.
fn settle(node: &mut Node, source: &str) {
    to_letters(&mut node.at, source);
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| settle(item, source)),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| {
            to_letters(&mut entry.key_at, source);
            settle(&mut entry.value, source);
        }),
        Value::Scalar { .. } | Value::Unusable => {}
    }
}

fn to_letters(place: &mut Place, source: &str) {
    place.start = floor(source, place.start);
    while !source.is_char_boundary(place.end) {
        place.end += 1;
    }
}

/// Replaces everything but line ends by blanks, byte by byte.
fn blank(text: &mut String, range: Range<usize>) {
    let blanks: String = text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(range, &blanks);
}
