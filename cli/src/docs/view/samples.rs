//! What a method answers, in every form of the platform, and how it refuses: the page's sample, or what the sandbox makes of it.

use opentop_model::model::Api;
use opentop_sandbox::{Forms, sample_answer, sample_refusal};

use crate::indent::{json, xml};

/// A piece of code, or a text as it is sent.
pub(crate) struct Sample {
    /// Unique on its page.
    pub(crate) id: &'static str,
    pub(crate) label: &'static str,
    pub(crate) text: String,
    /// Where it comes from, where the page does not have it.
    pub(crate) made: bool,
}

pub(super) fn answers(api: &Api) -> Vec<Sample> {
    let samples = &api.samples;
    let made = sample_answer(api);
    let of = |form: fn(&Forms) -> &String| made.as_ref().map(form);
    let all = [
        sample("answer-json", "JSON", &samples.response_json, of(|made| &made.json), json),
        sample("answer-simplified", "JSON (simplify)", &None, of(|made| &made.simplified), json),
        sample("answer-xml", "XML", &samples.response_xml, of(|made| &made.xml), xml),
    ];
    all.into_iter().flatten().collect()
}

pub(super) fn refusals(api: &Api) -> Vec<Sample> {
    let samples = &api.samples;
    let made = sample_refusal(api);
    let of = |form: fn(&Forms) -> &String| made.as_ref().map(form);
    let all = [
        sample("refusal-json", "JSON", &samples.error_json, of(|made| &made.json), json),
        sample("refusal-xml", "XML", &samples.error_xml, of(|made| &made.xml), xml),
    ];
    all.into_iter().flatten().collect()
}

/// The vendor's text, else the made one.
fn sample(
    id: &'static str,
    label: &'static str,
    vendors: &Option<String>,
    made: Option<&String>,
    indent: fn(&str) -> String,
) -> Option<Sample> {
    let vendors = vendors.as_ref().filter(|text| !text.trim().is_empty());
    let text = indent(vendors.or(made)?);
    Some(Sample { id, label, text, made: vendors.is_none() })
}
