//! Writes `spec/diagnostics.md`, the page that explains every code of a finding ([`Code::ALL`]).
//!
//! The messages on it are what the generator says of specs with one mistake each, when the page is made. So they cannot differ
//! from what a person sees.

mod examples;

use std::fmt::Write as _;

use opentop_model::diagnostic::Code;
use opentop_model::files::{Comment, seal};

/// The page's name in a spec folder.
pub const PAGE: &str = "diagnostics.md";

/// What the hundreds of a code say.
const PARTS: [(&str, &str); 5] = [
    ("TOP00", "Reading a file"),
    ("TOP01", "What a spec means"),
    ("TOP02", "Names and output"),
    ("TOP03", "Advice"),
    ("TOP04", "Importing"),
];

const HEAD: &str = "\
# Diagnostics

Every message of `cargo xtask regen`, `lint` and `import` has a code, a place and a cure. The code is stable: once published, it keeps its meaning. An
error stops the run before anything is written (on `import`: the one input); a warning does not. All messages of all files come in one run;
`--message-format json` gives them to machines, one JSON object a line.

The messages below are those of [the sample](#the-sample) with one piece of it changed.
";

/// The page.
#[must_use]
pub fn page() -> String {
    let mut out = HEAD.to_owned();
    for (start, title) in PARTS {
        let _ = write!(out, "\n## {start}xx: {title}\n");
        for code in Code::ALL.iter().filter(|code| code.id().starts_with(start)) {
            section(*code, &mut out);
        }
    }
    let _ = write!(out, "\n## The sample\n\n```yaml\n{}```\n", examples::SAMPLE);
    seal(Comment::Markdown, "the codes of the generator", &out)
}

fn section(code: Code, out: &mut String) {
    // The anchor is the code alone, so that it outlives a change of the title.
    let id = code.id().to_lowercase();
    let _ = write!(out, "\n### <a id=\"{id}\"></a>{code}: {}\n\n{}\n", code.title(), code.explanation());
    if let Some(message) = examples::message(code) {
        let _ = write!(out, "\n```text\n{message}```\n");
    }
}

#[cfg(test)]
mod tests {
    use super::{PARTS, page};
    use opentop_model::diagnostic::Code;

    #[test]
    fn every_code_is_on_the_page_once() {
        let page = page();
        for code in Code::ALL {
            let heading = format!("### <a id=\"{}\"></a>{code}: {}\n", code.id().to_lowercase(), code.title());
            assert_eq!(page.matches(&heading).count(), 1, "{code}");
            assert!(PARTS.iter().any(|(start, _)| code.id().starts_with(start)), "{code}");
        }
    }
}
