//! JSON as it was written: members in their order, duplicates kept, numbers as their text.
//!
//! serde_json reads and writes it. Its own `Value` drops duplicate members and passes numbers through a float, so [`Json`]
//! takes its place: amounts of money and 64-bit ids stay exact.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

/// How deep values may nest. The deepest object of the platform's catalogue has 8 levels.
const MAX_DEPTH: usize = 64;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// The number's own text.
    Number(String),
    /// Text, unescaped.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, members in their order, duplicates included.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON document.
    ///
    /// # Errors
    /// A sentence that says what is wrong and where, when `text` is not one JSON document or nests too deeply.
    pub(crate) fn parse(text: &str) -> Result<Json, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
        parse_at(raw.get(), 0)
    }

    /// The same value out of a tree whose numbers were parsed already.
    pub(crate) fn from_value(value: &serde_json::Value) -> Json {
        match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(flag) => Json::Bool(*flag),
            serde_json::Value::Number(number) => Json::Number(number.to_string()),
            serde_json::Value::String(text) => Json::Text(text.clone()),
            serde_json::Value::Array(items) => Json::List(items.iter().map(Json::from_value).collect()),
            serde_json::Value::Object(members) => {
                Json::Object(members.iter().map(|(name, value)| (name.clone(), Json::from_value(value))).collect())
            }
        }
    }

    /// The word for its kind, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "text",
            Json::List(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    /// The text of a scalar: numbers and booleans as they were written.
    pub(crate) fn scalar_text(&self) -> Option<&str> {
        match self {
            Json::Number(text) | Json::Text(text) => Some(text),
            Json::Bool(flag) => Some(if *flag { "true" } else { "false" }),
            Json::Null | Json::List(_) | Json::Object(_) => None,
        }
    }
}

/// Compact JSON text, numbers verbatim.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(flag) => serializer.serialize_bool(*flag),
            Json::Number(text) => number(text, serializer),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
        }
    }
}

/// Writes a number as its own text.
pub(crate) fn number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = RawValue::from_string(text.to_owned()).map_err(S::Error::custom)?;
    raw.serialize(serializer)
}

fn parse_at(text: &str, depth: usize) -> Result<Json, String> {
    if depth > MAX_DEPTH {
        return Err(format!("values nest deeper than {MAX_DEPTH} levels"));
    }
    let fail = |error: serde_json::Error| error.to_string();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let members = serde_json::from_str::<Members<'_>>(text).map_err(fail)?.0;
            let read = |(name, raw): (String, &RawValue)| Ok((name, parse_at(raw.get(), depth + 1)?));
            Json::Object(members.into_iter().map(read).collect::<Result<_, String>>()?)
        }
        Some(b'[') => {
            let items = serde_json::from_str::<Items<'_>>(text).map_err(fail)?.0;
            Json::List(items.into_iter().map(|raw| parse_at(raw.get(), depth + 1)).collect::<Result<_, String>>()?)
        }
        Some(b'"') => Json::Text(serde_json::from_str(text).map_err(fail)?),
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'n') => Json::Null,
        _ => Json::Number(text.to_owned()),
    })
}

/// An object's members, one level deep.
struct Members<'a>(Vec<(String, &'a RawValue)>);

/// An array's elements, one level deep.
struct Items<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Level;
        impl<'de> Visitor<'de> for Level {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(entry) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(entry);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Level)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Level;
        impl<'de> Visitor<'de> for Level {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element::<&'de RawValue>()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Level)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn numbers_keep_their_text_and_members_their_order_and_duplicates() {
        let text = r#"{"b":1.10,"a":[7104300007405429232,-0,1e400],"b":null,"c":{"x":"\u4e2d\n"},"d":true}"#;
        let json = Json::parse(text).unwrap();
        assert_eq!(
            json.to_string(),
            r#"{"b":1.10,"a":[7104300007405429232,-0,1e400],"b":null,"c":{"x":"中\n"},"d":true}"#
        );
    }

    #[test]
    fn what_is_not_json_is_an_error_with_its_place() {
        for text in ["", "{", "{\"a\":}", "[1,]", "nul", "1 2", "\"\\ud800\"", "{a:1}", "\u{0}"] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
        assert!(Json::parse("{\n  \"a\": x}").unwrap_err().contains("line 2 column 8"));
    }

    #[test]
    fn deep_nesting_is_refused_without_overflow() {
        for open in ["[", "{\"a\":"] {
            let (text, close) = (open.repeat(200_000), if open == "[" { "]" } else { "}" });
            assert!(Json::parse(&format!("{text}1{}", close.repeat(200_000))).unwrap_err().contains("deeper"));
            assert!(Json::parse(&text).is_err());
        }
    }
}
