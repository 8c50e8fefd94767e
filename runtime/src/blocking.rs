//! The blocking client: the same calls, promises and errors as the async one, without a runtime.
//!
//! In: requests. Out: [`Reply`] or an error, when it is there. Preparing, reading, classifying and retrying are the async client's
//! very code; only the loop around the transport is another.

mod call;
mod core;
mod pages;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{self, NoSession, Pending, Shared, WithSession, WriteError};
use crate::gateway::{Config, DryRun, Parameters};
use crate::paging::PagedRequest;
use crate::request::{Effect, ReadRequest, Request, SessionlessRequest, WriteRequest};
use crate::retry::ServerDedupes;
use crate::{Error, Json, Reply, Session};

pub use crate::transport::BlockingTransport as Transport;
#[cfg(feature = "ureq")]
pub use crate::transport::UreqTransport;
pub use pages::{Items, Pages};

/// Sets up a blocking [`Client`]. See [`Client::builder`].
pub type ClientBuilder = client::ClientBuilder<dyn Transport>;

/// A call of a blocking [`Client`] with options of its own.
pub type Call<S> = client::Call<S, dyn Transport>;

/// Calls the platform in the name of one application, and waits for the answer. Cheap to clone; share it between threads.
///
/// ```no_run
/// # fn example<R>(request: R) -> Result<(), opentop_runtime::Error>
/// # where R: opentop_runtime::ReadRequest + opentop_runtime::SessionlessRequest, R::Response: std::fmt::Debug {
/// use opentop_runtime::{Endpoint, blocking};
///
/// let client = blocking::Client::builder().app_key("12345678").app_secret("helloworld").build()?;
/// let reply = client.read(request)?;
/// println!("{reply:#?}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared<dyn Transport>>,
}

impl Client {
    pub(crate) fn of(shared: Arc<Shared<dyn Transport>>) -> Self {
        Self { shared }
    }

    /// A client of the production gateway, with all defaults.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    #[cfg(feature = "ureq")]
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
    pub fn read<R: ReadRequest + SessionlessRequest>(&self, request: R) -> Result<Reply<R::Response>, Error> {
        self.call().read(request)
    }

    /// Calls a method that changes data. It goes out once, unless the caller [asserts](crate::retry::ServerDedupes) that the
    /// server dedupes.
    ///
    /// # Errors
    ///
    /// [`WriteError::Failed`] where it was not done, [`WriteError::Unknown`] where nobody knows.
    pub fn write<R: WriteRequest + SessionlessRequest>(&self, request: R) -> Result<Reply<R::Response>, WriteError> {
        self.call().write(request)
    }

    /// Repeats a write whose outcome is unknown. See [`Pending::resume`].
    ///
    /// # Errors
    ///
    /// See [`Pending::resume`].
    pub fn resume<R: WriteRequest + SessionlessRequest>(
        &self,
        pending: Pending,
    ) -> Result<Reply<R::Response>, WriteError> {
        self.call().resume::<R>(pending)
    }

    /// Calls in the name of a user: `session` is the access token.
    pub fn session(&self, session: impl Into<Session>) -> Call<WithSession> {
        self.call().session(session)
    }

    /// Calls with another deadline than the client's.
    pub fn timeout(&self, timeout: Duration) -> Call<NoSession> {
        self.call().timeout(timeout)
    }

    /// Calls with a parameter that requests do not know.
    pub fn param(&self, name: impl Into<String>, value: impl Into<String>) -> Call<NoSession> {
        self.call().param(name, value)
    }

    /// Resends writes whose outcome is unknown: see [`Call::retry_writes`](client::Call::retry_writes).
    pub fn retry_writes(&self, dedupes: ServerDedupes) -> Call<NoSession> {
        self.call().retry_writes(dedupes)
    }

    /// The pages of a list, one call each.
    pub fn pages<R: PagedRequest + SessionlessRequest>(&self, request: R) -> Pages<R> {
        self.call().pages(request)
    }

    /// The items of a list, page after page.
    pub fn items<R: PagedRequest + SessionlessRequest>(&self, request: R) -> Items<R> {
        self.call().items(request)
    }

    /// The pages of a list over a longer span than the method allows. See [`crate::Call::windows`].
    pub fn windows<R: PagedRequest + SessionlessRequest>(&self, request: R) -> Pages<R> {
        self.call().windows(request)
    }

    /// Calls a method without a specification. See [`crate::Client::call_untyped`].
    ///
    /// # Errors
    ///
    /// See [`crate::Client::call_untyped`].
    pub fn call_untyped(
        &self,
        method: &str,
        effect: Effect,
        parameters: Parameters,
    ) -> Result<Reply<Json>, WriteError> {
        self.call().call_untyped(method, effect, parameters)
    }

    /// What a call would send, secrets masked, for the day a signature is refused. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Where the call could not be sent either.
    pub fn dry_run<R: Request + SessionlessRequest>(&self, request: &R) -> Result<DryRun, Error> {
        self.call().dry_run(request)
    }

    /// What the client was set up with.
    pub fn config(&self) -> &Config {
        &self.shared.setup.config
    }

    /// A call with options of its own: a retry policy, a callee's app key, and what else [`Call`](client::Call) has.
    pub fn call(&self) -> Call<NoSession> {
        Call::new(Arc::clone(&self.shared))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", self.config()).finish_non_exhaustive()
    }
}
