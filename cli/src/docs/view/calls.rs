//! A call of a method: in Rust, with this command line, and with curl.

use opentop_codegen::Reference;
use opentop_model::model::Api;

use super::samples::Sample;
use crate::example;

pub(super) fn of(api: &Api, reference: &Reference) -> Vec<Sample> {
    let calls = [
        ("call-rust", "Rust", Some(reference.call.clone())),
        ("call-opentop", "opentop", example::command(api, reference)),
        ("call-curl", "cURL", example::curl(api, reference)),
    ];
    calls.into_iter().filter_map(|(id, label, text)| Some(Sample { id, label, text: text?, made: false })).collect()
}
