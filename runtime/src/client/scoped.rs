//! A client with options of its own for some calls: a session, a deadline, extra parameters.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::call::dry_run::{DryRun, dry_run};
use crate::call::error::Error;
use crate::call::lifecycle::{prepare_typed, prepare_untyped};
use crate::call::method::{Effect, MethodInfo, Request};
use crate::call::options::CallOptions;
use crate::call::parameters::Parameters;
use crate::call::retry::{Idempotency, RetryPolicy};
use crate::client::calls::Calls;
use crate::client::mode::{Async, Mode};
use crate::client::pending::WriteError;
use crate::client::reply::Reply;
use crate::client::scope::Scope;
use crate::client::session::{IntoSession, SessionSource};
use crate::client::untyped::{Untyped, call};
use crate::wire::secret::AccessToken;
use crate::wire::table::{NoFields, Table};
use crate::wire::value::Json;

/// The state of a [`ScopedClient`] without a session.
#[derive(Debug, Clone, Copy)]
pub enum NoSession {}

/// The state of a [`ScopedClient`] with a session.
#[derive(Debug, Clone, Copy)]
pub enum WithSession {}

/// A client with options of its own for some calls. Keep it, and use it for as many calls as you like.
///
/// Get one from [`Client::session`](crate::Client::session) or [`Client::options`](crate::Client::options). Whether it has a session is
/// part of its type: without one, a request that needs a session does not compile.
///
/// ```
/// use std::time::Duration;
///
/// # fn example(client: opentop_runtime::Client, token: &str) {
/// let shop = client.session(token).timeout(Duration::from_secs(5));
/// // request.send(&shop).await?;
/// # }
/// ```
#[must_use = "nothing is sent before a request's `.send(&client)`"]
pub struct ScopedClient<S, M: Mode = Async> {
    pub(crate) scope: Scope,
    state: PhantomData<fn() -> (S, M)>,
}

impl<S, M: Mode> Clone for ScopedClient<S, M> {
    fn clone(&self) -> Self {
        Self::new(self.scope.clone())
    }
}

impl<S, M: Mode> ScopedClient<S, M> {
    pub(crate) fn new(scope: Scope) -> Self {
        Self { scope, state: PhantomData }
    }

    /// Sets the user in whose name calls are made. `session` is the access token, or a [source](crate::TokenSource) that is asked for it
    /// on every call.
    ///
    /// ```
    /// # fn example(client: opentop_runtime::Client) {
    /// let hurried = client.options().timeout(std::time::Duration::from_secs(2));
    /// let (anna, ben) = (hurried.clone().session("6100e23"), hurried.session("6101f77"));
    /// # let _ = (anna, ben);
    /// # }
    /// ```
    pub fn session(self, session: impl IntoSession<M>) -> ScopedClient<WithSession, M> {
        ScopedClient::new(Scope { session: Some(session.into_session()), ..self.scope })
    }

    /// Sets how long a call may take: all attempts, the waits between them, and the answer to its last byte. If this is longer than
    /// [`read_timeout`](crate::ClientBuilder::read_timeout), it replaces that too.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let mock = MockTransport::new().reply(r#"{"time_get_response": {"time": "2016-01-01 12:00:00"}}"#);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// use std::time::Duration;
    ///
    /// let hurried = client.options().timeout(Duration::from_secs(2));
    /// hurried.call_untyped("taobao.time.get", Effect::Read, Parameters::default())?;
    /// assert!(mock.sent()[0].limits().timeout <= Duration::from_secs(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.scope.options.timeout = Some(timeout);
        self
    }

    /// Sets the retry policy.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let mock = MockTransport::new();
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// use opentop_runtime::RetryPolicy;
    ///
    /// let once = client.options().retries(RetryPolicy::none());
    /// let failed = once.call_untyped("taobao.time.get", Effect::Read, Parameters::default());
    /// assert!(failed.is_err() && mock.sent().len() == 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.scope.options.retries = Some(policy);
        self
    }

    /// Resends a write whose outcome is unknown as if it were a read, with the same key and parameters. Use it **only if the server is
    /// known to execute a repeated key once**. It affects only methods whose specification names an idempotency key, and requests that
    /// have one. For a stored write that you [resume](crate::Pending::resume), it also allows a write without a key.
    ///
    /// ```
    /// # fn example(client: opentop_runtime::Client) {
    /// use opentop_runtime::Idempotency;
    ///
    /// let shop = client.session("6100e23").retry_writes(Idempotency::GuaranteedByServer);
    /// # let _ = shop;
    /// # }
    /// ```
    pub fn retry_writes(mut self, idempotency: Idempotency) -> Self {
        self.scope.options.retry_writes = Some(idempotency);
        self
    }

    /// Sets whether a field of an answer that does not fit the specification is left out and listed in
    /// [`Reply::skipped`](crate::Reply::skipped). Otherwise it is an error.
    ///
    /// ```
    /// # fn example(client: opentop_runtime::Client) {
    /// let lenient = client.session("6100e23").lenient(true);
    /// // request.send(&lenient).await?.skipped()
    /// # let _ = lenient;
    /// # }
    /// ```
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.scope.options.lenient = Some(lenient);
        self
    }

    /// Adds the app key of the application that is called (`target_app_key`), for a method that a third party provides.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let mock = MockTransport::new().reply(r#"{"example_gift_get_response": {}}"#);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// let partner = client.options().target_app_key("87654321");
    /// partner.call_untyped("taobao.example.gift.get", Effect::Read, Parameters::default())?;
    /// assert_eq!(mock.sent()[0].parameter("target_app_key").as_deref(), Some("87654321"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn target_app_key(self, app_key: impl Into<String>) -> Self {
        self.param("target_app_key", app_key)
    }

    /// Adds a parameter that the request type does not have. It cannot replace a parameter of the request or of the gateway: the call
    /// then fails, and nothing is sent.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let mock = MockTransport::new().reply(r#"{"example_gift_get_response": {}}"#);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// let client = client.options().param("new_option", "true");
    /// client.call_untyped("taobao.example.gift.get", Effect::Read, Parameters::default())?;
    /// assert_eq!(mock.sent()[0].parameter("new_option").as_deref(), Some("true"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.scope.options.extra.push((name.into(), value.into()));
        self
    }

    /// Calls a method without a specification. See [`Client::call_untyped`](crate::Client::call_untyped).
    ///
    /// ```
    /// # async fn example(client: opentop_runtime::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use opentop_runtime::{Effect, Parameters};
    ///
    /// let parameters = Parameters::from_pairs([("fields", "tid,payment")])?;
    /// let reply = client.session("6100e23").call_untyped("taobao.trades.sold.get", Effect::Read, parameters).await?;
    /// println!("{}", reply.as_str());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Client::call_untyped`](crate::Client::call_untyped).
    pub fn call_untyped(
        &self,
        method: &str,
        effect: Effect,
        parameters: Parameters,
    ) -> M::Out<Result<Reply<Json>, WriteError<Untyped>>> {
        let scope = self.scope.clone();
        let untyped = Untyped::new(method, effect, parameters);
        M::run(async move { call(&scope, untyped.map_err(WriteError::Failed)?).await })
    }

    /// Shows what a call would send, with secrets redacted. Use it to debug a rejected signature. Nothing is sent.
    ///
    /// A [token source](crate::TokenSource) is not asked for a token: a placeholder is signed in its place.
    ///
    /// ```
    /// # use opentop_runtime::Error;
    /// # use opentop_runtime::{Client, Request};
    /// fn show<R: Request>(client: &Client, request: &R) -> Result<(), Error> {
    ///     let dry = client.session("6100e23").dry_run(request)?;
    ///     println!("{}", dry.base_string);            // compare it with the one that the gateway's tool shows
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the call would fail before anything is sent, for example because the request is invalid.
    pub fn dry_run<R: Request>(&self, request: &R) -> Result<DryRun, Error> {
        self.show(
            R::INFO,
            prepare_typed(request, R::INFO, &self.scope.options, &self.scope.shared.setup.config)?.parameters,
            request,
        )
    }

    /// The same as [`dry_run`](Self::dry_run), for a method without a specification. All parameter values are shown, because nothing says
    /// which are sensitive.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(MockTransport::new()).build()?;
    /// let parameters = Parameters::from_pairs([("gift_id", "42")])?;
    /// let dry = client.session("6100e23").dry_run_untyped("taobao.example.gift.get", Effect::Read, parameters)?;
    ///
    /// assert!(dry.base_string.contains("gift_id42") && dry.base_string.contains("session[session]"));
    /// assert!(!format!("{dry:?}").contains("6100e23"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the call would fail before anything is sent.
    pub fn dry_run_untyped(&self, method: &str, effect: Effect, parameters: Parameters) -> Result<DryRun, Error> {
        let untyped = Untyped::new(method, effect, parameters.clone())?;
        let prepared = prepare_untyped(parameters, &self.scope.options)?;
        self.show(untyped.info(), prepared.parameters, &NoFields)
    }

    fn show(&self, info: &MethodInfo, mut parameters: Parameters, request: &dyn Table) -> Result<DryRun, Error> {
        parameters.read_files()?;
        let setup = &self.scope.shared.setup;
        let session = self.scope.session.as_ref().map(|source| match source {
            SessionSource::Token(token) => token.clone(),
            SessionSource::Async(_) | SessionSource::Blocking(_) => AccessToken::from("[session]"),
        });
        dry_run(&setup.config, info, request, &parameters, session.as_ref(), (setup.clock)())
    }
}

impl<S, M: Mode> Calls for ScopedClient<S, M> {
    type Mode = M;

    fn scope(&self) -> Scope {
        self.scope.clone()
    }
}

impl<S, M: Mode> fmt::Debug for ScopedClient<S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CallOptions { session: _, timeout, retries, retry_writes, lenient, extra } = &self.scope.options;
        let extra: Vec<_> = extra.iter().map(|(name, _)| name).collect();
        f.debug_struct("ScopedClient")
            .field("config", &self.scope.shared.setup.config)
            .field("session", &self.scope.session)
            .field("timeout", timeout)
            .field("retries", retries)
            .field("retry_writes", retry_writes)
            .field("lenient", lenient)
            .field("extra", &extra)
            .finish()
    }
}
