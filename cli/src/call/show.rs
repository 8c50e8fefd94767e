//! An answer for people and for programs.
//!
//! Takes the filled record and the answer it came in. Returns text. Text of the server is escaped in tables, which go to terminals.

use opentop_model::model::Api;
use opentop_runtime::__private::engine::ResponseMeta;
use opentop_runtime::__private::engine::encode;
use opentop_runtime::__private::engine::table::{Leaf, leaves};

use super::form::Form;
use super::record::Record;

/// Values are cut in tables; `--format json` shows all of them.
const MAX_SHOWN: usize = 80;

pub(super) fn answer(api: &Api, record: &Record, answer: &ResponseMeta, form: Form) -> String {
    match form {
        Form::Raw => format!("{}\n", answer.raw()),
        Form::Json => format!("{}\n", indented(&encode::json(record))),
        Form::Table => {
            let rows: Vec<(String, String)> =
                leaves(record).iter().map(|(path, leaf)| (path.clone(), plain(leaf))).collect();
            let mut out = table(&rows, items_path(api).as_deref());
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
fn table(fields: &[(String, String)], items: Option<&str>) -> String {
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
    let mut out = aligned(&single);
    if !rows.is_empty() {
        let body = rows.into_iter().map(|cells| {
            let mut row = vec![String::new(); columns.len()];
            cells.into_iter().for_each(|(column, value)| row[column] = value);
            row
        });
        let lines: Vec<Vec<String>> = std::iter::once(columns.clone()).chain(body).collect();
        out.push('\n');
        out.push_str(&aligned(&lines));
    }
    out
}

fn aligned(lines: &[Vec<String>]) -> String {
    let lines: Vec<Vec<String>> = lines.iter().map(|line| line.iter().map(|cell| escaped(cell)).collect()).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|column| wide(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for line in &lines {
        let mut text = String::new();
        for (cell, wanted) in line.iter().zip(&widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(wanted - width(cell) + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// How many columns a terminal needs: two for the letters of East Asia.
fn width(text: &str) -> usize {
    let is_wide = |letter: char| matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}');
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
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
fn indented(json: &str) -> String {
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
        assert_eq!(table(&fields, Some("result.gifts")), expected);
    }

    #[test]
    fn json_is_indented_and_no_value_changes() {
        let text = r#"{"a":12.30,"b":[1,{"c":"x,{\"}"}],"d":[],"e":{}}"#;
        let expected = "{\n  \"a\": 12.30,\n  \"b\": [\n    1,\n    {\n      \"c\": \"x,{\\\"}\"\n    }\n  ],\n  \"d\": [],\n  \"e\": {}\n}";
        assert_eq!(indented(text), expected);
    }
}
