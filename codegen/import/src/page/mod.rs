//! A documentation page, taken apart: rows in the order of the page, and the samples as text.
//!
//! In: a page's text, in whichever layout. Out: [`Page`]. Nesting is not decided here.

mod bullets;
mod cells;
mod errors;
mod lines;
mod pipes;
mod sections;
mod title;

use super::described::{Findings, Limits, Refusal};
use opentop_model::diagnostic::{Code, Place};
use opentop_model::model::ErrorRow;

pub(super) use sections::dedent;

/// The longest page, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// The most rows of a table.
const MAX_ROWS: usize = 5_000;

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Where the method is named.
    pub(super) at: Place,
    /// None where only a sample can tell.
    pub(super) method: Option<String>,
    pub(super) title: String,
    pub(super) description: String,
    /// The category's title, and where it stands.
    pub(super) breadcrumb: Option<(String, Place)>,
    pub(super) deprecated: Option<String>,
    pub(super) request: Vec<Row>,
    pub(super) response: Vec<Row>,
    pub(super) code: String,
    pub(super) sample: String,
    pub(super) error_sample: String,
    pub(super) errors: Vec<ErrorRow>,
}

/// What a page shows of a row's depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Level {
    /// A parameter of the method, or a field of the answer.
    #[default]
    Top,
    /// Inside an object.
    Nested,
    /// Either.
    Unknown,
}

/// A row of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) at: Place,
    pub(super) level: Level,
    /// Whether the layout tells objects with fields from others by their mark, and this one has fields.
    pub(super) holds_fields: Option<bool>,
    pub(super) name: String,
    pub(super) ty: String,
    /// None in the response.
    pub(super) required: Option<bool>,
    pub(super) example: String,
    /// Example and description on one line; only a sample tells where one ends.
    pub(super) undivided: Option<String>,
    pub(super) description: String,
    pub(super) limits: Limits,
}

/// Takes a page apart.
pub(super) fn read(text: &str, findings: &mut Findings) -> Result<Page, Refusal> {
    let whole = findings.place(0, text.chars().next().map_or(0, char::len_utf8));
    if text.len() > MAX_BYTES {
        let message = format!("the page has {} bytes, and at most {MAX_BYTES} are read", text.len());
        return Err(Refusal::new(
            Code::UnreadablePage,
            whole,
            message,
            "this page",
            "cut it down to the documentation of one method",
        ));
    }
    let lines = lines::read(text);
    let sections = sections::split(&lines);
    let title = title::read(&lines, &sections, findings);
    let mut page = Page {
        at: title.at,
        method: title.method,
        title: title.title,
        description: title.description,
        breadcrumb: title.breadcrumb,
        deprecated: title.deprecated,
        code: sections.code(text, &lines),
        sample: sections.sample(text, &lines),
        error_sample: sections.error_sample(text, &lines),
        errors: errors::read(&lines[sections.errors.clone()]),
        ..Page::default()
    };
    if !sections.has_table {
        let at = if page.method.is_some() { page.at } else { whole };
        let help =
            "save the page of one method, with its tables; a list of methods or a page of navigation describes none";
        return Err(Refusal::new(
            Code::NotAnApiPage,
            at,
            "this is no page of an API: it has no table of parameters",
            "no table",
            help,
        ));
    }
    for (rows, range, request) in
        [(&mut page.request, sections.request.clone(), true), (&mut page.response, sections.response.clone(), false)]
    {
        let lines = &lines[range];
        if lines.len() > MAX_ROWS * 12 {
            let message = format!("a table has {} lines: more than {MAX_ROWS} rows take", lines.len());
            let at = findings.place(lines[0].start, lines[0].end);
            return Err(Refusal::new(Code::UnreadablePage, at, message, "this table", "cut it down to one method"));
        }
        *rows = if pipes::is_table(lines) {
            pipes::read(lines, request, findings)
        } else {
            bullets::read(lines, request, &page.sample, findings)
        };
        if rows.len() > MAX_ROWS {
            let message = format!("a table has {} rows, and at most {MAX_ROWS} are read", rows.len());
            return Err(Refusal::new(
                Code::UnreadablePage,
                rows[0].at,
                message,
                "this table",
                "cut it down to one method",
            ));
        }
    }
    Ok(page)
}
