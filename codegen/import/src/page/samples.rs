//! The samples of a page: the text from the first line that starts with a bracket to the last bracket that closes.

use super::cover::Cover;
use super::lines::{Line, trim};
use super::sections::{Part, Sections};
use crate::described::Findings;
use opentop_model::diagnostic::{Code, Place};

/// A sample's text, and where it stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) at: Place,
}

/// One kind of sample, in either form; empty where the page has none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples {
    pub(crate) xml: Sample,
    pub(crate) json: Sample,
}

impl Samples {
    /// The one that shows the answer: XML, which has the names of list elements, else JSON.
    pub(crate) fn best(&self) -> &Sample {
        if self.xml.text.is_empty() { &self.json } else { &self.xml }
    }
}

/// Reads the samples of a kind; a second one of the same form is left out, and told.
pub(super) fn read(
    text: &str,
    lines: &[Line],
    sections: &Sections,
    part: Part,
    cover: &mut Cover<'_>,
    findings: &mut Findings,
) -> Samples {
    let mut found = Samples::default();
    for range in sections.all(part) {
        for (from, to) in pieces(&lines[range.clone()]) {
            let piece = &lines[range.start + from..range.start + to];
            let (Some(first), Some(last)) = (piece.first(), piece.last()) else { continue };
            let place = findings.place(first.start, last.end);
            let sample = sample(&raw(text, piece));
            if sample.is_empty() {
                continue;
            }
            let behind = sample.rsplit_once('>').map_or("", |(_, behind)| behind).trim();
            if sample.starts_with('<') && sample.contains("</") && !behind.is_empty() && !behind.contains('<') {
                let message = format!("{} stands behind the sample", opentop_model::text::shown(behind));
                let help = "if it says something about the method, write it into the spec";
                findings.warn(
                    Code::LinesLeftOut,
                    findings.place(last.start, last.end),
                    message,
                    "not a part of it",
                    help,
                );
            }
            let slot = if sample.starts_with('<') { &mut found.xml } else { &mut found.json };
            cover.take_bytes(first.start, last.end);
            if slot.text.is_empty() {
                *slot = Sample { text: sample, at: place };
            } else if slot.text != sample {
                let help = "keep the one that says more; the spec holds one of each form";
                findings.warn(Code::LinesLeftOut, place, "a second sample of the same kind", "left out", help);
            }
        }
    }
    found
}

/// Where samples start and end among the lines of a part: a bracket at the margin starts another one behind a closed
/// one.
fn pieces(lines: &[Line]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut last = 0;
    let mut state: Option<Open> = None;
    for (at, line) in lines.iter().enumerate() {
        let content = line.text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
        match &mut state {
            None if content.starts_with(['<', '{']) => {
                let mut open = Open::new(content);
                open.read(content);
                // Answers without a root: their elements follow each other.
                match found.last_mut().filter(|piece| open.xml && piece.1 == at && lines[piece.0].text.starts_with('<'))
                {
                    Some(piece) => piece.1 = at + 1,
                    None => found.push((at, at + 1)),
                }
                last = at;
                state = (!open.is_closed()).then_some(open);
            }
            None => {}
            Some(open) => {
                if line.text.starts_with("```") || line.text.starts_with('#') {
                    state = None;
                    continue;
                }
                open.read(content);
                let closed = open.is_closed();
                // A sample that breaks off ends with the last line that looks like one.
                if closed || line.text.contains(if open.xml { &['<', '>'][..] } else { &['"', '{', '}', '[', ']'][..] })
                {
                    last = at;
                }
                if let Some(piece) = found.last_mut() {
                    piece.1 = last + 1;
                }
                if closed {
                    state = None;
                }
            }
        }
    }
    found
}

/// How many brackets or elements are open.
struct Open {
    xml: bool,
    depth: i64,
    quoted: bool,
    any: bool,
    /// A tag that continues on the next line.
    tag: String,
    inside: bool,
    root: String,
    roots: u32,
}

impl Open {
    fn new(content: &str) -> Open {
        Open {
            xml: content.starts_with('<'),
            depth: 0,
            quoted: false,
            any: false,
            tag: String::new(),
            inside: false,
            root: String::new(),
            roots: 0,
        }
    }

    fn read(&mut self, content: &str) {
        if self.xml { self.read_xml(content) } else { self.read_json(content) }
    }

    fn read_xml(&mut self, content: &str) {
        for letter in content.chars() {
            match letter {
                '<' => {
                    self.inside = true;
                    self.tag.clear();
                }
                '>' if self.inside => {
                    self.inside = false;
                    let tag = self.tag.trim();
                    if let Some(name) = tag.strip_prefix('/') {
                        self.depth -= 1;
                        // Elements inside may be left open.
                        if name.trim() == self.root {
                            self.roots = self.roots.saturating_sub(1);
                            self.depth = if self.roots == 0 { 0 } else { self.depth };
                        }
                    } else if !tag.starts_with(['?', '!']) {
                        let name = tag.split_whitespace().next().unwrap_or("");
                        if !self.any {
                            name.clone_into(&mut self.root);
                        }
                        self.any = true;
                        let opens = !tag.ends_with('/');
                        self.roots += u32::from(opens && name == self.root);
                        self.depth += i64::from(opens);
                    }
                }
                _ if self.inside => self.tag.push(letter),
                _ => {}
            }
        }
    }

    fn read_json(&mut self, content: &str) {
        let mut escaped = false;
        for letter in content.chars() {
            match letter {
                _ if escaped => escaped = false,
                '\\' if self.quoted => escaped = true,
                '"' => self.quoted = !self.quoted,
                '{' | '[' if !self.quoted => {
                    self.depth += 1;
                    self.any = true;
                }
                '}' | ']' if !self.quoted => self.depth -= 1,
                _ => {}
            }
        }
        // A text of JSON ends with its line; this keeps a stray quote from swallowing the rest.
        self.quoted = false;
    }

    fn is_closed(&self) -> bool {
        self.any && self.depth <= 0
    }
}

/// The text of lines, without what a dump put around them.
pub(super) fn raw(text: &str, lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let (before, after) = line.gutter;
        out.push_str(text.get(line.start + before..line.end - after).unwrap_or_default());
        out.push('\n');
    }
    out
}

/// From the first line that starts with a bracket to the last bracket that closes.
fn sample(text: &str) -> String {
    let mut at = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let content = trim(line).trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
        if content.starts_with(['<', '{']) {
            let skip = if at == 0 { line.find(['<', '{']).unwrap_or(0) } else { 0 };
            let numbered = line[..skip].contains(|letter: char| letter.is_ascii_digit());
            start = Some(if numbered { at + skip } else { at });
            break;
        }
        at += line.len();
    }
    start.map(|start| dedent(text[start..].trim_end())).unwrap_or_default()
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

/// The sample code: every part of the kind, one after the other.
pub(super) fn code(
    text: &str,
    lines: &[Line],
    sections: &Sections,
    cover: &mut Cover<'_>,
    findings: &Findings,
) -> SampleCode {
    let mut found = SampleCode::default();
    for range in sections.all(Part::Code) {
        let piece = &lines[range];
        let written = |line: &&Line| !line.is_blank() && !line.bullet;
        let (Some(first), Some(last)) = (piece.iter().find(written), piece.iter().rfind(written)) else { continue };
        found.places.push(findings.place(first.start, last.end));
        let text = raw(text, piece);
        let body = text.trim_start_matches(['`', '\n', ' ']).starts_with(['<', '{']) && !text.contains("execute(");
        let mut call = false;
        for line in piece.iter().filter(|line| !line.bullet) {
            // NodeJS: the lines of the literal that is handed over.
            call |= line.text.contains("client.execute(") && line.text.contains('{');
            if body || call && !line.text.contains("execute(") && !line.text.contains("function") {
                cover.take(line);
            } else if call || is_code(&line.text) {
                cover.take_code(line);
            }
            call &= !line.text.contains("})") && !line.text.contains("function");
        }
        found.text.push_str(&text);
    }
    found
}

/// Whether a line among sample code is some.
fn is_code(text: &str) -> bool {
    text.contains(['(', ';', '=']) && !text.starts_with('<') || text.starts_with("//") || text == "}" || text == "});"
}

/// Sample code, and where its parts stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct SampleCode {
    pub(crate) text: String,
    pub(crate) places: Vec<Place>,
}
