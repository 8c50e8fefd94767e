//! JSON answers and documents.
//!
//! Input: a text. What must hold: the two readers agree, and so do the two shapes; nothing malformed is taken and nothing well-formed
//! refused as malformed; a text that was cut short is never taken; what was read is written and read again without a difference.

use opentop_runtime::__private::engine::decode::{DecodeError, Decoded, json};
use opentop_runtime::__private::engine::encode;
use opentop_runtime::from_json;
use serde_json::{Value, value::RawValue};
use std::collections::BTreeMap;

use super::{
    cuts::cuts,
    sent,
    tables::{ENVELOPE, Everything, WIDE, Wide},
};

/// What reads an answer.
pub type Decode<'a> = &'a dyn Fn(&str, &mut Everything) -> Result<Decoded, DecodeError>;

/// Levels that both readers take in any position: fewer than the parser's own limit, less one for an envelope.
const DEEP: usize = 100;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &|text, into| json(text, ENVELOPE, into));
}

/// The same of any code under test.
pub fn check(data: &[u8], decode: Decode<'_>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (model, read) = answer(text, decode);
    only_json_is_taken(text, &read, decode);
    both_readers_agree(text, &model, &read, decode);
    if nesting(text) < DEEP {
        both_shapes_agree(text, &model, &read, decode);
        documents_agree(text);
    }
    if read.is_ok() {
        comes_back(&model);
    }
    through_serde(text);
    wide(text);
}

fn answer(text: &str, decode: Decode<'_>) -> (Everything, Result<Decoded, DecodeError>) {
    let mut model = Everything::default();
    let read = decode(text, &mut model);
    (model, read)
}

/// Without what may stand around it.
fn bare(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text).trim_matches([' ', '\n', '\r', '\t'])
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// How deep brackets stand at most, those in texts as well.
pub fn nesting(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn is_malformed(read: &Result<Decoded, DecodeError>) -> bool {
    read.as_ref().is_err_and(|error| error.position().is_some())
}

/// Whatever an error repeats of the text is fit for a log.
fn is_fit_for_a_log(error: &DecodeError) {
    let said = error.to_string();
    assert!(!said.chars().any(|it| it.is_control() && it != '\n'), "{said:?}");
    assert!(!error.issues().is_empty() && (error.unlisted() == 0 || error.issues().len() == 100));
}

fn only_json_is_taken(text: &str, read: &Result<Decoded, DecodeError>, decode: Decode<'_>) {
    read.as_ref().err().into_iter().for_each(is_fit_for_a_log);
    let text = bare(text);
    if !is_malformed(read) {
        assert!(is_json(text), "taken as JSON");
    }
    if serde_json::from_str::<Value>(text).is_ok() {
        assert!(!is_malformed(read), "refused as malformed: {read:?}");
    }
    if read.is_ok() {
        assert!(text.starts_with('{'), "an answer that is no object");
        for short in cuts(text.len()).filter(|short| text.is_char_boundary(*short)) {
            assert!(answer(&text[..short], decode).1.is_err(), "an answer cut after {short} bytes was taken");
        }
    }
}

/// A member that says nothing, but that the one-pass reader leaves to the other one.
fn for_the_thorough_reader(text: &str) -> Option<String> {
    let inside = bare(text).strip_prefix('{')?;
    let comma = if bare(inside).starts_with('}') { "" } else { "," };
    Some(format!("{{\"error_response\":null{comma}{inside}"))
}

fn both_readers_agree(text: &str, model: &Everything, read: &Result<Decoded, DecodeError>, decode: Decode<'_>) {
    let Some(text) = for_the_thorough_reader(text) else { return };
    let (other_model, other_read) = answer(&text, decode);
    assert_eq!(is_malformed(read), is_malformed(&other_read), "{read:?} {other_read:?}");
    if !is_malformed(read) {
        assert_eq!(read, &other_read);
        assert_eq!(model, &other_model);
    }
}

fn both_shapes_agree(text: &str, model: &Everything, read: &Result<Decoded, DecodeError>, decode: Decode<'_>) {
    let text = bare(text);
    let Ok(root) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else { return };
    if root.contains_key("error_response") || root.contains_key(ENVELOPE) {
        return;
    }
    let (wrapped_model, wrapped) = answer(&format!("{{\"{ENVELOPE}\":{text}}}"), decode);
    match (read, wrapped) {
        (Ok(read), Ok(wrapped)) => {
            assert_eq!((model, &read.request_id, &read.error), (&wrapped_model, &wrapped.request_id, &wrapped.error));
            assert!(wrapped.enveloped && wrapped.recognised);
        }
        (Err(read), Err(wrapped)) => assert_eq!(read.issues().len(), wrapped.issues().len()),
        (read, wrapped) => panic!("the shapes differ: {read:?} {wrapped:?}"),
    }
}

/// An object inside a text goes to the thorough reader, the same object as it is to the other.
fn documents_agree(text: &str) {
    let text = bare(text);
    if !text.starts_with('{') || !is_json(text) {
        return;
    }
    let quoted = Value::from(text);
    let plain = from_json::<Everything>(&format!("{{\"object\":{text}}}"));
    let nested = from_json::<Everything>(&format!("{{\"object\":{quoted}}}"));
    match (plain, nested) {
        (Ok(plain), Ok(nested)) => {
            assert_eq!(plain, nested);
            comes_back(&plain);
        }
        (Err(plain), Err(nested)) if plain.position().is_none() => assert_eq!(plain, nested),
        (Err(_), Err(_)) => {}
        (plain, nested) => panic!("the readers differ: {plain:?} {nested:?}"),
    }
}

/// What was read is written and read again without a difference.
pub fn comes_back(model: &Everything) {
    let text = encode::json(model);
    assert!(is_json(&text), "{text}");
    if nesting(&text) >= DEEP {
        return;
    }
    let back: Everything = from_json(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(encode::json(&back), text);
    if model.has_whole_seconds() {
        assert_eq!(model, &back, "{text}");
    }
    sent::check(model);
}

/// Through the formats of others nothing is rounded in silence: what they carry comes back equal, or is refused.
fn through_serde(text: &str) {
    let Ok(model) = serde_json::from_str::<Everything>(text) else { return };
    let written = serde_json::to_string(&model).expect("a model is JSON");
    if nesting(&written) >= DEEP {
        return;
    }
    match serde_json::from_str::<Everything>(&written) {
        Ok(back) => assert_eq!(model, back, "{written}"),
        Err(error) => assert!(error.to_string().contains("floating-point"), "{written}: {error}"),
    }
}

/// Of fields beyond the sixty-fourth the first counts as well.
fn wide(text: &str) {
    let (mut model, mut other) = (Wide::default(), Wide::default());
    let read = json(text, ENVELOPE, &mut model);
    let Some(text) = for_the_thorough_reader(text) else { return };
    let again = json(&text, ENVELOPE, &mut other);
    assert_eq!(read.is_ok(), again.is_ok(), "{read:?} {again:?}");
    if let (Ok(read), Ok(again)) = (read, again) {
        assert_eq!(read, again);
        assert!((0..WIDE).all(|index| model.get(index) == other.get(index)));
        let id = model.get(WIDE - 1).map(|id| id.to_string());
        assert!(id.is_none() || read.request_id.is_some());
    }
}
