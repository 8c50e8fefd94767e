//! What stands around an answer, in JSON and XML alike: the envelope, the gateway's error, the request id.

use super::context::Doubts;
use crate::wire::gateway_error::GatewayError;
use crate::wire::table::{FieldMut, FieldRef, Table, TypeInfo};

/// The root of a refusal. An error is told by this root alone: a model may well have a field called `code`.
pub(crate) const ERROR_ROOT: &str = "error_response";
pub(crate) const REQUEST_ID: &str = "request_id";

/// What an answer was, beside the model that it filled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Decoded {
    /// The gateway's refusal, where there is one.
    pub error: Option<GatewayError>,
    /// The gateway's id of the call.
    pub request_id: Option<String>,
    /// The envelope, a known field or a request id was there: this was an answer to the method that was asked.
    pub recognised: bool,
    /// The answer's own envelope or one of its fields was there, not only a request id.
    pub enveloped: bool,
    /// Something was said twice: a field, the envelope, a refusal. The first counts, but the answer may contradict itself.
    pub contradicted: bool,
    /// Only a request id tells that this is an answer, and something that nobody knows stands beside it.
    pub doubtful: bool,
}

impl Decoded {
    /// Draws the conclusions when all was read.
    pub(crate) fn finish(&mut self, table: &dyn Table, doubts: Doubts) {
        self.contradicted = doubts.repeated;
        self.doubtful = doubts.strange && self.recognised && !self.enveloped;
        if self.request_id.is_none() {
            self.request_id = request_id_field(table).or_else(|| self.error.as_ref()?.request_id.clone());
        }
        if let Some(error) = &mut self.error {
            error.request_id = error.request_id.take().or_else(|| self.request_id.clone());
        }
    }

    /// The answer's own envelope was seen.
    pub(crate) fn saw_envelope(&mut self, doubts: &mut Doubts) {
        doubts.repeated |= doubts.enveloped;
        doubts.enveloped = true;
        self.saw_field(false);
    }

    /// A field of the answer was seen. A request id at the root is one that any answer may have, even where the model lists it.
    pub(crate) fn saw_field(&mut self, is_request_id_at_root: bool) {
        self.enveloped |= !is_request_id_at_root;
        self.recognised = true;
    }

    /// A refusal was seen; the first one counts.
    pub(crate) fn saw_error(&mut self, fields: ErrorFields, of_it: Doubts, doubts: &mut Doubts) {
        doubts.repeated |= of_it.repeated || self.error.is_some();
        self.error.get_or_insert_with(|| fields.into_error());
    }

    /// A request id was seen; the first one counts.
    pub(crate) fn saw_request_id(&mut self, id: Option<String>) {
        self.recognised |= id.is_some();
        self.request_id = self.request_id.take().or(id);
    }
}

/// Some methods list `request_id` among their own fields.
fn request_id_field(table: &dyn Table) -> Option<String> {
    let index = table.info().fields.iter().position(|name| *name == REQUEST_ID)?;
    match table.field(index) {
        FieldRef::Text(Some(id)) => Some(id.clone()),
        FieldRef::Int(Some(id)) => Some(id.to_string()),
        _ => None,
    }
}

/// The fields of an error as a table of their own, so that JSON and XML read them as they read everything else.
#[derive(Default)]
pub(crate) struct ErrorFields([Option<String>; 5]);

static ERROR_INFO: TypeInfo =
    TypeInfo::new("GatewayError", &["code", "msg", "sub_code", "sub_msg", REQUEST_ID], &[], &[]);

impl Table for ErrorFields {
    fn info(&self) -> &'static TypeInfo {
        &ERROR_INFO
    }

    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        self.0.get_mut(index).map_or(FieldMut::None, FieldMut::Text)
    }

    fn field(&self, index: usize) -> FieldRef<'_> {
        self.0.get(index).map_or(FieldRef::None, FieldRef::Text)
    }
}

impl ErrorFields {
    /// An error stays one, however odd: what is no number as a code is told in the message.
    pub(crate) fn into_error(self) -> GatewayError {
        let [code, msg, sub_code, sub_msg, request_id] = self.0;
        let mut msg = msg.unwrap_or_default();
        let number = code.as_deref().and_then(|code| code.trim_ascii().parse().ok());
        if let (None, Some(code)) = (number, &code) {
            msg = format!("{msg} (code {code})").trim_start().to_owned();
        }
        GatewayError { code: number.unwrap_or_default(), msg, sub_code, sub_msg, request_id }
    }

    /// An `error_response` that is a text instead of an object.
    pub(crate) fn from_text(text: &str) -> Self {
        Self([None, Some(text.to_owned()), None, None, None])
    }
}
