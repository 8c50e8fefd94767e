//! A gateway for users' tests: answers from a script, and a record of what was sent. No network, no runtime.

use std::collections::VecDeque;
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::{
    BlockingTransport, ResponseFuture, SendStage, Transport, TransportError, TransportErrorKind, TransportLimits,
    UnitFuture,
};

/// A transport that answers from a script, in order. Clones share script and record.
///
/// ```
/// use opentop_runtime::Client;
/// use opentop_runtime::transport::MockTransport;
///
/// let fake = MockTransport::new().reply(r#"{"gift_name": "tea"}"#);
/// let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(fake.clone()).build()?;
/// // … calls of `client` …
/// assert!(fake.sent().is_empty());
/// # Ok::<(), opentop_runtime::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct MockTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    script: VecDeque<Result<http::Response<Bytes>, TransportError>>,
    sent: Vec<RecordedRequest>,
    waits: Vec<Duration>,
}

impl MockTransport {
    /// With an empty script: every call fails, with nothing sent.
    pub fn new() -> Self {
        Self::default()
    }

    /// Then answers with this body, under status 200.
    #[must_use]
    pub fn reply(self, body: impl Into<Bytes>) -> Self {
        self.reply_with(StatusCode::OK, body)
    }

    /// Then answers with this status and body.
    #[must_use]
    pub fn reply_with(self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut response = http::Response::new(body.into());
        *response.status_mut() = status;
        self.then(Ok(response))
    }

    /// Then answers with this response, headers included.
    #[must_use]
    pub fn respond(self, response: http::Response<Bytes>) -> Self {
        self.then(Ok(response))
    }

    /// Then fails like this; see [`TransportError::new`].
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.then(Err(error))
    }

    /// What was sent so far, oldest first.
    pub fn sent(&self) -> Vec<RecordedRequest> {
        self.lock().sent.clone()
    }

    /// The waits between attempts so far, oldest first. They are over at once.
    pub fn waits(&self) -> Vec<Duration> {
        self.lock().waits.clone()
    }

    fn then(self, next: Result<http::Response<Bytes>, TransportError>) -> Self {
        self.lock().script.push_back(next);
        self
    }

    // A test that panicked in another thread must not hide this one's result.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MockTransport {
    fn answer(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut state = self.lock();
        state.sent.push(RecordedRequest { request, limits });
        let exhausted = || {
            let error = TransportError::new(SendStage::NotSent, TransportErrorKind::Other);
            Err(error.with_source("the fake transport's script is at its end: add `.reply(…)`"))
        };
        state.script.pop_front().unwrap_or_else(exhausted)
    }
}

impl Transport for MockTransport {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(future::ready(self.answer(request, limits)))
    }

    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        self.lock().waits.push(wait);
        Box::pin(future::ready(()))
    }
}

impl BlockingTransport for MockTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.answer(request, limits)
    }

    fn sleep(&self, wait: Duration) {
        self.lock().waits.push(wait);
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("MockTransport").field("left", &state.script.len()).field("sent", &state.sent).finish()
    }
}

/// One request as it was sent.
#[derive(Clone)]
pub struct RecordedRequest {
    request: http::Request<Bytes>,
    limits: TransportLimits,
}

impl RecordedRequest {
    /// The whole request.
    pub fn request(&self) -> &http::Request<Bytes> {
        &self.request
    }

    /// The bounds of the exchange.
    pub fn limits(&self) -> TransportLimits {
        self.limits
    }

    /// The decoded parameters of the form, in the order they were sent; none where files are uploaded.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let content_type = self.request.headers().get(http::header::CONTENT_TYPE);
        if content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded")) {
            form_urlencoded::parse(self.request.body()).into_owned().collect()
        } else {
            Vec::new()
        }
    }

    /// One of them.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find_map(|(given, value)| (given == name).then_some(value))
    }
}

/// Shows the names of the parameters. The values hold the session.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parameters().into_iter().map(|(name, _)| name).collect();
        f.debug_struct("RecordedRequest")
            .field("to", self.request.uri())
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
