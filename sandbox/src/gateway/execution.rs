//! One call, from its parameters to its response and its event.

use super::admission::{self, Conditions};
use super::log::{Received, ReceivedFile};
use super::qimen_form::Form;
use super::refusal;
use super::state::State;
use crate::answer;
use crate::answer::response_faults::ResponseFaults;
use crate::call::{Call, Format, Refusal};
use crate::event::{CallEvent, Event};
use crate::faults::fault::Fault;
use crate::http::HttpResponse;
use crate::node::Members;
use crate::oauth;
use crate::parameters::{File, Parameters};

/// How a call proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// By its own signature.
    Own,
    /// By the signature of the batch around it.
    Batch,
    /// By a signature over its body, through Qimen.
    Qimen(Form),
}

/// Admits, executes and answers a call.
pub(super) fn run(
    state: &State,
    parameters: &Parameters,
    proof: Proof,
    fault: &Fault,
    request_id: &str,
) -> HttpResponse {
    let (response, verdict) = judge(state, parameters, proof, fault, request_id);
    report(state, parameters.get("method"), &verdict, fault, request_id);
    response
}

/// The response to a request whose calls cannot be read or admitted.
pub(super) fn refuse(
    state: &State,
    refusal: &Refusal,
    format: Format,
    fault: &Fault,
    request_id: &str,
) -> HttpResponse {
    report(state, None, &Err(refusal.clone()), fault, request_id);
    answer::refused(refusal, format, request_id)
}

/// What becomes of a call: a remark on its answer, or a refusal.
type Verdict = Result<Option<String>, Refusal>;

/// Admits and executes a call.
fn judge(
    state: &State,
    parameters: &Parameters,
    proof: Proof,
    fault: &Fault,
    request_id: &str,
) -> (HttpResponse, Verdict) {
    let format = Format::asked(parameters).unwrap_or(Format::Xml);
    let refused = |refusal: Refusal| {
        let response = match proof {
            Proof::Qimen(form) => answer::qimen::refused(&refusal, form.format(parameters), request_id),
            Proof::Own | Proof::Batch => answer::refused(&refusal, format, request_id),
        };
        (response, Err(refusal))
    };
    let call = match admission::admit(state, parameters, proof == Proof::Own, &Conditions::under(fault)) {
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
            let response = intermediary_response(fault).unwrap_or_else(|| match proof {
                Proof::Qimen(form) => answer::qimen::answered(&call, content, form.format(parameters), form.has_flag()),
                Proof::Own | Proof::Batch => answer::answered(&call, content, format, &faults, request_id),
            });
            (response, Ok(answer::remark(&call)))
        }
    }
}

pub(super) fn report(state: &State, method: Option<&str>, verdict: &Verdict, fault: &Fault, request_id: &str) {
    let verdict = match verdict {
        Ok(None) => "ok".to_owned(),
        Ok(Some(remark)) => format!("ok, {remark}"),
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
    if let Some(answer) = state.messages().and_then(|messages| messages.answer(call)) {
        return answer;
    }
    if let Some(answer) = state.oauth().answer(call, state.now()) {
        return answer;
    }
    let executed = carried_out(state, call);
    if let (Some(messages), Ok(_)) = (state.messages(), &executed) {
        messages.cause(call);
    }
    executed
}

fn carried_out(state: &State, call: &Call<'_>) -> Result<Members, Refusal> {
    match state.writes(&call.entry.api.method) {
        Some(log) => log.execute(call, state.now(), state.reporter()),
        None => Ok(answer::content(call)),
    }
}

/// The response of an intermediary (a proxy, a load balancer) in place of the gateway's.
pub(super) fn intermediary_response(fault: &Fault) -> Option<HttpResponse> {
    match fault {
        Fault::Status { status, .. } => Some(HttpResponse::plain(*status, format!("status {status}\n"))),
        Fault::Html { .. } => Some(HttpResponse::ok(
            "text/html;charset=utf-8",
            "<!DOCTYPE html><html><head><title>Gateway</title></head><body>Please try again.</body></html>\n",
        )),
        _ => None,
    }
}

fn received(call: &Call<'_>, request_id: &str) -> Received {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let files = call.parameters.files.iter().cloned();
    let has_secrets = oauth::calls::is_own(&call.entry.api.method);
    Received {
        method: call.entry.api.method.clone(),
        parameters: if has_secrets { Vec::new() } else { call.parameters.business().map(own).collect() },
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
