//! A call of a method: in Rust, by this command line, and by curl.

use opentop_model::model::Api;

use super::Sample;
use crate::describe;

pub(super) fn of(api: &Api, rust: &str) -> Vec<Sample> {
    let mut calls = vec![sample("call-rust", "Rust", rust.to_owned())];
    if api.protocol().is_none() {
        calls.push(sample("call-opentop", "opentop", describe::example(api)));
    }
    calls
}

fn sample(id: &'static str, label: &'static str, text: String) -> Sample {
    Sample { id, label, text, made: false }
}
