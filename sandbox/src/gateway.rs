//! The gateway without sockets: [`answer`] turns a request into a response.
//!
//! Every call takes the same steps: read the parameters, admit or refuse the call, log it, execute it, build the answer as
//! one typed tree, write the tree in the requested form. Each step is a module that does not know the next.

mod admission;
pub(crate) mod answers;
mod form;
pub(crate) mod log;
mod multipart;
mod read;
mod refusal;
mod replay;
mod signature;
pub(crate) mod state;

pub use crate::http::{HttpRequest, HttpResponse, MAX_BODY, PATH};
pub use log::{Received, ReceivedFile};
pub use state::State;

use crate::answer;
use crate::answer::response_faults::ResponseFaults;
use crate::call::{Call, Format, Refusal};
use crate::event::{CallEvent, Event};
use crate::faults::fault::Fault;
use crate::node::Members;
use crate::parameters::{File, Parameters};
use admission::Conditions;

/// Answers one request.
///
/// Whatever the gateway has to say comes with status 200, refusals included, as the platform does it. Another path than
/// [`PATH`] gets 404, a body over [`MAX_BODY`] 413.
///
/// ```
/// use opentop_sandbox::{SandboxBuilder, gateway};
///
/// let state = SandboxBuilder::default().sources(Vec::new()).build_state()?;
/// let request = gateway::HttpRequest::form("method=alibaba.example.gift.get&format=json");
/// let answer = gateway::answer(&state, &request);
/// assert_eq!(answer.status, 200);
/// assert!(answer.body.starts_with(r#"{"error_response":{"code":22,"#));
/// # Ok::<(), opentop_sandbox::StartError>(())
/// ```
#[must_use]
pub fn answer(state: &State, request: &HttpRequest) -> HttpResponse {
    answer_under(state, request, &Fault::None)
}

/// Answers one request while something goes wrong. What a fault does to the bytes of the connection is the carrier's business.
pub(crate) fn answer_under(state: &State, request: &HttpRequest, fault: &Fault) -> HttpResponse {
    if request.path != PATH {
        return HttpResponse::plain(404, format!("the gateway is at {PATH}\n"));
    }
    if request.body.len() > MAX_BODY {
        return HttpResponse::plain(413, format!("a body has at most {MAX_BODY} bytes\n"));
    }
    let request_id = state.next_request_id();
    let parameters = match read::parameters(request) {
        Ok(parameters) => parameters,
        Err(refusal) => {
            report(state, None, Err(&refusal), fault, &request_id);
            return answer::refused(&refusal, Format::Xml, &request_id);
        }
    };
    let (response, verdict) = judge(state, &parameters, fault, &request_id);
    report(state, parameters.get("method"), verdict.as_ref().copied(), fault, &request_id);
    response
}

/// Admits and executes a call; its response, and the refusal if there was one.
fn judge(
    state: &State,
    parameters: &Parameters,
    fault: &Fault,
    request_id: &str,
) -> (HttpResponse, Result<(), Refusal>) {
    let format = Format::asked(parameters).unwrap_or(Format::Xml);
    let refused = |refusal: Refusal| (answer::refused(&refusal, format, request_id), Err(refusal));
    let call = match admission::admit(state, parameters, &Conditions::under(fault)) {
        Ok(call) => call,
        Err(refusal) => return refused(refusal),
    };
    state.record(received(&call, request_id));
    let executed = match refusal::instead_of_executing(fault) {
        Some(refusal) => Err(refusal),
        None if is_left_undone(fault) => Ok(answer::content(&call)),
        None => execute(state, &call),
    };
    match (executed, refusal::after_executing(fault)) {
        (Ok(_), Some(refusal)) | (Err(refusal), _) => refused(refusal),
        (Ok(content), None) => {
            let faults = ResponseFaults::under(fault);
            let response = intermediary_response(fault)
                .unwrap_or_else(|| answer::answered(&call, content, format, &faults, request_id));
            (response, Ok(()))
        }
    }
}

fn report(state: &State, method: Option<&str>, verdict: Result<(), &Refusal>, fault: &Fault, request_id: &str) {
    let verdict = match verdict {
        Ok(()) => "ok".to_owned(),
        Err(refusal) => refusal.to_string(),
    };
    state.reporter().report(&Event::Call(CallEvent {
        method: method.map(str::to_owned),
        verdict,
        fault: fault.clone(),
        request_id: request_id.to_owned(),
    }));
}

/// Whether the call is not executed, and what is answered instead does not come from the service.
fn is_left_undone(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Status { executed: false, .. } | Fault::Html { executed: false } | Fault::Reset { executed: false }
    )
}

fn execute(state: &State, call: &Call<'_>) -> Result<Members, Refusal> {
    match state.writes(&call.entry.api.method) {
        Some(log) => log.execute(call, state.now(), state.reporter()),
        None => Ok(answer::content(call)),
    }
}

/// The response of an intermediary (a proxy, a load balancer) in place of the gateway's.
fn intermediary_response(fault: &Fault) -> Option<HttpResponse> {
    match fault {
        Fault::Status { status, .. } => Some(HttpResponse::plain(*status, format!("status {status}\n"))),
        Fault::Html { .. } => Some(HttpResponse {
            status: 200,
            content_type: "text/html;charset=utf-8",
            body: "<!DOCTYPE html><html><head><title>Gateway</title></head><body>Please try again.</body></html>\n"
                .to_owned(),
        }),
        _ => None,
    }
}

fn received(call: &Call<'_>, request_id: &str) -> Received {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let files = call.parameters.files.iter().cloned();
    Received {
        method: call.entry.api.method.clone(),
        parameters: call.parameters.business().map(own).collect(),
        files: files
            .map(|File { name, file_name, media_type, content }| ReceivedFile {
                parameter: name,
                file_name,
                media_type,
                content,
            })
            .collect(),
        with_session: call.parameters.get("session").is_some(),
        request_id: request_id.to_owned(),
    }
}

#[cfg(test)]
mod tests;
