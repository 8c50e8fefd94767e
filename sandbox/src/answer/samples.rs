//! What the gateway answers to one call of a method, in every form: for documentation.

use opentop_model::model::Api;

use super::{template, write};
use crate::call::{Format, Refusal};
use crate::http::HttpResponse;

/// The id of a request that nobody sent.
const REQUEST_ID: &str = "sandbox0000000001";

/// An answer of the gateway in each of its forms, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    /// JSON with the envelope.
    pub json: String,
    /// JSON without it, as `simplify` asks for.
    pub simplified: String,
    /// XML.
    pub xml: String,
}

/// What the sandbox answers to a call of `api`: the specification's sample as far as it fits its fields, else the fields' examples. `None`
/// where the gateway does not serve the method.
#[must_use]
pub fn sample_answer(api: &Api) -> Option<Forms> {
    if api.protocol().is_some() {
        return None;
    }
    let (members, _) = template(api);
    Some(forms(|format, simplify| write(&members, &api.envelope(), format, simplify, REQUEST_ID)))
}

/// What the gateway answers where the service behind it refuses a call: with the first error that the method documents. `None` where the
/// gateway does not serve the method, or the method documents none.
#[must_use]
pub fn sample_refusal(api: &Api) -> Option<Forms> {
    let row = api.errors.first().filter(|_| api.protocol().is_none())?;
    let refusal = Refusal::business(row.code.trim(), row.message.trim().to_owned());
    Some(forms(|format, _| super::refused(&refusal, format, REQUEST_ID)))
}

fn forms(write: impl Fn(Format, bool) -> HttpResponse) -> Forms {
    let text = |format, simplify| write(format, simplify).body;
    Forms { json: text(Format::Json, false), simplified: text(Format::Json, true), xml: text(Format::Xml, false) }
}
