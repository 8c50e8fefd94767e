//! Where the parts of a page stand.
//!
//! In: a page's lines. Out: [`Sections`]. Headings are known by their words; where a dump has lost them, tables are
//! known by their header row and
//! samples by their root.

use std::ops::Range;

use super::cells::{header, words};
use super::lines::{Line, trim};

/// The parts, as ranges of lines; empty where a page has no such part.
#[derive(Debug, Clone, Default)]
pub(super) struct Sections {
    /// Before the first heading or table.
    pub(super) preamble: Range<usize>,
    pub(super) request: Range<usize>,
    pub(super) response: Range<usize>,
    pub(super) errors: Range<usize>,
    code: Range<usize>,
    sample: Range<usize>,
    error_sample: Range<usize>,
    pub(super) has_table: bool,
}

/// What a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Preamble,
    Common,
    Request,
    Response,
    Code,
    Sample,
    ErrorSample,
    Errors,
    Rest,
}

fn heading(line: &Line) -> Option<Part> {
    if line.bullet {
        return None;
    }
    let text = line.text.trim_start_matches(['#', '*', ' ']).trim_end_matches(['*', '#', ':', '：', ' ']);
    Some(match text {
        "请求参数" | "业务请求参数" | "应用级输入参数" | "业务参数" => Part::Request,
        "响应参数" | "返回参数" | "返回结果" | "业务响应参数" => Part::Response,
        "请求示例" | "请求样例" | "示例代码" => Part::Code,
        "响应示例" | "返回示例" | "响应样例" => Part::Sample,
        "异常示例" | "错误示例" => Part::ErrorSample,
        "错误码解释" | "错误码表" | "错误码" | "业务错误码" => Part::Errors,
        "公共参数" | "公共请求参数" | "公共响应参数" | "请求地址" | "HTTP请求地址" | "HTTPS请求地址" => {
            Part::Common
        }
        "API工具" | "如何获得此API" | "FAQ" => Part::Rest,
        _ => return None,
    })
}

/// What a line starts where the page has lost its headings.
fn implied(line: &Line, now: Part) -> Option<Part> {
    let text = line.text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
    let words = words(&line.text);
    match header(&words) {
        Some(true) if !matches!(now, Part::Common | Part::Request) => return Some(Part::Request),
        Some(false) if !matches!(now, Part::Common | Part::Request | Part::Response) => return Some(Part::Response),
        // A second table behind the first, in a dump without headings.
        Some(false) if now == Part::Request => return Some(Part::Response),
        _ => {}
    }
    if matches!(now, Part::Common | Part::Code | Part::Sample | Part::ErrorSample) && !text.starts_with(['<', '{'])
        || line.bullet
    {
        return None;
    }
    if text.starts_with(['<', '{']) && text.contains("error_response") {
        return (now != Part::ErrorSample).then_some(Part::ErrorSample);
    }
    if text.starts_with(['<', '{']) && text.contains("_response") {
        return (!matches!(now, Part::Sample | Part::ErrorSample)).then_some(Part::Sample);
    }
    let code = text.starts_with("TaobaoClient ") || text.contains("client.execute(");
    (code && now != Part::Code).then_some(Part::Code)
}

/// Finds the parts of a page.
pub(super) fn split(lines: &[Line]) -> Sections {
    let mut found = Sections::default();
    let mut now = Part::Preamble;
    let mut from = 0;
    for (at, line) in lines.iter().enumerate() {
        found.has_table |= header(&words(&line.text)).is_some() && now != Part::Common;
        if let Some(part) = heading(line) {
            found.close(now, from..at);
            (now, from) = (part, at + 1);
        } else if let Some(part) = implied(line, now) {
            found.close(now, from..at);
            (now, from) = (part, at);
        }
    }
    found.close(now, from..lines.len());
    found
}

impl Sections {
    /// The first part of a kind counts, unless it was empty.
    fn close(&mut self, part: Part, range: Range<usize>) {
        let place = match part {
            Part::Preamble => &mut self.preamble,
            Part::Request => &mut self.request,
            Part::Response => &mut self.response,
            Part::Code => &mut self.code,
            Part::Sample => &mut self.sample,
            Part::ErrorSample => &mut self.error_sample,
            Part::Errors => &mut self.errors,
            Part::Common | Part::Rest => return,
        };
        if Range::is_empty(place) {
            *place = range;
        }
    }

    /// The sample code.
    pub(super) fn code(&self, text: &str, lines: &[Line]) -> String {
        raw(text, lines, &self.code).to_owned()
    }

    /// The sample of an answer, as it stands on the page, from its margin on.
    pub(super) fn sample(&self, text: &str, lines: &[Line]) -> String {
        sample(raw(text, lines, &self.sample))
    }

    /// The sample of an error.
    pub(super) fn error_sample(&self, text: &str, lines: &[Line]) -> String {
        sample(raw(text, lines, &self.error_sample))
    }
}

fn raw<'a>(text: &'a str, lines: &[Line], range: &Range<usize>) -> &'a str {
    match lines.get(range.clone()) {
        Some([first, .., last]) => &text[first.start..last.end],
        Some([only]) => &text[only.start..only.end],
        _ => "",
    }
}

/// From the first line that starts with a bracket to the last bracket that closes.
fn sample(text: &str) -> String {
    let mut at = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let content = trim(line).trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
        if content.starts_with(['<', '{']) {
            start = Some((at, if content.starts_with('<') { '>' } else { '}' }));
            break;
        }
        at += line.len();
    }
    let Some((start, closing)) = start else { return String::new() };
    let end = text.rfind(closing).map_or(text.len(), |end| end + 1);
    if end <= start { String::new() } else { dedent(&text[start..end]) }
}

/// Without the indentation that all lines share and the blanks at their ends, and with one line break at the end.
pub(crate) fn dedent(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| line.trim_end().replace('\t', "    ").replace(['\r', '\u{a0}'], " ")).collect();
    let margin =
        lines.iter().filter(|line| !line.is_empty()).map(|line| line.len() - line.trim_start_matches(' ').len()).min();
    let mut out = String::with_capacity(text.len());
    for line in &lines {
        out.push_str(line.get(margin.unwrap_or(0)..).unwrap_or("").trim_end());
        out.push('\n');
    }
    let kept = out.trim_end_matches('\n').len();
    out.truncate(kept);
    out.push('\n');
    out
}
