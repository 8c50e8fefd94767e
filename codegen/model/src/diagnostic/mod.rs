//! What is wrong with a spec, where, and what to do about it. All findings of a run are kept, and shown as text for people (a snippet
//! with a caret) or as JSON for machines.

mod codes;
mod compact;
mod lines;
mod render;

pub use codes::Code;
pub use compact::render_compact;
pub use render::{RenderOptions, render_human, render_json};

/// A stretch of one source file, by byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// Index into the sources of the run.
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// Past the last byte.
    pub end: usize,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// Legal, and a person should know.
    Warning,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// The cause, in one sentence.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What stands there, in a few words; shown at the caret.
    pub label: String,
    /// Other places that matter, each with a few words.
    pub also: Vec<(Place, String)>,
    /// The cure.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error: nothing is written.
    #[must_use]
    pub fn error(code: Code, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            place,
            label: String::new(),
            also: Vec::new(),
            help: None,
        }
    }

    /// A warning: legal, and a person should know.
    #[must_use]
    pub fn warning(code: Code, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, place, message) }
    }

    /// With a few words at the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// With another place that matters.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.also.push((place, label.into()));
        self
    }

    /// With the cure.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

/// Sorts findings by file, place and code, and drops repetitions: the same findings, whatever order they were made in.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &[SourceFile]) {
    let path = |place: &Place| sources.get(place.file).map_or("", |source| source.path.as_str());
    diagnostics.sort_by(|a, b| {
        let a_key = (path(&a.place), a.place.start, a.place.end, a.code, &a.message);
        a_key.cmp(&(path(&b.place), b.place.start, b.place.end, b.code, &b.message))
    });
    diagnostics.dedup();
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path from the spec folder, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Whether anything is wrong; warnings are not.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|finding| finding.severity == Severity::Error)
}
