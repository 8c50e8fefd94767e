//! Shows diagnostics.
//!
//! In: diagnostics and the sources they point into. Out: text on standard error for people, JSON lines on standard output for machines.

use std::io::IsTerminal;

use clap::ValueEnum;
use opentop_codegen::diagnostic::{Diagnostic, RenderOptions, Severity, SourceFile, render_human, render_json};

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with the line and a caret.
    Human,
    /// One JSON object a line, on standard output.
    Json,
}

/// Shows all of them, says how many there are, and whether there is an error among them.
pub(crate) fn show(diagnostics: &[Diagnostic], sources: &[SourceFile], spec: &str, format: Format) -> bool {
    let errors = list(diagnostics, sources, &format!("{spec}/"), format);
    if format == Format::Human {
        summarise(diagnostics);
    }
    errors
}

/// Shows all of them, the sources named with `prefix`, and says whether there is an error among them.
pub(crate) fn list(diagnostics: &[Diagnostic], sources: &[SourceFile], prefix: &str, format: Format) -> bool {
    let color = format == Format::Human && std::io::stderr().is_terminal();
    let options = RenderOptions { prefix: prefix.to_owned(), color };
    match format {
        Format::Human => eprint!("{}", render_human(diagnostics, sources, &options)),
        Format::Json => print!("{}", render_json(diagnostics, sources, &options)),
    }
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// The last line of a run: for people as it is, for machines as JSON.
pub(crate) fn finish(format: Format, text: &str) {
    match format {
        Format::Human => println!("{text}"),
        Format::Json => println!("{}", serde_json::json!({ "reason": "finished", "message": text })),
    }
}

fn summarise(diagnostics: &[Diagnostic]) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    if errors > 0 {
        eprintln!("{errors} {}, {warnings} {}: nothing was written", many(errors, "error"), many(warnings, "warning"));
    } else if warnings > 0 {
        eprintln!("{warnings} {}", many(warnings, "warning"));
    }
    if errors + warnings > 0 {
        eprintln!("spec/{} explains each code", opentop_codegen::explain::PAGE);
    }
}

/// `word`, in the plural where there is not exactly one.
pub(crate) fn many(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}
