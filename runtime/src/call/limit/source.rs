//! Where processes that share a rate get their permits from.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::wire::escape::Escaped;

/// Lends the permits of a rate to all processes of an application, and tells them of bans. For async clients, see also
/// [`AsyncSlotSource`].
///
/// A rate of 100 calls a second has 100 permits. A permit is for one call at a time, and may be used again a second after its call was
/// answered. A process keeps permits as long as it renews their lease.
pub trait SlotSource: Send + Sync {
    /// Lends permits of the rate with this key, which has this many in all. To a claim with a number below the last one of its holder, it
    /// lends none. To the same claim it may say the same again, and lends nothing twice.
    ///
    /// # Errors
    ///
    /// If the source does not answer.
    fn lend(&self, key: &str, calls: u32, claim: &Claim) -> Result<Lease, LimiterError>;

    /// Tells of a claim that wants nothing. It must not wait for anything; if the message is lost, permits are free with the end of the
    /// lease.
    fn tell_claim(&self, key: &str, calls: u32, claim: &Claim);

    /// Tells all processes of a ban. `key` says which calls it is for.
    ///
    /// # Errors
    ///
    /// If the source does not answer.
    fn tell_ban(&self, key: &str, lasts: Duration) -> Result<(), LimiterError>;

    /// The bans that have come since this was last asked: key, and how long each still lasts. It is asked before each call, and must not
    /// wait for anything.
    fn told_bans(&self) -> Vec<(String, Duration)>;

    /// What happens while the source does not answer.
    fn outage(&self) -> Outage;
}

/// What one [`Limiter`](super::Limiter) has of a rate and what it wants. It replaces all that the limiter claimed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who claims: no two limiters have the same.
    pub holder: String,
    /// Grows with each claim of a holder.
    pub number: u64,
    /// How many permits it has now.
    pub holds: u32,
    /// How many it wants to have.
    pub wants: u32,
    /// How many it gives back beside those, and after how long others may use them.
    pub back: Vec<(Duration, u32)>,
}

/// What a [`SlotSource`] says to a [`Claim`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// How many more permits the holder has now.
    pub granted: u32,
    /// The most that it may keep: others wait for the rest.
    pub most: u32,
    /// How long from the question it may use all of them. The source lends them to nobody for two seconds more, in which the last calls
    /// are answered and their permits rest.
    pub lasts: Duration,
    /// When it may ask for more.
    pub again: Duration,
}

/// What the methods of an [`AsyncSlotSource`] return.
pub type SlotFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LimiterError>> + Send + 'a>>;

/// The same as a [`SlotSource`], for async clients.
pub trait AsyncSlotSource: Send + Sync {
    /// As [`SlotSource::lend`].
    fn lend<'a>(&'a self, key: &'a str, calls: u32, claim: &'a Claim) -> SlotFuture<'a, Lease>;

    /// As [`SlotSource::tell_claim`].
    fn tell_claim(&self, key: &str, calls: u32, claim: &Claim);

    /// As [`SlotSource::tell_ban`].
    fn tell_ban<'a>(&'a self, key: &'a str, lasts: Duration) -> SlotFuture<'a, ()>;

    /// As [`SlotSource::told_bans`].
    fn told_bans(&self) -> Vec<(String, Duration)>;

    /// As [`SlotSource::outage`].
    fn outage(&self) -> Outage;
}

/// A source of either kind.
#[derive(Clone)]
pub(crate) enum AnySource {
    Blocking(Arc<dyn SlotSource>),
    Async(Arc<dyn AsyncSlotSource>),
}

impl AnySource {
    pub(crate) fn tell_claim(&self, key: &str, calls: u32, claim: &Claim) {
        match self {
            Self::Blocking(source) => source.tell_claim(key, calls, claim),
            Self::Async(source) => source.tell_claim(key, calls, claim),
        }
    }

    pub(crate) fn told_bans(&self) -> Vec<(String, Duration)> {
        match self {
            Self::Blocking(source) => source.told_bans(),
            Self::Async(source) => source.told_bans(),
        }
    }

    pub(crate) fn outage(&self) -> Outage {
        match self {
            Self::Blocking(source) => source.outage(),
            Self::Async(source) => source.outage(),
        }
    }
}

/// What happens while a [`SlotSource`] does not answer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Outage {
    /// Calls fail with [`Error::Limited`](crate::Error::Limited). Nothing is sent.
    Fail,
    /// This process makes one of this many parts of the rate: the number of processes, if all are to go on.
    Share(u32),
}

/// A [`SlotSource`] that cannot do its work.
///
/// ```
/// use opentop_runtime::limit::LimiterError;
///
/// // What a `SlotSource` of yours answers when its server is down.
/// let error = LimiterError::new("no connection to redis");
/// assert_eq!(error.to_string(), "the source of permits: no connection to redis");
/// ```
#[derive(Debug)]
pub struct LimiterError(String);

impl LimiterError {
    /// A problem in words. They are shown: they must hold nothing secret.
    pub fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl From<std::io::Error> for LimiterError {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl fmt::Display for LimiterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the source of permits: {}", Escaped(&self.0))
    }
}

impl StdError for LimiterError {}
