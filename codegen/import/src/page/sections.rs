//! Where the parts of a page stand. Headings are known by their words, in every layout and as a part of a longer
//! heading; where a dump has lost them, tables are known by their header row and samples by their root.

mod words;

use std::ops::Range;

use super::cells::{Column, column, header, is_error_column, words};
use super::lines::Line;
pub(super) use words::Part;
use words::{ALONE, AMBIGUOUS, BESIDE, HEADINGS};

/// The parts, in the order of the page.
#[derive(Debug, Clone, Default)]
pub(super) struct Sections {
    parts: Vec<(Part, Range<usize>)>,
    /// Lines that name a part.
    pub(super) headings: Vec<usize>,
    pub(super) has_table: bool,
}

/// The part that a line names. `before_table`: a table's header follows.
fn heading(line: &Line, before_table: bool) -> Option<Part> {
    if line.bullet || line.text.len() > 120 || line.text.contains(['|', '｜', '\t', '<', '{']) {
        return None;
    }
    let marked = line.text.starts_with('#') || line.text.starts_with("**") || line.text.starts_with('【');
    let text: String = line.text.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
    let text = text.trim_matches(['#', '*', ':', '：', '=', '-', '【', '】', '`', '_']);
    // `1.`, `一、`, `(2)`.
    let text = text
        .trim_start_matches(|letter: char| letter.is_ascii_digit() || ".、()（）一二三四五六七八九十".contains(letter));
    // `Parameters` and `Response` alone, above a table.
    if before_table && let Some((_, part)) = ALONE.iter().find(|(word, _)| *word == text) {
        return Some(*part);
    }
    let (part, word) =
        HEADINGS.iter().find_map(|(part, words)| Some((*part, *words.iter().find(|word| text.contains(**word))?)))?;
    let enough = marked || before_table;
    if !enough && AMBIGUOUS.contains(&text) && !line.text.ends_with([':', '：']) {
        return None;
    }
    if marked && text.chars().count() <= 40 {
        return Some(part);
    }
    let mut beside = text.replacen(word, "", 1);
    // English in brackets behind Chinese, or the reverse.
    if let (Some(open), Some(close)) = (beside.find(['(', '（']), beside.rfind([')', '）']))
        && open < close
    {
        beside.replace_range(open..close + beside[close..].chars().next().map_or(1, char::len_utf8), "");
    }
    for word in BESIDE {
        beside = beside.replace(word, "");
    }
    // `公共参数 …` above a table: furniture, whatever stands behind it.
    let common = part == Part::Common && before_table && text.starts_with(word) && text.chars().count() <= 30;
    (beside.is_empty() || common).then_some(part)
}

/// What a line starts where the page has lost its headings. `more`: another body in brackets follows. `lost`: the page has
/// no headings.
fn implied(line: &Line, now: Part, more: bool, lost: bool) -> Option<Part> {
    let text = line.text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
    let words = words(&line.text);
    let example = words.iter().any(|word| column(word) == Some(Column::Example));
    match header(&words) {
        Some(true) if !matches!(now, Part::Request | Part::Message) && (now != Part::Common || example) => {
            return Some(Part::Request);
        }
        // The second table of a page is the answer's, even behind the common parameters.
        Some(false) if !matches!(now, Part::Common | Part::Response | Part::Errors | Part::Message) => {
            return Some(Part::Response);
        }
        _ => {}
    }
    if is_error_header(&words) {
        return (now != Part::Errors).then_some(Part::Errors);
    }
    if line.bullet {
        return None;
    }
    let bracket = text.starts_with(['<', '{']);
    if matches!(now, Part::Common | Part::Code | Part::Sample | Part::ErrorSample) && !bracket {
        return None;
    }
    if bracket && text.contains("error_response") {
        return (now != Part::ErrorSample).then_some(Part::ErrorSample);
    }
    if bracket && text.contains("_response") {
        return (!matches!(now, Part::Sample | Part::ErrorSample)).then_some(Part::Sample);
    }
    // Bodies of incoming calls: what is sent, what is answered, how a signature is refused.
    let body = now == Part::Response
        || matches!(now, Part::Code | Part::Sample) && text.starts_with('{') && text.ends_with('}');
    if bracket && lost && body && line.text.len() == text.len() {
        return Some(if text.contains("sign-check-fail") {
            Part::SignSample
        } else if more {
            Part::Code
        } else {
            Part::Sample
        });
    }
    let code = text.starts_with("TaobaoClient ") || text.contains("client.execute(");
    (code && now != Part::Code).then_some(Part::Code)
}

/// `错误码 错误描述 解决方案`.
pub(super) fn is_error_header(words: &[&str]) -> bool {
    words.len() >= 2
        && words.len() <= 4
        && matches!(words[0], "错误码" | "错误代码" | "code" | "Code" | "errorCode" | "返回码" | "错误编码")
            | (words[0].is_ascii() && is_error_column(words[0]))
        && words[1..].iter().all(|word| {
            ["描述", "解决", "方案", "说明", "含义", "信息", "原因", "message", "Message", "建议", "处理"]
                .iter()
                .any(|known| word.contains(known))
                || word.is_ascii() && (is_error_column(word) || column(word) == Some(Column::Description))
        })
}

/// Finds the parts of a page.
pub(super) fn split(lines: &[Line]) -> Sections {
    let mut found = Sections::default();
    let mut now = Part::Preamble;
    let mut from = 0;
    let is_header = |at: usize| {
        lines.iter().skip(at + 1).find(|line| !line.is_blank()).is_some_and(|line| header(&words(&line.text)).is_some())
    };
    // Whether another body follows, before anything else does.
    let follows = |at: usize| {
        let mut rest = lines.iter().skip(at + 1).filter(|line| !line.is_blank());
        lines[at].text.ends_with('}')
            && rest.next().is_some_and(|line| line.text.starts_with('{') && !line.text.contains("sign-check-fail"))
    };
    for (at, line) in lines.iter().enumerate() {
        found.has_table |= header(&words(&line.text)).is_some() && now != Part::Common;
        if let Some(part) = heading(line, is_header(at)) {
            found.headings.push(at);
            found.parts.push((now, from..at));
            (now, from) = (part, at + 1);
        } else if now == Part::Code
            && line.text.starts_with(['{', '<'])
            && lines[from..at].iter().any(|line| !line.bullet && line.text.contains(['(', ';']))
        {
            // What is no code any more, where the heading between is lost.
            found.parts.push((now, from..at));
            let error = line.text.contains("error_response");
            (now, from) = (if error { Part::ErrorSample } else { Part::Sample }, at);
        } else if now == Part::Response
            && !lines[from..at].iter().any(|line| header(&words(&line.text)).is_some())
            && header(&words(&line.text)) == Some(true)
        {
            // The heading counts: some tables of the response say 必须 as well.
            found.has_table = true;
        } else if let Some(part) = implied(line, now, follows(at), found.headings.is_empty()) {
            found.has_table |= header(&words(&line.text)).is_some();
            found.parts.push((now, from..at));
            (now, from) = (part, at);
        }
    }
    found.parts.push((now, from..lines.len()));
    found
}

impl Sections {
    /// The parts of a kind, without empty ones.
    pub(super) fn all(&self, part: Part) -> impl Iterator<Item = Range<usize>> + '_ {
        self.parts
            .iter()
            .filter(move |(kind, range)| *kind == part && !range.is_empty())
            .map(|(_, range)| range.clone())
    }

    /// The table of a kind: the first part that has a heading and a header row, else the first with a header row, else the first one.
    pub(super) fn table(&self, part: Part, lines: &[Line]) -> Range<usize> {
        let has_header =
            |range: &Range<usize>| lines[range.clone()].iter().any(|line| header(&words(&line.text)).is_some());
        let named = |range: &Range<usize>| range.start > 0 && self.headings.contains(&(range.start - 1));
        let both = self.all(part).find(|range| named(range) && has_header(range));
        both.or_else(|| self.all(part).find(has_header)).or_else(|| self.all(part).next()).unwrap_or(0..0)
    }

    /// Whether a kind of part is on the page, empty or not.
    pub(super) fn has(&self, part: Part) -> bool {
        self.parts.iter().any(|(kind, _)| *kind == part)
    }

    /// The kind of the last part.
    pub(super) fn last(&self) -> Part {
        self.parts.last().map_or(Part::Preamble, |(kind, _)| *kind)
    }

    /// Above the first heading or table.
    pub(super) fn preamble(&self) -> Range<usize> {
        self.parts.first().map_or(0..0, |(_, range)| range.clone())
    }
}
