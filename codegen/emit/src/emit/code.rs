//! Pieces of Rust text, of which all others are made.
//!
//! Only names of the plan, numbers, escaped literals, comment lines and text of our own source become [`Code`]. What a spec says gets
//! into it as one of these, and so never as code.

use std::fmt;

use proc_macro2::{Literal, TokenStream};

use crate::plan::{FieldIdent, ModuleName, TypeName, VariantName};

/// What the name of a template's hole begins with that stands for whole lines.
pub(super) const LINES: &str = "each_";
/// The longest list that stays on one line.
const LONGEST_LIST: usize = 72;

/// A piece of Rust: part of a line, or whole lines without the last line break. Several lines are indented where they are put.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Code(String);

/// What may be put into code as it is.
pub(super) trait Piece: fmt::Display {}

impl Piece for Code {}
impl Piece for FieldIdent {}
impl Piece for ModuleName {}
impl Piece for TypeName {}
impl Piece for VariantName {}
impl Piece for bool {}
impl Piece for i64 {}
impl Piece for u16 {}
impl Piece for u32 {}
impl Piece for u64 {}
impl Piece for usize {}
impl<P: Piece + ?Sized> Piece for &P {}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Assembles a piece: a literal of our own, like `format!`'s, with pieces in it.
macro_rules! code {
    ($shape:literal $(, $piece:expr)* $(,)?) => {
        $crate::emit::code::Code::assembled(format_args!($shape $(, $crate::emit::code::checked(&$piece))*))
    };
}
pub(super) use code;

/// What [`code!`] asks of its arguments.
pub(super) fn checked<P: Piece>(piece: &P) -> &P {
    piece
}

impl Code {
    /// For [`code!`] alone, which sees to it that only pieces are in it.
    pub(super) fn assembled(pieces: fmt::Arguments<'_>) -> Self {
        Code(pieces.as_str().map_or_else(|| fmt::format(pieces), str::to_owned))
    }

    /// For templates alone.
    pub(super) fn filled(text: String) -> Self {
        Code(text)
    }

    /// What was made of pieces before, and kept as text.
    pub(super) fn kept(text: &str) -> Self {
        Code(text.to_owned())
    }

    /// Text of our own source.
    pub(super) fn fixed(text: &'static str) -> Self {
        Code(text.to_owned())
    }

    /// A string literal.
    pub(super) fn text(value: &str) -> Self {
        let plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\');
        Code(if plain { format!("\"{value}\"") } else { Literal::string(value).to_string() })
    }

    /// Documentation of an item.
    pub(super) fn docs(lines: &[String]) -> Self {
        comment("///", lines)
    }

    /// Documentation of a file.
    pub(super) fn inner_docs(lines: &[String]) -> Self {
        comment("//!", lines)
    }

    /// Lines, one below the other; empty ones are left out.
    pub(super) fn lines(lines: impl IntoIterator<Item = Code>) -> Self {
        joined(lines, "\n")
    }

    /// Items, with a blank line between them; empty ones are left out.
    pub(super) fn items(items: impl IntoIterator<Item = Code>) -> Self {
        joined(items, "\n\n")
    }

    /// Elements with commas between them, on one line.
    pub(super) fn commas(elements: impl IntoIterator<Item = Code>) -> Self {
        joined(elements, ", ")
    }

    /// A list in brackets: on one line, or one element a line where it is long.
    pub(super) fn list(open: &'static str, elements: &[Code], close: &'static str) -> Self {
        let length: usize = elements.iter().map(|element| element.0.len() + 2).sum();
        let several = elements.iter().any(|element| element.0.contains('\n'));
        if length <= LONGEST_LIST && !several {
            return code!("{}{}{}", Code::fixed(open), Code::commas(elements.iter().cloned()), Code::fixed(close));
        }
        let mut out = open.to_owned();
        for element in elements {
            out.push_str("\n    ");
            push_indented(&mut out, &element.0, 4);
            out.push(',');
        }
        out.push('\n');
        out.push_str(close);
        Code(out)
    }

    /// Lines that go on with the line before them, one level deeper.
    pub(super) fn deeper(&self) -> Self {
        let mut out = String::with_capacity(self.0.len() + self.0.len() / 8);
        out.push_str("\n    ");
        push_indented(&mut out, &self.0, 4);
        Code(out)
    }

    /// Lines in braces, one level deeper.
    pub(super) fn block(lines: &Code) -> Self {
        if lines.is_empty() {
            return Code::fixed("{}");
        }
        let mut out = String::with_capacity(lines.0.len() + lines.0.len() / 8);
        out.push_str("{\n    ");
        push_indented(&mut out, &lines.0, 4);
        out.push_str("\n}");
        Code(out)
    }

    /// The same as tokens, for files that are written from them.
    pub(super) fn tokens(&self) -> TokenStream {
        self.0.parse().expect("invariant: code is made of whole tokens")
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends lines: the first where `out` stands, the others `indent` blanks deeper, blank ones blank.
pub(super) fn push_indented(out: &mut String, lines: &str, indent: usize) {
    let mut rest = lines.split('\n');
    out.push_str(rest.next().unwrap_or(""));
    for line in rest {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}

fn joined(pieces: impl IntoIterator<Item = Code>, between: &str) -> Code {
    let mut out = String::new();
    for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&piece.0);
    }
    Code(out)
}

/// Comment lines. A line break within one starts another, so that nothing can get out of the comment.
fn comment(mark: &str, lines: &[String]) -> Code {
    let mut out = String::with_capacity(lines.iter().map(|line| line.len() + 5).sum());
    for line in lines.iter().flat_map(|line| line.split(['\n', '\r'])) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(mark);
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
    }
    Code(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_spec_stays_within_its_literal_and_its_comment() {
        for text in ["plain", "a\"; fn canary() {}", "\\", "a\nb", "\"#", "中文", "{}"] {
            let literal = Code::text(text);
            assert_eq!(
                syn::parse_str::<syn::LitStr>(literal.as_str()).map(|found| found.value()).ok().as_deref(),
                Some(text)
            );
            assert!(!literal.as_str().contains('\n'));
        }
        let docs = Code::docs(&["a\nfn canary() {}".to_owned(), String::new(), "*/ b\rc".to_owned()]);
        assert_eq!(docs.as_str(), "/// a\n/// fn canary() {}\n///\n/// */ b\n/// c");
    }

    #[test]
    fn a_long_list_has_one_element_a_line() {
        let element = |at: usize| code!("{}", at);
        assert_eq!(Code::list("&[", &[element(1), element(2)], "]").as_str(), "&[1, 2]");
        let long = Code::list("&[", &[Code::text(&"x".repeat(60)), Code::text(&"y".repeat(60))], "]");
        assert_eq!(long.as_str().lines().count(), 4);
        assert!(long.as_str().lines().nth(1).is_some_and(|line| line.starts_with("    \"x") && line.ends_with(',')));
    }

    #[test]
    fn blank_lines_stay_blank() {
        let items = Code::items([Code::fixed("a"), Code::default(), Code::fixed("b")]);
        assert_eq!(Code::block(&items).as_str(), "{\n    a\n\n    b\n}");
        assert_eq!(Code::block(&Code::default()).as_str(), "{}");
    }
}
