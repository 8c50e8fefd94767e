//! A stored write as JSON text: one object, the parameters exactly as they go on the wire, files as hexadecimal digits.
//!
//! One write has one text: journals compare whole texts.

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Map, Value};

use super::lease::{Lease, Owner};
use super::{Answer, Entry, StoredWrite};
use crate::call::config::Format;
use crate::call::parameters::Parameters;
use crate::wire::encode::Parameter;
use crate::wire::escape::Escaped;
use crate::wire::value::File;

/// The number of this layout. Another one is refused rather than guessed at.
const VERSION: u64 = 2;

/// A stored write that cannot be read, or is of another method.
#[derive(Debug)]
pub struct InvalidStoredWrite(String);

impl InvalidStoredWrite {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for InvalidStoredWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a stored write: {}", Escaped(&self.0))
    }
}

impl std::error::Error for InvalidStoredWrite {}

impl StoredWrite {
    /// As JSON text, on one line. The same write always gives the same text. It holds the business parameters and the answer in the
    /// clear, and neither the application's secret nor the session nor a signature: see [`answer`](Self::answer).
    pub fn to_json(&self) -> String {
        serde_json::to_string(&*self.0).expect("invariant: texts, numbers and lists are JSON")
    }

    /// From JSON text that [`StoredWrite::to_json`] wrote, in this process or another.
    ///
    /// # Errors
    ///
    /// If the text is anything else. Nothing is guessed: this is somebody's money.
    pub fn from_json(text: &str) -> Result<Self, InvalidStoredWrite> {
        let value: Value = serde_json::from_str(text).map_err(|error| InvalidStoredWrite(error.to_string()))?;
        let object = value.as_object().ok_or_else(|| wrong("the text"))?;
        check_version(object)?;
        let id = text_of(object, "id").ok().filter(|id| is_id(id)).ok_or_else(|| wrong("`id`"))?;
        let mut parameters = Parameters::default();
        for entry in object.get("parameters").and_then(Value::as_array).ok_or_else(|| wrong("`parameters`"))? {
            let (name, value) = parameter_from_json(entry).ok_or_else(|| wrong("an entry of `parameters`"))?;
            parameters.push(name.into(), value).map_err(|error| InvalidStoredWrite(error.to_string()))?;
        }
        Ok(Self(Box::new(Entry {
            id: id.to_owned(),
            method: text_of(object, "method")?.to_owned(),
            key: optional(object, "key", |value| value.as_str().map(str::to_owned))?,
            started: text_of(object, "started")?.parse().map_err(|_| wrong("`started`"))?,
            app_key: text_of(object, "app_key")?.to_owned(),
            endpoint: text_of(object, "endpoint")?.to_owned(),
            session: object.get("session").and_then(Value::as_bool).ok_or_else(|| wrong("`session`"))?,
            cause: text_of(object, "cause")?.to_owned(),
            lease: optional(object, "lease", lease_from_json)?,
            answer: match optional(object, "answer", pair_of_texts)? {
                Some((format, body)) => Some(Answer { format: format_named(format)?, body: body.into() }),
                None => None,
            },
            parameters: Arc::new(parameters),
        })))
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, method, key, started, app_key, endpoint, session, parameters, cause, answer, lease } = self;
        let answer = answer.as_ref().map(|Answer { format, body }| (format.as_str(), &**body));
        let mut entry = serializer.serialize_struct("StoredWrite", 12)?;
        entry.serialize_field("opentop_pending", &VERSION)?;
        entry.serialize_field("id", id)?;
        entry.serialize_field("method", method)?;
        entry.serialize_field("key", key)?;
        entry.serialize_field("started", &started.to_string())?;
        entry.serialize_field("app_key", app_key)?;
        entry.serialize_field("endpoint", endpoint)?;
        entry.serialize_field("session", session)?;
        entry.serialize_field("cause", cause)?;
        entry.serialize_field("lease", lease)?;
        entry.serialize_field("answer", &answer)?;
        entry.serialize_field("parameters", &parameters.iter().map(StoredParameter).collect::<Vec<_>>())?;
        entry.end()
    }
}

/// `[name, text]`, or `[name, [file name, media type, hexadecimal digits]]`.
struct StoredParameter<'a>((&'a str, &'a Parameter));

impl Serialize for StoredParameter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, value) = self.0;
        match value {
            Parameter::Text(text) => (name, text).serialize(serializer),
            Parameter::File(file) => {
                let hex = to_hex(file.bytes().map_or(&[], |bytes| &**bytes));
                (name, (file.name(), file.media_type(), hex)).serialize(serializer)
            }
        }
    }
}

/// Identifiers name files of journals: nothing but what we made ourselves is one.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn check_version(object: &Map<String, Value>) -> Result<(), InvalidStoredWrite> {
    match object.get("opentop_pending").and_then(Value::as_u64) {
        Some(VERSION) => Ok(()),
        Some(other) => Err(InvalidStoredWrite(format!(
            "its layout is {other}, this SDK reads layout {VERSION}: end the write with the SDK that stored it"
        ))),
        None => Err(wrong("`opentop_pending`")),
    }
}

fn wrong(what: &str) -> InvalidStoredWrite {
    InvalidStoredWrite(format!("{what} is missing or not what was stored"))
}

fn text_of<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, InvalidStoredWrite> {
    object.get(name).and_then(Value::as_str).ok_or_else(|| wrong(&format!("`{name}`")))
}

/// A part that may be null. One that is not there at all is an error.
fn optional<'a, T>(
    object: &'a Map<String, Value>,
    name: &str,
    read: impl FnOnce(&'a Value) -> Option<T>,
) -> Result<Option<T>, InvalidStoredWrite> {
    match object.get(name) {
        Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or_else(|| wrong(&format!("`{name}`"))),
        None => Err(wrong(&format!("`{name}`"))),
    }
}

fn pair_of_texts(value: &Value) -> Option<(&str, &str)> {
    let [first, second] = value.as_array()?.as_slice() else { return None };
    Some((first.as_str()?, second.as_str()?))
}

fn format_named(name: &str) -> Result<Format, InvalidStoredWrite> {
    match name {
        "json" => Ok(Format::Json),
        #[cfg(feature = "xml")]
        "xml" => Ok(Format::Xml),
        _ => Err(InvalidStoredWrite(format!(
            "its answer is in `{name}`, which this program cannot read: enable that feature"
        ))),
    }
}

fn lease_from_json(value: &Value) -> Option<Lease> {
    let [host, process, start, token, until] = value.as_array()?.as_slice() else { return None };
    let owner = Owner {
        host: host.as_str()?.to_owned(),
        process: process.as_u64()?.try_into().ok()?,
        start: start.as_u64()?,
        token: token.as_str().filter(|token| is_id(token))?.to_owned(),
    };
    Some(Lease { owner, until: until.as_u64()? })
}

fn parameter_from_json(entry: &Value) -> Option<(String, Parameter)> {
    let [name, value] = entry.as_array()?.as_slice() else { return None };
    let value = match value {
        Value::String(text) => Parameter::Text(text.clone()),
        Value::Array(file) => {
            let [file_name, media_type, hex] = file.as_slice() else { return None };
            let file = File::new(file_name.as_str()?, from_hex(hex.as_str()?)?);
            Parameter::File(file.with_media_type(media_type.as_str()?))
        }
        _ => return None,
    };
    Some((name.as_str()?.to_owned(), value))
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
