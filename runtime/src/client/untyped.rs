//! Calls of methods without a specification: parameters in, JSON out.
//!
//! In: a method's name; later its answer, which comes in its envelope. Out: what is inside the envelope, as JSON text.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::error::ConfigError;
use crate::gateway::{Answer, envelope_of};
use crate::table::{Shape, Slot, Table, Value};
use crate::{Error, Json, Reply};

/// A model without fields: only envelope, refusal and request id are read.
pub(crate) struct Anything;

impl Table for Anything {
    fn shape(&self) -> &'static Shape {
        static SHAPE: Shape = Shape { name: "Anything", fields: &[], notes: &[], rules: &[] };
        &SHAPE
    }

    fn slot(&mut self, _: usize) -> Slot<'_> {
        Slot::None
    }

    fn value(&self, _: usize) -> Value<'_> {
        Value::None
    }
}

/// The root of the method's answer, where the name is one.
pub(crate) fn envelope(method: &str) -> Result<String, Error> {
    let sound = method.contains('.')
        && method.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        });
    if sound { Ok(envelope_of(method)) } else { Err(ConfigError::MethodName { name: method.to_owned() }.into()) }
}

/// What the envelope holds; the whole answer where there is none.
pub(crate) fn reply(envelope: &str, answer: Answer) -> Reply<Json> {
    let text = answer.raw().trim_start_matches('\u{feff}');
    let inside = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text)
        .ok()
        .and_then(|mut root| root.remove(envelope))
        .map(|inside| Json::checked(inside.get()));
    let json = inside.unwrap_or_else(|| Json::checked(text));
    Reply::new(json, answer)
}
