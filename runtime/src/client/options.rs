//! What a single call has beyond its client and request.

use std::time::Duration;

use crate::Session;
use crate::retry::{RetryPolicy, ServerDedupes};

/// What a single call has beyond its client and request.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) session: Option<Session>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<RetryPolicy>,
    pub(crate) retry_writes: Option<ServerDedupes>,
    pub(crate) extra: Vec<(String, String)>,
}
