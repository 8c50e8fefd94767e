//! The page's table of error codes, in any layout.

use super::cells::{is_known_word, words};
use super::cover::Cover;
use super::lines::Line;
use super::pipes::split_cells;
use super::sections::is_error_header;
use crate::described::Findings;
use opentop_model::diagnostic::Code;
use opentop_model::model::ErrorRow;
use opentop_model::text::shown;

pub(super) fn read(lines: &[Line], cover: &mut Cover<'_>, findings: &mut Findings) -> Vec<ErrorRow> {
    let mut rows: Vec<ErrorRow> = Vec::new();
    let mut open = false;
    for line in lines {
        if line.is_blank() {
            continue;
        }
        if is_error_header(&words(&line.text)) {
            // A word that is cut or that no table has is no furniture.
            if words(&line.text).iter().all(|word| is_known_word(word) || word.is_ascii()) {
                cover.know(line.start, line.end);
            } else {
                cover.take(line);
            }
            continue;
        }
        let piped = line.text.contains(['|', '｜']);
        let (cells, sure) = if piped { (split_cells(&line.text), true) } else { plain(&line.text, line.bullet) };
        let cells: Vec<String> = cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
        match cells.split_first() {
            Some((code, rest)) if is_code(code) && (piped || !rest.is_empty() || line.bullet || !open) => {
                cover.take(line);
                let message = rest.first().cloned().unwrap_or_default();
                let solution = rest[rest.len().min(1)..].join(" ").trim().to_owned();
                if !sure {
                    let what =
                        format!("nothing shows where the message of {} ends and its solution begins", shown(code));
                    let help = "compare both with the page";
                    findings.warn(
                        Code::UnclearRow,
                        findings.place(line.start, line.end),
                        what,
                        "divided at a blank",
                        help,
                    );
                }
                rows.push(ErrorRow { code: code.clone(), message, solution, executed: None });
                open = true;
            }
            // In lists, each cell has a line of its own.
            Some((cell, [])) if open && line.bullet && !cell.is_empty() => {
                if let Some(row) = rows.last_mut() {
                    cover.take(line);
                    if row.message.is_empty() {
                        row.message.clone_from(cell);
                    } else if row.solution.is_empty() {
                        row.solution.clone_from(cell);
                        open = false;
                    } else {
                        row.solution.push('\n');
                        row.solution.push_str(cell);
                    }
                }
            }
            _ => {}
        }
    }
    rows
}

/// The cells of a line without pipes, and whether it is sure where they end.
fn plain(text: &str, bullet: bool) -> (Vec<String>, bool) {
    if bullet {
        return (vec![text.to_owned()], true);
    }
    if text.contains('\t') {
        return (text.split('\t').map(|cell| cell.trim().to_owned()).collect(), true);
    }
    let words = words(text);
    let Some((code, rest)) = words.split_first() else { return (Vec::new(), true) };
    if rest.len() <= 2 {
        return (words.iter().map(|word| (*word).to_owned()).collect(), true);
    }
    // Of the blanks between two words of Chinese the last one: blanks beside English belong to a sentence.
    let chinese = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_ascii());
    let borders: Vec<usize> = (1..rest.len())
        .filter(|&at| chinese(rest[at - 1].chars().last()) && chinese(rest[at].chars().next()))
        .collect();
    let at = borders.last().copied().unwrap_or(rest.len());
    let cell = |words: &[&str]| words.join(" ");
    (vec![(*code).to_owned(), cell(&rest[..at]), cell(&rest[at..])], false)
}

/// A code: one word of ASCII, as `isv.x:field`, `GIFT_NOT_FOUND`, `-4003`, `15`.
fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text.is_ascii()
        && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:/$@{}[]()*+".contains(&byte))
        && !text.starts_with(['{', '[', '(', '/', '*'])
        && !matches!(text.to_lowercase().as_str(), "api" | "faq" | "code")
}

#[cfg(test)]
mod tests {
    use super::{is_code, plain};

    #[test]
    fn codes_of_every_kind_are_codes() {
        for code in ["isv.gift-gone:a", "isp.x", "15", "-4003", "GIFT_NOT_FOUND", "invalid-parameter:gift_id", "B0100"]
        {
            assert!(is_code(code), "{code}");
        }
        assert!(["错误码", "", "API工具", "---", "FAQ", "{\"a\":1}"].iter().all(|text| !is_code(text)));
    }

    #[test]
    fn a_message_with_blanks_ends_between_two_words_of_chinese() {
        let cells = plain("isv.a 操作 gift 权限不够 换账号", false);
        assert_eq!(cells, (vec!["isv.a".into(), "操作 gift 权限不够".into(), "换账号".into()], false));
        assert_eq!(plain("isv.a 不对 换一个", false), (vec!["isv.a".into(), "不对".into(), "换一个".into()], true));
        assert_eq!(plain("A the gift is gone", false).0, ["A", "the gift is gone", ""]);
    }
}
