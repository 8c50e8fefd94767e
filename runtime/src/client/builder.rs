//! Builds a `Client`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::call::config::{Config, Format};
use crate::call::endpoint::Endpoint;
use crate::call::error::{ConfigError, Error};
use crate::call::journal::{AsyncJournal, Journal};
use crate::call::limit::{AnySource, Limiter};
#[cfg(feature = "qimen")]
use crate::call::qimen::Qimen;
use crate::call::retry::{Idempotency, RetryBudget, RetryPolicy};
use crate::call::setup::{AnyJournal, Setup};
use crate::client::handle::GenericClient;
use crate::client::io::{AsyncIo, BlockingIo, Io};
use crate::client::mode::{Async, Blocking, Mode};
use crate::client::scope::Shared;
use crate::transport::{BlockingTransport, Transport, TransportOptions};
use crate::wire::secret::AppSecret;
use crate::wire::sign::SignMethod;
use crate::wire::value::DateTime;

/// Makes the default transport of a mode.
type DefaultTransport = fn(&Config, &TransportOptions) -> Result<Arc<dyn Io>, ConfigError>;

impl GenericClient<Async> {
    /// A client of the production gateway with all defaults.
    ///
    /// ```
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use opentop_runtime::Client;
    ///
    /// let client = Client::new(std::env::var("TOP_APP_KEY")?, std::env::var("TOP_APP_SECRET")?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    #[cfg(feature = "reqwest-no-provider")]
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<AppSecret>) -> Result<Self, Error> {
        Self::builder().app_key(app_key).app_secret(app_secret).build()
    }

    /// Sets up a client. It needs an app key and an app secret.
    ///
    /// ```
    /// # fn example() -> Result<(), opentop_runtime::Error> {
    /// use opentop_runtime::{Client, Endpoint};
    ///
    /// let client = Client::builder()
    ///     .endpoint(Endpoint::custom("http://127.0.0.1:8787/router/rest")?)       // a sandbox on this machine
    ///     .app_key("12345678")
    ///     .app_secret("helloworld")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl GenericClient<Blocking> {
    /// A client of the production gateway with all defaults.
    ///
    /// ```
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use opentop_runtime::blocking::Client;
    ///
    /// let client = Client::new(std::env::var("TOP_APP_KEY")?, std::env::var("TOP_APP_SECRET")?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    #[cfg(feature = "ureq-no-provider")]
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<AppSecret>) -> Result<Self, Error> {
        Self::builder().app_key(app_key).app_secret(app_secret).build()
    }

    /// Sets up a client. It needs an app key and an app secret.
    ///
    /// ```
    /// # fn example() -> Result<(), opentop_runtime::Error> {
    /// use opentop_runtime::blocking::Client;
    ///
    /// let client = Client::builder().app_key("12345678").app_secret("helloworld").proxy_from_env(true).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> ClientBuilder<Blocking> {
        ClientBuilder::default()
    }
}

/// Builds a [`Client`](crate::Client) or a [`blocking::Client`](crate::blocking::Client). `build` validates the configuration. It uses the
/// default transport unless you set one.
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::{Client, RetryPolicy};
///
/// # fn example() -> Result<(), opentop_runtime::Error> {
/// let client = Client::builder()
///     .app_key("12345678")
///     .app_secret("helloworld")
///     .timeout(Duration::from_secs(10))
///     .retries(RetryPolicy::none())
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "finish it with `.build()`"]
pub struct ClientBuilder<M: Mode = Async> {
    setup: Setup,
    proxy_from_env: bool,
    io: Option<Arc<dyn Io>>,
    mode: PhantomData<fn() -> M>,
}

impl<M: Mode> Default for ClientBuilder<M> {
    fn default() -> Self {
        let setup = Setup {
            config: Config::new("", ""),
            clock: Arc::new(DateTime::now),
            retries: RetryPolicy::default(),
            budget: RetryBudget::default(),
            retry_writes: None,
            lenient: false,
            limiter: Limiter::default(),
            journal: None,
        };
        Self { setup, proxy_from_env: false, io: None, mode: PhantomData }
    }
}

impl<M: Mode> ClientBuilder<M> {
    /// The gateway to call. Default: [`Endpoint::production`].
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.setup.config.endpoint = endpoint;
        self
    }

    /// The application's key. Required.
    pub fn app_key(mut self, app_key: impl Into<String>) -> Self {
        self.setup.config.app_key = app_key.into();
        self
    }

    /// The application's secret. Required.
    pub fn app_secret(mut self, app_secret: impl Into<AppSecret>) -> Self {
        self.setup.config.secret = app_secret.into();
        self
    }

    /// How to call methods that go through Qimen (their spec says `dialect: { name: qimen }`). Without it they cannot be called. It does
    /// not affect other methods.
    #[cfg(feature = "qimen")]
    pub fn qimen(mut self, qimen: Qimen) -> Self {
        self.setup.config.qimen = Some(qimen);
        self
    }

    /// How calls are signed. Default: HMAC-SHA-256.
    pub fn sign_method(mut self, sign_method: SignMethod) -> Self {
        self.setup.config.sign_method = sign_method;
        self
    }

    /// How long a call may take: all its attempts, from connecting to the last byte of the answer, and the waits between them.
    /// Default: 30 seconds. A call also fails if the gateway is idle for longer than [`read_timeout`](Self::read_timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.setup.config.limits.timeout = timeout;
        self
    }

    /// How long connecting may take, TLS included. Default: 10 seconds. The default transports use it, and allow at most half of
    /// [`timeout`](Self::timeout), so that there is time to try again.
    ///
    /// Whichever timeout ends a call, the error tells a connection that was never made (nothing was sent) from an answer that never
    /// came (the outcome is unknown).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.setup.config.limits.connect_timeout = timeout;
        self
    }

    /// How long the gateway may be silent: before its answer, and between two pieces of it. Default: 20 seconds. The default transports
    /// use it. A longer [`timeout`](crate::ScopedClient::timeout) for single calls replaces it.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.setup.config.limits.read_timeout = timeout;
        self
    }

    /// Whether the default transport uses the proxy that environment variables name. Default: no, because
    /// such a variable decides where the session and the signature go.
    pub fn proxy_from_env(mut self, yes: bool) -> Self {
        self.proxy_from_env = yes;
        self
    }

    /// How calls are retried. Default: at most three attempts. The table in [`retry`](crate::retry) says which errors are retried.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.setup.retries = policy;
        self
    }

    /// Limits the retries of this client and its clones. Default: one retry for every six calls, and ten in reserve.
    ///
    /// ```
    /// use opentop_runtime::{Client, RetryBudget};
    ///
    /// // A batch job for which every call counts.
    /// let builder = Client::builder().retry_budget(RetryBudget::unlimited());
    /// ```
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.setup.budget = budget;
        self
    }

    /// Resends writes whose outcome is unknown. Use it **only if the server is known to execute a repeated key once**. To allow it for
    /// single calls, and for details, see [`ScopedClient::retry_writes`](crate::ScopedClient::retry_writes).
    ///
    /// ```
    /// use opentop_runtime::{Client, Idempotency};
    ///
    /// let builder = Client::builder().retry_writes(Idempotency::GuaranteedByServer);
    /// ```
    pub fn retry_writes(mut self, idempotency: Idempotency) -> Self {
        self.setup.retry_writes = Some(idempotency);
        self
    }

    /// Whether a field of an answer that does not fit the specification is left out and listed in
    /// [`Reply::skipped`](crate::Reply::skipped). Default: no, it is an error.
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.setup.lenient = lenient;
        self
    }

    /// Keeps calls within declared rates, shared with other clients or processes. See [`limit`](crate::limit). By default no rate is
    /// declared, and this client and its clones keep only the bans that the platform announces.
    ///
    /// ```
    /// use opentop_runtime::{Client, Limiter, Rate};
    ///
    /// let builder = Client::builder().limiter(Limiter::new([Rate::per_second(40)]));
    /// ```
    pub fn limiter(mut self, limiter: Limiter) -> Self {
        self.setup.limiter = limiter;
        self
    }

    /// Stores every write before it is sent. Its entry is kept until the write has certainly failed, or the caller
    /// [acknowledges](crate::Reply::acknowledge) that it was done. Default: no journal. An async client calls the journal through
    /// [`Transport::unblock`](crate::transport::Transport::unblock).
    ///
    /// ```
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use opentop_runtime::{Client, FileJournal};
    ///
    /// let journal = FileJournal::open("/var/lib/shop/writes")?;
    /// let client = Client::builder().app_key("12345678").app_secret("helloworld").journal(journal).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn journal(mut self, journal: impl Journal + 'static) -> Self {
        self.setup.journal = Some(AnyJournal::Blocking(Arc::new(journal)));
        self
    }

    /// The largest body of an answer, in bytes after decompression. Default: 16 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.setup.config.limits.max_body = bytes;
        self
    }

    /// The form of answers. Default: JSON.
    pub fn format(mut self, format: Format) -> Self {
        self.setup.config.format = format;
        self
    }

    /// Whether to ask for simplified JSON: without envelope, and lists as plain arrays. Default: yes. The client reads both forms.
    pub fn simplify(mut self, simplify: bool) -> Self {
        self.setup.config.simplify = simplify;
        self
    }

    /// The name of the SDK, sent for the platform's statistics. Default: `opentop-rust-<version>`. If empty, it is not sent.
    pub fn partner_id(mut self, partner_id: impl Into<String>) -> Self {
        self.setup.config.partner_id = partner_id.into();
        self
    }

    /// Where calls get their time from. Default: [`DateTime::now`].
    ///
    /// ```
    /// use opentop_runtime::{DateTime, blocking::Client, transport::MockTransport};
    /// # use opentop_runtime::{Effect, Parameters};
    ///
    /// // A test whose requests are the same each time.
    /// let noon: DateTime = "2016-01-01 12:00:00".parse()?;
    /// # let mock = MockTransport::new().reply(r#"{"time_get_response": {"time": "2016-01-01 12:00:00"}}"#);
    /// let client = Client::builder().clock(move || noon).app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// client.call_untyped("taobao.time.get", Effect::Read, Parameters::default())?;
    /// assert_eq!(mock.sent()[0].parameter("timestamp").as_deref(), Some("2016-01-01 12:00:00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clock(mut self, clock: impl Fn() -> DateTime + Send + Sync + 'static) -> Self {
        self.setup.clock = Arc::new(clock);
        self
    }

    /// Checks the set-up, and completes it with the default transport.
    fn finish(self, default: DefaultTransport) -> Result<GenericClient<M>, Error> {
        let Self { setup, proxy_from_env, io, mode: _ } = self;
        setup.config.check()?;
        let limits = &setup.config.limits;
        let options = TransportOptions::new()
            .connect_timeout(limits.connect_timeout.min(limits.timeout / 2))
            .read_timeout(limits.read_timeout)
            .proxy_from_env(proxy_from_env);
        let io = match io {
            Some(io) => io,
            None => default(&setup.config, &options)?,
        };
        Ok(GenericClient::of(Shared::new(setup, io)))
    }
}

impl ClientBuilder<Async> {
    /// How requests reach the gateway. Default: reqwest, with the feature `reqwest`.
    ///
    /// ```
    /// use opentop_runtime::{Client, transport::MockTransport};
    ///
    /// let mock = MockTransport::new();
    /// let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.io = Some(Arc::new(AsyncIo(transport)));
        self
    }

    /// The same as [`journal`](Self::journal), with a journal that does not block.
    pub fn async_journal(mut self, journal: impl AsyncJournal + 'static) -> Self {
        self.setup.journal = Some(AnyJournal::Async(Arc::new(journal)));
        self
    }

    /// Validates the configuration and makes the client.
    ///
    /// ```
    /// use opentop_runtime::{Client, Error, error::ConfigError};
    ///
    /// let without_secret = Client::builder().app_key("12345678").build();
    /// assert!(matches!(without_secret, Err(Error::Config(ConfigError::MissingAppSecret))));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if the key, the secret or the transport is missing, a timeout or size limit is zero, or TLS cannot be set up.
    pub fn build(self) -> Result<GenericClient<Async>, Error> {
        self.finish(default_transport)
    }
}

impl ClientBuilder<Blocking> {
    /// How requests reach the gateway. Default: ureq, with the feature `ureq`.
    ///
    /// ```
    /// use opentop_runtime::{blocking::Client, transport::MockTransport};
    ///
    /// let mock = MockTransport::new();
    /// let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn transport(mut self, transport: impl BlockingTransport + 'static) -> Self {
        self.io = Some(Arc::new(BlockingIo(transport)));
        self
    }

    /// Validates the configuration and makes the client.
    ///
    /// ```
    /// use opentop_runtime::{Error, blocking::Client, error::ConfigError};
    ///
    /// let without_secret = Client::builder().app_key("12345678").build();
    /// assert!(matches!(without_secret, Err(Error::Config(ConfigError::MissingAppSecret))));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if the key, the secret or the transport is missing, a timeout or size limit is zero, or TLS cannot be set up.
    pub fn build(self) -> Result<GenericClient<Blocking>, Error> {
        if let Some(AnySource::Async(_)) = self.setup.limiter.source() {
            return Err(ConfigError::AsyncSource.into());
        }
        self.finish(default_blocking_transport)
    }
}

#[cfg(feature = "reqwest-no-provider")]
fn default_transport(config: &Config, options: &TransportOptions) -> Result<Arc<dyn Io>, ConfigError> {
    Ok(Arc::new(AsyncIo(crate::transport::ReqwestTransport::new(config.plainest_endpoint(), options)?)))
}

#[cfg(not(feature = "reqwest-no-provider"))]
fn default_transport(_: &Config, _: &TransportOptions) -> Result<Arc<dyn Io>, ConfigError> {
    Err(ConfigError::MissingTransport)
}

#[cfg(feature = "ureq-no-provider")]
fn default_blocking_transport(config: &Config, options: &TransportOptions) -> Result<Arc<dyn Io>, ConfigError> {
    Ok(Arc::new(BlockingIo(crate::transport::UreqTransport::new(config.plainest_endpoint(), options)?)))
}

#[cfg(not(feature = "ureq-no-provider"))]
fn default_blocking_transport(_: &Config, _: &TransportOptions) -> Result<Arc<dyn Io>, ConfigError> {
    Err(ConfigError::MissingTransport)
}

impl<M: Mode> fmt::Debug for ClientBuilder<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("config", &self.setup.config).finish_non_exhaustive()
    }
}
