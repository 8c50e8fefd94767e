//! A Rust file: its text under a banner, and the comparison of its items with the planned ones.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;

use super::code::Code;
#[cfg(feature = "format")]
use super::items;
use super::options::Options;
use super::template::formatted;
use opentop_model::diagnostic::Place;
use opentop_model::files::{Comment, seal};

/// A generator's own mistake: where the spec is that shows it, and what is wrong.
pub(super) type Problem = (Place, String);

/// A file, or what is wrong with it.
pub(super) type Written = Result<(String, String), Problem>;

/// The finished file; `at` is where its spec stands.
pub(super) fn finish(file: &RustFile, at: Place, options: &Options) -> Written {
    file.text(options.verify)
        .map(|text| (file.path.clone(), text))
        .map_err(|problem| (at, format!("{}: {problem}", file.path)))
}

/// A Rust file to be.
#[derive(Debug)]
pub(super) struct RustFile {
    /// From the crate's folder.
    pub(super) path: String,
    /// What it is made from, for the banner.
    pub(super) source: String,
    /// Its content, or why there is none.
    pub(super) code: Result<Code, String>,
    /// Its items, as planned.
    pub(super) expected: Vec<String>,
}

impl RustFile {
    /// The text. `verify`: its items are read back and compared with the planned ones.
    ///
    /// # Errors
    /// Where the code is no file, or one with other items than planned.
    pub(super) fn text(&self, verify: bool) -> Result<String, String> {
        let code = self.code.as_ref().map_err(Clone::clone)?;
        let body = format!("{}\n", code.as_str().trim_end_matches('\n'));
        if verify {
            self.verify(&body)?;
        }
        Ok(seal(Comment::Rust, &self.source, &body))
    }
}

#[cfg(feature = "format")]
impl RustFile {
    /// Compares the items of the text, which is what is written, with the planned ones.
    fn verify(&self, body: &str) -> Result<(), String> {
        let found = items::of(body)?;
        if found == self.expected { Ok(()) } else { Err(difference(&self.expected, &found)) }
    }
}

#[cfg(not(feature = "format"))]
impl RustFile {
    fn verify(&self, _body: &str) -> Result<(), String> {
        let expected = self.expected.len();
        Err(format!("its {expected} items cannot be read back: opentop-codegen was built without the feature `format`"))
    }
}

/// The code of a file of which there is one, or one for each category: nothing is saved by a template.
pub(super) fn whole(tokens: TokenStream) -> Result<Code, String> {
    formatted(tokens).map(Code::filled)
}

/// An identifier for tokens. An invalid one shows in the comparison of items.
pub(super) fn ident(name: &str) -> Ident {
    let mut tokens = name.parse::<TokenStream>().into_iter().flatten();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(only)), None) => only,
        _ => Ident::new("not_an_identifier", Span::call_site()),
    }
}

/// Documentation of a file, for tokens.
pub(super) fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}

#[cfg(feature = "format")]
fn difference(expected: &[String], found: &[String]) -> String {
    let missing = expected.iter().find(|item| !found.contains(item)).map(|item| format!("`{item}` is missing"));
    let extra = found.iter().find(|item| !expected.contains(item)).map(|item| format!("`{item}` was not planned"));
    let said: Vec<String> = missing.into_iter().chain(extra).collect();
    if said.is_empty() { "the items are in another order or number than planned".to_owned() } else { said.join("; ") }
}
