//! A genuine call of one method: its request as a type, and its answer.

use std::fmt;

use super::answer::{Answer, AnswerFormat};
use super::body::Body;
use super::verifier::Verified;
use crate::call::method::IncomingRequest;
use crate::wire::decode::{self, DecodeError};
use crate::wire::encode::{self, Parameter};
use crate::wire::table::{copy_field, rooted, rooted_mut};

/// The root of a body in XML that is called with.
const REQUEST: &str = "request";
/// The root of an answer in XML.
const RESPONSE: &str = "response";

/// A genuine call of the method whose request is `R`.
///
/// With the feature `spi-axum` it is an extractor. Otherwise make it of a [`Verified`] call: [`Verified::read`].
///
/// ```
/// use opentop_runtime::IncomingRequest;
/// use opentop_runtime::spi::{Answer, Call, InvalidCall, Verified};
///
/// /// Answers a verified call of the method of `R` with what `work` makes of its request.
/// fn serve<R: IncomingRequest>(verified: Verified, work: impl Fn(&R) -> R::Response) -> Result<Answer, InvalidCall> {
///     let call = verified.read::<R>()?;
///     Ok(call.answer(&work(&call.request)))
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Call<R: IncomingRequest> {
    /// What is asked. What the platform left out is absent, also where the documentation says it is required.
    pub request: R,
    /// The call as it was verified: all its parameters, those of the system too.
    pub verified: Verified,
}

impl<R: IncomingRequest> Call<R> {
    /// Answers the call, in its form and charset. XML has the root `response`, JSON has none.
    #[must_use]
    pub fn answer(&self, answer: &R::Response) -> Answer {
        let inside = rooted(answer, RESPONSE);
        self.verified.answer(&match (self.verified.format(), inside) {
            (AnswerFormat::Json, Some(inside)) => encode::json(inside),
            (AnswerFormat::Json, None) => "{}".to_owned(),
            (AnswerFormat::Xml, Some(inside)) => encode::xml(inside, RESPONSE),
            (AnswerFormat::Xml, None) => encode::xml(answer, RESPONSE),
        })
    }
}

/// A genuine call that cannot be read as what its specification says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidCall {
    /// Another method is called.
    Method {
        /// The method that was expected.
        expected: &'static str,
        /// The method that the call names.
        got: Option<String>,
    },
    /// Fields do not hold what the specification says.
    Fields(DecodeError),
}

impl fmt::Display for InvalidCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method { expected, got: None } => {
                write!(f, "expected a call of {expected}, got one without `method`")
            }
            Self::Method { expected, got: Some(got) } => write!(f, "expected a call of {expected}, got {got:?}"),
            Self::Fields(error) => write!(f, "the call does not fit its specification: {error}"),
        }
    }
}

impl std::error::Error for InvalidCall {}

impl InvalidCall {
    /// What the caller is answered.
    #[cfg(feature = "spi-axum")]
    pub(super) fn refusal(&self, format: AnswerFormat) -> String {
        let (code, text) = match self {
            Self::Method { .. } => ("isv.invalid-method", "Another method is called"),
            Self::Fields(_) => ("isv.invalid-parameter", "A parameter cannot be read"),
        };
        match format {
            AnswerFormat::Json => {
                format!(
                    r#"{{"flag":"failure","code":"{code}","message":"{text}","sub_code":"{code}","sub_message":"{text}"}}"#
                )
            }
            AnswerFormat::Xml => format!(
                "<response><flag>failure</flag><code>{code}</code><message>{text}</message>\
                 <sub_code>{code}</sub_code><sub_message>{text}</sub_message></response>"
            ),
        }
    }
}

impl Verified {
    /// Reads the call as one of the method whose request is `R`: the body in JSON or XML, else the fields of the form. What a body leaves
    /// out is taken from the query. Fields that the specification does not have are left out.
    ///
    /// # Errors
    ///
    /// [`InvalidCall`]: another method, fields that do not fit, or a field that a body gives twice.
    pub fn read<R: IncomingRequest>(self) -> Result<Call<R>, InvalidCall> {
        let expected = R::METHOD;
        if self.method() != Some(expected) {
            return Err(InvalidCall::Method { expected, got: self.method().map(str::to_owned) });
        }
        let mut request = R::default();
        if let Some(text) = self.text.as_deref().filter(|text| !text.trim().is_empty()) {
            let decoded = match self.body {
                Body::Xml => decode::xml(text, REQUEST, rooted_mut(&mut request, REQUEST)),
                Body::Json => decode::json(text, REQUEST, rooted_mut(&mut request, REQUEST)),
                _ => Ok(decode::Decoded::default()),
            };
            if decoded.map_err(InvalidCall::Fields)?.duplicate_fields {
                return Err(InvalidCall::Fields(DecodeError::of_document("a field is given twice")));
            }
        }
        let absent: Vec<(usize, &str, Parameter)> = (0..)
            .zip(request.info().fields)
            .filter(|(index, _)| request.field(*index).is_absent())
            .filter_map(|(index, name)| Some((index, *name, Parameter::Text(self.get(name)?.to_owned()))))
            .collect();
        if !absent.is_empty() {
            let mut beside = R::default();
            let pairs = || absent.iter().map(|(_, name, value)| (*name, value));
            decode::parameters(pairs, &mut beside).map_err(InvalidCall::Fields)?;
            absent.iter().for_each(|(index, ..)| copy_field(&beside, &mut request, *index));
        }
        Ok(Call { request, verified: self })
    }
}
