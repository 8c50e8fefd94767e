//! Tables drawn with `|`: Markdown, or dumped from HTML with or without the outer pipes.
//!
//! In: the lines of a table. Out: rows. Cells are matched to columns by the header; a row with more or fewer cells is
//! read by its anchors (name, type,
//! requirement, limits), and said to be.

use super::cells::{Column, column, header, limits, marked, need_in_column, words};
use super::lines::Line;
use super::{Level, Row};
use crate::described::Findings;
use opentop_model::diagnostic::Code;

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
    let separator = if text.contains(['|', '｜']) { ['|', '｜'] } else { ['\t', '\t'] };
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
    if outer && text.len() > 1 && text.ends_with(separator) {
        cells.pop();
    }
    cells
}

pub(super) fn read(lines: &[Line], request: bool, findings: &mut Findings) -> Vec<Row> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for line in lines.iter().filter(|line| is_row(line)) {
        let cells = split_cells(&line.text);
        if columns.is_empty() || header(&words(&line.text)).is_some() {
            if header(&words(&line.text)).is_some() {
                columns = cells.iter().map(|cell| column(cell)).collect();
            }
            continue;
        }
        let rule =
            cells.iter().all(|cell| cell.contains('-') && cell.chars().all(|letter| matches!(letter, '-' | ':' | ' ')));
        if rule || cells.iter().all(String::is_empty) {
            continue;
        }
        if let Some(row) = row(&cells, &columns, request, line, findings) {
            rows.push(row);
        }
    }
    rows
}

fn row(
    cells: &[String],
    columns: &[Option<Column>],
    request: bool,
    line: &Line,
    findings: &mut Findings,
) -> Option<Row> {
    let at = findings.place(line.start, line.end);
    let fitted = if cells.len() == columns.len() { cells.to_vec() } else { fit(cells, columns, request) };
    let mut row = Row { at, required: request.then_some(false), ..Row::default() };
    let mut stray = None;
    for (cell, column) in fitted.iter().zip(columns) {
        match column {
            Some(Column::Name) => {
                let nested = marked(cell);
                row.level = if nested.is_some() { Level::Nested } else { Level::Top };
                row.name = nested.unwrap_or(cell).to_owned();
            }
            Some(Column::Type) => row.ty.clone_from(cell),
            Some(Column::Need) if request => row.required = Some(need_in_column(cell).unwrap_or(false)),
            Some(Column::Example) => row.example.clone_from(cell),
            Some(Column::Limit) => match limits(cell) {
                Some(found) => found.into_iter().for_each(|(key, value)| row.limits.set(key, value)),
                None if cell.is_empty() => {}
                None => stray = Some(cell),
            },
            Some(Column::Default) => row.limits.default.clone_from(cell),
            Some(Column::Description) => row.description.clone_from(cell),
            Some(Column::Need) | None => {}
        }
    }
    if row.name.is_empty() {
        return None;
    }
    // A pipe inside the description moved its first part under the limits.
    if let Some(stray) = stray {
        row.description = format!("{stray}|{}", row.description);
        let message = format!(
            "the row of `{}` has {} under its limits, which is none",
            row.name,
            opentop_model::text::shown(stray)
        );
        findings.warn(
            Code::UnclearRow,
            at,
            message,
            "read as a part of the description",
            "compare example and description with the page",
        );
    }
    if cells.len() != columns.len() {
        let message =
            format!("the row of `{}` has {} cells and the table {} columns", row.name, cells.len(), columns.len());
        findings.warn(
            Code::UnclearRow,
            at,
            message,
            "read by its name, type and requirement",
            "compare example and description with the page",
        );
    }
    Some(row)
}

/// Lays too many or too few cells into the columns: the first ones as they are, limits by their words, the rest from
/// the end.
fn fit(cells: &[String], columns: &[Option<Column>], request: bool) -> Vec<String> {
    let head = if request { 3 } else { 2 };
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
            if let Some(column) = place(Column::Example) {
                fitted[column] = (*first).clone();
            }
            if let Some(column) = place(Column::Description) {
                fitted[column] = more.iter().map(|cell| cell.as_str()).collect::<Vec<_>>().join("|");
            }
        }
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::split_cells;

    #[test]
    fn cells_are_split_with_and_without_outer_pipes() {
        for text in ["| a | b |  |", "a | b |", "|a|b||", "a\tb\t x"] {
            assert_eq!(split_cells(text)[..2], ["a", "b"], "{text}");
        }
        assert_eq!(split_cells("| a\\|b | c |"), ["a|b", "c"]);
        assert_eq!(split_cells("|"), [""]);
    }
}
