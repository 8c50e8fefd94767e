//! Who holds an entry of a journal, and until when.

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::ser::{Serialize, SerializeTuple, Serializer};

use crate::call::idempotency::IdempotencyKey;
use crate::wire::escape::Escaped;

/// How much longer than its call an entry is held. Clocks of machines that share a journal may differ by half of it.
pub(crate) const GRACE: Duration = Duration::from_secs(60);

/// The longest time a call is expected to take. It keeps the arithmetic of dates in bounds.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// One holder of entries in a journal: a process, or one open journal of it.
///
/// ```
/// use opentop_runtime::journal::Owner;
///
/// let owner = Owner::this_process();
/// assert_eq!(owner.process(), std::process::id());
/// assert_ne!(owner.token(), Owner::new().token());
/// println!("{} has run since {:?}", owner.host(), owner.start());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub(super) host: String,
    pub(super) process: u32,
    pub(super) start: u64,
    pub(super) token: String,
}

impl Owner {
    /// A new owner in this process, unlike every other one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            host: gethostname::gethostname().to_string_lossy().into_owned(),
            process: std::process::id(),
            start: millis(SystemTime::now()),
            token: IdempotencyKey::generate().into(),
        }
    }

    /// The owner that stands for the whole process.
    #[must_use]
    pub fn this_process() -> &'static Self {
        static PROCESS: OnceLock<Owner> = OnceLock::new();
        PROCESS.get_or_init(Self::new)
    }

    /// The machine's name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The process id.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process
    }

    /// When the owner began, in the machine's own time.
    #[must_use]
    pub fn start(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.start)
    }

    /// 32 random hexadecimal digits: no two owners have the same.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl Default for Owner {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.process, Escaped(&self.host))
    }
}

/// The right to send a write and to change its entry: one owner's, until an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(super) owner: Owner,
    /// Milliseconds since 1970.
    pub(super) until: u64,
}

impl Lease {
    /// A lease for a call that takes at most `time`, and for [`GRACE`] after it.
    pub(crate) fn new(owner: &Owner, now: SystemTime, time: Duration) -> Self {
        let until = now + time.min(LONGEST) + GRACE;
        Self { owner: owner.clone(), until: millis(until) }
    }

    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// How long it still runs. Nothing once it is over.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let left = self.until.checked_sub(millis(now)).filter(|left| *left > 0)?;
        Some(Duration::from_millis(left))
    }
}

/// `[host, process, start, token, until]`.
impl Serialize for Lease {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { owner: Owner { host, process, start, token }, until } = self;
        let mut parts = serializer.serialize_tuple(5)?;
        parts.serialize_element(host)?;
        parts.serialize_element(process)?;
        parts.serialize_element(start)?;
        parts.serialize_element(token)?;
        parts.serialize_element(until)?;
        parts.end()
    }
}

fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
