//! Decides whether a failed call is retried, and after which wait.
//!
//! [`decide`] is a pure function. [`RetryBudget`] counts, and is shared by the clones of a client.
//!
//! | the attempt ended with | a read | a write | a write with a key, to a server that [dedupes](Idempotency) |
//! |---|---|---|---|
//! | not connected: nothing was sent | retry | retry | retry |
//! | cut, reset, timeout; HTTP 5xx, 429; no readable answer (HTML, half a body) | retry | **never** | retry |
//! | code 7 and other bans | retry after the ban, if it ends before the deadline | **never** | as a read |
//! | code 10, `isp.…` except permanent ones | retry | **never** | retry |
//! | a `sub_code` of [`RetryPolicy::retry_sub_codes`] | retry | **never** | retry |
//! | `isv.…`, signature, permission, parameters | never | never | never |
//! | session (26, 27, 53): the token must be refreshed, or the user authorise again | never | never | never |
//! | refused by the business; an answer that does not fit the spec; TLS; a body over the limit | never | never | never |

mod budget;
#[cfg(test)]
mod decision_table_tests;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use budget::Reserved;
pub use budget::RetryBudget;

use crate::call::error::Error;
use crate::call::exchange::SendStage;
use crate::call::method::Effect;
use crate::call::outcome::{WriteOutcome, outcome_of};

/// States that the server recognises the idempotency key of a write and executes it once, however often it arrives.
///
/// The platform's documentation does not promise that for any method. State it only if you have it in writing, or have tried it.
///
/// ```
/// use opentop_runtime::{Client, Idempotency};
///
/// # fn example(client: Client) {
/// // Only for a method that is known to execute a repeated key once.
/// let retrying = client.options().retry_writes(Idempotency::GuaranteedByServer);
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The caller guarantees it.
    GuaranteedByServer,
}

/// How calls are retried. The default suits a back office: three attempts, with waits of up to 0.2, 0.4 … 5 seconds.
///
/// Attempts and waits together must fit the call's deadline.
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(5).max_backoff(Duration::from_secs(20));
/// let once = RetryPolicy::none();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    /// More `sub_code`s that are retried.
    sub_codes: &'static [&'static str],
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            initial_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            sub_codes: &[],
        }
    }
}

impl RetryPolicy {
    /// Sends every call once, and never waits for the end of a ban.
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// The most attempts of a call, including the first one. Default: 3. Zero counts as one.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest wait before the second attempt. It doubles with each attempt. Default: 200 ms.
    pub fn initial_backoff(mut self, wait: Duration) -> Self {
        self.initial_backoff = wait;
        self
    }

    /// The longest wait between attempts, unless the gateway asks for a longer one. Default: 5 seconds.
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// Retries refusals with these `sub_code`s like failures of the service: some services report transient failures as `isv.…`.
    /// A detail behind a colon does not count. Writes are not retried, unless
    /// [`retry_writes`](crate::ScopedClient::retry_writes) allows it.
    ///
    /// ```
    /// use opentop_runtime::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default().retry_sub_codes(&["isv.trade-locked", "6001"]);
    /// ```
    pub fn retry_sub_codes(mut self, sub_codes: &'static [&'static str]) -> Self {
        self.sub_codes = sub_codes;
        self
    }

    /// Whether a call waits for the end of a ban, if the ban ends before the call's deadline.
    pub(crate) fn waits(&self) -> bool {
        self.max_attempts > 1
    }

    /// Whether the user has added the `sub_code` of this error.
    fn adds(&self, error: &Error) -> bool {
        let Some(cause) = error.gateway().and_then(|refusal| refusal.sub_code.as_deref()) else { return false };
        let (name, _) = cause.split_once(':').unwrap_or((cause, ""));
        self.sub_codes.iter().any(|added| *added == cause || *added == name)
    }

    /// The longest wait after attempt `number`, counted from 1.
    fn ceiling(&self, number: u32) -> Duration {
        let factor = 1_u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
        self.initial_backoff.saturating_mul(factor).min(self.max_backoff)
    }
}

/// A failed attempt, and what decides whether there is another.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The number of attempts made, including this one.
    pub number: u32,
    /// Whether the method reads or writes.
    pub effect: Effect,
    /// For a write: it has an idempotency key, and the caller states that the server recognises it.
    pub deduped: bool,
    /// How it ended.
    pub error: &'a Error,
    /// The wait that the gateway asks for, if any.
    pub asked: Option<Duration>,
    /// The time since the call began.
    pub elapsed: Duration,
    /// The time that the call may take.
    pub timeout: Duration,
    /// Whether the budget has a retry left.
    pub budget: bool,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The call ends with this error.
    GiveUp(GiveUpReason),
    /// Another attempt, after a random wait between nothing and this.
    After(Duration),
    /// Another attempt, after exactly this wait: the gateway asked for it.
    AfterExactly(Duration),
}

/// Why there is no further attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveUpReason {
    /// Retrying cannot help.
    Lasting,
    /// A write that may have been done.
    MaybeDone,
    /// All attempts are used up.
    Attempts,
    /// The wait does not fit the deadline.
    Deadline,
    /// The retry budget is empty.
    Budget,
}

/// The least that an attempt must have left after a wait that the gateway asked for; of short deadlines, half. With less, a refusal that
/// is told well now would become a timeout that tells nothing.
const LEAST_SHARE: Duration = Duration::from_secs(1);

/// The longest wait that a gateway may ask for: quotas end with the day.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// Decides what follows an attempt. See the [table](self).
pub fn decide(policy: &RetryPolicy, attempt: &Attempt<'_>) -> Decision {
    if !attempt.error.is_retryable() && !policy.adds(attempt.error) {
        return Decision::GiveUp(GiveUpReason::Lasting);
    }
    if attempt.effect == Effect::Write && !attempt.deduped && !was_not_sent(attempt.error) {
        return Decision::GiveUp(GiveUpReason::MaybeDone);
    }
    if attempt.number >= policy.max_attempts {
        return Decision::GiveUp(GiveUpReason::Attempts);
    }
    let left = attempt.timeout.saturating_sub(attempt.elapsed);
    let decision = match attempt.asked {
        Some(wait) if fits(wait, left, attempt.timeout) => Decision::AfterExactly(wait),
        Some(_) => return Decision::GiveUp(GiveUpReason::Deadline),
        None if left.is_zero() => return Decision::GiveUp(GiveUpReason::Deadline),
        // A wait that would outlast the deadline is cut to half of what is left: the other half is for the attempt.
        None => Decision::After(policy.ceiling(attempt.number).min(left / 2)),
    };
    if attempt.budget { decision } else { Decision::GiveUp(GiveUpReason::Budget) }
}

/// The wait before another attempt, if there is one.
pub(crate) fn wait(policy: &RetryPolicy, attempt: &Attempt<'_>) -> Option<Duration> {
    match decide(policy, attempt) {
        Decision::GiveUp(_) => None,
        Decision::AfterExactly(wait) => Some(wait),
        // Without randomness the longest wait is the careful one.
        Decision::After(ceiling) => Some(jitter(ceiling, getrandom::u64().unwrap_or(u64::MAX))),
    }
}

/// Whether a wait that the gateway asks for leaves an attempt enough of what is `left` of a call's `timeout`.
pub(crate) fn fits(wait: Duration, left: Duration, timeout: Duration) -> bool {
    wait <= longest_wait(left, timeout)
}

/// The longest wait that leaves an attempt enough of what is left.
pub(crate) fn longest_wait(left: Duration, timeout: Duration) -> Duration {
    left.saturating_sub(LEAST_SHARE.min(timeout / 2)).min(LONGEST_ASKED)
}

/// The wait that an error names: the ban's seconds and one more, since they are cut to whole ones.
pub(crate) fn ban(error: &Error) -> Option<Duration> {
    error.ban_seconds().map(|seconds| Duration::from_secs(seconds.saturating_add(1)))
}

/// A part of `ceiling` as even as `random` is: full jitter.
pub(crate) fn jitter(ceiling: Duration, random: u64) -> Duration {
    let nanos = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
    let part = (u128::from(random) * (u128::from(nanos) + 1)) >> 64;
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}

/// Whether no byte of the attempt can have left.
fn was_not_sent(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.stage() == SendStage::NotSent,
        Error::Timeout { stage, .. } => *stage == SendStage::NotSent,
        Error::Banned { .. } => true,
        _ => false,
    }
}

/// What is known of a write after all its attempts: an earlier one that may have been done outweighs a later refusal.
pub(crate) fn outcome_after(earlier_unknown: bool, error: &Error) -> WriteOutcome {
    if earlier_unknown { WriteOutcome::Unknown } else { outcome_of(error) }
}
