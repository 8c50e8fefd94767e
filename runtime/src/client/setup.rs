//! What the async and the blocking client have in common: everything but the transport's trait.

use std::sync::Arc;

use crate::DateTime;
use crate::gateway::Config;
use crate::journal::Journal;
use crate::retry::{RetryBudget, RetryPolicy, ServerDedupes};

/// Where a client's calls get their time from.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime + Send + Sync>;

/// A client as it was built, but for its transport.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) retries: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) retry_writes: Option<ServerDedupes>,
    pub(crate) journal: Option<Arc<dyn Journal>>,
}

/// A client: its set-up and its transport, whose trait tells async from blocking.
pub(crate) struct Shared<T: ?Sized> {
    pub(crate) setup: Setup,
    pub(crate) transport: Arc<T>,
}
