//! Reads tables that are lists: a line per top-level row, and a bullet per cell of a nested row (dots, or dashes with an empty
//! bullet for the limits).
//!
//! A row may lack its example, and a description may look like a name. So the bullets of a table are divided into rows as a
//! whole, in the way that leaves the least unexplained ([`divide`]).

mod divide;

use super::cells::{column, has_small_letter, header, is_name, limits, marked, need, need_in_column, words};
use super::cover::{Cover, is_furniture};
use super::lines::Line;
use super::row::{Level, Row};
use crate::described::Findings;
use crate::vendor_type::{VendorType, looks_like_type};
use opentop_model::diagnostic::{Code, Place};

use divide::{Cell, Part, divide, start_cost};

/// Reads a table. `sample` is the text of the side's sample: a name that it holds is no word of a sentence.
pub(super) fn read(
    lines: &[Line],
    request: bool,
    sample: &str,
    cover: &mut Cover<'_>,
    findings: &mut Findings,
) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    let mut head: Option<Row> = None;
    // Whether a requirement may read `Yes` and `No` or `true` and `false`, as it does where no row has a plainer word.
    let rows_of = |english| {
        let row = |line: &&Line| top_row(&line.text, true, english, sample, findings.place(line.start, line.end));
        lines
            .iter()
            .filter(|line| !line.bullet && header(&words(&line.text)).is_none())
            .any(|line| row(&line).is_some())
    };
    let mut english = request && !rows_of(false) && rows_of(true);
    for line in lines.iter().filter(|line| !line.is_blank()) {
        let at = findings.place(line.start, line.end);
        if line.bullet {
            cells.push(Cell { at, text: line.text.clone() });
            cover.take(line);
        } else if is_furniture(line) && line.text.contains(['返', '顶', '`']) {
            // What stands between two parts is no part of a description.
        } else if header(&words(&line.text)).is_some() {
            cover.know(line.start, line.end);
            english |= line.text.is_ascii();
        } else if let Some(row) = top_row(&line.text, request, english, sample, at) {
            group(head.take(), &mut cells, request, findings, &mut rows);
            head = Some(row);
            cover.take(line);
        } else if let Some(cell) = cells.last_mut() {
            join(&mut cell.text, &line.text);
            cell.at.end = line.end;
            cover.take(line);
        } else if let Some(row) = &mut head {
            join(row.undivided.get_or_insert_default(), &line.text);
            row.at.end = line.end;
            cover.take(line);
        }
    }
    group(head, &mut cells, request, findings, &mut rows);
    rows
}

/// A line break inside a cell.
fn join(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

/// `name type 必须 the rest`, or `name type the rest` in a response.
fn top_row(text: &str, request: bool, english: bool, sample: &str, at: Place) -> Option<Row> {
    let need = |text: &str| if english { need_in_column(text) } else { need(text) };
    let mut rest = text;
    let name = word(&mut rest)?;
    let mut row = Row { at, level: Level::Top, name: name.to_owned(), ..Row::default() };
    let mut ty = Vec::new();
    loop {
        let before = rest;
        let next = word(&mut rest);
        match next {
            Some(next) if request && need(next).is_some() => {
                row.required = need(next);
                break;
            }
            // `Field List`, `Item []`, `Number [] []`.
            Some(next) if ty.len() < 4 && (ty.is_empty() || next == "[]" || (next == "List" && ty == ["Field"])) => {
                ty.push(next)
            }
            _ if request => return None,
            _ => {
                rest = before;
                break;
            }
        }
    }
    row.ty = ty.join(" ");
    let kind = VendorType::read(&row.ty);
    let shown = || sample.contains(&format!("<{name}>")) || sample.contains(&format!("\"{name}\""));
    let typed = looks_like_type(&row.ty) && (kind.is_scalar() || kind.list || has_small_letter(&row.ty) || shown());
    if !(request || typed && is_name(name)) {
        return None;
    }
    let rest = rest.trim();
    row.undivided = (!rest.is_empty()).then(|| rest.to_owned());
    Some(row)
}

/// Takes the first word.
fn word<'a>(text: &mut &'a str) -> Option<&'a str> {
    let rest = text.trim_start();
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (first, more) = rest.split_at(end);
    *text = more;
    (!first.is_empty()).then_some(first)
}

/// `API` in a sentence is no type; types are written with small letters too.
fn group(head: Option<Row>, cells: &mut Vec<Cell>, request: bool, findings: &mut Findings, rows: &mut Vec<Row>) {
    let mut cells = std::mem::take(cells);
    let nested = if head.is_some() { Level::Nested } else { Level::Unknown };
    if let Some(mut row) = head {
        row.required = row.required.or(request.then_some(false));
        let bounds = cells.iter().take_while(|cell| limits(&cell.text).is_some()).count();
        for cell in cells.drain(..bounds) {
            row.at.end = cell.at.end;
            for (key, value) in limits(&cell.text).unwrap_or_default() {
                row.limits.set(key, value);
            }
        }
        if bounds > 0 {
            row.example = row.undivided.take().unwrap_or_default();
            // The description is the next bullet, unless a row starts there.
            if !cells.is_empty() && !starts_row(&cells, 0, request) {
                let cell = cells.remove(0);
                row.at.end = cell.at.end;
                row.description = cell.text;
            }
        }
        rows.push(row);
    }
    while cells.first().is_some_and(|cell| header(&words(&cell.text)).is_some() || is_chinese_column(&cell.text)) {
        cells.remove(0);
    }
    for part in divide(&cells, request) {
        match part {
            Part::Row { from, to } => rows.push(nested_row(&cells[from..to], request, nested, findings)),
            Part::Unread { at } => {
                let message = format!("no row of the table holds {}", opentop_model::text::shown(&cells[at].text));
                let help = "look at the page: a row may be damaged here, and its field missing in the spec";
                findings.warn(Code::UnclearRow, cells[at].at, message, "left out", help);
            }
        }
    }
}

/// A header in a bullet of its own. In English, the same word may be the name of a field.
fn is_chinese_column(text: &str) -> bool {
    !text.is_ascii() && column(text).is_some()
}

/// Whether a row certainly starts at a bullet.
fn starts_row(cells: &[Cell], at: usize, request: bool) -> bool {
    marked(&cells[at].text).is_some() || start_cost(cells, at, request).is_some()
}

/// The bullets behind name, type and requirement.
#[derive(Debug, Default)]
struct Tail {
    example: String,
    limits: Vec<(&'static str, String)>,
    description: String,
    /// Whether the example or the description is of several bullets.
    joined: bool,
    /// Whether there is one bullet alone.
    lone: bool,
}

impl Tail {
    fn of(cells: &[Cell]) -> Tail {
        let mut cells: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        let first = cells.iter().position(|text| limits(text).is_some());
        if let Some(first) = first {
            let last = cells.iter().rposition(|text| limits(text).is_some()).unwrap_or(first);
            let limits = cells[first..=last].iter().filter_map(|text| limits(text)).flatten().collect();
            let (before, after) = (&cells[..first], &cells[last + 1..]);
            let joined = before.len() > 1 || after.len() > 1;
            return Tail { example: before.join("\n"), limits, description: after.join("\n"), joined, lone: false };
        }
        // The empty bullet of a limits column.
        if cells.len() == 3 && cells[1].is_empty() {
            cells.remove(1);
        }
        match cells.as_slice() {
            [] => Tail::default(),
            [only] => Tail { description: (*only).to_owned(), lone: true, ..Tail::default() },
            [first, rest @ ..] => {
                let joined = rest.len() > 1;
                Tail { example: (*first).to_owned(), description: rest.join("\n"), joined, ..Tail::default() }
            }
        }
    }
}

fn nested_row(cells: &[Cell], request: bool, level: Level, findings: &mut Findings) -> Row {
    let head = start_cost(cells, 0, request).map_or(cells.len().min(2), |(_, head)| head);
    let mark = marked(&cells[0].text);
    let mut row = Row { at: cells[0].at, ..Row::default() };
    row.at.end = cells[cells.len() - 1].at.end;
    row.name = mark.unwrap_or(&cells[0].text).to_owned();
    row.level = if mark.is_some() { Level::Nested } else { level };
    for cell in &cells[1..head] {
        match need(&cell.text) {
            Some(required) if request => row.required = Some(required),
            _ => row.ty.clone_from(&cell.text),
        }
    }
    row.required = row.required.or(request.then_some(false));
    // In lists, the mark tells fields from objects that hold some; where top-level rows are bullets too, only the mark
    // itself tells.
    row.holds_fields = match (mark, level) {
        (Some(_), _) => Some(false),
        (None, Level::Nested) => Some(true),
        (None, _) => None,
    };
    let tail = Tail::of(&cells[head..]);
    if tail.joined {
        let message = format!("the row of `{}` has more bullets than a row has cells", row.name);
        let help = "compare example and description with the page: another row may begin there";
        findings.warn(Code::UnclearRow, row.at, message, "joined", help);
    }
    row.lone = tail.lone;
    row.example = tail.example;
    row.description = tail.description;
    for (key, value) in tail.limits {
        row.limits.set(key, value);
    }
    row
}
