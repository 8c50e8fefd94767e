//! What stands around an answer, in JSON and XML alike: the envelope, the gateway's error, the request id.

use super::context::Ambiguity;
use super::error::DecodeError;
use crate::wire::gateway_error::{GatewayCode, GatewayError};
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
    /// Something was given twice: a field, the envelope, a list, a request id, a refusal. The first counts, but the answer may
    /// contradict itself.
    pub duplicate_fields: bool,
    /// The envelope of another method stood at the root.
    pub foreign_envelope: bool,
    /// Only a request id tells that this is an answer, and a member that is no field of it stands beside the id.
    pub ambiguous: bool,
    /// What did not fit and was left out. Strict reading makes it an error instead. In a box, because it is rare and large.
    pub skipped: Option<Box<DecodeError>>,
    /// What an answer of Qimen says of the call.
    #[cfg(feature = "qimen")]
    pub(crate) status: Option<super::qimen_status::QimenStatus>,
}

impl Decoded {
    /// Draws the conclusions when all was read.
    pub(crate) fn finish(&mut self, table: &dyn Table, ambiguity: Ambiguity) {
        self.duplicate_fields = ambiguity.duplicate_key;
        self.foreign_envelope = ambiguity.foreign_envelope;
        self.ambiguous = ambiguity.unknown_root_field && self.recognised && !self.enveloped;
        if self.request_id.is_none() {
            self.request_id = request_id_field(table).or_else(|| self.error.as_ref()?.request_id.clone());
        }
        if let Some(error) = &mut self.error {
            error.request_id = error.request_id.take().or_else(|| self.request_id.clone());
        }
    }

    /// The answer's own envelope was seen.
    pub(crate) fn saw_envelope(&mut self, ambiguity: &mut Ambiguity) {
        ambiguity.duplicate_key |= ambiguity.enveloped;
        ambiguity.enveloped = true;
        self.saw_field(false);
    }

    /// A field of the answer was seen. A request id at the root is one that any answer may have, even where the model lists it.
    pub(crate) fn saw_field(&mut self, is_request_id_at_root: bool) {
        self.enveloped |= !is_request_id_at_root;
        self.recognised = true;
    }

    /// A refusal was seen; the first one counts.
    pub(crate) fn saw_error(&mut self, fields: ErrorFields, of_it: Ambiguity, ambiguity: &mut Ambiguity) {
        ambiguity.duplicate_key |= of_it.duplicate_key || self.error.is_some();
        self.error.get_or_insert_with(|| fields.into_error());
    }

    /// A request id was seen; the first one counts. The root and the envelope may both have it.
    pub(crate) fn saw_request_id(&mut self, id: Option<String>, ambiguity: &mut Ambiguity) {
        self.recognised |= id.is_some();
        ambiguity.duplicate_key |=
            id.is_some() && self.request_id.as_ref().is_some_and(|first| Some(first) != id.as_ref());
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
pub(crate) struct ErrorFields([Option<String>; 7]);

static ERROR_INFO: TypeInfo =
    TypeInfo::new("GatewayError", &["code", "msg", "sub_code", "sub_msg", REQUEST_ID, "type", "message"], &[], &[]);

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
    /// The names of the fields.
    pub(crate) fn names() -> &'static [&'static str] {
        ERROR_INFO.fields
    }

    /// Sets the field of this index; `false` if it was set before, and the first value stays.
    pub(crate) fn set(&mut self, index: usize, value: String) -> bool {
        let Some(field) = self.0.get_mut(index) else { return true };
        let is_first = field.is_none();
        field.get_or_insert(value);
        is_first
    }

    /// An error stays one, however odd its fields are.
    pub(crate) fn into_error(self) -> GatewayError {
        let [code, msg, sub_code, sub_msg, request_id, class, message] = self.0;
        let msg = msg.or(message).unwrap_or_default();
        let code = code.map(|code| GatewayCode::from(code.as_str())).unwrap_or_default();
        GatewayError { code, msg, sub_code, sub_msg, request_id, class, flat: false }
    }

    /// An `error_response` that is a text instead of an object.
    pub(crate) fn from_text(text: &str) -> Self {
        let mut fields = Self::default();
        fields.0[1] = Some(text.to_owned());
        fields
    }
}
