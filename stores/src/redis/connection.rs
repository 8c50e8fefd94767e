//! A connection to Redis that is made again whatever ended it.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, Cmd, FromRedisValue, RedisError, ScriptInvocation};
use tokio::runtime::Handle;

use crate::limit::within;

/// A connection to Redis. Clones share it.
///
/// The client's own manager makes a connection again after an error of the network. A new connection that the server refuses in words, or
/// whose first answer is cut off, is its last: so it is then replaced by a new manager.
#[derive(Clone)]
pub(crate) struct Connection {
    client: Client,
    manager: Arc<Mutex<ConnectionManager>>,
}

impl Connection {
    /// Connects with the first operation.
    ///
    /// # Errors
    ///
    /// Outside of a tokio runtime.
    pub(crate) fn new(client: Client) -> Result<Self, String> {
        Handle::try_current()
            .map_err(|_| "Redis: expected a call inside a tokio runtime, got one outside".to_owned())?;
        let manager = manager(&client).map_err(|error| format!("Redis: {error}"))?;
        Ok(Self { client, manager: Arc::new(Mutex::new(manager)) })
    }

    /// The answer to a command that comes within this time, or the problem in words, without a secret.
    pub(crate) async fn ask<T: FromRedisValue>(&self, limit: Duration, command: &Cmd) -> Result<T, String> {
        self.run(limit, |mut manager| async move { command.query_async(&mut manager).await }).await
    }

    /// The same of a script. Scripts run alone: in a pipeline they fail after a restart of the server while their neighbours are carried out.
    pub(crate) async fn invoke<T: FromRedisValue>(
        &self,
        limit: Duration,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, String> {
        self.run(limit, |mut manager| async move { script.invoke_async(&mut manager).await }).await
    }

    async fn run<T, F>(&self, limit: Duration, operation: impl FnOnce(ConnectionManager) -> F) -> Result<T, String>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let manager = self.manager.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let watched = async {
            let result = operation(manager).await;
            if result.as_ref().is_err_and(|error| !error.is_io_error()) {
                self.replace();
            }
            result
        };
        within(limit, "Redis", watched).await
    }

    fn replace(&self) {
        if let Ok(manager) = manager(&self.client) {
            *self.manager.lock().unwrap_or_else(PoisonError::into_inner) = manager;
        }
    }
}

/// A lost answer is an error: nothing is sent again behind our back. The time of each operation is bounded by us.
fn manager(client: &Client) -> Result<ConnectionManager, RedisError> {
    let config = ConnectionManagerConfig::new().set_number_of_retries(1).set_response_timeout(None);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}
