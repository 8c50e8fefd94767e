//! Shows findings: as rustc does, for people, or one JSON object a line, for machines. Both sort by place and drop repetitions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::lines::Lines;
use super::{Code, Diagnostic, Place, Severity, SourceFile, sort};
use crate::text::{is_invisible, push_json_string};

/// The most findings of one code that people are shown of one file; the others are counted. Machines get all of them.
const MOST_ALIKE: usize = 100;

/// How findings are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// What stands before the path of every source, e.g. `spec/`; as the user wrote it, so that the places can be clicked.
    pub prefix: String,
    /// With terminal colours.
    pub color: bool,
}

/// All findings for people: title, place, the lines concerned with carets, and the cure. Ends with a line break, unless there are none.
#[must_use]
pub fn render_human(diagnostics: &[Diagnostic], sources: &[SourceFile], options: &RenderOptions) -> String {
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let lines = lines_of(diagnostics, sources);
    let mut out = String::new();
    let mut shown: BTreeMap<(usize, Code), usize> = BTreeMap::new();
    for diagnostic in ordered(diagnostics, sources) {
        let count = shown.entry((diagnostic.place.file, diagnostic.code)).or_default();
        *count += 1;
        if *count > MOST_ALIKE {
            continue;
        }
        out.push_str(&renderer.render(&[group(&diagnostic, sources, &lines, options)]));
        out.push_str("\n\n");
    }
    for ((file, code), count) in shown.into_iter().filter(|(_, count)| *count > MOST_ALIKE) {
        let path = sources.get(file).map_or("", |source| source.path.as_str());
        let _ = writeln!(out, "{}: {} more in {}{path}\n", code.id(), count - MOST_ALIKE, options.prefix);
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// All findings for machines: one JSON object a line, with `code`, `severity`, `message`, `file`, `line`, `column`, `end_line`,
/// `end_column`, `label`, `help` (or `null`) and `also`. Lines and columns count from 1, columns in characters.
#[must_use]
pub fn render_json(diagnostics: &[Diagnostic], sources: &[SourceFile], options: &RenderOptions) -> String {
    let lines = lines_of(diagnostics, sources);
    let mut out = String::new();
    for diagnostic in ordered(diagnostics, sources) {
        json_line(&mut out, &diagnostic, sources, &lines, options);
    }
    out
}

/// The lines of the sources that findings point to.
fn lines_of<'a>(diagnostics: &[Diagnostic], sources: &'a [SourceFile]) -> BTreeMap<usize, Lines<'a>> {
    let also = diagnostics.iter().flat_map(|finding| &finding.also).map(|(place, _)| place.file);
    let files: BTreeSet<usize> = diagnostics.iter().map(|finding| finding.place.file).chain(also).collect();
    files.into_iter().filter_map(|file| Some((file, Lines::new(&sources.get(file)?.text)))).collect()
}

fn ordered(diagnostics: &[Diagnostic], sources: &[SourceFile]) -> Vec<Diagnostic> {
    let mut all = diagnostics.to_vec();
    sort(&mut all, sources);
    all
}

fn group<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a [SourceFile],
    lines: &BTreeMap<usize, Lines<'_>>,
    options: &RenderOptions,
) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(one_line(&diagnostic.message)).id(diagnostic.code.id()));
    let mut files = vec![diagnostic.place.file];
    for (place, _) in &diagnostic.also {
        if !files.contains(&place.file) {
            files.push(place.file);
        }
    }
    for file in files {
        if let (Some(source), Some(lines)) = (sources.get(file), lines.get(&file)) {
            group = group.element(snippet(diagnostic, file, source, lines, options));
        }
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The lines of `file` that the finding points to. Only these are handed to the renderer: its work grows with what it gets.
fn snippet<'a>(
    diagnostic: &'a Diagnostic,
    file: usize,
    source: &'a SourceFile,
    lines: &Lines<'_>,
    options: &RenderOptions,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let mut marks: Vec<(Range<usize>, AnnotationKind, &str)> = Vec::new();
    if diagnostic.place.file == file {
        marks.push((one_line_range(diagnostic.place, lines), AnnotationKind::Primary, &diagnostic.label));
    }
    for (place, label) in diagnostic.also.iter().filter(|(place, _)| place.file == file) {
        marks.push((one_line_range(*place, lines), AnnotationKind::Context, label));
    }
    let first = marks.iter().map(|(range, ..)| lines.line_of(range.start)).min().unwrap_or(0);
    let last = marks.iter().map(|(range, ..)| lines.line_of(range.start)).max().unwrap_or(0);
    // A byte order mark takes no room on the screen and no column.
    let start = lines.start(first) + if source.text[lines.start(first)..].starts_with('\u{feff}') { 3 } else { 0 };
    let end = lines.end(last).max(start);
    Snippet::source(&source.text[start..end])
        .line_start(first + 1)
        .path(format!("{}{}", options.prefix, source.path))
        .annotations(marks.into_iter().map(|(range, kind, label)| {
            let annotation = kind.span(range.start.saturating_sub(start)..range.end.saturating_sub(start));
            annotation.label((!label.is_empty()).then(|| one_line(label)))
        }))
}

/// The part of a place that is on its first line: carets under a whole block would hide it.
fn one_line_range(place: Place, lines: &Lines<'_>) -> Range<usize> {
    let start = lines.clamp(place.start);
    let end = lines.clamp(place.end.max(place.start));
    let line_end = lines.end(lines.line_of(start)).max(start);
    start..end.min(line_end)
}

/// Messages repeat text of a spec; none of it may move the cursor.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if is_invisible(letter) { '\u{fffd}' } else { letter }).collect()
}

fn json_line(
    out: &mut String,
    diagnostic: &Diagnostic,
    sources: &[SourceFile],
    lines: &BTreeMap<usize, Lines<'_>>,
    options: &RenderOptions,
) {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let _ = write!(out, "{{\"code\":\"{}\",\"severity\":\"{severity}\",\"message\":", diagnostic.code);
    push_json_string(out, &diagnostic.message);
    out.push(',');
    json_place(out, diagnostic.place, sources, lines, options);
    out.push_str(",\"label\":");
    push_json_string(out, &diagnostic.label);
    out.push_str(",\"help\":");
    match &diagnostic.help {
        Some(help) => push_json_string(out, help),
        None => out.push_str("null"),
    }
    out.push_str(",\"also\":[");
    for (index, (place, label)) in diagnostic.also.iter().enumerate() {
        out.push_str(if index == 0 { "{" } else { ",{" });
        json_place(out, *place, sources, lines, options);
        out.push_str(",\"label\":");
        push_json_string(out, label);
        out.push('}');
    }
    out.push_str("]}\n");
}

fn json_place(
    out: &mut String,
    place: Place,
    sources: &[SourceFile],
    lines: &BTreeMap<usize, Lines<'_>>,
    options: &RenderOptions,
) {
    let path = sources.get(place.file).map_or("", |source| source.path.as_str());
    let (line, column, end_line, end_column) = lines.get(&place.file).map_or((1, 1, 1, 1), |lines| {
        let (line, column) = lines.position(place.start);
        let (end_line, end_column) = lines.position(place.end.max(place.start));
        (line, column, end_line, end_column)
    });
    out.push_str("\"file\":");
    push_json_string(out, &format!("{}{path}", options.prefix));
    let _ = write!(out, ",\"line\":{line},\"column\":{column},\"end_line\":{end_line},\"end_column\":{end_column}");
}
