//! A write as a journal keeps it: enough to send it again, what it was answered, and who holds it.

mod json;
mod lease;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::call::config::{Config, Format};
use crate::call::idempotency::IdempotencyKey;
use crate::call::method::MethodInfo;
use crate::call::parameters::Parameters;
use crate::wire::escape::Escaped;
use crate::wire::redact::StoredRedactor;
use crate::wire::value::DateTime;

pub use json::InvalidStoredWrite;
pub(crate) use json::is_id;
pub use lease::Owner;
pub(crate) use lease::{GRACE, Lease};

/// A write that was stored before it was sent: what a [journal](crate::journal) yields after a restart.
///
/// Either its outcome is unknown, or it [is done](Self::is_done) and nobody has acknowledged that yet.
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
    app_key: String,
    endpoint: String,
    /// Whether the call was made in the name of a user. Who that was is not kept.
    session: bool,
    parameters: Arc<Parameters>,
    cause: String,
    answer: Option<Answer>,
    lease: Option<Lease>,
}

/// The answer that says that a write was done, as text.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) format: Format,
    pub(crate) body: Arc<str>,
}

impl Answer {
    /// The same without secrets; `None` if there are none in it.
    pub(crate) fn redacted(&self, redactor: &StoredRedactor) -> Option<Self> {
        let body = match self.format {
            Format::Json => redactor.json(&self.body),
            #[cfg(feature = "xml")]
            Format::Xml => redactor.xml(&self.body),
        };
        Some(Self { format: self.format, body: body?.into() })
    }
}

impl StoredWrite {
    pub(crate) fn new(
        info: &MethodInfo,
        config: &Config,
        key: Option<String>,
        session: bool,
        started: DateTime,
        parameters: Parameters,
    ) -> Self {
        Self(Box::new(Entry {
            id: IdempotencyKey::generate().into(),
            method: info.name().to_owned(),
            key,
            started,
            app_key: config.app_key.clone(),
            endpoint: config.endpoint_of(info).to_string(),
            session,
            parameters: Arc::new(parameters),
            cause: "no answer yet".to_owned(),
            answer: None,
            lease: None,
        }))
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

    /// The key of the application that made it. A client of another one does not resume it.
    pub fn app_key(&self) -> &str {
        &self.0.app_key
    }

    /// The gateway it was sent to. A client of another one does not resume it.
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
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

    /// The parameters, shared, to be kept beside the write.
    pub(crate) fn shared_parameters(&self) -> Arc<Parameters> {
        Arc::clone(&self.0.parameters)
    }

    /// Whether the write was done. Resuming it then sends nothing, and returns the answer that is stored here.
    pub fn is_done(&self) -> bool {
        self.0.answer.is_some()
    }

    /// The whole body of the answer that says that the write was done, as it came, but for secrets that it repeats.
    ///
    /// Where a string in it holds the application's secret, the session, a signature or a sensitive value of the request, in whatever
    /// encoding, `[redacted]` stands in its place. The structure and all other strings, numbers and dates are untouched. A sensitive
    /// value stays where taking it out would change a number, a date or a flag of the answer.
    ///
    /// ```
    /// # use opentop_runtime::{Json, StoredWrite};
    /// # fn example(write: &StoredWrite) -> Result<(), serde_json::Error> {
    /// if let Some(body) = write.answer() {
    ///     println!("done: {}", Json::new(body)?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer(&self) -> Option<&str> {
        self.0.answer.as_ref().map(|answer| &*answer.body)
    }

    /// Who holds the entry: sends the write, or has not yet acknowledged it. Nobody, if the lease is over.
    ///
    /// ```
    /// # fn example(write: &opentop_runtime::StoredWrite) {
    /// match write.holder(std::time::SystemTime::now()) {
    ///     Some(owner) => println!("process {} of {} is at work on it", owner.process(), owner.host()),
    ///     None => println!("nobody is at work on it"),
    /// }
    /// # }
    /// ```
    pub fn holder(&self, now: SystemTime) -> Option<&Owner> {
        self.0.lease.as_ref().filter(|lease| lease.left(now).is_some()).map(Lease::owner)
    }

    /// How long it is held from now on.
    pub(crate) fn held_for(&self, now: SystemTime) -> Duration {
        self.0.lease.as_ref().and_then(|lease| lease.left(now)).unwrap_or_default()
    }

    /// The token of whoever held it last, unless it was let go.
    pub(crate) fn last_holder(&self) -> Option<String> {
        self.0.lease.as_ref().map(|lease| lease.owner().token().to_owned())
    }

    pub(crate) fn stored_answer(&self) -> Option<&Answer> {
        self.0.answer.as_ref()
    }

    /// The same write, held.
    pub(crate) fn held(mut self, lease: Lease) -> Self {
        self.0.lease = Some(lease);
        self
    }

    /// The same write, done, and held until its caller acknowledges that.
    pub(crate) fn answered(mut self, answer: Answer, lease: Lease) -> Self {
        self.0.answer = Some(answer);
        self.held(lease)
    }

    /// The same write after an attempt that ended like this. Nobody holds it any more.
    pub(crate) fn released(mut self, cause: String) -> Self {
        self.0.cause = cause;
        self.0.lease = None;
        self
    }

    /// Writes what became of it, and why nobody knows more.
    pub(crate) fn describe(&self, f: &mut fmt::Formatter<'_>, cause: &str) -> fmt::Result {
        let Entry { method, key, answer, .. } = &*self.0;
        let state = if answer.is_some() { "done, and not yet acknowledged" } else { "the outcome is unknown" };
        write!(f, "{}: {state}", Escaped(method))?;
        if let Some(key) = key {
            write!(f, " (key {})", Escaped(key))?;
        }
        if cause.is_empty() { Ok(()) } else { write!(f, ": {cause}") }
    }
}

impl fmt::Display for StoredWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe(f, if self.is_done() { "" } else { self.cause() })
    }
}

/// Shows the names of the parameters, not their values.
impl fmt::Debug for StoredWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { method, key, started, app_key, endpoint, parameters, cause, answer, lease, .. } = &*self.0;
        f.debug_struct("StoredWrite")
            .field("method", method)
            .field("key", key)
            .field("started", &started.to_string())
            .field("app_key", app_key)
            .field("endpoint", endpoint)
            .field("cause", cause)
            .field("answer_bytes", &answer.as_ref().map(|answer| answer.body.len()))
            .field("lease", lease)
            .field("parameters", parameters)
            .finish_non_exhaustive()
    }
}
