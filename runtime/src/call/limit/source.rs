//! Where processes that share a rate take their turns from.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::wire::escape::Escaped;

/// Gives out the turns of a rate to all processes of an application, and tells them of bans. For async clients, see also
/// [`AsyncSlotSource`].
///
/// A turn is a moment at which one call may be made. Each is given to one process, and is lost if that process does not use it.
pub trait SlotSource: Send + Sync {
    /// Takes up to `count` turns of the rate with this key, of which all processes together get one in each `spacing`. Returns how far
    /// from now each turn is, in order.
    ///
    /// # Errors
    ///
    /// If the source does not answer.
    fn take(&self, key: &str, spacing: Duration, count: u32) -> Result<Vec<Duration>, LimiterError>;

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

/// What the methods of an [`AsyncSlotSource`] return.
pub type SlotFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LimiterError>> + Send + 'a>>;

/// The same as a [`SlotSource`], for async clients.
pub trait AsyncSlotSource: Send + Sync {
    /// As [`SlotSource::take`].
    fn take<'a>(&'a self, key: &'a str, spacing: Duration, count: u32) -> SlotFuture<'a, Vec<Duration>>;

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
        write!(f, "the source of turns: {}", Escaped(&self.0))
    }
}

impl StdError for LimiterError {}
