//! The items of a Rust file, as a list that two independent sides can make: this one from the text that is written.
//!
//! In: a file's text. Out: one line per item, in order, with the way of modules before it. It knows nothing of templates and the plan,
//! and reads just enough of Rust to tell items, comments, literals and brackets apart; whatever else it meets is an item too.

use super::lexer::{Lexer, Token};

/// Attributes that generated code has.
pub(super) const ATTRIBUTES: &[&str] = &[
    "doc",
    "derive",
    "non_exhaustive",
    "must_use",
    "cfg",
    "cfg_attr",
    "allow",
    "deprecated",
    "inline",
    "path",
    "test",
];

/// The items of a file.
///
/// # Errors
/// Where the text is no sequence of items, literals are not closed or brackets do not pair.
pub(super) fn of(text: &str) -> Result<Vec<String>, String> {
    let mut reader = Reader { lexer: Lexer::new(text), out: Vec::new() };
    reader.items("", None)?;
    Ok(reader.out)
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    out: Vec<String>,
}

impl<'a> Reader<'a> {
    /// Items up to the end of the file, or of the module.
    fn items(&mut self, way: &str, end: Option<Token<'a>>) -> Result<(), String> {
        loop {
            let token = self.lexer.next()?;
            if token == end {
                return Ok(());
            }
            match token {
                None => return Err("a module is not closed".to_owned()),
                Some(Token::Mark('#')) => self.attribute(way)?,
                Some(Token::Word("pub" | "async")) => self.skip_scope()?,
                Some(Token::Word(word @ ("struct" | "enum"))) => self.data(way, word)?,
                Some(Token::Word("impl")) => self.implementation(way)?,
                Some(Token::Word("mod")) => self.module(way)?,
                Some(Token::Word("use")) => {
                    let tree = self.text_until(&[';'])?;
                    self.lexer.next()?;
                    self.out.push(format!("{way}use {}", tree.trim_start_matches("::").replace(",}", "}")));
                }
                Some(Token::Word("fn")) => {
                    let name = self.word()?;
                    self.out.push(format!("{way}fn {name}"));
                    self.skip_body()?;
                }
                Some(other) => self.call(way, other)?,
            }
        }
    }

    /// An attribute, behind its `#`. One that is not ours is an item.
    fn attribute(&mut self, way: &str) -> Result<(), String> {
        self.lexer.take(Token::Mark('!'))?;
        self.expect('[')?;
        let path = self.word()?;
        if !ATTRIBUTES.contains(&path) {
            self.out.push(format!("{way}#[{path}]"));
        }
        self.lexer.skip_group('[')
    }

    /// What may stand behind `pub`.
    fn skip_scope(&mut self) -> Result<(), String> {
        if self.lexer.take(Token::Mark('('))? { self.lexer.skip_group('(') } else { Ok(()) }
    }

    /// A struct or an enum: its name, and those of its fields or variants.
    fn data(&mut self, way: &str, kind: &str) -> Result<(), String> {
        let name = self.word()?;
        self.skip_generics()?;
        if self.lexer.take(Token::Mark(';'))? {
            self.out.push(format!("{way}{kind} {name} {{}}"));
            return Ok(());
        }
        self.expect('{')?;
        let mut members: Vec<&str> = Vec::new();
        loop {
            match self.lexer.next()? {
                Some(Token::Mark('}')) => break,
                Some(Token::Mark('#')) => self.attribute(way)?,
                Some(Token::Word("pub")) => self.skip_scope()?,
                Some(Token::Word(member)) => {
                    members.push(member);
                    self.skip_member()?;
                }
                other => return Err(format!("{other:?} in `{kind} {name}`")),
            }
        }
        self.out.push(format!("{way}{kind} {name} {{{}}}", members.join(" ")));
        Ok(())
    }

    /// The rest of a field or a variant, and the comma behind it.
    fn skip_member(&mut self) -> Result<(), String> {
        let mut angles = 0;
        loop {
            match self.lexer.peek()? {
                Some(Token::Mark('}')) if angles == 0 => return Ok(()),
                Some(Token::Mark(',')) if angles == 0 => {
                    self.lexer.next()?;
                    return Ok(());
                }
                _ => self.skip_one(&mut angles)?,
            }
        }
    }

    /// One token or bracketed group; angle brackets are counted.
    fn skip_one(&mut self, angles: &mut usize) -> Result<(), String> {
        match self.lexer.next()? {
            None => Err("the text ends within an item".to_owned()),
            Some(Token::Mark(open @ ('(' | '[' | '{'))) => self.lexer.skip_group(open),
            Some(Token::Mark('<')) => {
                *angles += 1;
                Ok(())
            }
            Some(Token::Mark('>')) => {
                *angles = angles.saturating_sub(1);
                Ok(())
            }
            Some(_) => Ok(()),
        }
    }

    fn skip_generics(&mut self) -> Result<(), String> {
        if !self.lexer.take(Token::Mark('<'))? {
            return Ok(());
        }
        let mut angles = 1;
        while angles > 0 {
            self.skip_one(&mut angles)?;
        }
        Ok(())
    }

    fn implementation(&mut self, way: &str) -> Result<(), String> {
        self.skip_generics()?;
        let mut to = self.text_until(&['{'])?;
        let mut of = String::new();
        // A blank stands on both sides of `for`, and nowhere else.
        if let Some((name, target)) = to.split_once(" for ") {
            of = format!("{name} for ");
            to = target.to_owned();
        }
        self.expect('{')?;
        let to = to.split('<').next().unwrap_or_default();
        let to = to.rsplit("::").next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = Vec::new();
        loop {
            match self.lexer.next()? {
                Some(Token::Mark('}')) => break,
                Some(Token::Mark('#')) => self.attribute(way)?,
                Some(Token::Word("pub" | "async")) => self.skip_scope()?,
                Some(Token::Word(kind @ ("fn" | "const" | "type"))) => {
                    names.push(self.word()?.to_owned());
                    if kind == "fn" { self.skip_body()? } else { self.skip_past(';')? }
                }
                other => return Err(format!("{other:?} in `impl {to}`")),
            }
        }
        self.out.push(format!("{way}impl {of}{to} {{{}}}", names.join(" ")));
        Ok(())
    }

    fn module(&mut self, way: &str) -> Result<(), String> {
        let name = self.word()?;
        self.out.push(format!("{way}mod {name}"));
        if self.lexer.take(Token::Mark(';'))? {
            return Ok(());
        }
        self.expect('{')?;
        self.items(&format!("{way}{name}::"), Some(Token::Mark('}')))
    }

    /// A macro that is called; anything that is none is said as it stands.
    fn call(&mut self, way: &str, first: Token<'a>) -> Result<(), String> {
        let path = format!("{first}{}", self.text_until(&['!', ';', '{', '}', '('])?);
        if !self.lexer.take(Token::Mark('!'))? {
            return Err(format!("something else: {path}"));
        }
        self.expect('(')?;
        let argument = self.text_until(&[')'])?;
        self.expect(')')?;
        self.lexer.take(Token::Mark(';'))?;
        self.out.push(format!("{way}{path}!({argument})"));
        Ok(())
    }

    /// The text up to one of `ends`, without blanks but those around `for`.
    fn text_until(&mut self, ends: &[char]) -> Result<String, String> {
        let mut text = String::new();
        loop {
            match self.lexer.peek()? {
                None => return Err("the text ends within an item".to_owned()),
                Some(Token::Mark(mark)) if ends.contains(&mark) => return Ok(text),
                Some(Token::Word("for")) => text.push_str(" for "),
                Some(token) => text.push_str(&token.to_string()),
            }
            self.lexer.next()?;
        }
    }

    /// The rest of a signature, and the body.
    fn skip_body(&mut self) -> Result<(), String> {
        let mut angles = 0;
        while self.lexer.peek()? != Some(Token::Mark('{')) {
            self.skip_one(&mut angles)?;
        }
        self.expect('{')?;
        self.lexer.skip_group('{')
    }

    fn skip_past(&mut self, end: char) -> Result<(), String> {
        let mut angles = 0;
        while self.lexer.peek()? != Some(Token::Mark(end)) {
            self.skip_one(&mut angles)?;
        }
        self.expect(end)
    }

    fn word(&mut self) -> Result<&'a str, String> {
        match self.lexer.next()? {
            Some(Token::Word(word)) => Ok(word),
            other => Err(format!("{other:?} where a name belongs")),
        }
    }

    fn expect(&mut self, mark: char) -> Result<(), String> {
        match self.lexer.next()? {
            Some(Token::Mark(found)) if found == mark => Ok(()),
            other => Err(format!("{other:?} where `{mark}` belongs")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn items_are_told_from_what_only_looks_like_them() {
        let text = "//! fn canary() {}\n/* fn canary() {} */ #[derive(X)] pub struct A<P0 = m::b> { a: Vec<(u8, u8)>, pub r#type: u8 }\n\
            impl<P0> x::Y<'_> for crate::A<P0> { const C: &'static str = \"} fn canary() {}\"; type T = u8; pub async fn f(self) -> u8 where P0: X { 'x' } }\n\
            pub(crate) mod m { #[cold] fn g() { { } } } a::b!(C); use ::q::{a, b,}; enum E { One, Two(u8), }";
        let found = of(text).unwrap_or_default();
        let expected = [
            "struct A {a r#type}",
            "impl x::Y<'_> for A {C T f}",
            "mod m",
            "m::#[cold]",
            "m::fn g",
            "a::b!(C)",
            "use q::{a,b}",
            "enum E {One Two}",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_list_of_items_is_refused() {
        for text in [
            "fn a() {",
            "fn a() { ) }",
            "\"open",
            "let x = 1;",
            "struct A { 1 }",
            "static X: u8 = 1;",
            "/* open",
            "mod m {",
            "r\"x\"",
            "'",
        ] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}
