//! A client as it was built, without its transport.

use std::fmt;
use std::sync::Arc;

use crate::call::config::Config;
use crate::call::journal::{AsyncJournal, Journal};
use crate::call::limit::Limiter;
use crate::call::retry::{Idempotency, RetryBudget, RetryPolicy};
use crate::wire::value::DateTime;

/// Where a client's calls get their time from.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime + Send + Sync>;

/// A client as it was built, without its transport.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) retries: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) retry_writes: Option<Idempotency>,
    pub(crate) lenient: bool,
    pub(crate) limiter: Limiter,
    pub(crate) journal: Option<AnyJournal>,
}

/// A journal of either kind.
#[derive(Clone)]
pub(crate) enum AnyJournal {
    /// One that blocks. An async client calls it off its executor.
    Blocking(Arc<dyn Journal>),
    /// One that does not.
    Async(Arc<dyn AsyncJournal>),
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("config", &self.config).field("retries", &self.retries).finish_non_exhaustive()
    }
}
