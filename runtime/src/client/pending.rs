//! A write whose outcome is unknown: what is needed to find out, and to survive a restart until then.
//!
//! In: the encoded parameters of the call and the error that ended it. Out: [`Pending`], which shows the idempotency key, stores
//! itself as JSON text, and can be sent again as an explicit act. No secret and no session is in it.

mod json;

use std::fmt;

use super::Client;
use crate::escape::Escaped;
use crate::gateway::Parameters;
use crate::request::{SessionlessRequest, WriteRequest};
use crate::{DateTime, Error, IdempotencyKey, Reply};

pub use json::InvalidPending;

/// How a write failed.
#[derive(Debug)]
pub enum WriteError {
    /// It was not done, for certain.
    Failed(Error),
    /// It may or may not have been done: the connection broke after the request had left, the answer cannot be read, the
    /// service broke. Store it, find out, or resume it.
    Unknown(Pending),
}

impl WriteError {
    /// What went wrong; `None` for a [`Pending`] that was read from JSON and is not an error of this process.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Unknown(pending) => pending.error(),
        }
    }

    /// The call to be resolved, where the outcome is unknown.
    pub fn pending(&self) -> Option<&Pending> {
        match self {
            Self::Failed(_) => None,
            Self::Unknown(pending) => Some(pending),
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "not done: {error}"),
            Self::Unknown(pending) => pending.fmt(f),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().and_then(std::error::Error::source)
    }
}

/// A write that was sent, and of which nobody knows whether it was done.
///
/// ```
/// # fn example(pending: opentop_runtime::Pending) -> Result<(), opentop_runtime::InvalidPending> {
/// use opentop_runtime::Pending;
///
/// let stored = pending.to_json();
/// let restored = Pending::from_json(&stored)?;      // perhaps in another process
/// assert_eq!(restored.key(), pending.key());
/// # Ok(())
/// # }
/// ```
pub struct Pending(Box<Call>);

/// Boxed, so that results stay small.
struct Call {
    /// Names the entry of a journal: 32 hexadecimal digits, random.
    id: String,
    method: String,
    key: Option<String>,
    started: DateTime,
    /// Whether the call was made in the name of a user. Who that was is not kept.
    session: bool,
    parameters: Parameters,
    cause: String,
    /// The cause itself, in the process that met it.
    error: Option<Error>,
}

impl Pending {
    pub(super) fn new(
        method: &str,
        key: Option<String>,
        session: bool,
        started: DateTime,
        parameters: Parameters,
    ) -> Self {
        let (id, method) = (IdempotencyKey::generate().into(), method.to_owned());
        let cause = "no answer yet".to_owned();
        Self(Box::new(Call { id, method, key, started, session, parameters, cause, error: None }))
    }

    /// What tells this write from every other, in a journal too: 32 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The method's full name.
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The idempotency key that was sent, where the specification names the parameter.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// When the write was first sent.
    pub fn started(&self) -> DateTime {
        self.0.started
    }

    /// Whether it was sent in the name of a user: it must be resumed in the name of the same one.
    pub fn needs_session(&self) -> bool {
        self.0.session
    }

    /// Why the outcome is unknown: that of the last attempt.
    pub fn cause(&self) -> &str {
        &self.0.cause
    }

    /// The same as an error, unless this was read from JSON.
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }

    /// Sends the same business parameters again, with a new timestamp and signature, once.
    ///
    /// **Do this only where the server recognises the key and does the write once**, however often it comes; otherwise it may be
    /// done twice. That a parameter is called an idempotency key does not prove it. To ask the server first (with a read of the
    /// platform) is always safe. A write without a key is not sent, unless `.retry_writes(ServerDedupes::Asserted)` says that the
    /// server tells it by something else.
    ///
    /// A write that was made in the name of a user is resumed by [`Call::resume`](crate::Call::resume):
    /// `client.session(&token).resume::<R>(pending)`.
    ///
    /// # Errors
    ///
    /// Always [`WriteError::Unknown`]: that a second attempt was refused, or could not be sent, says nothing of the first. The new
    /// cause is in [`Pending::error`]; a [`Error::Business`] there is what a server that recognises the key would answer to a
    /// write that it had refused the first time too.
    pub async fn resume<R: WriteRequest + SessionlessRequest>(
        self,
        client: &Client,
    ) -> Result<Reply<R::Response>, WriteError> {
        client.resume::<R>(self).await
    }

    pub(crate) fn parameters(&self) -> &Parameters {
        &self.0.parameters
    }

    /// The same call after one more attempt that ended like this.
    pub(super) fn still(mut self, error: Error) -> Self {
        self.0.cause = error.to_string();
        self.0.error = Some(error);
        self
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { method, key, cause, .. } = &*self.0;
        write!(f, "{}: the outcome is unknown", Escaped(method))?;
        if let Some(key) = key {
            write!(f, " (key {})", Escaped(key))?;
        }
        write!(f, ": {cause}")
    }
}

/// Shows the names of the parameters, not their values.
impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { method, key, started, parameters, cause, .. } = &*self.0;
        f.debug_struct("Pending")
            .field("method", method)
            .field("key", key)
            .field("started", &started.to_string())
            .field("cause", cause)
            .field("parameters", parameters)
            .finish_non_exhaustive()
    }
}
