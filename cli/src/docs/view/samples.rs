//! What a method answers, in every form of the platform, and how it refuses.

use opentop_model::model::Api;

use super::Sample;

pub(super) fn answers(api: &Api) -> Vec<Sample> {
    let given = [("answer-json", "JSON", &api.samples.response_json), ("answer-xml", "XML", &api.samples.response_xml)];
    vendors(given)
}

pub(super) fn refusals(api: &Api) -> Vec<Sample> {
    vendors([("refusal-json", "JSON", &api.samples.error_json), ("refusal-xml", "XML", &api.samples.error_xml)])
}

fn vendors(given: [(&'static str, &'static str, &Option<String>); 2]) -> Vec<Sample> {
    let sample = |(id, label, text): (_, _, &Option<String>)| {
        Some(Sample { id, label, text: text.as_ref()?.clone(), made: false })
    };
    given.into_iter().filter_map(sample).collect()
}
