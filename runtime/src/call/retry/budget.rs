//! A token bucket that keeps an outage from being made worse: every call pays a little in, every retry takes more out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry costs, in parts; every call pays one part in. So there is at most one retry for six calls, and [`RESERVE`] more.
const COST: u32 = 6;

/// Retries that a new client may make at once.
const RESERVE: u32 = 10;

/// How many retries the calls of a client may make: one for every six calls, and ten in reserve. Clones share it.
///
/// However long an outage lasts, the gateway gets a fifth more calls at most, the reserve aside.
///
/// ```
/// use opentop_runtime::{Client, RetryBudget};
///
/// # fn example() -> Result<(), opentop_runtime::Error> {
/// // Two clients that share a budget.
/// let budget = RetryBudget::default();
/// let one = Client::builder().app_key("12345678").app_secret("helloworld").retry_budget(budget.clone()).build()?;
/// let two = Client::builder().app_key("87654321").app_secret("worldhello").retry_budget(budget).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RetryBudget(Option<Arc<AtomicU32>>);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Some(Arc::new(AtomicU32::new(COST * RESERVE))))
    }
}

impl RetryBudget {
    /// Without a bound: for jobs that must go through, and tests.
    #[must_use]
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Whether there is a retry left.
    #[must_use]
    pub fn has_one(&self) -> bool {
        self.0.as_ref().is_none_or(|parts| parts.load(Ordering::Relaxed) >= COST)
    }

    /// A call begins: pays its part.
    pub(crate) fn pay_in(&self) {
        self.update(|parts| Some((parts + 1).min(COST * RESERVE)));
    }

    /// Takes one retry out; `false` where there is none.
    pub(crate) fn take(&self) -> bool {
        self.update(|parts| parts.checked_sub(COST))
    }

    /// Takes one retry out that is made later, or never.
    pub(crate) fn reserve(&self) -> Option<Reserved> {
        self.take().then(|| Reserved(Some(self.clone())))
    }

    fn update(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        self.0.as_ref().is_none_or(|parts| parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok())
    }
}

/// A retry that was taken and is not on its way yet. Dropped, it goes back: its call ended while it waited.
pub(crate) struct Reserved(Option<RetryBudget>);

impl Reserved {
    /// The retry is made.
    pub(crate) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if let Some(budget) = &self.0 {
            budget.update(|parts| Some((parts + COST).min(COST * RESERVE)));
        }
    }
}
