//! Makes a spec from a description: every object type once, every field under a key, limits where they fit, hints as
//! suggestions.
//!
//! The spec is a [`Map`] in the key order of the format. It holds only what the description says or the rules below decide.
//! Decisions of a rule are reported.

mod agree;
mod fields;
mod naming;
mod side;
mod types;

use super::described::{Described, Findings, Param, Source};
use super::effect::{self, Likely};
use super::tree::{Map, Tree};
use super::vendor_type::VendorType;
use opentop_model::model::{Samples, Session};
use side::Side;
use types::Types;

/// The words by which [`Source`] is kept in a file.
pub(super) fn source_word(source: Source) -> &'static str {
    match source {
        Source::Page => "page",
        Source::Json => "json",
    }
}

/// Builds the spec.
pub(super) fn build(described: &Described, category: &str, findings: &mut Findings) -> Map {
    let types = Types::collect(described, findings);
    let mut spec = Map::default();
    spec.push("api", described.method.as_str());
    spec.push("category", category);
    let title = if described.title.trim().is_empty() { described.method.as_str() } else { described.title.trim() };
    spec.push("title", title);
    spec.push_text("description", described.description.trim());
    spec.push("session", session_key(described.session));
    spec.push("effect", "write");
    if let Some(dialect) = &described.dialect {
        let mut map = Map::default();
        map.push("name", dialect.name);
        map.push("because", dialect.because);
        spec.push("dialect", map);
    }
    let review = review(described);
    if !review.is_empty() {
        spec.push("suggested", review);
    }
    let mut request = types.fields(&described.request, Side::Request, true, findings);
    required_only_parameter(&described.request, &mut request);
    for (key, fields) in
        [("request", request), ("response", types.fields(&described.response, Side::Response, true, findings))]
    {
        let mut object = Map::default();
        object.push("fields", fields);
        spec.push(key, object);
    }
    let named = types.named(findings);
    if !named.is_empty() {
        spec.push("types", named);
    }
    errors(described, &mut spec);
    samples(&described.samples, &mut spec);
    spec
}

fn session_key(session: Option<Session>) -> &'static str {
    match session {
        Some(Session::None) => "none",
        Some(Session::Required) => "required",
        Some(Session::Optional) | None => "optional",
    }
}

/// The same as the spec of a message: its content is what an answer would be.
pub(super) fn message(mut said: Map) -> Map {
    let mut spec = Map::default();
    for (from, to) in [
        ("api", "topic"),
        ("category", "category"),
        ("title", "title"),
        ("description", "description"),
        ("response", "content"),
        ("types", "types"),
    ] {
        if let Some(value) = said.remove(from) {
            spec.push(to, value);
        }
    }
    if let Some(gone) = said.map("suggested").and_then(|suggested| suggested.text("deprecated")) {
        let mut suggested = Map::default();
        suggested.push("deprecated", gone);
        spec.push("suggested", suggested);
    }
    if let Some(sample) = said.map("samples").and_then(|samples| samples.text("response_json")) {
        spec.push("sample", sample);
    }
    spec
}

/// What a person has to decide: whether the method changes data, where name and title do not agree that it does, and
/// what only the page's words say.
fn review(described: &Described) -> Map {
    let mut review = Map::default();
    match effect::likely(&described.method, &described.title) {
        Likely::Read => review.push("effect", "read"),
        Likely::Unclear => review.push("effect", "write"),
        // The spec says so already.
        Likely::Write => {}
    }
    let words = [&described.description, &described.title];
    let spoken = words.iter().any(|text| effect::speaks_of_a_session(text));
    match described.session {
        Some(Session::Required) => {}
        _ if spoken => review.push("session", "required"),
        None => review.push("session", session_key(described.said_session)),
        Some(_) => {}
    }
    if let Some(word) = &described.deprecated {
        review.push("deprecated", word.as_str());
    }
    review
}

/// A method whose only parameter is an object with required fields cannot be called without it, whatever the page says.
fn required_only_parameter(params: &[Param], fields: &mut Map) {
    let ([param], [(_, Tree::Map(field))]) = (params, fields.0.as_mut_slice()) else { return };
    let needs = param.children.iter().any(|child| child.required == Some(true));
    if needs && !VendorType::read(&param.ty).list && param.required == Some(false) {
        let after_type = field.0.iter().position(|(key, _)| key == "type").map_or(0, |at| at + 1);
        field.0.insert(after_type, ("required".to_owned(), "true".into()));
        field.0.insert(after_type + 1, ("vendor_required".to_owned(), "false".into()));
    }
}

fn errors(described: &Described, spec: &mut Map) {
    let rows: Vec<Tree> = described
        .errors
        .iter()
        .map(|row| {
            let mut map = Map::default();
            map.push("code", row.code.as_str());
            map.push_text("message", &row.message);
            map.push_text("solution", &row.solution);
            Tree::Map(map)
        })
        .collect();
    if !rows.is_empty() {
        spec.push("errors", rows);
    }
}

fn samples(samples: &Samples, spec: &mut Map) {
    let mut map = Map::default();
    for (key, text) in [
        ("response_xml", &samples.response_xml),
        ("response_json", &samples.response_json),
        ("error_xml", &samples.error_xml),
        ("error_json", &samples.error_json),
    ] {
        map.push_text(key, text.as_deref().unwrap_or_default());
    }
    if !map.is_empty() {
        spec.push("samples", map);
    }
}
