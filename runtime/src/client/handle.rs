//! The client itself.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::call::config::Config;
use crate::call::dry_run::DryRun;
use crate::call::error::Error;
use crate::call::method::{Effect, NoSessionRequest};
use crate::call::parameters::Parameters;
use crate::client::calls::Calls;
use crate::client::mode::{Async, Mode};
use crate::client::pending::WriteError;
use crate::client::reply::Reply;
use crate::client::scope::{Scope, Shared};
use crate::client::scoped::{NoSession, ScopedClient, WithSession};
use crate::client::session::IntoSession;
use crate::client::untyped::Untyped;
use crate::wire::value::Json;

/// Calls the platform in the name of one application. Cheap to clone; share it.
///
/// A request has a `send` method, which takes the client: `request.send(&client)`.
///
/// ```
/// use opentop_runtime::{Client, Endpoint};
///
/// # fn example() -> Result<(), opentop_runtime::Error> {
/// let client = Client::builder().endpoint(Endpoint::sandbox()).app_key("12345678").app_secret("helloworld").build()?;
/// // let reply = request.send(&client).await?;
/// # Ok(())
/// # }
/// ```
///
/// Reads are [retried](crate::retry) if waiting can help. Once a byte of a write may have left, the write is not sent again, unless
/// [`retry_writes`](crate::ClientBuilder::retry_writes) allows it. Dropping the future of a call abandons the call. If a write had
/// begun, its outcome is then unknown, and a [journal](crate::ClientBuilder::journal) keeps it as pending.
pub type Client = GenericClient<Async>;

/// An async [`Client`](crate::Client) or a [`blocking::Client`](crate::blocking::Client): their methods are the same.
pub struct GenericClient<M: Mode> {
    pub(super) shared: Arc<Shared>,
    mode: PhantomData<fn() -> M>,
}

impl<M: Mode> GenericClient<M> {
    pub(super) fn of(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), mode: PhantomData }
    }

    /// A client that calls in the name of a user. `session` is the access token, or a [source](crate::TokenSource) that is asked for it
    /// on every call.
    ///
    /// ```
    /// # fn example(client: opentop_runtime::Client) {
    /// let shop = client.session("6100e23");
    /// // request.send(&shop).await?;
    /// # let _ = shop;
    /// # }
    /// ```
    pub fn session(&self, session: impl IntoSession<M>) -> ScopedClient<WithSession, M> {
        self.options().session(session)
    }

    /// A client with options of its own: a deadline, a retry policy, extra parameters. See [`ScopedClient`].
    ///
    /// ```
    /// # fn example(client: opentop_runtime::Client) {
    /// use opentop_runtime::RetryPolicy;
    ///
    /// let patient = client.options().timeout(std::time::Duration::from_secs(120)).retries(RetryPolicy::default().max_attempts(5));
    /// // request.send(&patient).await?;
    /// # let _ = patient;
    /// # }
    /// ```
    pub fn options(&self) -> ScopedClient<NoSession, M> {
        ScopedClient::new(self.scope())
    }

    /// Calls a method without a specification.
    ///
    /// `effect` says whether the method writes. A write is never resent, and its outcome may be unknown, as with a typed one. Parameters
    /// are sent as given: pass lists joined by commas, and objects as JSON text. They are not validated.
    ///
    /// ```
    /// # async fn example(client: opentop_runtime::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use opentop_runtime::{Effect, Parameters};
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
    /// [`WriteError::Failed`] for every read that fails, and for a write that was certainly not done. [`WriteError::Unknown`] for a
    /// write that may have been done.
    pub fn call_untyped(
        &self,
        method: &str,
        effect: Effect,
        parameters: Parameters,
    ) -> M::Out<Result<Reply<Json>, WriteError<Untyped>>> {
        self.options().call_untyped(method, effect, parameters)
    }

    /// Shows what a call would send, with secrets redacted. Use it to debug a rejected signature. Nothing is sent.
    ///
    /// ```
    /// # use opentop_runtime::{Client, Error, NoSessionRequest};
    /// fn show<R: NoSessionRequest>(client: &Client, request: &R) -> Result<(), Error> {
    ///     let dry = client.dry_run(request)?;
    ///     println!("POST {}\n{}", dry.endpoint, dry.base_string);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If `send` would fail before anything is sent, for example because the request is invalid.
    pub fn dry_run<R: NoSessionRequest>(&self, request: &R) -> Result<DryRun, Error> {
        self.options().dry_run(request)
    }

    /// The client's configuration.
    ///
    /// ```
    /// # use opentop_runtime::{Endpoint, blocking::Client, transport::MockTransport};
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(MockTransport::new()).build()?;
    /// assert_eq!(client.config().endpoint, Endpoint::production());
    /// assert_eq!(client.config().app_key, "12345678");
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn config(&self) -> &Config {
        &self.shared.setup.config
    }
}

impl<M: Mode> Calls for GenericClient<M> {
    type Mode = M;

    fn scope(&self) -> Scope {
        Scope::new(Arc::clone(&self.shared))
    }
}

impl<M: Mode> Clone for GenericClient<M> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), mode: PhantomData }
    }
}

impl<M: Mode> fmt::Debug for GenericClient<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", self.config()).finish_non_exhaustive()
    }
}
