//! Shows an answer to people and to programs. Text of the server is escaped in tables, which go to terminals.

use opentop_model::model::Api;
use opentop_runtime::__private::engine::ResponseMeta;
use opentop_runtime::__private::engine::encode;
use opentop_runtime::__private::engine::table::{Leaf, leaves};

use super::form::Form;
use super::record::Record;

/// Values are cut in tables; `--format json` shows all of them.
const MAX_SHOWN: usize = 80;

/// `columns`: how wide the terminal is that a table has to fit, where it goes to one.
pub(super) fn answer(api: &Api, record: &Record, answer: &ResponseMeta, form: Form, columns: Option<usize>) -> String {
    match form {
        Form::Raw => format!("{}\n", answer.raw()),
        Form::Json => format!("{}\n", indented(&encode::json(record))),
        Form::Table => {
            let rows: Vec<(String, String)> =
                leaves(record).iter().map(|(path, leaf)| (path.clone(), plain(leaf))).collect();
            let mut out = table(&rows, items_path(api).as_deref(), columns);
            if let Some(id) = answer.request_id() {
                out.push_str(&format!("request_id {}\n", escaped(id)));
            }
            out
        }
    }
}

/// The wire path of the items of a method that pages.
fn items_path(api: &Api) -> Option<String> {
    let path = &api.paging.as_ref()?.items;
    let prefixes = (1..=path.0.len()).map(|length| opentop_model::model::Path(path.0[..length].to_vec()));
    let names = prefixes.map(|prefix| api.field_at(&api.response, &prefix).map(|field| field.wire.clone()));
    names.collect::<Option<Vec<_>>>().map(|names| names.join("."))
}

fn plain(leaf: &Leaf) -> String {
    match leaf {
        Leaf::Text(text) => text.clone(),
        Leaf::Int(number) => number.to_string(),
        Leaf::Bool(flag) => flag.to_string(),
        Leaf::Date(date) => date.to_string(),
        Leaf::Decimal(number) => number.to_string(),
        Leaf::Json(json) => json.as_str().to_owned(),
        other => other.to_string(),
    }
}

/// Fields one a line; what stands at `items[n].…` as rows under their names.
fn table(fields: &[(String, String)], items: Option<&str>, terminal: Option<usize>) -> String {
    let mut single = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
    for (path, value) in fields {
        let inside = items.and_then(|items| path.strip_prefix(items)?.strip_prefix('['));
        match inside.and_then(|rest| rest.split_once("].")) {
            Some((row, name)) if row.parse::<usize>().is_ok() => {
                let row: usize = row.parse().unwrap_or(0);
                let column = columns.iter().position(|known| known == name).unwrap_or_else(|| {
                    columns.push(name.to_owned());
                    columns.len() - 1
                });
                rows.resize_with(rows.len().max(row + 1), Vec::new);
                rows[row].push((column, value.clone()));
            }
            _ => single.push(vec![path.clone(), value.clone()]),
        }
    }
    let mut out = aligned(&single, terminal, false);
    if !rows.is_empty() {
        let body = rows.into_iter().map(|cells| {
            let mut row = vec![String::new(); columns.len()];
            cells.into_iter().for_each(|(column, value)| row[column] = value);
            row
        });
        let lines: Vec<Vec<String>> = std::iter::once(columns.clone()).chain(body).collect();
        out.push('\n');
        out.push_str(&aligned(&lines, terminal, true));
    }
    out
}

/// Cells under each other. On a terminal wide columns are cut so that lines fit, and names are bold: those of the first line, or of the
/// first column.
fn aligned(lines: &[Vec<String>], terminal: Option<usize>, has_heading: bool) -> String {
    let lines: Vec<Vec<String>> = lines.iter().map(|line| line.iter().map(|cell| escaped(cell)).collect()).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| width(cell)).max();
    let mut widths: Vec<usize> = (0..columns).map(|column| wide(column).unwrap_or(0)).collect();
    if let Some(terminal) = terminal {
        fit(&mut widths, terminal);
    }
    let mut out = String::new();
    for (row, line) in lines.iter().enumerate() {
        let mut text = String::new();
        for (column, (cell, wanted)) in line.iter().zip(&widths).enumerate() {
            let cell = console::truncate_str(cell, *wanted, "…");
            let blanks = " ".repeat((wanted + GAP).saturating_sub(width(&cell)));
            let is_name = if has_heading { row == 0 } else { column == 0 };
            match terminal {
                Some(_) if is_name => text.push_str(&console::style(cell).bold().to_string()),
                _ => text.push_str(&cell),
            }
            text.push_str(&blanks);
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// What stands between two columns.
const GAP: usize = 2;

/// Columns are not cut to less.
const NARROWEST: usize = 8;

/// Makes the widest columns narrower until a line fits, as far as that goes.
fn fit(widths: &mut [usize], terminal: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(terminal);
    while excess > 0 {
        let Some(widest) = widths.iter_mut().max().filter(|width| **width > NARROWEST) else { return };
        *widest -= 1;
        excess -= 1;
    }
}

/// How many columns a terminal needs: two for the letters of East Asia.
fn width(text: &str) -> usize {
    console::measure_text_width(text)
}

/// No letter that moves a cursor or hides another.
fn escaped(text: &str) -> String {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let shown = text.chars().take(MAX_SHOWN).flat_map(|letter| {
        let escape = hidden(letter).then(|| letter.escape_unicode().collect::<String>());
        escape.unwrap_or_else(|| letter.to_string()).chars().collect::<Vec<_>>()
    });
    let mut out: String = shown.collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// JSON text on several lines, every value as it was.
pub(crate) fn indented(json: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut inside, mut escape) = (0_usize, false, false);
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if inside {
            out.push(letter);
            inside = escape || letter != '"';
            escape = !escape && letter == '\\';
            continue;
        }
        let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match letter {
            '{' | '[' if matches!(letters.peek(), Some('}' | ']')) => {
                out.push(letter);
                out.extend(letters.next());
            }
            '{' | '[' => {
                depth += 1;
                out.push(letter);
                out.push_str(&line(depth));
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                out.push_str(&line(depth));
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                out.push_str(&line(depth));
            }
            ':' => out.push_str(": "),
            letter if letter.is_whitespace() => {}
            letter => {
                inside = letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_one_a_line_and_items_in_rows() {
        let field = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        let fields = [
            field("total", "2"),
            field("result.gifts[0].id", "1"),
            field("result.gifts[0].name", "拿铁"),
            field("result.gifts[1].name", "a"),
            field("result.gifts[1].id", "7104300007405429232"),
            field("result.note", "x\u{1b}[31m"),
        ];
        let expected = "total        2\nresult.note  x\\u{1b}[31m\n\n\
            id                   name\n1                    拿铁\n7104300007405429232  a\n";
        assert_eq!(table(&fields, Some("result.gifts"), None), expected);
    }

    #[test]
    fn a_table_fits_the_terminal_by_its_widest_columns() {
        let line = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let lines = [
            line(["id", "name", "note"]),
            line(["7104300007405429232", "红富士苹果礼盒装八斤", "a note that is far too long for a line"]),
        ];
        let (whole, cut) = (aligned(&lines, None, true), aligned(&lines, Some(60), true));
        assert!(whole.contains("far too long for a line"), "{whole}");
        for line in cut.lines() {
            assert!(console::measure_text_width(line) <= 60, "{line}");
        }
        assert!(cut.contains("7104300007405429232  红富士") && cut.contains('…'), "{cut}");
        for terminal in [0, 1, 20] {
            assert_eq!(aligned(&lines, Some(terminal), true).lines().count(), 2);
        }
    }

    #[test]
    fn json_is_indented_and_no_value_changes() {
        let text = r#"{"a":12.30,"b":[1,{"c":"x,{\"}"}],"d":[],"e":{}}"#;
        let expected = "{\n  \"a\": 12.30,\n  \"b\": [\n    1,\n    {\n      \"c\": \"x,{\\\"}\"\n    }\n  ],\n  \"d\": [],\n  \"e\": {}\n}";
        assert_eq!(indented(text), expected);
    }
}
