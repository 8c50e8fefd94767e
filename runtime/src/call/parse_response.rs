//! Turns an HTTP response into a model or an error. No I/O.
//!
//! What an error means for a write is decided in one table: [`crate::call::outcome`].

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::call::config::Format;
use crate::call::error::{DecodeProblem, Error};
use crate::call::method::{Effect, Executed, MethodInfo, SuccessFlag};
use crate::call::outcome::evidence;
#[cfg(feature = "qimen")]
use crate::wire::decode::QimenStatus;
use crate::wire::decode::body::{Body, charset};
use crate::wire::decode::{self, DecodeError, Decoded, Lenient, refusal};
use crate::wire::escape;
#[cfg(feature = "qimen")]
use crate::wire::gateway_error::GatewayCode;
use crate::wire::gateway_error::GatewayError;
use crate::wire::redact::Redactor;
use crate::wire::table::{self, FieldPath, FieldRef, Table, at};
use crate::wire::value::Scalar;

/// What came with a model: the gateway's id of the call, the body, and what of it did not fit.
#[derive(Clone)]
pub struct ResponseMeta {
    request_id: Option<String>,
    raw: Bytes,
    /// The text that was read, where it is not that of the body.
    text: Option<String>,
    skipped: Option<DecodeError>,
}

impl ResponseMeta {
    /// The gateway's id of this call, where it gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The whole body as text: as it came, unless it had to be converted or repaired to be read.
    pub fn raw(&self) -> &str {
        self.text.as_deref().unwrap_or_else(|| std::str::from_utf8(&self.raw).unwrap_or_default())
    }

    /// The whole body, as it came, shared.
    pub fn raw_bytes(&self) -> &Bytes {
        &self.raw
    }

    /// What did not fit the specification and was left out, in a lenient call.
    pub fn skipped(&self) -> Option<&DecodeError> {
        self.skipped.as_ref()
    }
}

impl fmt::Debug for ResponseMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request_id = self.request_id.as_deref().map(escape::Escaped).map(|id| id.to_string());
        f.debug_struct("ResponseMeta").field("request_id", &request_id).field("bytes", &self.raw.len()).finish()
    }
}

/// How a response is read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The form that was asked for.
    pub format: Format,
    /// Whether what does not fit is left out and listed. Else it is an error.
    pub lenient: bool,
    /// Yields what must not show in an error: the secret, the session, the signature, sensitive values. Asked once something else than
    /// the model is kept of the body.
    pub secrets: &'a dyn Fn() -> Vec<String>,
}

impl Reading<'static> {
    /// Strict, and without secrets.
    pub fn strict(format: Format) -> Self {
        Self { format, lenient: false, secrets: &Vec::new }
    }
}

/// Reads a response into `model`, which is good only where this returns `Ok`.
///
/// # Errors
///
/// - [`Error::Gateway`]: an `error_response`, whatever else is in the body and whatever the status, however rough its edges are; or an
///   error that stands at the root of a body that is no answer;
/// - [`Error::Status`]: any other body under a status that is not 2xx;
/// - [`Error::Decode`]: a body that is not UTF-8, not in the format, not this method's, or whose fields do not fit; of a write also
///   one that gives something twice, or another method's answer beside its own;
/// - [`Error::Business`]: the flag of the specification's `outcome` is false;
/// - [`Error::Unconfirmed`]: that flag is absent in the answer of a write.
pub fn parse_response(
    info: &MethodInfo,
    reading: &Reading<'_>,
    response: http::Response<Bytes>,
    model: &mut dyn Table,
) -> Result<ResponseMeta, Error> {
    let (parts, raw) = response.into_parts();
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let result = read(info, reading, &raw, charset(content_type), model);
    Response { info, reading, status: parts.status, raw }.judge(result, model)
}

/// A response whose body has been read.
struct Response<'a> {
    info: &'a MethodInfo,
    reading: &'a Reading<'a>,
    status: StatusCode,
    raw: Bytes,
}

impl Response<'_> {
    fn judge(self, result: Result<Read, DecodeProblem>, model: &dyn Table) -> Result<ResponseMeta, Error> {
        let Read { mut decoded, text } = match result {
            Ok(read) => read,
            Err(_) if !self.status.is_success() => return Err(self.status_error()),
            Err(problem) => return Err(self.decode_error(problem)),
        };
        if let Some(mut error) = decoded.error.take() {
            error.request_id = error.request_id.or(decoded.request_id);
            let ambiguous = decoded.duplicate_fields || decoded.enveloped || decoded.foreign_envelope;
            return Err(self.gateway_error(error, ambiguous));
        }
        if !self.status.is_success() {
            return Err(self.status_error());
        }
        if !is_answer(self.info, &decoded) {
            return Err(self.decode_error(DecodeProblem::Unrecognised));
        }
        // Of a read the first counts: nothing hangs on it but the data itself.
        if self.info.effect == Effect::Write && decoded.duplicate_fields {
            return Err(self.decode_error(DecodeProblem::DuplicateFields));
        }
        if self.info.effect == Effect::Write && decoded.foreign_envelope {
            return Err(self.decode_error(DecodeProblem::ForeignEnvelope));
        }
        let request_id = decoded.request_id.map(|id| self.shown_id(id));
        #[cfg(feature = "qimen")]
        match decoded.status.take().map(|status| Verdict::of(self.info, status)) {
            Some(Verdict::Refused(status)) => return Err(self.qimen_error(status, request_id)),
            Some(Verdict::Unknown) => return Err(Error::Unconfirmed { request_id, raw: self.raw }),
            Some(Verdict::Done) | None => {}
        }
        match Success::of(self.info, model) {
            Success::Done => {
                let skipped = decoded.skipped.map(|skipped| self.shown_issues(*skipped));
                Ok(ResponseMeta { request_id, raw: self.raw, text, skipped })
            }
            Success::Refused(flag) => Err(self.business_error(&flag, model, request_id)),
            Success::Unknown => Err(Error::Unconfirmed { request_id, raw: self.raw }),
        }
    }

    /// Takes the secrets of the call out of what is kept.
    fn redactor(&self) -> Redactor {
        Redactor::new((self.reading.secrets)().iter().map(String::as_str))
    }

    fn status_error(self) -> Error {
        Error::Status { status: self.status, excerpt: self.redactor().excerpt(&self.raw), raw: self.raw }
    }

    fn decode_error(self, problem: DecodeProblem) -> Error {
        let problem = match problem {
            DecodeProblem::Fields(error) => DecodeProblem::Fields(self.shown_issues(error)),
            other => other,
        };
        Error::Decode { problem, excerpt: self.redactor().excerpt(&self.raw), raw: self.raw }
    }

    fn gateway_error(self, error: GatewayError, ambiguous: bool) -> Error {
        let executed = evidence::executed(self.info, &error);
        let redactor = self.redactor();
        let error = Box::new(error.map_texts(|text| redactor.text(text)));
        Error::Gateway { error, status: self.status, ambiguous, executed, raw: self.raw }
    }

    fn business_error(self, flag: &SuccessFlag, model: &dyn Table, request_id: Option<String>) -> Error {
        let text_at = |path: Option<FieldPath>| field_text(model, path?);
        let code = text_at(flag.code);
        let said = code.as_deref().and_then(|code| self.info.said_of(code));
        let redactor = self.redactor();
        let shown = |text: Option<String>| text.map(|text| redactor.text(&text));
        Error::Business {
            code: shown(code),
            message: shown(text_at(flag.message)),
            executed: said.unwrap_or(Executed::No),
            request_id,
            raw: self.raw,
        }
    }

    /// A refusal of the other party, or of the platform between.
    #[cfg(feature = "qimen")]
    fn qimen_error(self, status: QimenStatus, request_id: Option<String>) -> Error {
        let QimenStatus { code, message, sub_code, sub_message, .. } = status;
        // A number with a cause is the platform's; either alone may be anybody's.
        let is_number = code.as_deref().is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
        let is_of_platform = sub_code.is_some() && is_number
            || sub_code.as_deref().or(code.as_deref()).is_some_and(|cause| {
                cause.starts_with("isv.") || cause.starts_with("isp.") || cause == "sign-check-failure"
            });
        if is_of_platform {
            let code = code.map(|code| GatewayCode::from(code.as_str())).unwrap_or_default();
            let msg = message.unwrap_or_default();
            let error =
                GatewayError { code, msg, sub_code, sub_msg: sub_message, request_id, ..GatewayError::default() };
            return self.gateway_error(error, false);
        }
        let redactor = self.redactor();
        let shown = |text: Option<String>| Some(redactor.text(&text?));
        let code = code.or(sub_code);
        let said = code.as_deref().and_then(|code| self.info.said_of(code));
        Error::Business {
            code: shown(code),
            message: shown(message.or(sub_message)),
            executed: said.unwrap_or(Executed::No),
            request_id,
            raw: self.raw,
        }
    }

    fn shown_issues(&self, issues: DecodeError) -> DecodeError {
        let redactor = self.redactor();
        let echoes = redactor.finds_in(&self.raw);
        issues.map_texts(|text| match text.split_once(", found ") {
            // The value was cut, perhaps inside of a secret.
            Some((expected, found)) if echoes && found.contains('…') => format!("{expected}, found [redacted]"),
            _ => redactor.text(text),
        })
    }

    fn shown_id(&self, id: String) -> String {
        Redactor::id(id, &(self.reading.secrets)())
    }
}

/// Whether this is the method's answer. A request id alone is what a proxy or another layer of the gateway may send too: it is not
/// enough where nothing is known of the answer, nor beside things unknown.
fn is_answer(info: &MethodInfo, decoded: &Decoded) -> bool {
    if info.untyped { decoded.enveloped } else { decoded.recognised && !decoded.ambiguous }
}

/// A body that was read.
struct Read {
    decoded: Decoded,
    /// The text that was read, where it is not that of the body.
    text: Option<String>,
}

impl From<Decoded> for Read {
    fn from(decoded: Decoded) -> Self {
        Self { decoded, text: None }
    }
}

fn read(
    info: &MethodInfo,
    reading: &Reading<'_>,
    raw: &[u8],
    charset: Option<&str>,
    model: &mut dyn Table,
) -> Result<Read, DecodeProblem> {
    match Body::of(raw, charset) {
        Body::Exact(text) => {
            let mut read = read_text(info, reading, &text, model)?;
            if let Cow::Owned(text) = text {
                read.text.get_or_insert(text);
            }
            Ok(read)
        }
        Body::Lossy { text, wrong_at } => {
            if let Some(decoded) = refusal::find(&text, &info.envelope, model) {
                return Ok(decoded.into());
            }
            if !reading.lenient {
                return Err(DecodeProblem::NotUtf8(wrong_at));
            }
            let mut read = read_text(info, reading, &text, model)?;
            let skipped = read.decoded.skipped.take().map(|skipped| *skipped);
            read.decoded.skipped = Some(Box::new(DecodeError::with_unreadable(skipped, wrong_at)));
            read.text.get_or_insert(text);
            Ok(read)
        }
    }
}

fn read_text(
    info: &MethodInfo,
    reading: &Reading<'_>,
    text: &str,
    model: &mut dyn Table,
) -> Result<Read, DecodeProblem> {
    if text.trim().is_empty() {
        return Err(DecodeProblem::Empty);
    }
    let result = match (reading.format, reading.lenient) {
        #[cfg(feature = "qimen")]
        (_, lenient) if info.qimen => {
            decode::qimen(text, model, lenient).map(|Lenient { decoded, repaired }| Read { decoded, text: repaired })
        }
        (Format::Json, false) => decode::json(text, &info.envelope, model).map(Read::from),
        (Format::Json, true) => decode::lenient_json(text, &info.envelope, model)
            .map(|Lenient { decoded, repaired }| Read { decoded, text: repaired }),
        #[cfg(feature = "xml")]
        (Format::Xml, lenient) => decode::xml_leniently(text, &info.envelope, model, lenient).map(Read::from),
    };
    match result {
        Ok(mut read) => {
            if read.decoded.error.is_none() && !is_answer(info, &read.decoded) && !read.decoded.enveloped {
                read.decoded.error = refusal::flat(text);
            }
            Ok(read)
        }
        Err(error) if error.position().is_some() => {
            table::clear(model);
            refusal::find(text, &info.envelope, model).map(Read::from).ok_or(DecodeProblem::Fields(error))
        }
        Err(error) => Err(DecodeProblem::Fields(error)),
    }
}

/// What the response's success flag says.
enum Success {
    Done,
    Refused(SuccessFlag),
    /// The specification has a flag, and the response of a write does not.
    Unknown,
}

impl Success {
    /// Checks the flag, if the specification declares one.
    fn of(info: &MethodInfo, model: &dyn Table) -> Self {
        let Some(flag) = info.success_flag else { return Self::Done };
        match at(model, flag.ok) {
            Some(FieldRef::Bool(Some(true))) => Self::Done,
            Some(FieldRef::Bool(Some(false))) => Self::Refused(flag),
            // An absent flag says nothing of a read that has its data: real answers leave it empty.
            _ if info.effect == Effect::Read => Self::Done,
            _ => Self::Unknown,
        }
    }
}

/// What an answer of Qimen says of the call.
#[cfg(feature = "qimen")]
enum Verdict {
    Done,
    Refused(QimenStatus),
    /// Neither flag nor code says whether a write was done.
    Unknown,
}

#[cfg(feature = "qimen")]
impl Verdict {
    /// `flag` decides; where there is none, `code` does, which is 0 or absent where all went well.
    fn of(info: &MethodInfo, status: QimenStatus) -> Self {
        let is_zero = status.code.as_deref().map(|code| code.trim() == "0");
        match (status.flag.as_deref().map(str::trim), is_zero) {
            (Some("success"), _) | (None, Some(true)) => Self::Done,
            (Some("failure"), _) | (None, Some(false)) => Self::Refused(status),
            (None, None) if status.sub_code.is_some() => Self::Refused(status),
            (None, None) if !status.is_xml => Self::Done,
            _ if info.effect == Effect::Read => Self::Done,
            _ => Self::Unknown,
        }
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
