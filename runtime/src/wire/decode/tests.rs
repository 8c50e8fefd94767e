//! What decoding promises: shapes, leniency, errors; JSON and XML by the same tables where both apply.

#![allow(clippy::unwrap_used, clippy::panic)]

mod errors;
mod hostile;
mod leniency;
mod properties;
mod reader;
mod shapes;

use super::{DecodeError, Decoded, json};
use crate::sample_tables::{Answer, Everything};

const ENVELOPE: &str = "alibaba_example_gift_get_response";

fn answer(text: &str) -> (Answer, Decoded) {
    let mut into = Answer::default();
    let decoded = json(text, ENVELOPE, &mut into).unwrap_or_else(|error| panic!("{text}: {error}"));
    (into, decoded)
}

fn everything(text: &str) -> Result<Everything, DecodeError> {
    let mut into = Everything::default();
    json(text, ENVELOPE, &mut into).map(|_| into)
}

#[cfg(feature = "xml")]
fn xml_answer(text: &str) -> (Answer, Decoded) {
    let mut into = Answer::default();
    let decoded = super::xml(text, ENVELOPE, &mut into).unwrap_or_else(|error| panic!("{text}: {error}"));
    (into, decoded)
}

#[cfg(feature = "xml")]
fn xml_everything(inner: &str) -> Result<Everything, DecodeError> {
    let mut into = Everything::default();
    super::xml(&format!("<{ENVELOPE}>{inner}</{ENVELOPE}>"), ENVELOPE, &mut into).map(|_| into)
}
