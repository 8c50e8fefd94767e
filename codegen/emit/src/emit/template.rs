//! Shapes of Rust, written as tokens with holes, formatted once, and filled for every struct and every field.
//!
//! Parsing and formatting tokens costs many times what all else of a run costs, and what is generated has few shapes. So each goes
//! through syn and prettyplease once, whatever the number of methods. Without the feature `format` the same tokens are written
//! unformatted.

use proc_macro2::TokenStream;

use super::code::{Code, LINES, push_indented};

/// What the name of a hole within a line begins with.
const WITHIN: &str = "hole_";

/// A shape with `N` holes.
#[derive(Debug)]
pub(super) struct Template<const N: usize> {
    pieces: Vec<Piece>,
    length: usize,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    /// A hole within a line that is indented so far.
    Within {
        hole: usize,
        indent: usize,
    },
    /// A hole that is a line; nothing is left of it where it is filled with nothing.
    Lines {
        hole: usize,
        indent: usize,
    },
}

impl<const N: usize> Template<N> {
    /// Items. `names` are those of the holes, in the order in which they are filled: `hole_x` stands within a line; a line with
    /// nothing but `each_x` on it (`#[each_x]`, `each_x => (),`, `each_x!();`, `each_x: Any,`) stands for any number of lines.
    ///
    /// # Panics
    /// Where the tokens are no Rust, or the holes are not those named: templates are our own, and all are made in a test.
    pub(super) fn of(names: [&str; N], tokens: TokenStream) -> Self {
        Self::cut(names, &formatted(tokens).expect("invariant: a template is Rust"))
    }

    /// What stands within an `impl`.
    ///
    /// # Panics
    /// As [`Template::of`].
    pub(super) fn member(names: [&str; N], tokens: TokenStream) -> Self {
        Self::cut(names, &member(tokens).expect("invariant: a template is Rust"))
    }

    fn cut(names: [&str; N], text: &str) -> Self {
        let index = |name: &str| {
            names.iter().position(|known| *known == name).expect("invariant: every hole of a template is named")
        };
        let mut pieces = Vec::new();
        let mut before = String::new();
        for (at, line) in text.trim_end().lines().enumerate() {
            if at > 0 {
                before.push('\n');
            }
            let indent = line.len() - line.trim_start().len();
            if let Some((before_hole, name, after)) = hole(line, LINES) {
                let alone = matches!(before_hole.trim_start(), "" | "#[")
                    && matches!(&*after.replace(' ', ""), "]" | "," | ":()," | ":Any," | "=>()," | "=>{}" | "!();");
                assert!(alone, "invariant: nothing else stands on the line of `each_{name}`");
                pieces.push(Piece::Text(std::mem::take(&mut before)));
                pieces.push(Piece::Lines { hole: index(name), indent });
                continue;
            }
            let mut rest = line;
            while let Some((text, name, after)) = hole(rest, WITHIN) {
                before.push_str(text);
                pieces.push(Piece::Text(std::mem::take(&mut before)));
                pieces.push(Piece::Within { hole: index(name), indent });
                rest = after;
            }
            before.push_str(rest);
        }
        pieces.push(Piece::Text(before));
        let used = |wanted: usize| {
            pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Within { hole, .. } | Piece::Lines { hole, .. } if *hole == wanted))
        };
        assert!((0..N).all(used), "invariant: every named hole is in its template");
        Template { pieces, length: text.len() }
    }

    /// The shape with its holes filled.
    pub(super) fn fill(&self, values: [&Code; N]) -> Code {
        let values = values.map(Code::as_str);
        let mut out = String::with_capacity(self.length + values.iter().map(|value| value.len()).sum::<usize>());
        let mut dropped = false;
        for piece in &self.pieces {
            match *piece {
                // The line break behind a line that is gone goes too.
                Piece::Text(ref text) => {
                    let text = if dropped { text.strip_prefix('\n').unwrap_or(text) } else { text };
                    dropped = false;
                    out.push_str(text);
                }
                Piece::Within { hole, indent } => push_indented(&mut out, values[hole], indent),
                Piece::Lines { hole, .. } if values[hole].is_empty() => dropped = true,
                Piece::Lines { hole, indent } => {
                    out.extend(std::iter::repeat_n(' ', indent));
                    push_indented(&mut out, values[hole], indent);
                }
            }
        }
        Code::filled(out)
    }
}

/// The text before a hole, the hole's name, and the text behind.
fn hole<'a>(line: &'a str, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let start = line.find(kind)?;
    let name = &line[start + kind.len()..];
    let end = name.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(name.len());
    Some((&line[..start], &name[..end], &name[end..]))
}

/// What stands within an `impl`, as text.
#[cfg(feature = "format")]
fn member(tokens: TokenStream) -> Result<String, String> {
    let around = formatted(quote::quote!(impl Around { #tokens }))?;
    let lines: Vec<&str> = around.lines().collect();
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    let inner: Vec<&str> = inner.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    Ok(inner.join("\n"))
}

#[cfg(not(feature = "format"))]
fn member(tokens: TokenStream) -> Result<String, String> {
    formatted(tokens)
}

/// Tokens as text, as they are.
#[cfg(not(feature = "format"))]
#[expect(clippy::unnecessary_wraps, reason = "formatting may fail")]
pub(super) fn formatted(tokens: TokenStream) -> Result<String, String> {
    Ok(super::unformatted::text(tokens))
}

/// Tokens as formatted text, with blank lines between items.
///
/// # Errors
/// Where they are no Rust.
#[cfg(feature = "format")]
pub(super) fn formatted(tokens: TokenStream) -> Result<String, String> {
    let file = syn::parse2::<syn::File>(tokens).map_err(|error| format!("not Rust: {error}"))?;
    Ok(insert_blank_lines(&prettyplease::unparse(&file)))
}

/// Puts blank lines between items, which the formatter leaves out. No literal of ours holds a line break, so a line that is
/// nothing but a brace closes a block.
#[cfg(feature = "format")]
fn insert_blank_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len() + lines.len());
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        out.push('\n');
        if lines.get(at + 1).is_some_and(|next| needs_blank_line(line, next)) {
            out.push('\n');
        }
    }
    out
}

#[cfg(feature = "format")]
fn needs_blank_line(line: &str, next: &str) -> bool {
    let starts_item = ["///", "#[", "pub ", "impl", "fn ", "async fn ", "const ", "mod ", "use "];
    let item = starts_item.iter().any(|start| next.trim_start().starts_with(start));
    let same_depth = indent(line) == indent(next);
    let ends_block = line.trim() == "}" || line.trim() == "{}";
    let ends_docs = line.trim_start().starts_with("//!") && !next.trim_start().starts_with("//!");
    let ends_uses = line.starts_with("use ") && !next.starts_with("use ");
    (ends_block && item && same_depth) || (ends_docs && !next.is_empty()) || ends_uses
}

#[cfg(feature = "format")]
fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(all(test, feature = "format"))]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn holes_are_filled_where_they_stand() {
        let shape = Template::of(
            ["docs", "name", "fields", "value"],
            quote!(
                #[each_docs]
                pub struct hole_name { each_fields: (), }
                impl hole_name { const A: u8 = hole_value; }
            ),
        );
        let (docs, name) = (Code::fixed("/// One.\n/// Two."), Code::fixed("Thing"));
        let filled = shape.fill([&docs, &name, &Code::fixed("a: u8,\nb: u8,"), &Code::fixed("[\n    1,\n]")]);
        assert_eq!(
            filled.as_str(),
            "/// One.\n/// Two.\npub struct Thing {\n    a: u8,\n    b: u8,\n}\n\nimpl Thing {\n    const A: u8 = [\n        1,\n    ];\n}"
        );
        let bare = shape.fill([&Code::default(), &name, &Code::default(), &Code::fixed("0")]);
        assert_eq!(bare.as_str(), "pub struct Thing {\n}\n\nimpl Thing {\n    const A: u8 = 0;\n}");
    }

    #[test]
    fn a_member_stands_at_the_margin() {
        let shape = Template::member(
            ["name"],
            quote!(
                fn hole_name(&self) {}
            ),
        );
        assert_eq!(shape.fill([&Code::fixed("a")]).as_str(), "fn a(&self) {}");
    }
}
