//! JSON text that is passed through.

use std::{fmt, str::FromStr};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// Valid JSON text, kept byte for byte: what the platform calls `Json` or `Map`.
///
/// Equality is of the text: `{"a":1}` and `{ "a": 1 }` differ. Nothing is rounded: a number of thirty digits stays one.
///
/// ```
/// use opentop_runtime::Json;
///
/// let ext = Json::new(r#"{"level": 3}"#)?;
/// assert_eq!(ext.as_str(), r#"{"level": 3}"#);
/// assert!(Json::new("{").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(String);

impl Json {
    /// Takes `text` as it is (without blanks around it).
    ///
    /// # Errors
    /// If it is not exactly one JSON value; the error tells line and column.
    pub fn new(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        let text = text.into();
        serde_json::from_str::<&RawValue>(&text)?;
        let trimmed = text.trim_ascii();
        if trimmed.len() == text.len() { Ok(Self(text)) } else { Ok(Self(trimmed.to_owned())) }
    }

    /// Writes `value` as JSON.
    ///
    /// ```
    /// use opentop_runtime::Json;
    ///
    /// let ext = Json::from_serialize(&std::collections::BTreeMap::from([("level", 3)]))?;
    /// assert_eq!(ext.as_str(), r#"{"level":3}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the value cannot be JSON, e.g. a map whose keys are not text.
    pub fn from_serialize(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self)
    }

    /// Writes a JSON tree.
    ///
    /// ```
    /// use opentop_runtime::Json;
    ///
    /// let ext = Json::from_value(&serde_json::json!({"level": 3, "tags": ["new"]}));
    /// assert_eq!(ext.as_str(), r#"{"level":3,"tags":["new"]}"#);
    /// ```
    #[must_use]
    pub fn from_value(value: &serde_json::Value) -> Self {
        Self(value.to_string())
    }

    /// Reads it into a type of your own.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use opentop_runtime::Json;
    ///
    /// let ext: BTreeMap<String, u8> = Json::new(r#"{"level": 3}"#)?.parse()?;     // or a type that derives `Deserialize`
    /// assert_eq!(ext["level"], 3);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the text does not fit the type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Takes text that a JSON parser has already gone over.
    pub(crate) fn checked(text: &str) -> Self {
        Self(text.trim_ascii().to_owned())
    }

    /// What a text value means for a JSON field: the object or array written in it, else the text itself as a JSON string.
    pub(crate) fn from_text(text: &str) -> Self {
        let inner = text.trim_ascii();
        if inner.starts_with(['{', '[']) && serde_json::from_str::<&RawValue>(inner).is_ok() {
            return Self(inner.to_owned());
        }
        Self(quoted(text))
    }
}

/// `text` as a JSON string token.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("invariant: text is always JSON")
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Json {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_is_kept_to_the_byte_but_for_blanks_around_it() {
        for (given, kept) in [
            ("{\"b\": 1,  \"a\":1.10}", "{\"b\": 1,  \"a\":1.10}"),
            (" [1] \n", "[1]"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("null", "null"),
        ] {
            assert_eq!(Json::new(given).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_not_one_json_value_is_refused() {
        for given in ["", "{", "{}{}", "abc", "[1,]", "'a'"] {
            assert!(Json::new(given).is_err(), "{given}");
        }
    }

    #[test]
    fn text_that_holds_an_object_or_array_is_that_and_other_text_is_a_string() {
        for (text, json) in [
            (r#"{"a":1}"#, r#"{"a":1}"#),
            ("[1, 2]", "[1, 2]"),
            ("{broken", r#""{broken""#),
            ("12", r#""12""#),
            ("null", r#""null""#),
            ("say \"hi\"", r#""say \"hi\"""#),
        ] {
            assert_eq!(Json::from_text(text).as_str(), json);
        }
    }

    #[test]
    fn it_reads_into_own_types_and_is_written_from_them() {
        let json = Json::from_serialize(&[1, 2, 3]).unwrap();
        assert_eq!(json.as_str(), "[1,2,3]");
        assert_eq!(json.parse::<Vec<u8>>().unwrap(), [1, 2, 3]);
        assert_eq!(Json::from_value(&serde_json::json!({"a": 1})).as_str(), r#"{"a":1}"#);
    }
}
