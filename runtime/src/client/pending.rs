//! How a write can fail: it was not done, or its outcome is unknown.

use std::fmt;

use crate::call::error::Error;
use crate::call::stored_write::StoredWrite;
use crate::client::entry::WriteFailure;
use crate::wire::value::DateTime;

/// The error of a write. Unlike [`Error`] alone, it says whether the write may have been done.
///
/// ```
/// use opentop_runtime::{Effect, Parameters, WriteError};
///
/// # async fn example(client: opentop_runtime::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let parameters = Parameters::from_pairs([("trace_no", "42")])?;
/// match client.call_untyped("alibaba.example.gift.redeem", Effect::Write, parameters).await {
///     Ok(reply) => println!("done: {}", reply.as_str()),
///     Err(WriteError::Failed(error)) => println!("not done: {error}"),
///     Err(WriteError::Unknown(pending)) => println!("ask the platform what became of {:?}: {pending}", pending.key()),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "an unknown write must be resolved: `Pending` says how"]
pub enum WriteError<R> {
    /// The write was certainly not done.
    Failed(Error),
    /// The write may or may not have been done. The client does not send it again; see [`Pending`].
    Unknown(Pending<R>),
}

impl<R> WriteError<R> {
    pub(crate) fn new(failure: WriteFailure, request: R) -> Self {
        match failure {
            WriteFailure::Failed(error) => Self::Failed(error),
            WriteFailure::Unknown(stored, error) => Self::Unknown(Pending::new(stored, request, Some(error))),
        }
    }

    /// The error of the last attempt. `None` for a pending write that was read from a journal.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Unknown(pending) => pending.error(),
        }
    }

    /// The write, if its outcome is unknown.
    ///
    /// ```
    /// # fn example<R>(error: &opentop_runtime::WriteError<R>) {
    /// if let Some(pending) = error.pending() {
    ///     println!("to be looked up: {} {:?}", pending.method(), pending.key());
    /// }
    /// # }
    /// ```
    pub fn pending(&self) -> Option<&Pending<R>> {
        match self {
            Self::Failed(_) => None,
            Self::Unknown(pending) => Some(pending),
        }
    }

    /// Whether the outcome is unknown.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::*};
    /// # let refused = TransportError::new(SendStage::NotSent, TransportErrorKind::Connect);
    /// # let lost = TransportError::new(SendStage::MaybeSent, TransportErrorKind::Timeout);
    /// use opentop_runtime::RetryPolicy;
    ///
    /// # let mock = MockTransport::new().fail(refused).fail(lost);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).retries(RetryPolicy::none()).build()?;
    /// let redeem = || client.call_untyped("taobao.example.gift.redeem", Effect::Write, Parameters::default());
    ///
    /// let no_connection = redeem().expect_err("the gateway cannot be reached");
    /// assert!(!no_connection.is_unknown());
    /// let no_answer = redeem().expect_err("the answer is lost");
    /// assert!(no_answer.is_unknown());
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

impl<R> fmt::Debug for WriteError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            Self::Unknown(pending) => f.debug_tuple("Unknown").field(pending).finish(),
        }
    }
}

impl<R> fmt::Display for WriteError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "not done: {error}"),
            Self::Unknown(pending) => pending.fmt(f),
        }
    }
}

impl<R> std::error::Error for WriteError<R> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().and_then(std::error::Error::source)
    }
}

/// A write whose outcome is unknown, or that a journal found done and unacknowledged after a restart.
///
/// Ask the server, with a method that reads, whether the write was done: that is always safe. [`resume`](Self::resume) sends it again,
/// unless it [is done](Self::is_done). To resume in another process, keep [`stored`](Self::stored).
///
/// ```
/// use opentop_runtime::{Pending, Untyped};
///
/// fn note(pending: &Pending<Untyped>) -> String {
///     // What is needed to find the write on the platform, with a method that reads.
///     let trace = pending.request().parameters().iter().find(|(name, _)| *name == "trace_no");
///     format!("{} of {}, {trace:?}: {}", pending.method(), pending.started(), pending.cause())
/// }
/// ```
#[must_use = "nobody knows whether this write was done: ask the server, or resume it"]
pub struct Pending<R>(Box<Inner<R>>);

/// Boxed, so that results stay small.
struct Inner<R> {
    stored: StoredWrite,
    request: R,
    /// Why the outcome is unknown, as of this attempt.
    cause: String,
    /// The same as an error, in the process that met it.
    error: Option<Error>,
}

impl<R> Pending<R> {
    pub(crate) fn new(stored: StoredWrite, request: R, error: Option<Error>) -> Self {
        let cause = error.as_ref().map_or_else(|| stored.cause().to_owned(), Error::to_string);
        Self(Box::new(Inner { stored, request, cause, error }))
    }

    #[cfg(test)]
    pub(crate) fn take_error(&mut self) -> Option<Error> {
        self.0.error.take()
    }

    pub(crate) fn into_parts(self) -> (StoredWrite, R) {
        (self.0.stored, self.0.request)
    }

    /// The request.
    pub fn request(&self) -> &R {
        &self.0.request
    }

    /// Turns this into the request.
    pub fn into_request(self) -> R {
        self.0.request
    }

    /// The write as a journal keeps it. [`StoredWrite::to_json`] makes text of it, to store for another process.
    ///
    /// ```
    /// # fn example<R>(pending: &opentop_runtime::Pending<R>) {
    /// let row = (pending.id(), pending.stored().to_json());       // for a table of yours
    /// # let _ = row;
    /// # }
    /// ```
    pub fn stored(&self) -> &StoredWrite {
        &self.0.stored
    }

    /// The entry's name in a journal: 32 hexadecimal digits, random.
    pub fn id(&self) -> &str {
        self.0.stored.id()
    }

    /// The method's full name.
    pub fn method(&self) -> &str {
        self.0.stored.method()
    }

    /// The idempotency key of the request. `None` if the specification names no such parameter, or the request has none.
    pub fn key(&self) -> Option<&str> {
        self.0.stored.key()
    }

    /// When the call began that first sent the write, in GMT+8.
    pub fn started(&self) -> DateTime {
        self.0.stored.started()
    }

    /// Whether it was made in the name of a user. It must be resumed in the name of the same user.
    pub fn needs_session(&self) -> bool {
        self.0.stored.needs_session()
    }

    /// Why the outcome is unknown, as of the last attempt.
    pub fn cause(&self) -> &str {
        &self.0.cause
    }

    /// Whether the write was done. [`resume`](Self::resume) then sends nothing, and returns the answer that the journal kept.
    pub fn is_done(&self) -> bool {
        self.0.stored.is_done()
    }

    /// The [`cause`](Self::cause) as an error. `None` if the write was read from a journal.
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }
}

impl<R> fmt::Display for Pending<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error() {
            Some(_) => self.0.stored.describe(f, self.cause()),
            None => self.0.stored.fmt(f),
        }
    }
}

/// Shows the names of the parameters, not their values.
impl<R> fmt::Debug for Pending<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pending").field(&self.0.stored).finish()
    }
}
