//! A write as a journal keeps it: enough to send it again, and nothing secret.

mod json;

use std::fmt;

use crate::call::idempotency::IdempotencyKey;
use crate::call::parameters::Parameters;
use crate::wire::escape::Escaped;
use crate::wire::value::DateTime;

pub use json::InvalidStoredWrite;

/// A write that was stored before it was sent, and whose outcome may be unknown: what a [journal](crate::journal) yields after a
/// restart.
///
/// It keeps the business parameters exactly as they go on the wire, and neither the application's secret nor the session.
/// [`typed`](Self::typed) turns it into the [`Pending`](crate::Pending) of its request type.
///
/// ```
/// # fn example(stored: opentop_runtime::StoredWrite) -> Result<(), opentop_runtime::InvalidStoredWrite> {
/// use opentop_runtime::StoredWrite;
///
/// let text = stored.to_json();
/// let restored = StoredWrite::from_json(&text)?;      // perhaps in another process
/// assert_eq!(restored.key(), stored.key());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct StoredWrite(Box<Entry>);

/// Boxed, so that results stay small.
#[derive(Clone)]
struct Entry {
    /// Names the entry of a journal: 32 hexadecimal digits, random.
    id: String,
    method: String,
    key: Option<String>,
    started: DateTime,
    /// Whether the call was made in the name of a user. Who that was is not kept.
    session: bool,
    parameters: Parameters,
    cause: String,
}

impl StoredWrite {
    pub(crate) fn new(
        method: &str,
        key: Option<String>,
        session: bool,
        started: DateTime,
        parameters: Parameters,
    ) -> Self {
        let (id, method) = (IdempotencyKey::generate().into(), method.to_owned());
        let cause = "no answer yet".to_owned();
        Self(Box::new(Entry { id, method, key, started, session, parameters, cause }))
    }

    /// The entry's name in a journal: 32 hexadecimal digits, random.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The method's full name.
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The idempotency key that was sent, if the specification names that parameter.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// When the write was first sent, in GMT+8.
    pub fn started(&self) -> DateTime {
        self.0.started
    }

    /// Whether it was sent in the name of a user. It must be resumed in the name of the same one.
    pub fn needs_session(&self) -> bool {
        self.0.session
    }

    /// Why the outcome is unknown, as of the last attempt.
    pub fn cause(&self) -> &str {
        &self.0.cause
    }

    /// The business parameters, as they go on the wire.
    pub fn parameters(&self) -> &Parameters {
        &self.0.parameters
    }

    /// The same write after one more attempt that ended like this.
    pub(crate) fn with_cause(mut self, cause: String) -> Self {
        self.0.cause = cause;
        self
    }
}

impl fmt::Display for StoredWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { method, key, cause, .. } = &*self.0;
        write!(f, "{}: the outcome is unknown", Escaped(method))?;
        if let Some(key) = key {
            write!(f, " (key {})", Escaped(key))?;
        }
        write!(f, ": {cause}")
    }
}

/// Shows the names of the parameters, not their values.
impl fmt::Debug for StoredWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { method, key, started, parameters, cause, .. } = &*self.0;
        f.debug_struct("StoredWrite")
            .field("method", method)
            .field("key", key)
            .field("started", &started.to_string())
            .field("cause", cause)
            .field("parameters", parameters)
            .finish_non_exhaustive()
    }
}
