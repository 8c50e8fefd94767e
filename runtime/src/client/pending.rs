//! How a write ends other than well: failed for certain, or unknown.

use std::fmt;

use crate::call::error::Error;
use crate::call::stored_write::StoredWrite;
use crate::client::entry::WriteFailure;
use crate::wire::value::DateTime;

/// Why a write did not succeed. It says what became of the write, which the error alone does not.
#[must_use = "an unknown write must be resolved: `Pending` says how"]
pub enum WriteError<R> {
    /// It was not done, for certain.
    Failed(Error),
    /// It may or may not have been done. It is never sent again on its own.
    Unknown(Pending<R>),
}

impl<R> WriteError<R> {
    pub(crate) fn new(failure: WriteFailure, request: R) -> Self {
        match failure {
            WriteFailure::Failed(error) => Self::Failed(error),
            WriteFailure::Unknown(stored, error) => Self::Unknown(Pending::new(stored, request, Some(error))),
        }
    }

    /// The error that the last attempt ended with. `None` for a pending write that was read from a journal.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Unknown(pending) => pending.error(),
        }
    }

    /// The write to be resolved, if its outcome is unknown.
    pub fn pending(&self) -> Option<&Pending<R>> {
        match self {
            Self::Failed(_) => None,
            Self::Unknown(pending) => Some(pending),
        }
    }

    /// Whether nobody knows if the write was done.
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

/// A write that was sent, and of which nobody knows whether it was done.
///
/// It holds the request. [`stored`](Self::stored) is what to keep for another process.
///
/// Ask the server what became of the write with a method that reads: that is always safe. [`resume`](Self::resume) sends it again.
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

    /// The request that was sent.
    pub fn request(&self) -> &R {
        &self.0.request
    }

    /// The request that was sent, taken out.
    pub fn into_request(self) -> R {
        self.0.request
    }

    /// The write as a journal keeps it: as JSON, it can be stored for another process.
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

    /// The idempotency key that was sent, if the specification names that parameter.
    pub fn key(&self) -> Option<&str> {
        self.0.stored.key()
    }

    /// When the write was first sent, in GMT+8.
    pub fn started(&self) -> DateTime {
        self.0.stored.started()
    }

    /// Whether it was sent in the name of a user. It must be resumed in the name of the same one.
    pub fn needs_session(&self) -> bool {
        self.0.stored.needs_session()
    }

    /// Why the outcome is unknown, as of the last attempt.
    pub fn cause(&self) -> &str {
        &self.0.cause
    }

    /// Whether the write was done: [`resume`](Self::resume) sends nothing, and returns the answer that a journal kept.
    pub fn is_done(&self) -> bool {
        self.0.stored.is_done()
    }

    /// The same as an error. `None` if it was read from a journal.
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
