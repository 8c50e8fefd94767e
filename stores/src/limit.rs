//! The time that one operation may take.

use std::future::Future;
use std::time::Duration;

/// The time that one operation may take, unless it is told.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// Runs an operation within its time. The problem in words, without a secret.
pub(crate) async fn within<T, E: std::fmt::Display>(
    limit: Duration,
    server: &str,
    operation: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match tokio::time::timeout(limit, operation).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("{server}: {error}")),
        Err(_) => Err(format!("{server} did not answer within {limit:?}: nobody knows whether it was done")),
    }
}
