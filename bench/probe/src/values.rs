//! The scalar values of the serde derive baseline, and how each reads what a gateway may put there.
//!
//! The rules are those of the runtime: numbers come as numbers or
//! text, empty text is absence, dates come as text or as milliseconds.

use std::str::FromStr;

use opentop_runtime::DateTime;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// A date of the platform, with the two impls that serde derive needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub DateTime);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An exact decimal, written as a JSON number where that is exact, as text elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub Decimal);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A raw value keeps the scale: `12.30` stays `12.30`, as the table writes it.
        let text = self.0.to_string();
        match serde_json::value::RawValue::from_string(text) {
            Ok(raw) => raw.serialize(serializer),
            Err(error) => Err(serde::ser::Error::custom(error)),
        }
    }
}

/// A scalar that reads whatever a gateway may put there.
pub trait Lenient: Sized {
    /// What is expected, for the error message.
    const EXPECTED: &'static str;
    /// From text that is not empty; `None` where it does not fit.
    fn from_text(text: &str) -> Option<Self>;
    /// From text that the parser owns.
    fn from_owned(text: String) -> Option<Self> {
        Self::from_text(&text)
    }
    /// From a boolean.
    fn from_bool(value: bool) -> Option<Self>;
    /// From a whole number.
    fn from_int(value: i64) -> Option<Self>;
    /// From a number that is not whole.
    fn from_fraction(value: f64) -> Option<Self>;
}

impl Lenient for String {
    const EXPECTED: &'static str = "text";
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn from_owned(text: String) -> Option<Self> {
        Some(text)
    }
    fn from_bool(value: bool) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_int(value: i64) -> Option<Self> {
        Some(value.to_string())
    }
    fn from_fraction(value: f64) -> Option<Self> {
        Some(value.to_string())
    }
}

impl Lenient for i64 {
    const EXPECTED: &'static str = "a whole number";
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
    fn from_int(value: i64) -> Option<Self> {
        Some(value)
    }
    fn from_fraction(_: f64) -> Option<Self> {
        None
    }
}

impl Lenient for bool {
    const EXPECTED: &'static str = "true or false";
    fn from_text(text: &str) -> Option<Self> {
        match text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other if other.eq_ignore_ascii_case("true") => Some(true),
            other if other.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
    fn from_int(value: i64) -> Option<Self> {
        match value {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
    fn from_fraction(_: f64) -> Option<Self> {
        None
    }
}

impl Lenient for Date {
    const EXPECTED: &'static str = "a date";
    fn from_text(text: &str) -> Option<Self> {
        if let Ok(date) = DateTime::from_str(text) {
            return Some(Self(date));
        }
        let millis = (12..=14).contains(&text.len()).then(|| text.parse().ok()).flatten()?;
        Self::from_int(millis)
    }
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
    fn from_int(value: i64) -> Option<Self> {
        DateTime::from_unix_millis(value).ok().map(Self)
    }
    fn from_fraction(_: f64) -> Option<Self> {
        None
    }
}

impl Lenient for Amount {
    const EXPECTED: &'static str = "a decimal";
    fn from_text(text: &str) -> Option<Self> {
        Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok().map(Self)
    }
    fn from_bool(_: bool) -> Option<Self> {
        None
    }
    fn from_int(value: i64) -> Option<Self> {
        Some(Self(value.into()))
    }
    fn from_fraction(value: f64) -> Option<Self> {
        Self::from_text(&value.to_string())
    }
}
