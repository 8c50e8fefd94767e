//! From an HTTP response to a model or an error. No I/O.
//!
//! In: the method's facts and the response. Out: the filled model with its [`Answer`], or the [`Error`] that says how the call
//! ended. What an error means for a write is decided elsewhere, in one table: [`outcome`](crate::outcome).

use std::fmt;

use bytes::Bytes;

use super::Format;
use super::facts::Facts;
use crate::decode::{self, DecodeError, Decoded};
use crate::error::{DecodeProblem, Error};
use crate::request::{Api, Effect, Outcome};
use crate::table::{FieldPath, Table, Value};
use crate::{Scalar, escape};

const BOM: &[u8] = "\u{feff}".as_bytes();

/// What came with a model: the gateway's id of the call and the body.
#[derive(Clone)]
pub struct Answer {
    request_id: Option<String>,
    raw: Bytes,
}

impl Answer {
    /// The gateway's id of this call, where it gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The whole body, as it came.
    pub fn raw(&self) -> &str {
        std::str::from_utf8(&self.raw).unwrap_or_default()
    }

    /// The whole body, as it came, shared.
    pub fn raw_bytes(&self) -> &Bytes {
        &self.raw
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request_id = self.request_id.as_deref().map(escape::Escaped).map(|id| id.to_string());
        f.debug_struct("Answer").field("request_id", &request_id).field("bytes", &self.raw.len()).finish()
    }
}

/// Reads a response into `model`, which is good only where this returns `Ok`.
///
/// # Errors
///
/// - [`Error::Gateway`]: an `error_response`, whatever else is in the body and whatever the status;
/// - [`Error::Status`]: any other body under a status that is not 2xx;
/// - [`Error::Decode`]: a body that is not UTF-8, not in the format, not this method's, or whose fields do not fit; of a write also
///   one that says something twice;
/// - [`Error::Business`]: the flag of the specification's `outcome` is false;
/// - [`Error::Unconfirmed`]: that flag is absent in the answer of a write.
pub fn interpret(
    api: &Api,
    format: Format,
    response: http::Response<Bytes>,
    model: &mut dyn Table,
) -> Result<Answer, Error> {
    interpret_facts(&Facts::from(api), format, response, model)
}

/// The same, of a method that may have no specification.
pub(crate) fn interpret_facts(
    facts: &Facts<'_>,
    format: Format,
    response: http::Response<Bytes>,
    model: &mut dyn Table,
) -> Result<Answer, Error> {
    let status = response.status();
    let raw = response.into_body();
    match read(facts, format, &raw, model) {
        Ok(Decoded { error: Some(mut error), request_id, enveloped, contradicted, .. }) => {
            error.request_id = error.request_id.or(request_id);
            Err(Error::Gateway { error: Box::new(error), status, contradicted: contradicted || enveloped, raw })
        }
        _ if !status.is_success() => Err(Error::Status { status, raw }),
        Err(problem) => Err(Error::Decode { problem, raw }),
        Ok(decoded) if !is_answer(facts, &decoded) => Err(Error::Decode { problem: DecodeProblem::Unrecognised, raw }),
        // Of a read the first counts: nothing hangs on it but the data itself.
        Ok(Decoded { contradicted: true, .. }) if facts.effect == Effect::Write => {
            Err(Error::Decode { problem: DecodeProblem::Contradicted, raw })
        }
        Ok(Decoded { request_id, .. }) => confirm(facts, model, Answer { request_id, raw }),
    }
}

/// Whether this is the method's answer. A request id alone is what a proxy or another layer of the gateway may send too: it is not
/// enough where nothing is known of the answer, nor, beside things unknown, to take a write for done that has no flag to say so.
fn is_answer(facts: &Facts<'_>, decoded: &Decoded) -> bool {
    let nothing_else_confirms = facts.effect == Effect::Write && facts.outcome.is_none();
    if facts.untyped { decoded.enveloped } else { decoded.recognised && !(nothing_else_confirms && decoded.doubtful) }
}

fn read(facts: &Facts<'_>, format: Format, raw: &[u8], model: &mut dyn Table) -> Result<Decoded, DecodeProblem> {
    let body = raw.strip_prefix(BOM).unwrap_or(raw);
    let text = std::str::from_utf8(body)
        .map_err(|error| DecodeProblem::NotUtf8(error.valid_up_to() + raw.len() - body.len()))?;
    if text.trim().is_empty() {
        return Err(DecodeProblem::Empty);
    }
    let decoded: Result<Decoded, DecodeError> = match format {
        Format::Json => decode::json(text, facts.envelope, model),
        #[cfg(feature = "xml")]
        Format::Xml => decode::xml(text, facts.envelope, model),
    };
    decoded.map_err(DecodeProblem::Fields)
}

/// Asks the business, where the specification says how.
fn confirm(facts: &Facts<'_>, model: &dyn Table, answer: Answer) -> Result<Answer, Error> {
    let Some(outcome) = facts.outcome else { return Ok(answer) };
    match with_field(model, outcome.ok, |value| if let Value::Bool(flag) = value { *flag } else { None }).flatten() {
        Some(true) => Ok(answer),
        Some(false) => Err(refusal(&outcome, model, answer)),
        // An absent flag says nothing of a read that has its data: real answers leave it empty.
        None if facts.effect == Effect::Read => Ok(answer),
        None => Err(Error::Unconfirmed { request_id: answer.request_id, raw: answer.raw }),
    }
}

fn refusal(outcome: &Outcome, model: &dyn Table, answer: Answer) -> Error {
    let text_at = |path: Option<FieldPath>| path.and_then(|path| field_text(model, path));
    Error::Business {
        code: text_at(outcome.code),
        message: text_at(outcome.message),
        request_id: answer.request_id,
        raw: answer.raw,
    }
}

/// The scalar at a path, as text.
pub(crate) fn field_text(table: &dyn Table, path: FieldPath) -> Option<String> {
    with_field(table, path, |value| match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.map(|number| number.to_string()),
        Value::Bool(flag) => flag.map(|flag| flag.to_string()),
        Value::Date(date) => date.map(|date| date.to_string()),
        Value::Decimal(number) => number.map(|number| number.to_string()),
        Value::Json(json) => json.as_ref().map(|json| json.as_str().to_owned()),
        Value::Enum(listed) => listed.get().map(|value| match value {
            Scalar::Text(text) => text.to_owned(),
            Scalar::Int(number) => number.to_string(),
        }),
        _ => None,
    })
    .flatten()
}

/// Lends the field at a path, where every object on the way is there.
fn with_field<T>(table: &dyn Table, path: &[u16], look: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let (last, way) = path.split_last()?;
    let mut table = table;
    for index in way {
        let Value::Object(object) = table.value(usize::from(*index)) else { return None };
        table = object.get()?;
    }
    Some(look(table.value(usize::from(*last))))
}
