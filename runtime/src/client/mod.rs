//! The client: async calls over the I/O-free core and a transport.
//!
//! In: requests. Out: [`Reply`] or an error. Every typed method is two lines over one core that is compiled once.

mod builder;
mod call;
mod core;
mod pending;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::gateway::Config;
use crate::request::{ReadRequest, SessionlessRequest, WriteRequest};
use crate::transport::Transport;
use crate::{DateTime, Error, Reply, Session};

pub use builder::ClientBuilder;
pub use call::{Call, NoSession, WithSession};
pub use pending::{InvalidPending, Pending, WriteError};

/// Calls the platform in the name of one application. Cheap to clone; share it.
///
/// ```no_run
/// # async fn example<R>(request: R) -> Result<(), opentop_runtime::Error>
/// # where R: opentop_runtime::ReadRequest + opentop_runtime::SessionlessRequest, R::Response: std::fmt::Debug {
/// use opentop_runtime::{Client, Endpoint};
///
/// let client = Client::builder().endpoint(Endpoint::sandbox()).app_key("12345678").app_secret("helloworld").build()?;
/// let reply = client.read(request).await?;
/// println!("{reply:#?}");
/// # Ok(())
/// # }
/// ```
///
/// Nothing is retried: a call is sent at most once. Dropping the future of a call gives the call up; of a write that had begun,
/// nothing is known then.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    transport: Arc<dyn Transport>,
    clock: Box<dyn Fn() -> DateTime + Send + Sync>,
}

impl Client {
    /// A client of the production gateway, with all defaults.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    #[cfg(feature = "reqwest")]
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<crate::AppSecret>) -> Result<Self, Error> {
        Self::builder().app_key(app_key).app_secret(app_secret).build()
    }

    /// Sets up a client. It needs an app key and an app secret.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Calls a method that only reads.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn read<R: ReadRequest + SessionlessRequest>(&self, request: R) -> Result<Reply<R::Response>, Error> {
        self.call().read(request).await
    }

    /// Calls a method that changes data, at most once.
    ///
    /// # Errors
    ///
    /// [`WriteError::Failed`] where it was not done, [`WriteError::Unknown`] where nobody knows.
    pub async fn write<R: WriteRequest + SessionlessRequest>(
        &self,
        request: R,
    ) -> Result<Reply<R::Response>, WriteError> {
        self.call().write(request).await
    }

    /// Repeats a write whose outcome is unknown. See [`Pending::resume`].
    ///
    /// # Errors
    ///
    /// See [`Pending::resume`].
    pub async fn resume<R: WriteRequest + SessionlessRequest>(
        &self,
        pending: Pending,
    ) -> Result<Reply<R::Response>, WriteError> {
        self.call().resume::<R>(pending).await
    }

    /// Calls in the name of a user: `session` is the access token.
    pub fn session(&self, session: impl Into<Session>) -> Call<'_, WithSession> {
        self.call().session(session)
    }

    /// Calls with another deadline than the client's.
    pub fn timeout(&self, timeout: Duration) -> Call<'_, NoSession> {
        self.call().timeout(timeout)
    }

    /// Calls with a parameter that requests do not know, e.g. `target_app_key`.
    pub fn param(&self, name: impl Into<String>, value: impl Into<String>) -> Call<'_, NoSession> {
        self.call().param(name, value)
    }

    /// What the client was set up with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    fn call(&self) -> Call<'_, NoSession> {
        Call::new(self)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.inner.config).finish_non_exhaustive()
    }
}
