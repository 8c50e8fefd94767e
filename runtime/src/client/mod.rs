//! The client: async calls over the I/O-free core and a transport.
//!
//! In: requests. Out: [`Reply`] or an error. Every typed method is a few lines over one core that is compiled once.

mod attempts;
mod builder;
mod call;
mod core;
mod options;
mod pending;
mod setup;
pub(crate) mod steps;
#[cfg(test)]
mod tests;
mod trace;
pub(crate) mod untyped;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::gateway::{Config, DryRun, Parameters};
use crate::paging::{Items, PagedRequest, Pages};
use crate::request::{Effect, ReadRequest, Request, SessionlessRequest, WriteRequest};
use crate::retry::ServerDedupes;
use crate::transport::Transport;
use crate::{Error, Json, Reply, Session};

pub use builder::ClientBuilder;
pub use call::{Call, NoSession, WithSession};
pub(crate) use core::read as read_once;
pub use pending::{InvalidPending, Pending, WriteError};
pub(crate) use {
    attempts::{Attempts, Next},
    options::CallOptions,
    setup::{Setup, Shared},
    steps::Given,
    trace::Trace,
};

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
/// Reads are [retried](crate::retry) where waiting can help; no write is sent again once a byte of it may have left. Dropping
/// the future of a call gives the call up; of a write that had begun, nothing is known then, and a
/// [journal](ClientBuilder::journal) keeps it as pending.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared<dyn Transport>>,
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

    /// Calls a method that changes data. It goes out once, unless the caller [asserts](crate::retry::ServerDedupes) that the
    /// server dedupes.
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
    pub fn session(&self, session: impl Into<Session>) -> Call<WithSession> {
        self.call().session(session)
    }

    /// Calls with another deadline than the client's.
    pub fn timeout(&self, timeout: Duration) -> Call<NoSession> {
        self.call().timeout(timeout)
    }

    /// Calls with a parameter that requests do not know, e.g. `target_app_key`.
    pub fn param(&self, name: impl Into<String>, value: impl Into<String>) -> Call<NoSession> {
        self.call().param(name, value)
    }

    /// Resends writes whose outcome is unknown: see [`Call::retry_writes`].
    pub fn retry_writes(&self, dedupes: ServerDedupes) -> Call<NoSession> {
        self.call().retry_writes(dedupes)
    }

    /// The pages of a list, one call each, as a stream.
    pub fn pages<R: PagedRequest + SessionlessRequest>(&self, request: R) -> Pages<R> {
        self.call().pages(request)
    }

    /// The items of a list, page after page, as a stream.
    pub fn items<R: PagedRequest + SessionlessRequest>(&self, request: R) -> Items<R> {
        self.call().items(request)
    }

    /// The pages of a list over a longer span than the method allows. See [`Call::windows`].
    pub fn windows<R: PagedRequest + SessionlessRequest>(&self, request: R) -> Pages<R> {
        self.call().windows(request)
    }

    /// Calls a method without a specification.
    ///
    /// The caller says whether it writes: a write is never resent, and its outcome may be unknown as that of a typed one. Values
    /// are what goes on the wire: text, lists comma-joined, objects as JSON text. Nothing is checked before it is sent.
    ///
    /// ```no_run
    /// # async fn example(client: opentop_runtime::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use opentop_runtime::gateway::Parameters;
    /// use opentop_runtime::Effect;
    ///
    /// let parameters = Parameters::from_pairs([("gift_id", "42")])?;
    /// let reply = client.call_untyped("alibaba.example.gift.get", Effect::Read, parameters).await?;
    /// println!("{}", reply.as_str());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`WriteError::Failed`] where it was not done, as for every read that ends badly; [`WriteError::Unknown`] for a write of
    /// which nobody knows.
    pub async fn call_untyped(
        &self,
        method: &str,
        effect: Effect,
        parameters: Parameters,
    ) -> Result<Reply<Json>, WriteError> {
        self.call().call_untyped(method, effect, parameters).await
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

    /// A call with options of its own: a retry policy, a callee's app key, and what else [`Call`] has.
    pub fn call(&self) -> Call<NoSession> {
        Call::new(Arc::clone(&self.shared))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.setup.config).finish_non_exhaustive()
    }
}
