//! Tables drawn with `|`: Markdown, or dumped from HTML with or without the outer pipes. Cells are matched to columns by
//! the header; a row with more or fewer cells is read by its anchors (name, type, requirement, limits), and said to be.

use super::cells::{Column, column, header, limits, marked, need_in_column, words};
use super::cover::Cover;
use super::lines::Line;
use super::row::{Level, Row};
use crate::described::Findings;
use crate::vendor_type::looks_like_type;
use opentop_model::diagnostic::{Code, Place};

/// Whether the lines are such a table.
pub(super) fn is_table(lines: &[Line]) -> bool {
    let listed = lines.iter().any(|line| line.bullet);
    lines
        .iter()
        .any(|line| is_row(line) && header(&words(&line.text)).is_some() && !(listed && line.text.contains('\t')))
}

fn is_row(line: &Line) -> bool {
    line.text.contains(['|', '｜', '\t'])
}

/// The cells of a row: split at pipes that no backslash stands before.
pub(super) fn split_cells(text: &str) -> Vec<String> {
    let text = text.trim();
    let separator = separator(text);
    let outer = text.starts_with(separator);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for letter in text.chars() {
        if separator.contains(&letter) && !escaped {
            cells.push(String::new());
        } else if let Some(last) = cells.last_mut() {
            if separator.contains(&letter) {
                last.pop();
            }
            last.push(letter);
        }
        escaped = letter == '\\' && !escaped;
    }
    let mut cells: Vec<String> = cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
    if outer {
        cells.remove(0);
    }
    if cells.len() > 1 && text.ends_with(separator) {
        cells.pop();
    }
    cells
}

fn separator(text: &str) -> [char; 2] {
    if text.contains(['|', '｜']) { ['|', '｜'] } else { ['\t', '\t'] }
}

/// A row of the table, whose cells may hold line breaks.
struct Whole {
    at: Place,
    text: String,
}

pub(super) fn read(lines: &[Line], request: bool, cover: &mut Cover<'_>, findings: &mut Findings) -> Vec<Row> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut slid: Option<(Place, usize)> = None;
    for whole in wholes(lines, cover, findings) {
        let mut cells = split_cells(&whole.text);
        if cells.len() + 1 == columns.len() && whole.text.trim().ends_with(separator(&whole.text)) {
            cells.push(String::new());
        }
        if columns.is_empty() || header(&words(&whole.text)).is_some() {
            if header(&words(&whole.text)).is_some() {
                columns = cells.iter().map(|cell| column(cell)).collect();
                while columns.last() == Some(&None) {
                    columns.pop();
                }
            }
            continue;
        }
        if is_rule(&cells) || cells.iter().all(String::is_empty) {
            continue;
        }
        let (row, moved) = row(&cells, &columns, request, whole.at, findings);
        if moved {
            slid = Some(slid.map_or((row.at, 1), |(at, count)| (at, count + 1)));
        }
        rows.push(row);
    }
    if let Some((at, count)) = slid {
        let rows = if count == 1 { "row has its".to_owned() } else { "rows have their".to_owned() };
        let message = format!("{count} {rows} description in the column before it");
        let help = "compare the descriptions with the page";
        findings.warn(Code::UnclearRow, at, message, "read as the description", help);
    }
    rows
}

/// `---|---|---|`.
fn is_rule(cells: &[String]) -> bool {
    let rule = |cell: &String| cell.chars().all(|letter| matches!(letter, '-' | ':' | ' ' | '—'));
    cells.iter().all(rule) && cells.iter().any(|cell| cell.contains(['-', '—']))
}

/// Rows as they were before a cell was broken over lines: a row that has too few pipes takes the lines behind it, up to
/// the next one that starts a row.
fn wholes(lines: &[Line], cover: &mut Cover<'_>, findings: &Findings) -> Vec<Whole> {
    let mut found: Vec<Whole> = Vec::new();
    let pipes = |text: &str| text.matches(['|', '｜']).count();
    let Some(start) = lines.iter().position(|line| is_row(line) && header(&words(&line.text)).is_some()) else {
        return found;
    };
    let wanted = pipes(&lines[start].text);
    let mut at = start;
    while let Some(line) = lines.get(at) {
        at += 1;
        if !is_row(line) {
            continue;
        }
        if header(&words(&line.text)).is_some() {
            cover.know(line.start, line.end);
        } else {
            cover.take(line);
        }
        let mut whole = Whole { at: findings.place(line.start, line.end), text: line.text.clone() };
        let cells = split_cells(&line.text);
        let complete = |text: &str| pipes(text) >= wanted;
        let starts = starts_row(&cells) && header(&words(&line.text)).is_none();
        if wanted > 0 && starts && !complete(&whole.text) {
            let (mut text, mut next) = (whole.text.clone(), at);
            while let Some(more) = lines.get(next).filter(|_| !complete(&text)) {
                let cells = split_cells(&more.text);
                let other =
                    starts_row(&cells) && cells.len() > 2 || is_rule(&cells) || header(&words(&more.text)).is_some();
                if other || more.is_blank() || pipes(&text) + pipes(&more.text) > wanted {
                    break;
                }
                text.push('\n');
                text.push_str(&more.text);
                next += 1;
            }
            // Only what makes the row whole was a part of it.
            if complete(&text) {
                lines[at..next].iter().for_each(|line| cover.take(line));
                whole = Whole { at: findings.place(line.start, lines[next - 1].end), text };
                at = next;
            }
        }
        found.push(whole);
    }
    found
}

fn starts_row(cells: &[String]) -> bool {
    let name = cells.first().map(|cell| marked(cell).unwrap_or(cell));
    name.is_some_and(|name| !name.is_empty() && name.is_ascii()) && cells.get(1).is_some_and(|ty| looks_like_type(ty))
}

/// A row, and whether its description had slid into another column.
fn row(cells: &[String], columns: &[Option<Column>], request: bool, at: Place, findings: &mut Findings) -> (Row, bool) {
    // Empty cells at the end say nothing.
    let mut kept = cells.len();
    while kept > columns.len() && cells[kept - 1].is_empty() {
        kept -= 1;
    }
    let cells = &cells[..kept];
    let fitted = if cells.len() == columns.len() { cells.to_vec() } else { fit(cells, columns, request) };
    // Nothing but its last cells is missing, or the empty cell of the limits.
    let head = if request && columns.contains(&Some(Column::Need)) { 3 } else { 2 };
    let wide = columns.iter().filter(|column| column.is_some()).count();
    let short = cells.len() <= head || cells.len() + 1 == wide && columns.contains(&Some(Column::Limit));
    let mut row = Row { at, required: request.then_some(false), ..Row::default() };
    let (mut stray, mut unread) = (None, String::new());
    for (cell, column) in fitted.iter().zip(columns) {
        match column {
            Some(Column::Name) => {
                let nested = marked(cell);
                row.level = if nested.is_some() { Level::Nested } else { Level::Top };
                row.name = nested.unwrap_or(cell).to_owned();
            }
            Some(Column::Type) => row.ty.clone_from(cell),
            Some(Column::Need) if request => match need_in_column(cell) {
                Some(needed) => row.required = Some(needed),
                None => {
                    let name = cells.first().map_or("", String::as_str);
                    let message = format!("whether `{name}` is required reads {}", opentop_model::text::shown(cell));
                    let help = "say `required: true`, if it is";
                    // Nothing stands behind it: its own cell was dropped, being empty.
                    let last =
                        fitted.iter().zip(columns).skip_while(|(_, column)| **column != Some(Column::Need)).skip(1);
                    let label = if last.into_iter().all(|(cell, _)| cell.is_empty()) {
                        unread.clone_from(cell);
                        "read as the description of an optional parameter"
                    } else {
                        "read as optional"
                    };
                    findings.warn(Code::UnclearRow, at, message, label, help);
                }
            },
            Some(Column::Example) => row.example.clone_from(cell),
            Some(Column::Limit) => match limits(cell) {
                Some(found) => found.into_iter().for_each(|(key, value)| row.limits.set(key, value)),
                None if matches!(cell.as_str(), "" | "-" | "无") => {}
                None => stray = Some(cell),
            },
            Some(Column::Default) => row.limits.default.clone_from(cell),
            Some(Column::Description) => row.description.clone_from(cell),
            Some(Column::Need) | None => {}
        }
    }
    if row.description.is_empty() {
        row.description = unread;
    }
    row.slid = row.description.is_empty() && !row.example.is_empty() && columns.contains(&Some(Column::Description));
    let moved = stray.is_some() && row.description.is_empty() || short && cells.len() > head && cells.len() + 1 == wide;
    match stray {
        Some(stray) if row.description.is_empty() => row.description.clone_from(stray),
        // A pipe inside the description moved its first part under the limits.
        Some(stray) => {
            row.description = format!("{stray}|{}", row.description);
            let message = format!(
                "the row of `{}` has {} under its limits, which is none",
                row.name,
                opentop_model::text::shown(stray)
            );
            let help = "compare example and description with the page";
            findings.warn(Code::UnclearRow, at, message, "read as a part of the description", help);
        }
        None => {}
    }
    if row.name.is_empty() {
        let help = "give it its name, if it is a row";
        findings.warn(Code::UnclearRow, at, "a row of the table has no name: left out", "no name", help);
    } else if cells.len() != columns.len() && !short {
        let message =
            format!("the row of `{}` has {} cells and the table {} columns", row.name, cells.len(), columns.len());
        let help = "compare example and description with the page";
        findings.warn(Code::UnclearRow, at, message, "read by its name, type and requirement", help);
    }
    (row, moved)
}

/// Lays too many or too few cells into the columns: the first ones as they are, limits by their words, the rest from
/// the end.
fn fit(cells: &[String], columns: &[Option<Column>], request: bool) -> Vec<String> {
    let head = if request && columns.contains(&Some(Column::Need)) { 3 } else { 2 };
    let mut fitted = vec![String::new(); columns.len()];
    let head = head.min(cells.len()).min(columns.len());
    fitted[..head].clone_from_slice(&cells[..head]);
    let mut rest: Vec<&String> = cells[head..].iter().collect();
    let place = |wanted: Column| columns.iter().position(|column| *column == Some(wanted));
    if let (Some(column), Some(at)) = (place(Column::Limit), rest.iter().position(|cell| limits(cell).is_some())) {
        fitted[column].clone_from(rest.remove(at));
    }
    rest.retain(|cell| !cell.is_empty());
    match rest.as_slice() {
        [] => {}
        [only] => {
            if let Some(column) = place(Column::Description) {
                fitted[column] = (*only).clone();
            }
        }
        // An unescaped pipe inside a cell: the description is the likelier place.
        [first, more @ ..] => {
            let example = place(Column::Example);
            if let Some(column) = example {
                fitted[column] = (*first).clone();
            }
            if let Some(column) = place(Column::Description) {
                let more = more.iter().map(|cell| cell.as_str());
                let all = example.is_none().then_some(first.as_str()).into_iter().chain(more);
                fitted[column] = all.collect::<Vec<_>>().join("|");
            }
        }
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::{is_rule, split_cells};

    #[test]
    fn cells_are_split_with_and_without_outer_pipes() {
        for text in ["| a | b |  |", "a | b |", "|a|b||", "a\tb\t x"] {
            assert_eq!(split_cells(text)[..2], ["a", "b"], "{text}");
        }
        assert_eq!(split_cells("| a\\|b | c |"), ["a|b", "c"]);
        assert_eq!(split_cells("|"), [""]);
    }

    #[test]
    fn rules_of_every_layout_are_no_rows() {
        for text in ["---|---|---|", "| --- | :-: |", "---|---"] {
            assert!(is_rule(&split_cells(text)), "{text}");
        }
        assert!(!is_rule(&split_cells("| | |")) && !is_rule(&split_cells("a | - |")));
    }
}
