//! Builds responses to admitted and refused calls.
//!
//! The content comes from the user's records, else from the specification's sample, else from its examples. It is one typed
//! tree until it is written as JSON or XML.

mod fields;
mod paging;
pub(crate) mod qimen;
mod read;
pub(crate) mod response_faults;
mod samples;
mod synth;
mod write_json;
mod write_xml;
mod xml_sample;

use std::sync::atomic::Ordering;

use opentop_model::model::{Api, PageBy, PagingEnd, Path};

use crate::call::{Answers, Call, Format, Items, Refusal};
use crate::error::StartError;
use crate::http::HttpResponse;
use crate::json::Json;
use crate::node::{self, Members, Node};
use read::{Author, Reader};
use response_faults::ResponseFaults;
pub use samples::{Forms, sample_answer, sample_refusal};

/// What an admitted call is answered, before it has a form.
pub(crate) fn content(call: &Call<'_>) -> Members {
    content_of(call, turn(call))
}

/// Which of several responses is next. Taking it is the next one's turn.
pub(crate) fn turn(call: &Call<'_>) -> usize {
    let Answers::Responses(responses, turn) = &call.entry.answers else { return 0 };
    let last = responses.len().saturating_sub(1);
    let next = |turn: usize| Some((turn + 1).min(last));
    turn.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(last)
}

/// What an admitted call is answered in its turn.
pub(crate) fn content_of(call: &Call<'_>, turn: usize) -> Members {
    let entry = call.entry;
    let text_at = |path: &Path| call.text_at(path);
    match &entry.answers {
        Answers::Template => entry.template.clone(),
        Answers::Items(items) => {
            let flows: Vec<Members> = items.flows.iter().flat_map(|book| book.matching(text_at)).collect();
            let mut all = match &items.dated {
                Some(dated) => dated.within(text_at, &items.fixed),
                None => items.fixed.iter().collect(),
            };
            all.extend(&flows);
            paging::page(call, &all)
        }
        Answers::Responses(responses, _) => responses.get(turn).or(responses.last()).cloned().unwrap_or_default(),
    }
}

/// What the user should know of the content of an answer: why a list is empty.
pub(crate) fn remark(call: &Call<'_>) -> Option<String> {
    let Answers::Items(Items { fixed, dated: Some(dated), .. }) = &call.entry.answers else { return None };
    let is_empty = !fixed.is_empty() && dated.within(|path| call.text_at(path), fixed).is_empty();
    is_empty.then(|| dated.why_none(fixed))
}

/// The answer to an admitted call.
pub(crate) fn answered(
    call: &Call<'_>,
    mut members: Members,
    format: Format,
    faults: &ResponseFaults,
    request_id: &str,
) -> HttpResponse {
    fields::filter(call, &mut members);
    faults.change(&mut members);
    let simplify = call.simplify != faults.other_shape;
    let mut response = write(&members, &call.entry.api.envelope(), format, simplify, request_id);
    if faults.contradiction {
        response_faults::contradict(&mut response.body, format);
    }
    response
}

/// The answer to a refused call.
pub(crate) fn refused(refusal: &Refusal, format: Format, request_id: &str) -> HttpResponse {
    let text = |name: &str, text: &str| (name.to_owned(), Node::Text(text.to_owned()));
    let mut members = vec![("code".to_owned(), Node::Number(refusal.code.to_string())), text("msg", &refusal.msg)];
    members.extend(refusal.sub_code.as_deref().map(|code| text("sub_code", code)));
    members.extend(refusal.sub_msg.as_deref().map(|msg| text("sub_msg", msg)));
    // The reduced form keeps this envelope.
    write(&members, "error_response", format, false, request_id)
}

fn write(members: &Members, envelope: &str, format: Format, simplify: bool, request_id: &str) -> HttpResponse {
    // The gateway's id takes the place of a field of that name: an answer has one id.
    let mut members: Members = members.iter().filter(|(name, _)| name != "request_id").cloned().collect();
    members.push(("request_id".to_owned(), Node::Text(request_id.to_owned())));
    let (content_type, body) = match format {
        Format::Json if simplify => ("text/javascript;charset=UTF-8", write_json::reduced(&members)),
        Format::Json => ("text/javascript;charset=UTF-8", write_json::wrapped(envelope, &members)),
        Format::Xml => ("text/xml;charset=UTF-8", write_xml::document(envelope, &members)),
    };
    HttpResponse::ok(content_type, body)
}

/// The answer of a method for which nobody brought one, and what had to be left out of its sample.
pub(crate) fn template(api: &Api) -> (Members, Vec<String>) {
    let mut notes = Vec::new();
    let samples = &api.samples;
    let json = samples.response_json.as_deref().map(|text| ("response_json", json_members(api, text)));
    let xml = samples.response_xml.as_deref().map(|text| ("response_xml", xml_sample::members(api, text)));
    let mut members = None;
    for (name, found) in [json, xml].into_iter().flatten() {
        match found {
            Ok(found) if members.is_none() => members = Some((name, found)),
            Ok(_) => {}
            Err(cause) => notes.push(format!("the sample {name} is not used: {cause}")),
        }
    }
    let mut reader = Reader::new(api, Author::Page);
    let is_sample = members.is_some();
    let (origin, members) = members.unwrap_or_else(|| ("examples", synth::members(api)));
    let mut tree = reader.object(&api.response, &members, "");
    notes.extend(reader.issues.into_iter().map(|issue| format!("{origin}: {issue}; left out of the answer")));
    if !is_sample {
        single_page(api, &mut tree);
    }
    succeed(api, &mut tree);
    (tree, notes)
}

/// An own answer of a whole response, as `records` or `answer` give it.
pub(crate) fn fixture_response(api: &Api, json: &Json) -> Result<Members, StartError> {
    let members = match json {
        Json::Object(members) => inside_envelope(api, members),
        other => return Err(unfit(api, vec![format!("expected a response (an object), got {}", other.kind())])),
    };
    let mut reader = Reader::new(api, Author::User);
    let tree = reader.object(&api.response, members, "");
    if reader.issues.is_empty() { Ok(tree) } else { Err(unfit(api, reader.issues)) }
}

/// An own item of a method that pages.
pub(crate) fn fixture_item(api: &Api, json: &Json) -> Result<Members, StartError> {
    let field = api.paging.as_ref().and_then(|paging| api.field_at(&api.response, &paging.items));
    let Some(id) = field.and_then(|field| field.ty.object()) else {
        return Err(unfit(api, vec!["the method does not page over objects".to_owned()]));
    };
    let Json::Object(members) = json else {
        return Err(unfit(api, vec!["expected an item (an object)".to_owned()]));
    };
    let mut reader = Reader::new(api, Author::User);
    let tree = reader.object(&api.named(id).object, members, "");
    if reader.issues.is_empty() { Ok(tree) } else { Err(unfit(api, reader.issues)) }
}

fn unfit(api: &Api, issues: Vec<String>) -> StartError {
    StartError::Records { method: api.method.clone(), issues }
}

fn json_members(api: &Api, sample: &str) -> Result<Vec<(String, Json)>, String> {
    match Json::parse(sample).map_err(|cause| format!("it is not JSON: {cause}"))? {
        Json::Object(members) if members.iter().any(|(name, _)| name == "error_response") => {
            Err("it shows an error".to_owned())
        }
        Json::Object(members) => Ok(inside_envelope(api, &members).to_vec()),
        other => Err(format!("expected an object, got {}", other.kind())),
    }
}

/// The response's members, whether an envelope is around them or not.
fn inside_envelope<'j>(api: &Api, members: &'j [(String, Json)]) -> &'j [(String, Json)] {
    match members {
        [(name, Json::Object(inner))]
            if name.ends_with("_response") && !api.response.fields.iter().any(|field| field.wire == *name) =>
        {
            inner
        }
        _ => members,
    }
}

/// The items of a sample, for a method that pages over objects.
pub(crate) fn sample_items(api: &Api, template: &Members) -> Option<Vec<Members>> {
    let path = &api.paging.as_ref()?.items;
    api.field_at(&api.response, path)?.ty.object()?;
    let Some(Node::List(list)) = node::get(api, template, path) else { return Some(Vec::new()) };
    let items = list.items.iter().map(|item| match item {
        Node::Object(members) => Some(members.clone()),
        _ => None,
    });
    items.collect()
}

/// An answer that reports success: a flag that the sample leaves empty would say nothing.
fn succeed(api: &Api, tree: &mut Members) {
    if let Some(outcome) = &api.outcome
        && node::get(api, tree, &outcome.ok).is_none()
    {
        node::set(api, tree, &outcome.ok, Node::Bool(true));
    }
}

/// An answer made of examples holds one item: whatever the examples say, there is one page.
fn single_page(api: &Api, tree: &mut Members) {
    let Some(paging) = &api.paging else { return };
    if let PageBy::Cursor { next, last } = &paging.by {
        paging::set_next_cursor(api, tree, next, last.as_deref());
    }
    match &paging.end {
        PagingEnd::HasNext(path) => node::set(api, tree, path, Node::Bool(false)),
        PagingEnd::TotalItems(path) | PagingEnd::TotalPages(path) => {
            node::set(api, tree, path, Node::Number("1".to_owned()));
        }
        PagingEnd::NoCursor => {}
    }
}

#[cfg(test)]
mod tests;
