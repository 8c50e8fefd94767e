//! Turns an HTTP response into a model or an error. No I/O.
//!
//! What an error means for a write is decided in one table: [`crate::call::outcome`].

use std::fmt;

use bytes::Bytes;

use crate::call::config::Format;
use crate::call::error::{DecodeProblem, Error};
use crate::call::method::{Effect, MethodInfo, SuccessFlag};
use crate::wire::decode::{self, DecodeError, Decoded};
use crate::wire::escape;
use crate::wire::table::{FieldPath, FieldRef, Table, at};
use crate::wire::value::Scalar;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// What came with a model: the gateway's id of the call, and the body.
#[derive(Clone)]
pub struct ResponseMeta {
    request_id: Option<String>,
    raw: Bytes,
}

impl ResponseMeta {
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

impl fmt::Debug for ResponseMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request_id = self.request_id.as_deref().map(escape::Escaped).map(|id| id.to_string());
        f.debug_struct("ResponseMeta").field("request_id", &request_id).field("bytes", &self.raw.len()).finish()
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
pub fn parse_response(
    info: &MethodInfo,
    format: Format,
    response: http::Response<Bytes>,
    model: &mut dyn Table,
) -> Result<ResponseMeta, Error> {
    let status = response.status();
    let raw = response.into_body();
    match read(info, format, &raw, model) {
        Ok(Decoded { error: Some(mut error), request_id, enveloped, contradicted, .. }) => {
            error.request_id = error.request_id.or(request_id);
            Err(Error::Gateway { error: Box::new(error), status, contradicted: contradicted || enveloped, raw })
        }
        _ if !status.is_success() => Err(Error::Status { status, raw }),
        Err(problem) => Err(Error::Decode { problem, raw }),
        Ok(decoded) if !is_answer(info, &decoded) => Err(Error::Decode { problem: DecodeProblem::Unrecognised, raw }),
        // Of a read the first counts: nothing hangs on it but the data itself.
        Ok(Decoded { contradicted: true, .. }) if info.effect == Effect::Write => {
            Err(Error::Decode { problem: DecodeProblem::Contradicted, raw })
        }
        Ok(Decoded { request_id, .. }) => check_success_flag(info, model, ResponseMeta { request_id, raw }),
    }
}

/// Whether this is the method's answer. A request id alone is what a proxy or another layer of the gateway may send too: it is not
/// enough where nothing is known of the answer, nor, beside things unknown, to take a write for done that has no flag to say so.
fn is_answer(info: &MethodInfo, decoded: &Decoded) -> bool {
    let nothing_else_confirms = info.effect == Effect::Write && info.success_flag.is_none();
    if info.untyped { decoded.enveloped } else { decoded.recognised && !(nothing_else_confirms && decoded.doubtful) }
}

fn read(info: &MethodInfo, format: Format, raw: &[u8], model: &mut dyn Table) -> Result<Decoded, DecodeProblem> {
    let body = raw.strip_prefix(BOM).unwrap_or(raw);
    let text = std::str::from_utf8(body)
        .map_err(|error| DecodeProblem::NotUtf8(error.valid_up_to() + raw.len() - body.len()))?;
    if text.trim().is_empty() {
        return Err(DecodeProblem::Empty);
    }
    let decoded: Result<Decoded, DecodeError> = match format {
        Format::Json => decode::json(text, &info.envelope, model),
        #[cfg(feature = "xml")]
        Format::Xml => decode::xml(text, &info.envelope, model),
    };
    decoded.map_err(DecodeProblem::Fields)
}

/// Checks the response's success flag, if the specification declares one.
fn check_success_flag(info: &MethodInfo, model: &dyn Table, meta: ResponseMeta) -> Result<ResponseMeta, Error> {
    let Some(flag) = info.success_flag else { return Ok(meta) };
    match at(model, flag.ok) {
        Some(FieldRef::Bool(Some(true))) => Ok(meta),
        Some(FieldRef::Bool(Some(false))) => Err(refusal(&flag, model, meta)),
        // An absent flag says nothing of a read that has its data: real answers leave it empty.
        _ if info.effect == Effect::Read => Ok(meta),
        _ => Err(Error::Unconfirmed { request_id: meta.request_id, raw: meta.raw }),
    }
}

fn refusal(flag: &SuccessFlag, model: &dyn Table, meta: ResponseMeta) -> Error {
    let text_at = |path: Option<FieldPath>| path.and_then(|path| field_text(model, path));
    Error::Business {
        code: text_at(flag.code),
        message: text_at(flag.message),
        request_id: meta.request_id,
        raw: meta.raw,
    }
}

/// The scalar at a path, as text.
pub(crate) fn field_text(table: &dyn Table, path: FieldPath) -> Option<String> {
    match at(table, path)? {
        FieldRef::Text(text) => text.clone(),
        FieldRef::Int(number) => number.map(|number| number.to_string()),
        FieldRef::Bool(flag) => flag.map(|flag| flag.to_string()),
        FieldRef::Date(date) => date.map(|date| date.to_string()),
        FieldRef::Decimal(number) => number.map(|number| number.to_string()),
        FieldRef::Json(json) => json.as_ref().map(|json| json.as_str().to_owned()),
        FieldRef::Enum(listed) => listed.get().map(|value| match value {
            Scalar::Text(text) => text.to_owned(),
            Scalar::Int(number) => number.to_string(),
        }),
        _ => None,
    }
}
