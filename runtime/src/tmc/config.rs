//! What a consumer or a publisher was told.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::url::Url;
use crate::wire::secret::AppSecret;

/// The token of a connection to come, or why there is none.
pub type AuthTokenFuture = Pin<Box<dyn Future<Output = Result<String, String>> + Send>>;

/// Yields a token for each connection of a group.
pub(super) type AuthTokens = Arc<dyn Fn(String) -> AuthTokenFuture + Send + Sync>;

/// Everything that a connection and the work behind it need to know.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) url: Url,
    pub(super) app_key: String,
    pub(super) secret: AppSecret,
    pub(super) minor_group: String,
    pub(super) filter: String,
    pub(super) out_id: Option<String>,
    pub(super) auth_tokens: Option<AuthTokens>,
    pub(super) concurrency: usize,
    pub(super) pull_every: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) stop_timeout: Duration,
    pub(super) max_refusals: u32,
    pub(super) max_frame: usize,
}

/// Shows no secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.url)
            .field("app_key", &self.app_key)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
