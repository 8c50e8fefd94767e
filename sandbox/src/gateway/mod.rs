//! The gateway itself, without sockets: a request in, an answer out.
//!
//! [`answer`] goes the same way for every call: read the parameters, admit or refuse the call, note it, make its answer as one
//! typed tree, write the tree in the form asked for. Each of these steps is a module that does not know the next one.

mod admission;
mod form;
mod http;
mod log;
mod multipart;
mod parameters;
mod refusal;
mod state;

pub use http::{HttpRequest, HttpResponse};
pub use log::Received;
pub use state::State;

pub(crate) use admission::{Call, Format};
pub(crate) use refusal::Refusal;
pub(crate) use state::{Answers, Clock, Own, Settings};

use crate::answer;
use parameters::Parameters;

/// The path that calls go to.
pub const PATH: &str = "/router/rest";

/// The largest body that is read.
pub const MAX_BODY: usize = 10 * 1024 * 1024;

/// Answers one request.
///
/// Whatever the gateway has to say comes with status 200, refusals included, as the platform does it. Another path than
/// [`PATH`] gets 404, a body over [`MAX_BODY`] 413.
///
/// ```
/// use opentop_sandbox::{Builder, gateway};
///
/// let state = Builder::default().sources(Vec::new()).build_state()?;
/// let request = gateway::HttpRequest::form("method=alibaba.example.gift.get&format=json");
/// let answer = gateway::answer(&state, &request);
/// assert_eq!(answer.status, 200);
/// assert!(answer.body.starts_with(r#"{"error_response":{"code":22,"#));
/// # Ok::<(), opentop_sandbox::StartError>(())
/// ```
#[must_use]
pub fn answer(state: &State, request: &HttpRequest) -> HttpResponse {
    if request.path != PATH {
        return HttpResponse::plain(404, format!("the gateway is at {PATH}\n"));
    }
    if request.body.len() > MAX_BODY {
        return HttpResponse::plain(413, format!("a body has at most {MAX_BODY} bytes\n"));
    }
    let request_id = state.next_request_id();
    let parameters = match Parameters::read(request) {
        Ok(parameters) => parameters,
        Err(refusal) => return answer::refused(&refusal, Format::Xml, &request_id),
    };
    let format = Format::asked(&parameters).unwrap_or(Format::Xml);
    match admission::admit(state, &parameters) {
        Ok(call) => {
            state.note(received(&call, &request_id));
            answer::answered(&call, format, &request_id)
        }
        Err(refusal) => answer::refused(&refusal, format, &request_id),
    }
}

fn received(call: &Call<'_>, request_id: &str) -> Received {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let files = call.parameters.files.iter();
    Received {
        method: call.entry.api.method.clone(),
        parameters: call.parameters.business().map(own).collect(),
        files: files.map(|file| (file.name.clone(), file.file_name.clone(), file.content.len())).collect(),
        with_session: call.parameters.get("session").is_some(),
        request_id: request_id.to_owned(),
    }
}

#[cfg(test)]
mod tests;
