//! Writes a spec as a person would: one line per field where it fits, blocks where it does not, samples unchanged.
//!
//! The comments of the file that it replaces are kept. The same tree always gives the same text.

use super::comments::{Comments, SEPARATOR};
use super::scalar::{Position, scalar, value};
use super::tree::{Map, Tree};

/// Lines longer than this are broken up where the format allows it.
const WIDTH: usize = 160;

/// The first line of every imported file, from which editors complete and check it.
pub(super) const HEADER: &str = "# yaml-language-server: $schema=../schema.json";

/// The same of a message.
const MESSAGE_HEADER: &str = "# yaml-language-server: $schema=../message.schema.json";

/// What a mapping is, as far as its layout depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Method,
    /// The request, the response or a type.
    Object,
    /// `types:`, `samples:`, `vendor:`, `paging:`: a line each.
    Lines,
    Types,
    Fields,
    Field,
    Samples,
    /// In one line where it fits.
    Free,
}

impl Kind {
    fn of(self, key: &str) -> Kind {
        match (self, key) {
            (Kind::Method, "request" | "response" | "content") => Kind::Object,
            (Kind::Method, "types") => Kind::Types,
            (Kind::Method, "samples") => Kind::Samples,
            (Kind::Method, "paging" | "vendor") => Kind::Lines,
            (Kind::Types, _) => Kind::Object,
            (Kind::Object, "fields") => Kind::Fields,
            (Kind::Fields, _) => Kind::Field,
            _ => Kind::Free,
        }
    }

    fn is_block(self, map: &Map) -> bool {
        match self {
            Kind::Method | Kind::Object | Kind::Lines | Kind::Types | Kind::Fields | Kind::Samples => true,
            Kind::Field => map.0.iter().any(|(_, value)| !matches!(value, Tree::Text(_))),
            Kind::Free => false,
        }
    }
}

/// The text of a method's file.
pub(super) fn write(spec: &Map, comments: &Comments) -> String {
    let mut writer = Writer { out: String::new(), comments };
    writer.comments_of("", 0);
    if writer.out.is_empty() {
        writer.out.push_str(if spec.get("topic").is_some() { MESSAGE_HEADER } else { HEADER });
        writer.out.push('\n');
    }
    writer.entries(spec, 0, "", Kind::Method);
    for comment in &comments.last {
        writer.out.push_str(comment);
        writer.out.push('\n');
    }
    writer.out
}

/// The text of some of a file's keys, without the header.
pub(super) fn block(map: &Map) -> String {
    let comments = Comments::default();
    let mut writer = Writer { out: String::new(), comments: &comments };
    writer.entries(map, 0, "", Kind::Method);
    writer.out
}

struct Writer<'a> {
    out: String,
    comments: &'a Comments,
}

impl Writer<'_> {
    fn comments_of(&mut self, path: &str, indent: usize) {
        for comment in self.comments.before.get(path).into_iter().flatten() {
            self.indent(indent);
            self.out.push_str(comment);
            self.out.push('\n');
        }
    }

    fn indent(&mut self, by: usize) {
        self.out.extend(std::iter::repeat_n(' ', by));
    }

    fn entries(&mut self, map: &Map, indent: usize, path: &str, kind: Kind) {
        for (key, value) in &map.0 {
            let path = format!("{path}{SEPARATOR}{key}");
            self.comments_of(&path, indent);
            self.indent(indent);
            self.entry(key, value, indent, &path, kind);
        }
    }

    /// `key: value`, from the key on, with the line's end.
    fn entry(&mut self, key: &str, value: &Tree, indent: usize, path: &str, kind: Kind) {
        self.out.push_str(&scalar(key, Position::Block));
        self.out.push(':');
        let inner = kind.of(key);
        let used = indent + key.chars().count() + 2;
        match value {
            Tree::Text(text) => self.text(key, text, indent, kind),
            Tree::Map(map) if map.is_empty() => self.out.push_str(" {}\n"),
            Tree::List(items) if items.is_empty() => self.out.push_str(" []\n"),
            Tree::Map(map) => match self.one_line(value, used, path).filter(|_| !inner.is_block(map)) {
                Some(line) => self.line(&line),
                None => {
                    self.out.push('\n');
                    self.entries(map, indent + 2, path, inner);
                }
            },
            Tree::List(items) => {
                let texts = items.iter().all(|item| matches!(item, Tree::Text(_)));
                match self.one_line(value, used, path).filter(|_| texts) {
                    Some(line) => self.line(&line),
                    None => {
                        self.out.push('\n');
                        self.items(items, indent + 2, path);
                    }
                }
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push(' ');
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn text(&mut self, key: &str, text: &str, indent: usize, kind: Kind) {
        let is_sample = kind == Kind::Samples || kind == Kind::Method && key == "sample";
        if !is_sample || !fits_block(text) {
            return self.line(&value(key, text, Position::Block));
        }
        self.out.push_str(" |\n");
        for line in text.lines() {
            if !line.is_empty() {
                self.indent(indent + 2);
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn items(&mut self, items: &[Tree], indent: usize, path: &str) {
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}{SEPARATOR}{at}");
            self.comments_of(&path, indent);
            self.indent(indent);
            self.out.push('-');
            match item {
                // A rule: its name, and what it says.
                Tree::Map(map) if map.0.len() == 1 && !matches!(map.0[0].1, Tree::Text(_)) => {
                    self.out.push(' ');
                    let (key, value) = &map.0[0];
                    self.entry(key, value, indent + 2, &path, Kind::Free);
                }
                Tree::Map(map) if !map.is_empty() => match self.one_line(item, indent + 2, &path) {
                    Some(line) => self.line(&line),
                    None => {
                        for (nth, (key, value)) in map.0.iter().enumerate() {
                            let path = format!("{path}{SEPARATOR}{key}");
                            if nth > 0 {
                                self.indent(indent + 2);
                            } else {
                                self.out.push(' ');
                            }
                            self.entry(key, value, indent + 2, &path, Kind::Free);
                        }
                    }
                },
                _ => {
                    let text = flow(item, "");
                    self.line(&text);
                }
            }
        }
    }

    /// `value` between braces or brackets, where it fits on the line and nothing in it carries a comment.
    fn one_line(&self, value: &Tree, used: usize, path: &str) -> Option<String> {
        if self.comments.any_inside(path) {
            return None;
        }
        let text = flow(value, "");
        (used + text.chars().count() <= WIDTH).then_some(text)
    }
}

fn flow(tree: &Tree, key: &str) -> String {
    match tree {
        Tree::Text(text) => value(key, text, Position::Flow),
        Tree::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, "")).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Map(map) if map.is_empty() => "{}".to_owned(),
        Tree::Map(map) => {
            let entries: Vec<String> = map
                .0
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key, Position::Flow), flow(value, key)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// Whether a text reads back from a block scalar: it ends with one line break, starts at its margin, and shows all it
/// holds.
fn fits_block(text: &str) -> bool {
    let Some(lines) = text.strip_suffix('\n') else { return false };
    !lines.is_empty()
        && !lines.starts_with([' ', '\t', '\n'])
        && !lines.ends_with('\n')
        && !lines.contains(|letter: char| {
            letter != '\n' && (opentop_model::text::is_invisible(letter) || matches!(letter, '\u{fffe}' | '\u{ffff}'))
        })
        && !lines.lines().any(|line| line.ends_with(char::is_whitespace))
}
