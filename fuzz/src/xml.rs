//! XML answers.
//!
//! Input: a text. What must hold: a document type is refused; a text that was cut short is never taken; comments change nothing; what was
//! read is written as JSON and read again without a difference.

use opentop_runtime::__private::engine::decode::{DecodeError, Decoded, xml};

use super::{
    cuts::cuts,
    json::comes_back,
    tables::{ENVELOPE, Everything},
};

/// What reads an answer.
pub type Decode<'a> = &'a dyn Fn(&str, &mut Everything) -> Result<Decoded, DecodeError>;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &|text, into| xml(text, ENVELOPE, into));
}

/// The same of any code under test.
pub fn check(data: &[u8], decode: Decode<'_>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (model, read) = answer(text, decode);
    if let Err(error) = &read {
        let lines = text.lines().count().max(1) + 1;
        assert!(error.position().is_none_or(|(line, column)| line <= lines && column <= text.len() + 1), "{error:?}");
        assert!(!error.issues().is_empty());
        return;
    }
    comes_back(&model);
    with_a_comment_it_is_the_same(text, (&model, &read), decode);
    assert!(answer(&format!("<!DOCTYPE a [<!ENTITY b 'c'>]>{text}"), decode).1.is_err(), "a document type was taken");
    if let Some(end) = end_of_root(text) {
        for short in cuts(end).filter(|short| text.is_char_boundary(*short)) {
            assert!(answer(&text[..short], decode).1.is_err(), "an answer cut after {short} bytes was taken");
        }
    }
}

fn answer(text: &str, decode: Decode<'_>) -> (Everything, Result<Decoded, DecodeError>) {
    let mut model = Everything::default();
    let read = decode(text, &mut model);
    (model, read)
}

/// The length up to the end of the root, where the text ends with it.
pub fn end_of_root(text: &str) -> Option<usize> {
    let text = text.trim_ascii_end();
    [ENVELOPE, "error_response"].iter().any(|root| text.ends_with(&format!("</{root}>"))).then_some(text.len())
}

fn with_a_comment_it_is_the_same(
    text: &str,
    (model, read): (&Everything, &Result<Decoded, DecodeError>),
    decode: Decode<'_>,
) {
    let (other_model, other_read) = answer(&format!("{text}<!-- <int>1</int> -->\n"), decode);
    assert_eq!((model, read), (&other_model, &other_read));
}
