//! The page's table of error codes.
//!
//! In: its lines, in any layout. Out: rows of code, message and solution.

use super::cells::words;
use super::lines::Line;
use super::pipes::split_cells;
use opentop_model::model::ErrorRow;

pub(super) fn read(lines: &[Line]) -> Vec<ErrorRow> {
    let mut rows: Vec<ErrorRow> = Vec::new();
    let mut open = false;
    for line in lines {
        if line.is_blank() || (!line.bullet && matches!(line.text.as_str(), "返回" | "顶部" | "返回顶部")) {
            continue;
        }
        let cells: Vec<String> =
            if line.text.contains(['|', '｜']) { split_cells(&line.text) } else { plain(&line.text, line.bullet) };
        match cells.split_first() {
            Some((code, rest)) if is_code(code) => {
                let message = rest.first().cloned().unwrap_or_default();
                let solution = rest.get(1).cloned().unwrap_or_default();
                rows.push(ErrorRow { code: code.clone(), message, solution });
                open = true;
            }
            // In lists, each cell has a line of its own.
            Some((cell, [])) if open && line.bullet => {
                if let Some(row) = rows.last_mut() {
                    if row.message.is_empty() {
                        row.message.clone_from(cell);
                    } else if row.solution.is_empty() {
                        row.solution.clone_from(cell);
                        open = false;
                    }
                }
            }
            _ => {}
        }
    }
    rows
}

fn plain(text: &str, bullet: bool) -> Vec<String> {
    if bullet {
        return vec![text.to_owned()];
    }
    if text.contains('\t') {
        return text.split('\t').map(|cell| cell.trim().to_owned()).collect();
    }
    let words = words(text);
    match words.as_slice() {
        [code, message, rest @ ..] => vec![(*code).to_owned(), (*message).to_owned(), rest.join(" ")],
        _ => words.iter().map(|word| (*word).to_owned()).collect(),
    }
}

/// `isv.…`, `isp.…` (with `:field` behind, perhaps), or a bare number.
fn is_code(text: &str) -> bool {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let worded =
        ["isv.", "isp.", "isv-", "isp-"].iter().any(|prefix| text.len() > prefix.len() && text.starts_with(prefix));
    digits || (worded && !text.contains(char::is_whitespace))
}
