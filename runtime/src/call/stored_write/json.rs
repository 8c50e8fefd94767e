//! A stored write as JSON text: one object, the parameters exactly as they go on the wire, files as hexadecimal digits.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{Entry, StoredWrite};
use crate::call::parameters::Parameters;
use crate::wire::encode::Parameter;
use crate::wire::escape::Escaped;
use crate::wire::value::{DateTime, File};

/// The number of this layout. Another one is refused rather than guessed at.
const VERSION: u64 = 1;

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
    /// As JSON text, on one line. It holds the business parameters in the clear, and neither the secret nor the session.
    pub fn to_json(&self) -> String {
        let Entry { id, method, key, started, session, parameters, cause } = &*self.0;
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| parameter_to_json(name, value)).collect();
        json!({
            "opentop_pending": VERSION,
            "id": id,
            "method": method,
            "key": key,
            "started": started.to_string(),
            "session": session,
            "cause": cause,
            "parameters": parameters,
        })
        .to_string()
    }

    /// From JSON text that [`StoredWrite::to_json`] wrote, in this process or another.
    ///
    /// # Errors
    ///
    /// Where the text is anything else. Nothing is guessed: this is somebody's money.
    pub fn from_json(text: &str) -> Result<Self, InvalidStoredWrite> {
        let value: Value = serde_json::from_str(text).map_err(|error| InvalidStoredWrite(error.to_string()))?;
        let object = value.as_object().ok_or_else(|| wrong("the text"))?;
        if object.get("opentop_pending").and_then(Value::as_u64) != Some(VERSION) {
            return Err(wrong("`opentop_pending`"));
        }
        let id = text_of(object, "id").ok().filter(|id| is_id(id)).ok_or_else(|| wrong("`id`"))?;
        let key = match object.get("key") {
            Some(Value::Null) => None,
            _ => Some(text_of(object, "key")?.to_owned()),
        };
        let started: DateTime = text_of(object, "started")?.parse().map_err(|_| wrong("`started`"))?;
        let session = object.get("session").and_then(Value::as_bool).ok_or_else(|| wrong("`session`"))?;
        let mut parameters = Parameters::default();
        for entry in object.get("parameters").and_then(Value::as_array).ok_or_else(|| wrong("`parameters`"))? {
            let (name, value) = parameter_from_json(entry).ok_or_else(|| wrong("an entry of `parameters`"))?;
            parameters.push(name.into(), value).map_err(|error| InvalidStoredWrite(error.to_string()))?;
        }
        Ok(Self(Box::new(Entry {
            id: id.to_owned(),
            method: text_of(object, "method")?.to_owned(),
            key,
            started,
            session,
            parameters,
            cause: text_of(object, "cause")?.to_owned(),
        })))
    }
}

/// Identifiers name files of journals: nothing but what we made ourselves is one.
fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn wrong(what: &str) -> InvalidStoredWrite {
    InvalidStoredWrite(format!("{what} is missing or not what was stored"))
}

fn text_of<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, InvalidStoredWrite> {
    object.get(name).and_then(Value::as_str).ok_or_else(|| wrong(&format!("`{name}`")))
}

fn parameter_to_json(name: &str, value: &Parameter) -> Value {
    match value {
        Parameter::Text(text) => json!([name, text]),
        Parameter::File(file) => {
            json!([name, { "name": file.name(), "media_type": file.media_type(), "hex": to_hex(file.bytes().map_or(&[], |bytes| &**bytes)) }])
        }
    }
}

fn parameter_from_json(entry: &Value) -> Option<(String, Parameter)> {
    let [name, value] = entry.as_array()?.as_slice() else { return None };
    let value = match value {
        Value::String(text) => Parameter::Text(text.clone()),
        Value::Object(file) => {
            let part = |name: &str| file.get(name).and_then(Value::as_str);
            let bytes = from_hex(part("hex")?)?;
            Parameter::File(File::new(part("name")?, bytes).with_media_type(part("media_type")?))
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
