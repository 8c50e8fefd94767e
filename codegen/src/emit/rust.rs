//! Rust files: tokens to text, checked.
//!
//! In: tokens and the list of items they are planned to hold. Out: formatted text under a banner, or what differs.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::items;
use crate::files::{Comment, seal};
use crate::plan::{FieldIdent, Scope, TypeRef};

/// A Rust file to be.
#[derive(Debug)]
pub(super) struct RustFile {
    /// From the crate's folder.
    pub(super) path: String,
    /// What it is made from, for the banner.
    pub(super) source: String,
    /// Its content.
    pub(super) tokens: TokenStream,
    /// Its items, as planned.
    pub(super) expected: Vec<String>,
}

impl RustFile {
    /// The text.
    ///
    /// # Errors
    /// Where the tokens are no file, or one with other items than planned.
    pub(super) fn text(&self) -> Result<String, String> {
        let file = syn::parse2::<syn::File>(self.tokens.clone()).map_err(|error| format!("not Rust: {error}"))?;
        let body = spaced(&prettyplease::unparse(&file));
        // What is checked is what is written: the text, read anew.
        let read = syn::parse_file(&body).map_err(|error| format!("not Rust once written: {error}"))?;
        let found = items::of(&read);
        if found != self.expected {
            return Err(difference(&self.expected, &found));
        }
        Ok(seal(Comment::Rust, &self.source, &body))
    }
}

fn difference(expected: &[String], found: &[String]) -> String {
    let missing = expected.iter().find(|item| !found.contains(item)).map(|item| format!("`{item}` is missing"));
    let extra = found.iter().find(|item| !expected.contains(item)).map(|item| format!("`{item}` was not planned"));
    let said: Vec<String> = missing.into_iter().chain(extra).collect();
    if said.is_empty() { "the items are in another order or number than planned".to_owned() } else { said.join("; ") }
}

/// Puts blank lines between items, which the formatter leaves out. No literal of ours holds a line break, so a line that is
/// nothing but a brace closes a block.
fn spaced(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len() + lines.len());
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        out.push('\n');
        if lines.get(at + 1).is_some_and(|next| parts(line, next)) {
            out.push('\n');
        }
    }
    out
}

fn parts(line: &str, next: &str) -> bool {
    let starts_item =
        ["///", "#[", "pub ", "impl", "fn ", "async fn ", "const ", "mod ", "use ", "::opentop_runtime::"];
    let item = starts_item.iter().any(|start| next.trim_start().starts_with(start));
    let same_depth = indent(line) == indent(next);
    let ends_block =
        line.trim() == "}" || line.trim() == "{}" || (line.starts_with("::opentop_runtime::") && line.ends_with(';'));
    let ends_docs = line.trim_start().starts_with("//!") && !next.trim_start().starts_with("//!");
    let ends_uses = line.starts_with("use ") && !next.starts_with("use ");
    let macro_call = next.starts_with("::opentop_runtime::") && line == "}";
    (ends_block && item && same_depth && !macro_call) || (ends_docs && !next.is_empty()) || ends_uses
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// An identifier; one that is none shows in the comparison of items.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(bare) if syn::parse_str::<Ident>(name).is_ok() => Ident::new_raw(bare, Span::call_site()),
        None if syn::parse_str::<Ident>(name).is_ok() => Ident::new(name, Span::call_site()),
        _ => Ident::new("not_an_identifier", Span::call_site()),
    }
}

/// A field's identifier.
pub(super) fn field(name: &FieldIdent) -> Ident {
    ident(name.as_str())
}

/// Documentation of an item.
pub(super) fn docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| doc_text(line));
    quote!(#(#[doc = #lines])*)
}

/// Documentation of a file.
pub(super) fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| doc_text(line));
    quote!(#(#![doc = #lines])*)
}

fn doc_text(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

/// A type of the method's own, as seen from a scope.
pub(super) fn type_ref(name: &TypeRef, from: Scope) -> TokenStream {
    let ident = ident(name.name.as_str());
    match (from, name.scope) {
        (Scope::Root, Scope::Twin) => quote!(response::#ident),
        (Scope::Twin, Scope::Root) => quote!(super::#ident),
        _ => quote!(#ident),
    }
}

/// A number without a suffix.
pub(super) fn number(value: impl Into<u64>) -> Literal {
    Literal::u64_unsuffixed(value.into())
}

/// A signed number without a suffix: the sign is a token of its own.
pub(super) fn signed(value: i64) -> TokenStream {
    let digits = Literal::u64_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#digits) } else { quote!(#digits) }
}

/// A list of indices, as a path or a rule has it.
pub(super) fn indices(indices: &[u16]) -> TokenStream {
    let indices = indices.iter().map(|&index| number(index));
    quote!(&[#(#indices),*])
}

/// An `Option`, written out.
pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
