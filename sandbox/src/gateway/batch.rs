//! Batches: several calls in one request to `/router/batch`.
//!
//! The query holds what all calls share and the signature, which covers the body too. The body holds one urlencoded query a
//! call, joined by a separator; `N` is a call without parameters of its own. A first chunk that begins with `#PUBLIC#` holds
//! more that all calls share. The response holds the calls' responses in the same order, joined by the same separator. A
//! refusal of the whole batch is a single response.

use bytes::Bytes;

use super::admission::{self, Conditions};
use super::execution::{self, Proof};
use super::form;
use super::read;
use super::refusal::Code;
use super::state::State;
use crate::call::{Format, Refusal};
use crate::faults::fault::Fault;
use crate::http::{HttpRequest, HttpResponse};
use crate::parameters::Parameters;

/// What stands between calls unless the header `top-api-separator` says otherwise.
const SEPARATOR: &str = "\r\n-S-\r\n";

/// How the chunk begins that all calls share.
const PUBLIC: &str = "#PUBLIC#";

/// The chunk of a call without parameters of its own.
const NOTHING: &str = "N";

/// Calls in one batch. The platform's own limit is not documented.
const MAX_CALLS: usize = 1_000;

pub(super) fn answer(state: &State, request: &HttpRequest, fault: &Fault) -> HttpResponse {
    let request_id = state.next_request_id();
    let shared = match read::query(request) {
        Ok(shared) => shared,
        Err(refusal) => return execution::refuse(state, &refusal, Format::Xml, fault, &request_id),
    };
    let format = Format::asked(&shared).unwrap_or(Format::Xml);
    let separator = request.separator.as_deref().filter(|separator| !separator.is_empty()).unwrap_or(SEPARATOR);
    let calls = admission::identify(state, &shared, Some(&request.body), &Conditions::under(fault))
        .and_then(|()| split(&request.body, separator));
    let (public, chunks) = match calls {
        Ok(calls) => calls,
        Err(refusal) => return execution::refuse(state, &refusal, format, fault, &request_id),
    };
    let mut responses = Vec::with_capacity(chunks.len());
    for (at, chunk) in chunks.into_iter().enumerate() {
        let request_id = if at == 0 { request_id.clone() } else { state.next_request_id() };
        responses.push(match chunk {
            Ok(own) => {
                let parameters = merged(own, &public, &shared);
                execution::run(state, &parameters, Proof::Batch, fault, &request_id)
            }
            Err(refusal) => execution::refuse(state, &refusal, format, fault, &request_id),
        });
    }
    if let Some(instead) = execution::intermediary_response(fault) {
        return instead;
    }
    let content_type = responses.first().map_or("text/plain;charset=UTF-8", |first| first.content_type);
    let bodies: Vec<String> = responses.into_iter().map(|response| response.body).collect();
    HttpResponse::ok(content_type, bodies.join(separator))
}

type Pairs = Vec<(String, String)>;

/// What all calls share, and each call's own parameters.
fn split(body: &Bytes, separator: &str) -> Result<(Pairs, Vec<Result<Pairs, Refusal>>), Refusal> {
    let text = std::str::from_utf8(body)
        .map_err(|_| Code::InvalidEncoding.because("the body is not UTF-8; encode the calls as form parameters"))?;
    let mut chunks: Vec<&str> = text.split(separator).collect();
    // A separator behind the last call ends it.
    if chunks.last().is_some_and(|last| last.is_empty()) {
        chunks.pop();
    }
    let public = match chunks.first().and_then(|first| first.strip_prefix(PUBLIC)) {
        Some(public) => {
            chunks.remove(0);
            pairs(public)?
        }
        None => Vec::new(),
    };
    match chunks.len() {
        0 => Err(Code::MissingArguments.because("expected calls in the body, one query each, joined by the separator")),
        1..=MAX_CALLS => Ok((public, chunks.into_iter().map(pairs).collect())),
        more => {
            Err(Code::InvalidArguments.because(format!("a batch must have at most {MAX_CALLS} calls (got {more})")))
        }
    }
}

fn pairs(chunk: &str) -> Result<Pairs, Refusal> {
    if chunk == NOTHING {
        return Ok(Vec::new());
    }
    form::decode(chunk.as_bytes())
        .map_err(|cause| Code::InvalidEncoding.because(format!("{cause}; encode text as UTF-8")))
}

/// A call's parameters: its own, then what the batch shares under other names.
fn merged(own: Pairs, public: &Pairs, shared: &Parameters) -> Parameters {
    let mut text = own;
    for more in [public, &shared.text] {
        let absent = |(name, _): &&(String, String)| !text.iter().any(|(known, _)| known == name);
        let added: Pairs = more.iter().filter(absent).cloned().collect();
        text.extend(added);
    }
    Parameters { text, ..Parameters::default() }
}
