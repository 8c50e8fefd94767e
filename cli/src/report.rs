//! Shows diagnostics and errors: text on standard error for people, JSON lines on standard output for machines.

use std::io::IsTerminal;

use clap::ValueEnum;
use opentop_model::diagnostic::{
    Diagnostic, RenderOptions, Severity, SourceFile, has_errors, render_human, render_json,
};

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
        eprint!("{}", summary(diagnostics));
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
    has_errors(diagnostics)
}

/// The last line of a run: for people as it is, for machines as JSON.
pub(crate) fn finish(format: Format, text: &str) {
    match format {
        Format::Human => println!("{text}"),
        Format::Json => println!("{}", serde_json::json!({ "reason": "finished", "message": text })),
    }
}

/// An error with its causes; one that the error before it repeats is left out.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if parts.last().is_none_or(|before| !before.ends_with(&cause)) {
            parts.push(cause);
        }
    }
    parts.join(": ")
}

fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let (error, warning) = (many(errors, "error"), many(warnings, "warning"));
    match (errors, warnings) {
        (0, 0) => String::new(),
        (0, _) => format!("{warnings} {warning}\n"),
        _ => format!("{errors} {error}, {warnings} {warning}: nothing was written\n"),
    }
}

/// `word`, in the plural where there is not exactly one.
pub(crate) fn many(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// How many methods and messages there are; of messages only where there are some.
pub(crate) fn counted(methods: usize, messages: usize) -> String {
    let methods = format!("{methods} {}", many(methods, "method"));
    if messages == 0 { methods } else { format!("{methods} and {messages} {}", many(messages, "message")) }
}

/// What changed of a text file, as a unified diff.
pub(crate) fn text_diff(path: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().context_radius(2).header(path, path).to_string()
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("no such file (os error 2)")
            .context("cannot read a: no such file (os error 2)")
            .context("stopped");
        assert_eq!(chain(&error), "stopped: cannot read a: no such file (os error 2)");
    }
}
