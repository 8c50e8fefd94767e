//! Shows findings as one line each, for tools that know nothing longer, cargo's build scripts among them.

use std::fmt::Write as _;

use super::lines::Lines;
use super::render::one_line;
use super::{Diagnostic, Place, RenderOptions, SourceFile, sort};

/// Every finding as one line: place, message, cure and code. They are sorted by place, and repetitions are
/// dropped. `options.color` has no effect.
#[must_use]
pub fn render_compact<'a>(
    diagnostics: &'a [Diagnostic],
    sources: &[SourceFile],
    options: &RenderOptions,
) -> Vec<(&'a Diagnostic, String)> {
    let mut all = diagnostics.to_vec();
    sort(&mut all, sources);
    let found = all.iter().filter_map(|wanted| diagnostics.iter().find(|diagnostic| *diagnostic == wanted));
    found.map(|diagnostic| (diagnostic, line(diagnostic, sources, options))).collect()
}

fn line(diagnostic: &Diagnostic, sources: &[SourceFile], options: &RenderOptions) -> String {
    let mut out = String::new();
    if let Some(place) = shown(diagnostic.place, sources, options) {
        let _ = write!(out, "{place}: ");
    }
    out.push_str(&diagnostic.message);
    for (place, label) in &diagnostic.also {
        if let Some(place) = shown(*place, sources, options) {
            let _ = write!(out, "; {label}: {place}");
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(out, "; help: {help}");
    }
    let _ = write!(out, " [{}]", diagnostic.code.id());
    one_line(&out.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" "))
}

/// `spec/a/b.yaml:3:5`
fn shown(place: Place, sources: &[SourceFile], options: &RenderOptions) -> Option<String> {
    let source = sources.get(place.file)?;
    let (line, column) = Lines::new(&source.text).position(place.start);
    Some(format!("{}{}:{line}:{column}", options.prefix, source.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn a_finding_is_one_line_with_its_place_and_its_cure() {
        let source = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let sources = [source("a/b.yaml", "品: 1\n品: 2\n"), source("a/a.yaml", "x\n")];
        let place = |file, start| Place { file, start, end: start + 1 };
        let twice = Diagnostic::error(Code::DuplicateKey, place(0, 7), "the key `品` stands\nhere twice")
            .also(place(0, 0), "first")
            .help("remove one\nof them");
        let other = Diagnostic::warning(Code::OtherDialect, place(1, 0), "left\u{1b} out");
        let options = RenderOptions { prefix: "top/".to_owned(), color: false };
        let found = [twice.clone(), other, twice];
        let lines: Vec<String> = render_compact(&found, &sources, &options).into_iter().map(|(_, line)| line).collect();
        let again =
            "top/a/b.yaml:2:1: the key `品` stands here twice; first: top/a/b.yaml:1:1; help: remove one of them";
        assert_eq!(
            lines,
            [
                format!("top/a/a.yaml:1:1: left\u{fffd} out [{}]", Code::OtherDialect.id()),
                format!("{again} [{}]", Code::DuplicateKey.id()),
            ]
        );
    }
}
