//! Takes a documentation page of any layout apart into table rows, in document order, and samples as text. Nesting is decided
//! later.

mod bullets;
mod cells;
mod cover;
mod errors;
mod lines;
mod pipes;
mod row;
mod samples;
mod sections;
mod title;

use super::described::{Findings, Refusal, Used};
pub(super) use cells::is_known_word;
use cover::Cover;
use lines::Line;
use opentop_model::diagnostic::{Code, Place};
use opentop_model::model::ErrorRow;
use opentop_model::model::Session;
pub(super) use row::{Level, Row};
pub(super) use samples::{Sample, SampleCode, Samples, dedent};
use sections::{Part, Sections};
pub(super) use title::NAMESPACES;

/// The longest page, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// The most rows of a table.
const MAX_ROWS: usize = 5_000;

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Where the method is named.
    pub(super) at: Place,
    /// `None` if only a sample can tell.
    pub(super) method: Option<String>,
    pub(super) title: String,
    pub(super) description: String,
    /// The category's title, and where it stands.
    pub(super) breadcrumb: Option<(String, Place)>,
    pub(super) deprecated: Option<String>,
    /// What its tags say.
    pub(super) session: Option<Session>,
    pub(super) request: Vec<Row>,
    pub(super) response: Vec<Row>,
    pub(super) code: SampleCode,
    pub(super) sample: Samples,
    pub(super) error_sample: Samples,
    pub(super) errors: Vec<ErrorRow>,
    /// Where the page shows how the receiver of a call refuses its signature: the platform calls, not the user.
    pub(super) incoming: Option<Place>,
    /// Whether it describes the content of a message, which then stands in `response`.
    pub(super) is_message: bool,
    /// The lines that the spec has to hold.
    pub(super) used: Vec<Used>,
}

/// Takes a page apart.
pub(super) fn read(text: &str, findings: &mut Findings) -> Result<Page, Refusal> {
    let whole = findings.place(0, text.chars().next().map_or(0, char::len_utf8));
    if text.len() > MAX_BYTES {
        let message = format!("the page has {} bytes, and at most {MAX_BYTES} are read", text.len());
        let help = "cut it down to the documentation of one method";
        return Err(Refusal::new(Code::UnreadablePage, whole, message, "this page", help));
    }
    let lines = lines::read(text);
    let sections = sections::split(&lines);
    let mut cover = Cover::new(&lines);
    let title = title::read(&lines, &sections, &mut cover, findings);
    let at = if title.method.is_some() { title.at } else { whole };
    refuse_other_pages(&lines, &sections, title.method.as_deref(), at, findings)?;
    let mut page = Page {
        at: title.at,
        method: title.method,
        title: title.title,
        description: title.description,
        breadcrumb: title.breadcrumb,
        deprecated: title.deprecated,
        session: title.session,
        code: samples::code(text, &lines, &sections, &mut cover, findings),
        sample: samples::read(text, &lines, &sections, Part::Sample, &mut cover, findings),
        error_sample: samples::read(text, &lines, &sections, Part::ErrorSample, &mut cover, findings),
        ..Page::default()
    };
    for range in sections.all(Part::Errors) {
        page.errors.extend(errors::read(&lines[range], &mut cover, findings));
    }
    page.request = table(&lines, &sections, Part::Request, &page.sample, &mut cover, findings)?;
    page.is_message = is_message(&sections);
    let answer = if page.is_message { Part::Message } else { Part::Response };
    page.response = table(&lines, &sections, answer, &page.sample, &mut cover, findings)?;
    page.incoming = sections.all(Part::SignSample).next().map(|range| {
        cover.know(lines[range.start].start, lines[range.end - 1].end);
        findings.place(lines[range.start.saturating_sub(1)].start, lines[range.end - 1].end)
    });
    for line in sections.headings.iter().map(|&at| &lines[at]) {
        cover.know(line.start, line.end);
    }
    for range in sections.all(Part::Common) {
        lines[range].iter().filter(|line| cover::is_common(line)).for_each(|line| cover.know(line.start, line.end));
    }
    report_cut(&lines, &sections, &page.code.text, findings);
    page.used = cover.report(findings);
    Ok(page)
}

/// Reads the table of a part.
fn table(
    lines: &[Line],
    sections: &Sections,
    part: Part,
    sample: &Samples,
    cover: &mut Cover<'_>,
    findings: &mut Findings,
) -> Result<Vec<Row>, Refusal> {
    let lines = &lines[sections.table(part, lines)];
    let help = "cut it down to one method";
    if lines.len() > MAX_ROWS * 12 {
        let message = format!("a table has {} lines: more than {MAX_ROWS} rows take", lines.len());
        let at = findings.place(lines[0].start, lines[0].end);
        return Err(Refusal::new(Code::UnreadablePage, at, message, "this table", help));
    }
    // The table of a message says what is required as well. It is of no use: a field may be absent whatever it says.
    let request = matches!(part, Part::Request | Part::Message);
    let mut rows = if pipes::is_table(lines) {
        pipes::read(lines, request, cover, findings)
    } else {
        bullets::read(lines, request, &sample.best().text, cover, findings)
    };
    if rows.len() > MAX_ROWS {
        let message = format!("a table has {} rows, and at most {MAX_ROWS} are read", rows.len());
        return Err(Refusal::new(Code::UnreadablePage, rows[0].at, message, "this table", help));
    }
    if part == Part::Message {
        rows.iter_mut().for_each(|row| row.required = None);
    }
    Ok(rows)
}

/// Pages that do not describe one method.
fn refuse_other_pages(
    lines: &[Line],
    sections: &Sections,
    method: Option<&str>,
    at: Place,
    findings: &Findings,
) -> Result<(), Refusal> {
    if is_message(sections) && method.is_none() {
        let help =
            "write the topic and its title above the table, as on the site: `taobao_example_gift_Redeemed (title)`";
        let message = "this is the page of a message, and it does not name its topic";
        return Err(Refusal::new(Code::NotAnApiPage, at, message, "a message", help));
    }
    if !sections.has_table {
        let help =
            "save the page of one method, with its tables; a list of methods or a page of navigation describes none";
        let message = "this is no page of an API: it has no table of parameters";
        return Err(Refusal::new(Code::NotAnApiPage, at, message, "no table", help));
    }
    let old = lines.iter().find(|line| line.text.contains("sip_appkey") || line.text.contains("sip_apiname"));
    if let Some(line) = old {
        let help = "look for the method's page of version 2.0, whose parameters are `app_key` and `method`";
        let message = "this page describes version 1.0 of the platform, which no longer exists";
        let place = findings.place(line.start, line.end);
        return Err(Refusal::new(Code::NotAnApiPage, place, message, "a parameter of version 1.0", help));
    }
    let Some(method) = method else { return Ok(()) };
    if let Some((line, other)) = title::others(lines, sections.preamble().end, method).first() {
        let message = format!("the page describes several methods: {method} and {other}");
        let place = findings.place(lines[*line].start, lines[*line].end);
        let help = "save each method in a file of its own";
        return Err(Refusal::new(Code::NotAnApiPage, place, message, "another method starts here", help));
    }
    Ok(())
}

/// Whether a page describes the content of a message.
fn is_message(sections: &Sections) -> bool {
    sections.has(Part::Message) && !sections.has(Part::Code) && !sections.has(Part::Request)
}

/// Reports a page that ends before its answer is described.
fn report_cut(lines: &[Line], sections: &Sections, code: &str, findings: &mut Findings) {
    let help = "save the page again, whole: what is missing here is missing in the spec";
    let Some(end) = lines.iter().rfind(|line| !line.is_blank()) else { return };
    let place = findings.place(end.start, end.end);
    if is_message(sections) {
        if !sections.has(Part::Sample) {
            let message = "the page ends in the table of the message: no sample follows";
            findings.warn(Code::IncompletePage, place, message, "the page ends here", help);
        }
    } else if !sections.has(Part::Response) {
        let message = "the page has no table of the response: it is cut, or only a part of it was saved";
        findings.warn(Code::IncompletePage, place, message, "the page ends here", help);
    } else if sections.last() == Part::Response {
        let message = "the page ends in the table of the response: no sample follows";
        findings.warn(Code::IncompletePage, place, message, "the page ends here", help);
    } else if sections.last() == Part::Code && !sections.has(Part::Sample) && !code.contains(['(', ';']) {
        // Code that can be read is looked at by itself.
        let message = "the page ends in the sample code: no sample of an answer follows";
        findings.warn(Code::IncompletePage, place, message, "the page ends here", help);
    }
}
