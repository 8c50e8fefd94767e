//! What a single call has beyond its client and request.

use std::time::Duration;

use crate::call::retry::{Idempotency, RetryPolicy};
use crate::wire::secret::AccessToken;

/// What a single call has beyond its client and request.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    /// The token, once it is known.
    pub(crate) session: Option<AccessToken>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<RetryPolicy>,
    pub(crate) retry_writes: Option<Idempotency>,
    pub(crate) lenient: Option<bool>,
    pub(crate) extra: Vec<(String, String)>,
}
