//! Shows changes: grouped by method for people, one JSON object per line for machines.
//!
//! People see both sides cut to where they differ, with invisible characters escaped. Machines get every text in full.

use std::fmt::{self, Write as _};

use super::change::Change;
use super::kind::Class;
use crate::text::is_invisible;

/// The largest number of characters shown of one side.
const SHOWN: usize = 60;
/// What is shown of the part that both sides share.
const CONTEXT: usize = 12;

/// How many changes there are of each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Methods (and categories) with a change.
    pub subjects: usize,
    /// See [`Class::Breaking`].
    pub breaking: usize,
    /// See [`Class::Additive`].
    pub additive: usize,
    /// See [`Class::Words`].
    pub words: usize,
}

impl Summary {
    /// Counts.
    #[must_use]
    pub fn of(changes: &[Change]) -> Summary {
        let of = |class: Class| changes.iter().filter(|change| change.class == class).count();
        Summary {
            subjects: groups(changes).len(),
            breaking: of(Class::Breaking),
            additive: of(Class::Additive),
            words: of(Class::Words),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods = if self.subjects == 1 { "method" } else { "methods" };
        let Summary { subjects, breaking, additive, words } = self;
        write!(f, "{subjects} {methods} changed: {breaking} breaking, {additive} additive, {words} of words")
    }
}

/// All changes for people: a block per method, those with a breaking change first, and in each block the breaking ones first.
#[must_use]
pub fn render_human(changes: &[Change]) -> String {
    let mut groups = groups(changes);
    // Stable: methods of one gravity keep their order.
    groups.sort_by_key(|group| group.iter().map(|change| change.class).min());
    let mut out = String::new();
    for group in groups {
        if !out.is_empty() {
            out.push('\n');
        }
        let Some(first) = group.first() else { continue };
        match &first.method {
            Some(method) => out.push_str(&visible(method)),
            None => out.push_str(&format!("category {}", visible(&first.category))),
        }
        out.push('\n');
        let width = group.iter().map(|change| change.path.chars().count()).max().unwrap_or(0).min(SHOWN);
        for change in group {
            line(&mut out, change, width);
        }
    }
    out
}

/// The changes of each method together.
fn groups(changes: &[Change]) -> Vec<&[Change]> {
    changes.chunk_by(|a, b| (&a.category, &a.method) == (&b.category, &b.method)).collect()
}

fn line(out: &mut String, change: &Change, width: usize) {
    let path = visible(&change.path);
    let gap = if path.is_empty() { "" } else { "  " };
    let width = if path.is_empty() { 0 } else { width };
    let _ = write!(out, "  {:<8}  {path:<width$}{gap}{}", change.class, change.kind);
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let (before, after) = differing(before, after);
            let _ = write!(out, ": `{before}` → `{after}`");
        }
        (Some(only), None) | (None, Some(only)) if !only.is_empty() => {
            let _ = write!(out, ": `{}`", cut(only, 0));
        }
        _ => {}
    }
    out.push('\n');
}

/// Both texts from a little before their first difference on.
fn differing(before: &str, after: &str) -> (String, String) {
    let shared = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let short = |text: &str| text.chars().nth(SHOWN).is_none();
    let from = if short(before) && short(after) { 0 } else { shared.saturating_sub(CONTEXT) };
    (cut(before, from), cut(after, from))
}

/// `text` from a character on, on one line, with marks where something is left out.
fn cut(text: &str, from: usize) -> String {
    let part: String = text.chars().skip(from).take(SHOWN).collect();
    let more = text.chars().nth(from + SHOWN).is_some();
    format!("{}{}{}", if from > 0 { "…" } else { "" }, visible(&part), if more { "…" } else { "" })
}

/// What would break the line or turn it around is shown as an escape.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_invisible(letter) { out.extend(letter.escape_unicode()) } else { out.push(letter) }
    }
    out
}

/// All changes for machines: one JSON object a line, with `reason` (`change`), `class`, `kind`, `category`, `method` (or `null`),
/// `path`, `before` and `after` (or `null`).
#[must_use]
pub fn render_json(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let value = serde_json::json!({
            "reason": "change",
            "class": change.class.id(),
            "kind": change.kind.id(),
            "category": change.category,
            "method": change.method,
            "path": change.path,
            "before": change.before,
            "after": change.after,
        });
        let _ = writeln!(out, "{value}");
    }
    out
}
