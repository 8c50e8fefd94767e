//! Why a call was not made.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::rate::Rate;
use super::source::LimiterError;
use super::state::Limit;

/// Why a call was not made: its turn would have come too late.
#[derive(Debug)]
pub struct Limited {
    wait: Option<Duration>,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Ban,
    Rate(Rate),
    Source(LimiterError),
}

impl Limited {
    pub(crate) fn late(wait: Duration, limit: Limit) -> Self {
        let cause = match limit {
            Limit::Ban => Cause::Ban,
            Limit::Rate(rate) => Cause::Rate(rate),
        };
        Self { wait: Some(wait), cause }
    }

    pub(crate) fn without_source(error: LimiterError) -> Self {
        Self { wait: None, cause: Cause::Source(error) }
    }

    /// How long the call would have had to wait. `None` if the [`SlotSource`](crate::limit::SlotSource) did not answer.
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// The rate that it would have exceeded, if it is not a ban.
    pub fn rate(&self) -> Option<&Rate> {
        match &self.cause {
            Cause::Rate(rate) => Some(rate),
            Cause::Ban | Cause::Source(_) => None,
        }
    }
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wait = Duration::from_millis(u64::try_from(self.wait.unwrap_or_default().as_millis()).unwrap_or(u64::MAX));
        match &self.cause {
            Cause::Ban => {
                write!(f, "not sent: the platform bans such calls for another {wait:?}, longer than this one can wait")
            }
            Cause::Rate(rate) => {
                write!(f, "not sent: with {rate}, its turn comes in {wait:?}, which is longer than it can wait")
            }
            Cause::Source(error) => write!(f, "not sent: {error}"),
        }
    }
}

impl StdError for Limited {}
