//! Text into models: answers in both of the gateway's JSON shapes and in XML, and documents that people write.
//!
//! There is no tree in between: the parsers write straight into the fields. JSON is read in one pass by `reader`; what it does not
//! take (a refusal, malformed text, unusual depth) is read from the start by visitors over serde_json, which have the messages.
//!
//! # What is understood
//! - The simplified shape (fields at the root, lists as arrays), the normal one (one envelope, lists inside a wrapper), and every
//!   mixture of them. Unknown fields are skipped. Of a field given twice the first counts, and the answer has
//!   [duplicate fields](Decoded::duplicate_fields).
//! - Absence is a missing field, `null`, empty text, for all but text the text `null`, and of a date in an answer
//!   `0000-00-00 00:00:00`. An absent list is an empty one.
//! - Numbers come as numbers or text and are exact: a fraction or an overflow in a whole number is an issue, never rounded. `10.0` and
//!   `1e3` are whole numbers; `.5` and `"1,234.50"` are decimals.
//! - Dates are `yyyy-MM-dd HH:mm:ss`, a date alone, `yyyyMMdd`, `yyyyMMddHHmmss`, or seconds or milliseconds since 1970 that fall into the
//!   years 2000 to 2100.
//! - Text takes any scalar by its exact source text, and an object or array as its JSON text.
//! - An object may come as text that holds its JSON, and an empty one as `[]`. A list of scalars may come as text that holds its JSON, or
//!   its elements separated by commas.
//!
//! Reading is strict by default: what does not fit is an error, which lists all of it. Lenient reading returns the rest, and lists what it
//! [skipped](Decoded::skipped).

mod append;
pub(crate) mod body;
mod context;
#[cfg(feature = "xml")]
mod elements;
mod envelope;
mod error;
mod json;
mod keys;
mod parameters;
#[cfg(feature = "qimen")]
mod qimen;
#[cfg(feature = "qimen")]
mod qimen_status;
mod reader;
mod reference;
pub(crate) mod refusal;
mod repair;
mod root;
#[cfg(test)]
mod tests;
mod tokens;
#[cfg(feature = "xml")]
mod xml;

pub use envelope::Decoded;
pub use error::{DecodeError, DecodeIssue};
#[cfg(feature = "qimen")]
pub(crate) use qimen::qimen;
#[cfg(feature = "qimen")]
pub(crate) use qimen_status::QimenStatus;
#[cfg(feature = "serde")]
pub(crate) use {
    context::Context,
    json::{SlotSeed, TableVisitor},
};

use std::borrow::Cow;

use crate::wire::encode::Parameter;
use crate::wire::table;
use crate::wire::table::Table;
#[cfg(not(feature = "serde"))]
use context::Context;
use context::Mode;

/// Decodes an answer in JSON. `envelope` is the root that the method's answer has in the normal shape; `into` should be empty.
///
/// A refusal (`error_response`) is no error here: it is [`Decoded::error`].
///
/// # Errors
/// Where the text is not JSON, or fields do not hold what the model says. All issues are in one error.
pub fn json(text: &str, envelope: &str, into: &mut dyn Table) -> Result<Decoded, DecodeError> {
    json_leniently(text, envelope, into, false)
}

/// Decodes an answer in JSON. `lenient`: what does not fit is skipped and listed.
fn json_leniently(text: &str, envelope: &str, into: &mut dyn Table, lenient: bool) -> Result<Decoded, DecodeError> {
    let text = without_bom(text);
    let mut context = Context::answer(Mode::Exact);
    let mut decoded = Decoded::default();
    if reader::answer(text, envelope, into, &mut decoded, &mut context).is_err() {
        table::clear(into);
        context = Context::answer(Mode::Exact);
        decoded = Decoded::default();
        if let Err(error) = root::read(text, envelope, into, &mut decoded, &mut context) {
            malformed_json(&mut context, &error);
        }
    }
    finish(decoded, into, context, lenient)
}

/// Decodes an answer in JSON as far as it fits. Text that is nearly JSON is repaired.
///
/// # Errors
/// Where the text is not JSON even so.
pub(crate) fn lenient_json(text: &str, envelope: &str, into: &mut dyn Table) -> Result<Lenient, DecodeError> {
    let strict = match json_leniently(text, envelope, into, true) {
        Ok(decoded) => return Ok(Lenient { decoded, repaired: None }),
        Err(strict) => strict,
    };
    let Cow::Owned(repaired) = repair::json(text) else { return Err(strict) };
    table::clear(into);
    // The message for what was sent is of more use than the one for what we made of it.
    let mut decoded = json_leniently(&repaired, envelope, into, true).map_err(|_| strict)?;
    decoded.skipped = Some(Box::new(DecodeError::with_repairs(decoded.skipped.take().map(|skipped| *skipped))));
    Ok(Lenient { decoded, repaired: Some(repaired) })
}

/// An answer that was read leniently.
pub(crate) struct Lenient {
    pub(crate) decoded: Decoded,
    /// The text that was read instead of the one that came.
    pub(crate) repaired: Option<String>,
}

/// Decodes an answer in XML, by the same rules as [`json`](fn@json).
///
/// Attributes, comments and processing instructions are ignored; a document type is refused, and no entities but those of XML and
/// HTML are known.
///
/// # Errors
/// Where the text is not XML, or fields do not hold what the model says. All issues are in one error.
#[cfg(feature = "xml")]
pub fn xml(text: &str, envelope: &str, into: &mut dyn Table) -> Result<Decoded, DecodeError> {
    xml_leniently(text, envelope, into, false)
}

/// Decodes an answer in XML. `lenient`: what does not fit is skipped and listed.
#[cfg(feature = "xml")]
pub(crate) fn xml_leniently(
    text: &str,
    envelope: &str,
    into: &mut dyn Table,
    lenient: bool,
) -> Result<Decoded, DecodeError> {
    let mut context = Context::answer(Mode::Exact);
    let mut decoded = Decoded::default();
    xml::read(without_bom(text), envelope, into, &mut decoded, &mut context);
    finish(decoded, into, context, lenient)
}

/// Reads a request, or any model, from JSON in the simplified shape: dynamic input.
///
/// Scalars are as lenient as in answers. Fields that the model does not have, and fields given twice, are issues here, and an empty
/// text stays one, so that the checks before sending refuse it instead of dropping it in silence.
///
/// # Errors
/// Where the text is not JSON, names unknown fields or a field twice, or fields do not hold what the model says. All issues are in one error.
pub fn from_json<T: Table + Default>(text: &str) -> Result<T, DecodeError> {
    let mut model = T::default();
    document(text, &mut model)?;
    Ok(model)
}

/// Reads encoded parameters back into a request, which should be empty. Those that the request does not have are left out.
///
/// `each` gives them anew each time it is called.
///
/// # Errors
/// Where a parameter does not hold what the model says. All issues are in one error.
pub fn parameters<'a, I: Iterator<Item = (&'a str, &'a Parameter)>>(
    each: impl Fn() -> I,
    request: &mut dyn Table,
) -> Result<(), DecodeError> {
    document(&parameters::as_document(each(), request), request)?;
    parameters::put_files(each(), request)
}

fn document(text: &str, into: &mut dyn Table) -> Result<(), DecodeError> {
    let text = without_bom(text);
    let mut context = Context::document(Mode::Exact);
    if reader::document(text, into, &mut context).is_err() {
        table::clear(into);
        context = Context::document(Mode::Exact);
        if let Err(error) = json::read(text, into, &mut context) {
            malformed_json(&mut context, &error);
        }
    }
    context.into_result(())
}

/// A refusal is told even where the rest of the answer does not fit.
fn finish(mut decoded: Decoded, table: &dyn Table, context: Context, lenient: bool) -> Result<Decoded, DecodeError> {
    decoded.finish(table, context.ambiguity);
    if context.is_well_formed() && (lenient || decoded.error.is_some()) {
        decoded.skipped = context.into_error().filter(|_| lenient).map(Box::new);
        return Ok(decoded);
    }
    match context.into_error() {
        None => Ok(decoded),
        Some(error) => Err(error),
    }
}

fn malformed_json(context: &mut Context, error: &serde_json::Error) {
    context.malformed(format!("not valid JSON: {error}"), Some((error.line(), error.column())));
}

fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
