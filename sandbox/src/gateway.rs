//! The gateway without sockets: [`answer`] turns a request into a response.
//!
//! Every call takes the same steps: read the parameters, admit or refuse the call, log it, execute it, build the answer as
//! one typed tree, write the tree in the requested form. Each step is a module that does not know the next.

mod admission;
pub(crate) mod answers;
mod batch;
mod execution;
pub(crate) mod form;
pub(crate) mod log;
mod multipart;
mod read;
mod refusal;
mod replay;
mod signature;
pub(crate) mod state;

pub use crate::http::{BATCH_PATH, HttpRequest, HttpResponse, MAX_BODY, PATH};
pub use log::{Received, ReceivedFile};
pub use state::State;

use crate::call::Format;
use crate::faults::fault::Fault;
use crate::oauth;
use execution::Proof;

/// Answers one request.
///
/// Whatever the gateway has to say comes with status 200, refusals included, as the platform does it. A request to
/// [`BATCH_PATH`] holds several calls. Another path gets 404, a body over [`MAX_BODY`] 413.
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

/// Answers one request under a fault. The server applies what a fault does to the bytes of the connection.
pub(crate) fn answer_under(state: &State, request: &HttpRequest, fault: &Fault) -> HttpResponse {
    if request.path == oauth::AUTHORIZE || request.path == oauth::TOKEN {
        return oauth::answer(state, request);
    }
    if request.path != PATH && request.path != BATCH_PATH {
        let (authorize, token) = (oauth::AUTHORIZE, oauth::TOKEN);
        let places = format!("the gateway is at {PATH} and {BATCH_PATH}, the OAuth host at {authorize} and {token}\n");
        return HttpResponse::plain(404, places);
    }
    if request.body.len() > MAX_BODY {
        return HttpResponse::plain(413, format!("a body has at most {MAX_BODY} bytes\n"));
    }
    if request.path == BATCH_PATH {
        return batch::answer(state, request, fault);
    }
    let request_id = state.next_request_id();
    match read::parameters(request) {
        Ok(parameters) => execution::run(state, &parameters, Proof::Own, fault, &request_id),
        Err(refusal) => execution::refuse(state, &refusal, Format::Xml, fault, &request_id),
    }
}

/// The method that a request names, if it can be read.
pub(crate) fn method_of(request: &HttpRequest) -> Option<String> {
    read::parameters(request).ok()?.get("method").map(str::to_owned)
}

#[cfg(test)]
mod batch_tests;
#[cfg(test)]
mod tests;
