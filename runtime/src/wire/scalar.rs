//! Reads scalars leniently: what JSON, XML and serde may hold for each type of field. Numbers are exact or refused, never rounded.

pub(crate) mod number;

use std::fmt;

use self::number::{exact_decimal, integer, whole, without_separators};
use crate::wire::table::{EnumListSlot, EnumSlot, FieldMut};
use crate::wire::value::{DateTime, Decimal, Json, Scalar};

/// What a source holds where a value is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// A number by its exact source text.
    Number(&'a str),
    Text(&'a str),
    /// An object or array by its JSON text.
    Composite(&'a str),
}

/// What was wanted and what was there.
#[derive(Debug)]
pub(crate) struct Problem {
    expected: &'static str,
    found: String,
}

impl Problem {
    pub(crate) fn new(expected: &'static str, source: Source<'_>) -> Self {
        Self { expected, found: source.to_string() }
    }

    /// For people; a sensitive value is not shown.
    pub(crate) fn text(&self, sensitive: bool) -> String {
        let found = if sensitive { "[redacted]" } else { &self.found };
        format!("expected {}, found {found}", self.expected)
    }
}

/// At most this many characters of a value are shown.
const SHOWN: usize = 60;

/// The beginning of `text`, with nothing in it that could forge a line of a log.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Null => f.write_str("null"),
            Source::Bool(value) => write!(f, "{value}"),
            Source::Int(value) => write!(f, "the number {value}"),
            Source::Number(text) => write!(f, "the number {}", excerpt(text)),
            Source::Text(text) => write!(f, "the text \"{}\"", excerpt(text)),
            Source::Composite(text) if text.starts_with('[') => f.write_str("a list"),
            Source::Composite(_) => f.write_str("an object"),
        }
    }
}

pub(crate) const WANT_INT: &str = "a whole number of 64 bits";
pub(crate) const WANT_OBJECT: &str = "an object";
const WANT_TEXT: &str = "text";
const WANT_BOOL: &str = "true or false";
const WANT_DATE: &str = "a date (yyyy-MM-dd HH:mm:ss, or seconds or milliseconds since 1970 in the years 2000 to 2100)";
const WANT_DECIMAL: &str = "a decimal that 28 digits hold exactly";
const WANT_FILE: &str = "no file here: set it with the builder";

type Converted<T> = Result<Option<T>, Problem>;

/// Fills `slot` from a scalar (a list gets it as its one element). An empty text is absence, and so is a null date.
/// With `keep_empty` the text stays, for a check to refuse it, and the date is a problem.
#[inline]
pub(crate) fn put(slot: FieldMut<'_>, source: Source<'_>, keep_empty: bool) -> Result<(), Problem> {
    // Nearly all there is in an answer, without a detour.
    match (slot, source) {
        (FieldMut::Text(into), Source::Text(text)) if !text.is_empty() => {
            *into = Some(text.to_owned());
            Ok(())
        }
        (FieldMut::Int(into), Source::Int(number)) => {
            *into = Some(number);
            Ok(())
        }
        (slot, source) => convert(slot, source, keep_empty),
    }
}

fn convert(slot: FieldMut<'_>, source: Source<'_>, keep_empty: bool) -> Result<(), Problem> {
    match slot {
        FieldMut::None => {}
        FieldMut::Text(into) => *into = text(source, keep_empty)?,
        FieldMut::Int(into) => *into = int(source)?,
        FieldMut::Bool(into) => *into = boolean(source)?,
        FieldMut::Date(into) => *into = date(source, keep_empty)?,
        FieldMut::Decimal(into) => *into = decimal(source)?,
        FieldMut::Json(into) => *into = json(source)?,
        FieldMut::Enum(into) => listed(into, source, keep_empty)?,
        FieldMut::File(_) if absent(source) => {}
        FieldMut::File(_) => return Err(Problem::new(WANT_FILE, source)),
        FieldMut::Object(_) | FieldMut::Objects(_) if absent(source) => {}
        // PHP writes an empty object like that.
        FieldMut::Object(into) if is_empty_array(source) => {
            into.insert();
        }
        FieldMut::Object(_) | FieldMut::Objects(_) => return Err(Problem::new(WANT_OBJECT, source)),
        list => push(list, source, keep_empty)?,
    }
    Ok(())
}

/// Appends a scalar to a list of scalars; absence appends nothing.
fn push(list: FieldMut<'_>, source: Source<'_>, keep_empty: bool) -> Result<(), Problem> {
    match list {
        FieldMut::Texts(into) => into.extend(text(source, keep_empty)?),
        FieldMut::Ints(into) => into.extend(int(source)?),
        FieldMut::Bools(into) => into.extend(boolean(source)?),
        FieldMut::Dates(into) => into.extend(date(source, keep_empty)?),
        FieldMut::Decimals(into) => into.extend(decimal(source)?),
        FieldMut::Jsons(into) => into.extend(json(source)?),
        FieldMut::Enums(into) => listed(&mut Appended(into), source, keep_empty)?,
        _ => {}
    }
    Ok(())
}

/// Lends the end of an enum list as the slot of its next element.
pub(crate) struct Appended<'a>(pub(crate) &'a mut dyn EnumListSlot);

impl EnumSlot for Appended<'_> {
    fn numeric(&self) -> bool {
        self.0.numeric()
    }
    fn get(&self) -> Option<Scalar<'_>> {
        None
    }
    fn set(&mut self, wire: Scalar<'_>) {
        self.0.push(wire);
    }
    fn clear(&mut self) {}
}

/// Whether `source` stands for no value in a field that is not text: null, empty or blank text, the text `null`.
pub(crate) fn absent(source: Source<'_>) -> bool {
    match source {
        Source::Null => true,
        Source::Text(text) => matches!(text.trim_ascii(), "" | "null"),
        _ => false,
    }
}

fn is_empty_array(source: Source<'_>) -> bool {
    let Source::Composite(text) = source else { return false };
    text.strip_prefix('[').is_some_and(|rest| rest.trim_ascii_start() == "]")
}

fn text(source: Source<'_>, keep_empty: bool) -> Converted<String> {
    Ok(match source {
        Source::Null => None,
        Source::Text("") if !keep_empty => None,
        Source::Text(text) | Source::Number(text) | Source::Composite(text) => Some(text.to_owned()),
        Source::Bool(value) => Some(value.to_string()),
        Source::Int(value) => Some(value.to_string()),
    })
}

fn int(source: Source<'_>) -> Converted<i64> {
    match source {
        Source::Int(value) => Ok(Some(value)),
        _ if absent(source) => Ok(None),
        Source::Number(text) | Source::Text(text) => {
            let text = text.trim_ascii();
            integer(text).or_else(|| whole(text)).map(Some).ok_or_else(|| Problem::new(WANT_INT, source))
        }
        _ => Err(Problem::new(WANT_INT, source)),
    }
}

fn boolean(source: Source<'_>) -> Converted<bool> {
    let known = match source {
        Source::Bool(value) => Some(value),
        _ if absent(source) => return Ok(None),
        Source::Int(0) => Some(false),
        Source::Int(1) => Some(true),
        Source::Number(text) | Source::Text(text) => match text.trim_ascii() {
            "0" => Some(false),
            "1" => Some(true),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
        _ => None,
    };
    known.map(Some).ok_or_else(|| Problem::new(WANT_BOOL, source))
}

fn date(source: Source<'_>, keep_empty: bool) -> Converted<DateTime> {
    let known = match source {
        Source::Int(millis) => DateTime::from_number(millis).ok(),
        Source::Number(text) => integer(text).and_then(|millis| DateTime::from_number(millis).ok()),
        Source::Text(text) => DateTime::parse_lenient(text.trim_ascii()).ok(),
        _ => None,
    };
    // Absence is the rarer case: look for it where there is no date.
    if known.is_none() && (absent(source) || (!keep_empty && is_null_date(source))) {
        return Ok(None);
    }
    known.map(Some).ok_or_else(|| Problem::new(WANT_DATE, source))
}

/// MySQL's way to write that there is no date, which answers pass on: `0000-00-00`, with or without a time.
fn is_null_date(source: Source<'_>) -> bool {
    let Source::Text(text) = source else { return false };
    let time = text.trim_ascii().strip_prefix("0000-00-00");
    time.is_some_and(|time| time.bytes().all(|byte| matches!(byte, b' ' | b'0' | b':' | b'.')))
}

fn decimal(source: Source<'_>) -> Converted<Decimal> {
    match source {
        _ if absent(source) => Ok(None),
        Source::Int(value) => Ok(Some(value.into())),
        Source::Number(text) | Source::Text(text) => {
            let text = text.trim_ascii();
            let exact = exact_decimal(text).or_else(|| exact_decimal(&without_separators(text)?));
            exact.map(Some).ok_or_else(|| Problem::new(WANT_DECIMAL, source))
        }
        _ => Err(Problem::new(WANT_DECIMAL, source)),
    }
}

fn json(source: Source<'_>) -> Converted<Json> {
    Ok(match source {
        Source::Null | Source::Text("") => None,
        Source::Text(text) => Some(Json::from_text(text)),
        Source::Number(text) | Source::Composite(text) => Some(Json::checked(text)),
        Source::Bool(value) => Some(Json::checked(if value { "true" } else { "false" })),
        Source::Int(value) => Some(Json::checked(&value.to_string())),
    })
}

fn listed(into: &mut dyn EnumSlot, source: Source<'_>, keep_empty: bool) -> Result<(), Problem> {
    if into.numeric() {
        if let Some(number) = int(source)? {
            into.set(Scalar::Int(number));
        }
        return Ok(());
    }
    match source {
        Source::Null => {}
        Source::Text("") if !keep_empty => {}
        Source::Text(text) | Source::Number(text) => into.set(Scalar::Text(text)),
        Source::Bool(value) => into.set(Scalar::Text(if value { "true" } else { "false" })),
        Source::Int(value) => into.set(Scalar::Text(&value.to_string())),
        Source::Composite(_) => return Err(Problem::new(WANT_TEXT, source)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_holds_no_control_characters() {
        assert_eq!(excerpt("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(excerpt(&"长".repeat(61)).chars().count(), 61);
    }
}
