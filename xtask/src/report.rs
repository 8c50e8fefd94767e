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

/// Shows all of them and says whether there is an error among them.
pub(crate) fn show(diagnostics: &[Diagnostic], sources: &[SourceFile], spec: &str, format: Format) -> bool {
    let colour = format == Format::Human && std::io::stderr().is_terminal();
    let options = RenderOptions { prefix: format!("{spec}/"), color: colour };
    match format {
        Format::Human => {
            eprint!("{}", render_human(diagnostics, sources, &options));
            summarise(diagnostics);
        }
        Format::Json => print!("{}", render_json(diagnostics, sources, &options)),
    }
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

fn summarise(diagnostics: &[Diagnostic]) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    if errors > 0 {
        eprintln!("{errors} {}, {warnings} {}: nothing was written", many(errors, "error"), many(warnings, "warning"));
    } else if warnings > 0 {
        eprintln!("{warnings} {}", many(warnings, "warning"));
    }
}

/// `word`, in the plural where there is not exactly one.
pub(crate) fn many(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}
