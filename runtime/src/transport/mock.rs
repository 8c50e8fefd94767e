//! A transport for tests: answers from a script, and a record of what was sent. It needs no network and no runtime.

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

type Answer = Result<http::Response<Bytes>, TransportError>;
type Once = Box<dyn FnOnce(&RecordedRequest) -> Answer + Send>;
type Always = Arc<dyn Fn(&RecordedRequest) -> Answer + Send + Sync>;

/// A transport that answers from a script, in order, and records what was sent. Clones share script and record.
///
/// ```
/// use opentop_runtime::transport::{MockTransport, SendStage, TransportError, TransportErrorKind};
/// use opentop_runtime::{Effect, Parameters, blocking};
///
/// // The first attempt finds no gateway, the second is answered.
/// let mock = MockTransport::new()
///     .fail(TransportError::new(SendStage::NotSent, TransportErrorKind::Connect))
///     .reply(r#"{"example_gift_get_response": {"gift_name": "tea"}}"#);
/// let client = blocking::Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
///
/// let parameters = Parameters::from_pairs([("gift_id", "42")])?;
/// let reply = client.call_untyped("taobao.example.gift.get", Effect::Read, parameters)?;
///
/// assert!(reply.raw().contains("tea"));
/// assert_eq!((mock.sent().len(), mock.backoffs().len()), (2, 1));
/// assert_eq!(mock.sent()[1].parameter("gift_id").as_deref(), Some("42"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct MockTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    script: VecDeque<Once>,
    otherwise: Option<Always>,
    sent: Vec<RecordedRequest>,
    backoffs: Vec<Duration>,
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
    ///
    /// ```
    /// use opentop_runtime::transport::MockTransport;
    ///
    /// let down = MockTransport::new().reply_with(http::StatusCode::SERVICE_UNAVAILABLE, "<html>down for maintenance</html>");
    /// # let _ = down;
    /// ```
    #[must_use]
    pub fn reply_with(self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut response = http::Response::new(body.into());
        *response.status_mut() = status;
        self.respond(response)
    }

    /// Then answers with this response, headers included.
    #[must_use]
    pub fn respond(self, response: http::Response<Bytes>) -> Self {
        self.then(|_| Ok(response))
    }

    /// Then fails like this; see [`TransportError::new`].
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.then(|_| Err(error))
    }

    /// Then answers with what `answer` makes of the request.
    ///
    /// ```
    /// use opentop_runtime::transport::MockTransport;
    ///
    /// // Repeats the parameter that it was sent.
    /// let echo = MockTransport::new().then(|request| {
    ///     let name = request.parameter("name").unwrap_or_default();
    ///     Ok(http::Response::new(format!(r#"{{"example_gift_get_response": {{"name": "{name}"}}}}"#).into()))
    /// });
    /// # let _ = echo;
    /// ```
    #[must_use]
    pub fn then(self, answer: impl FnOnce(&RecordedRequest) -> Answer + Send + 'static) -> Self {
        self.lock().script.push_back(Box::new(answer));
        self
    }

    /// Answers every request after the end of the script with what `answer` makes of it.
    ///
    /// ```
    /// use opentop_runtime::transport::MockTransport;
    ///
    /// // A list whose second page is empty.
    /// let mock = MockTransport::new().otherwise(|request| {
    ///     let body = match request.parameter("page_no").as_deref() {
    ///         Some("1") => r#"{"example_gifts_get_response": {"gifts": {"gift": [{"name": "tea"}]}}}"#,
    ///         _ => r#"{"example_gifts_get_response": {"gifts": {"gift": []}}}"#,
    ///     };
    ///     Ok(http::Response::new(body.into()))
    /// });
    /// # let _ = mock;
    /// ```
    #[must_use]
    pub fn otherwise(self, answer: impl Fn(&RecordedRequest) -> Answer + Send + Sync + 'static) -> Self {
        self.lock().otherwise = Some(Arc::new(answer));
        self
    }

    /// What was sent so far, oldest first.
    pub fn sent(&self) -> Vec<RecordedRequest> {
        self.lock().sent.clone()
    }

    /// The waits between attempts so far, oldest first. No time passes in them.
    pub fn backoffs(&self) -> Vec<Duration> {
        self.lock().backoffs.clone()
    }

    // A test that panicked in another thread must not hide this one's result.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: http::Request<Bytes>, limits: TransportLimits) -> Answer {
        let request = RecordedRequest { request, limits };
        let mut state = self.lock();
        state.sent.push(request.clone());
        let (next, otherwise) = (state.script.pop_front(), state.otherwise.clone());
        // Answers may look at the record.
        drop(state);
        match (next, otherwise) {
            (Some(answer), _) => answer(&request),
            (None, Some(answer)) => answer(&request),
            (None, None) => {
                let error = TransportError::new(SendStage::NotSent, TransportErrorKind::Other);
                Err(error.with_source("the mock transport's script is at its end: add `.reply(…)`"))
            }
        }
    }
}

impl Transport for MockTransport {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(future::ready(self.answer(request, limits)))
    }

    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        self.lock().backoffs.push(wait);
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
        self.lock().backoffs.push(wait);
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("MockTransport").field("left", &state.script.len()).field("sent", &state.sent).finish()
    }
}

/// One request as it was sent.
///
/// ```
/// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
/// # let mock = MockTransport::new().reply(r#"{"time_get_response": {}}"#);
/// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
/// client.session("6100e23").call_untyped("taobao.time.get", Effect::Read, Parameters::default())?;
///
/// let sent = &mock.sent()[0];
/// assert_eq!(sent.parameter("method").as_deref(), Some("taobao.time.get"));
/// assert_eq!(sent.request().uri().host(), Some("eco.taobao.com"));
/// assert!(!format!("{sent:?}").contains("6100e23"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    /// The decoded parameters of the form, in the order they were sent. Empty for a call that uploads files.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let content_type = self.request.headers().get(http::header::CONTENT_TYPE);
        if content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded")) {
            form_urlencoded::parse(self.request.body()).into_owned().collect()
        } else {
            Vec::new()
        }
    }

    /// The value of one parameter of the form.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find_map(|(given, value)| (given == name).then_some(value))
    }
}

/// Shows the names of the parameters. The values hold the session.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parameters().into_iter().map(|(name, _)| name).collect();
        f.debug_struct("RecordedRequest")
            .field("to", &self.request.uri().path())
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn send(mock: &MockTransport, body: &'static str) -> Answer {
        let request =
            http::Request::post("http://127.0.0.1/").header("content-type", "application/x-www-form-urlencoded");
        let limits = TransportLimits::new(Duration::from_secs(1), 64);
        BlockingTransport::send(mock, request.body(Bytes::from(body)).unwrap(), limits)
    }

    #[test]
    fn answers_come_in_order_and_then_from_the_function() {
        let echo =
            |request: &RecordedRequest| Ok(http::Response::new(request.parameter("a").unwrap_or_default().into()));
        let mock = MockTransport::new().reply("first").then(echo).otherwise(|_| Ok(http::Response::new("rest".into())));
        let bodies: Vec<Bytes> = ["a=1", "a=2", "a=3", "a=4"].map(|body| send(&mock, body).unwrap().into_body()).into();
        assert_eq!(bodies, ["first", "2", "rest", "rest"]);
    }

    #[test]
    fn an_answer_may_look_at_the_record() {
        let mock = MockTransport::new();
        let record = mock.clone();
        let mock = mock.then(move |_| Ok(http::Response::new(record.sent().len().to_string().into())));
        assert_eq!(send(&mock, "a=1").unwrap().into_body(), "1");
        let error = send(&mock, "a=2").unwrap_err();
        assert!(error.stage() == SendStage::NotSent && error.to_string().contains("add `.reply(…)`"), "{error}");
    }
}
