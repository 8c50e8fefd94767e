//! Names of the generated code, each a newtype with one constructor.
//!
//! The constructors turn the vendor's names into identifiers that compile. They look at one name alone;
//! [`naming`](crate::naming) decides between names that clash.

mod keywords;
mod module;

use std::fmt;

use heck::ToSnakeCase;

pub use keywords::is_keyword;
pub use module::{Feature, ModuleName};

use keywords::NEVER_RAW;

/// Whether a letter may stand in an identifier without a warning of the compiler: ASCII and the common Han characters.
fn plain_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || ('\u{4E00}'..='\u{9FFF}').contains(&letter)
}

/// A wire name, verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WireName(String);

impl WireName {
    /// Takes the name as it is.
    #[must_use]
    pub fn new(name: &str) -> Self {
        WireName(name.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A method without a leading `taobao.`.
fn short(method: &str) -> &str {
    method.strip_prefix("taobao.").filter(|rest| !rest.is_empty()).unwrap_or(method)
}

/// A type: of the vendor, or made from a method.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeName(String);

impl TypeName {
    /// The vendor's name, if need be in upper camel case: parts between other characters capitalised and joined, the rest of
    /// each part left alone (`ItemDTO` stays). `Self` gets `Type` behind; so do `P1`, `B`, `C` and `S`, which builders use for themselves.
    /// `None` where nothing is left of the name.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let mut out = String::with_capacity(name.len());
        let mut fresh = true;
        for letter in name.chars() {
            if letter == '_' || !plain_letter(letter) {
                fresh = true;
            } else if fresh {
                out.push(letter.to_ascii_uppercase());
                fresh = false;
            } else {
                out.push(letter);
            }
        }
        if out.starts_with(|first: char| first.is_ascii_digit()) {
            out.insert(0, 'T');
        }
        let parameter = out.strip_prefix('P').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if parameter || matches!(out.as_str(), "Self" | "B" | "C" | "S") {
            out.push_str("Type");
        }
        (!out.is_empty()).then_some(TypeName(out))
    }

    /// The request of a method.
    #[must_use]
    pub fn request() -> Self {
        TypeName("Request".to_owned())
    }

    /// The response of a method.
    #[must_use]
    pub fn response() -> Self {
        TypeName("Response".to_owned())
    }

    /// The content of a message.
    #[must_use]
    pub fn content() -> Self {
        TypeName("Content".to_owned())
    }

    /// The response of a write whose outcome was checked.
    #[must_use]
    pub fn checked() -> Self {
        TypeName("CheckedResponse".to_owned())
    }

    /// The vendor's class name of a method, `Request` or `Response` behind: parts split at `. _ -`, capitalised and joined.
    #[must_use]
    pub fn of_method(method: &str, suffix: &str) -> Self {
        let stem = TypeName::new(short(method)).map_or_else(|| "Unnamed".to_owned(), |name| name.0);
        TypeName(format!("{stem}{suffix}"))
    }

    /// This name with something behind it.
    #[must_use]
    pub fn with(&self, suffix: &str) -> Self {
        TypeName(format!("{}{suffix}", self.0))
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names have in common that a file system could not tell apart.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A field, a method of a builder, or a marker.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldIdent(String);

impl FieldIdent {
    /// Snake case of the wire name. Keywords become raw identifiers; those that cannot be raw get a `_` behind; a leading
    /// digit gets one in front. `None` where characters stand in it that no identifier holds without a warning, or nothing
    /// is left: see [`FieldIdent::numbered`].
    #[must_use]
    pub fn new(wire: &str) -> Option<Self> {
        if wire.chars().any(|letter| !letter.is_ascii() && !plain_letter(letter)) {
            return None;
        }
        let snake = wire.to_snake_case();
        if snake.is_empty() {
            return None;
        }
        Some(FieldIdent::of_bare(snake))
    }

    /// The identifier of a field whose name makes none: `field_` and its position, from 1.
    #[must_use]
    pub fn numbered(position: usize) -> Self {
        FieldIdent(format!("field_{position}"))
    }

    /// This name, `_` and a number behind.
    #[must_use]
    pub fn counted(&self, number: usize) -> Self {
        FieldIdent(format!("{}_{number}", self.bare().trim_end_matches('_')))
    }

    /// This name with something before it: the bare name is what is joined, less the `_` that only kept a digit from standing first.
    #[must_use]
    pub fn prefixed(&self, prefix: &str) -> Self {
        FieldIdent::of_bare(format!("{prefix}{}", self.bare().trim_start_matches('_')))
    }

    /// This name with a `_` behind.
    #[must_use]
    pub fn suffixed(&self) -> Self {
        FieldIdent(format!("{}_", self.bare()))
    }

    fn of_bare(mut bare: String) -> Self {
        if bare.starts_with(|first: char| first.is_ascii_digit()) {
            bare.insert(0, '_');
        }
        if NEVER_RAW.contains(&bare.as_str()) {
            bare.push('_');
        } else if is_keyword(&bare) {
            bare.insert_str(0, "r#");
        }
        FieldIdent(bare)
    }

    /// The identifier as code has it, `r#` included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier without `r#`.
    #[must_use]
    pub fn bare(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }
}

/// A variant of an open enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariantName(String);

impl VariantName {
    /// The spec's name of a listed value, verbatim where it is an identifier that starts with a capital; else upper camel case
    /// of it, or of the value; a value that starts with a digit gets a `V` in front. `Unknown`, `Self` and `VALUES` get `Value` behind.
    #[must_use]
    pub fn new(name: Option<&str>, value: &str) -> Option<Self> {
        let text = name.filter(|name| !name.trim().is_empty()).unwrap_or(value);
        let verbatim =
            text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(plain_letter) && !text.contains('_');
        let mut out = if verbatim { text.to_owned() } else { camel_words(text) };
        if out.starts_with(|first: char| first.is_ascii_digit()) {
            let minus = if text.trim_start().starts_with('-') { "Minus" } else { "V" };
            out.insert_str(0, minus);
        }
        if matches!(out.as_str(), "Unknown" | "Self" | "VALUES") {
            out.push_str("Value");
        }
        (!out.is_empty()).then_some(VariantName(out))
    }

    /// The variant of a value whose name makes none: `Value` and its position, from 1.
    #[must_use]
    pub fn numbered(position: usize) -> Self {
        VariantName(format!("Value{position}"))
    }

    /// This name with a number behind.
    #[must_use]
    pub fn counted(&self, number: usize) -> Self {
        VariantName(format!("{}{number}", self.0))
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `book_time` → `BookTime`, `WAIT_PAY` → `WaitPay`: words that are all capitals are lowered where there are several.
fn camel_words(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c == '_' || !plain_letter(c)).filter(|word| !word.is_empty()).collect();
    let mut out = String::with_capacity(text.len());
    for word in &words {
        let shout = words.len() > 1 && word.chars().all(|c| !c.is_ascii_lowercase());
        for (at, letter) in word.chars().enumerate() {
            out.push(match at {
                0 => letter.to_ascii_uppercase(),
                _ if shout => letter.to_ascii_lowercase(),
                _ => letter,
            });
        }
    }
    out
}

macro_rules! display {
    ($($name:ident)*) => { $(impl fmt::Display for $name {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.as_str())
        }
    })* };
}
display!(WireName ModuleName Feature TypeName FieldIdent VariantName);

#[cfg(test)]
mod tests;
