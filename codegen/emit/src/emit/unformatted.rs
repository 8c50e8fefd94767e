//! Tokens as text without a formatter: what a build script writes, which nobody is meant to read.
//!
//! A hole for whole lines (`each_x`) gets a line of its own, with the tokens that belong to it, as a formatter would give it.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree, token_stream};

use super::code::LINES;

/// The tokens as text.
pub(super) fn text(tokens: TokenStream) -> String {
    let mut out = Text::default();
    out.tokens(tokens);
    out.text
}

/// What has to be between a token and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Last {
    /// Nothing: a bracket, a line break, or a sign that is one with the next.
    #[default]
    Free,
    /// A blank before another word.
    Word,
    /// A blank before another sign.
    Sign,
}

#[derive(Debug, Default)]
struct Text {
    text: String,
    last: Last,
}

impl Text {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(name) if name.to_string().starts_with(LINES) => {
                    self.line_break();
                    self.push(&name.to_string(), Last::Word);
                    self.rest_of_hole(&mut tokens);
                }
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    self.push("#", Last::Free);
                    if let Some(TokenTree::Group(group)) = tokens.next_if(is_attribute) {
                        self.attribute(&group);
                    }
                }
                other => self.token(other),
            }
        }
    }

    /// `,`, `: (),`, `: Any,`, `=> (),`, `!();`: up to where the hole ends; at the end of a group the comma is put there.
    fn rest_of_hole(&mut self, tokens: &mut Peekable<token_stream::IntoIter>) {
        loop {
            match tokens.next() {
                Some(TokenTree::Punct(sign)) if matches!(sign.as_char(), ',' | ';') => {
                    self.text.push(sign.as_char());
                    break;
                }
                Some(token) => self.token(token),
                None => {
                    self.text.push(',');
                    break;
                }
            }
        }
        self.line_break();
    }

    /// An attribute, or the documentation that a hole stands for.
    fn attribute(&mut self, group: &Group) {
        let inner = group.stream().to_string();
        if inner.starts_with(LINES) {
            self.text.pop();
            self.line_break();
            self.text.push_str("#[");
            self.text.push_str(&inner);
            self.text.push(']');
        } else {
            self.token(TokenTree::Group(group.clone()));
        }
        self.line_break();
    }

    fn token(&mut self, token: TokenTree) {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                self.text.push_str(open);
                self.last = Last::Free;
                self.tokens(group.stream());
                self.text.push_str(close);
                self.last = Last::Free;
                if group.delimiter() == Delimiter::Brace {
                    self.line_break();
                }
            }
            TokenTree::Ident(name) => self.push(&name.to_string(), Last::Word),
            TokenTree::Literal(literal) => self.push(&literal.to_string(), Last::Word),
            TokenTree::Punct(sign) => {
                let last = if sign.spacing() == Spacing::Joint { Last::Free } else { Last::Sign };
                self.push(sign.as_char().encode_utf8(&mut [0; 4]), last);
                if sign.as_char() == ';' {
                    self.line_break();
                }
            }
        }
    }

    fn push(&mut self, token: &str, last: Last) {
        let word = last == Last::Word;
        if (self.last == Last::Word && word) || (self.last == Last::Sign && !word) {
            self.text.push(' ');
        }
        self.text.push_str(token);
        self.last = last;
    }

    fn line_break(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.last = Last::Free;
    }
}

fn is_attribute(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::text;

    #[test]
    fn tokens_stay_apart_where_they_must_and_holes_stand_alone() {
        let tokens = quote! {
            #[each_docs]
            #[inline]
            pub fn hole_name<'a, C: rt::Caller<Self>>(self, a: &'a mut [u8], each_more: (),) -> Vec<Vec<u8>> where each_bounds: Any, {
                match self { each_arms => (), _ => a - -1 == 2 && !true }
                hole_builder { built: Default::default(), each_markers }
            }
        };
        let written = text(tokens);
        assert_eq!(
            written,
            "#[each_docs]\n#[inline]\npub fn hole_name< 'a,C:rt::Caller<Self>>(self,a: & 'a mut[u8],\neach_more:(),\n)->Vec<Vec<u8>>where\n\
             each_bounds:Any,\n{match self{\neach_arms=>(),\n_=>a- -1==2&& !true}\nhole_builder{built:Default::default(),\neach_markers,\n}\n}\n"
        );
    }
}
