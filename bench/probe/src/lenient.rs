//! `deserialize_with` functions that give serde derive the leniency of the field table.
//!
//! They read an `Option` of a scalar, or a list, from JSON or XML. One visitor per kind of value serves all fields of
//! that kind, so the baseline pays for its leniency as little as it can.
//!
//! What the baseline leaves out, all in its favour: objects given as text that holds their JSON, exactness of decimals that a
//! parser has already turned into `f64`, the first of duplicate fields instead of an error, and errors that name a path and go on.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

pub use crate::lists::{list, scalars};
use crate::values::Lenient;

/// Reads a scalar: a number, text, a boolean, null, or the text of an XML element.
///
/// # Errors
/// Where the value does not fit.
pub fn scalar<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

pub(crate) struct ScalarVisitor<T>(pub(crate) PhantomData<T>);

impl<T: Lenient> ScalarVisitor<T> {
    fn fit<E: Error>(value: Option<T>) -> Result<Option<T>, E> {
        value.map(Some).ok_or_else(|| E::custom(format_args!("expected {}", T::EXPECTED)))
    }
}

impl<'de, T: Lenient> Visitor<'de> for ScalarVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Self::fit(T::from_bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Self::fit(T::from_int(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match i64::try_from(value) {
            Ok(value) => Self::fit(T::from_int(value)),
            Err(_) => Self::fit(T::from_text(&value.to_string())),
        }
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Self::fit(T::from_fraction(value))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() { Ok(None) } else { Self::fit(T::from_text(text)) }
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        if text.is_empty() { Ok(None) } else { Self::fit(T::from_owned(text)) }
    }
    /// An XML element: its text stands under a key of its own.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_text) = map.next_key_seed(IsKey("$text"))? {
            if is_text {
                found = map.next_value_seed(ScalarSeed(PhantomData))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Reads one scalar as an element of something.
pub(crate) struct ScalarSeed<T>(pub(crate) PhantomData<T>);

impl<'de, T: Lenient> serde::de::DeserializeSeed<'de> for ScalarSeed<T> {
    type Value = Option<T>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        scalar(deserializer)
    }
}

/// Reads a key and says whether it is this one.
pub(crate) struct IsKey(pub(crate) &'static str);

impl<'de> serde::de::DeserializeSeed<'de> for IsKey {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsKey {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

/// An answer in either shape of JSON: its envelope is taken off where there is one, and a refusal is an error.
///
/// # Errors
/// Where the text is a refusal, is not JSON, or does not fit.
pub fn answer<T: DeserializeOwned>(text: &str, envelope: &'static str) -> Result<T, serde_json::Error> {
    let first = text.trim_start().strip_prefix('{').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
    let first = first.and_then(|rest| rest.split('"').next()).unwrap_or_default();
    if first == envelope {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let inner = deserializer.deserialize_map(Enveloped { envelope, of: PhantomData })?;
        deserializer.end()?;
        return Ok(inner);
    }
    if first == "error_response" {
        return Err(serde_json::Error::custom("refused"));
    }
    serde_json::from_str(text)
}

/// An answer in XML. What the root is called is not looked at.
///
/// # Errors
/// Where the text is not XML, or does not fit.
#[cfg(feature = "xml")]
pub fn answer_xml<T: DeserializeOwned>(text: &str) -> Result<T, quick_xml::DeError> {
    quick_xml::de::from_str(text)
}

struct Enveloped<T> {
    envelope: &'static str,
    of: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Enveloped<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut found = None;
        while let Some(is_envelope) = map.next_key_seed(IsKey(self.envelope))? {
            if is_envelope {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        found.ok_or_else(|| A::Error::missing_field(self.envelope))
    }
}
