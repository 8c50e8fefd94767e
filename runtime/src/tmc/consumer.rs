//! Sets up a consumer.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::config::{AuthTokens, Settings};
use super::error::TmcError;
use super::group;
use super::handler::Handler;
use super::message::Message;
use super::publish::Publisher;
use super::running::Running;
use super::url::Url;
use crate::wire::secret::AppSecret;

/// The platform's server of messages.
const PRODUCTION: &str = "ws://mc.api.taobao.com/";
/// The group of an application that has no other.
const DEFAULT_GROUP: &str = "default";

/// Receives the messages of an application.
#[derive(Debug, Clone)]
pub struct Consumer {
    settings: Settings,
    groups: Vec<String>,
}

/// Sets up a [`Consumer`].
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::tmc::Consumer;
///
/// let consumer = Consumer::builder()
///     .app_key("12345678")
///     .app_secret("helloworld")
///     .group("orders")                            // each group has a connection of its own
///     .group("refunds")
///     .concurrency(32)
///     .stop_timeout(Duration::from_secs(10))
///     .build()?;
/// # Ok::<(), opentop_runtime::tmc::TmcError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct ConsumerBuilder {
    url: String,
    app_key: String,
    secret: Option<AppSecret>,
    groups: Vec<String>,
    minor_group: String,
    filter: String,
    out_id: Option<String>,
    auth_tokens: Option<AuthTokens>,
    concurrency: usize,
    pull_every: Duration,
    connect_timeout: Duration,
    stop_timeout: Duration,
    max_refusals: u32,
    max_frame: usize,
}

/// Shows no secret.
impl std::fmt::Debug for ConsumerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsumerBuilder")
            .field("url", &self.url)
            .field("app_key", &self.app_key)
            .field("groups", &self.groups)
            .finish_non_exhaustive()
    }
}

impl Consumer {
    /// Sets up a consumer.
    ///
    /// ```
    /// use opentop_runtime::tmc::Consumer;
    ///
    /// let error = Consumer::builder().app_key("12345678").build().expect_err("no secret");
    /// assert!(error.to_string().contains("app_secret"));
    /// ```
    pub fn builder() -> ConsumerBuilder {
        ConsumerBuilder {
            url: PRODUCTION.to_owned(),
            app_key: String::new(),
            secret: None,
            groups: Vec::new(),
            minor_group: "default".to_owned(),
            filter: "*".to_owned(),
            out_id: None,
            auth_tokens: None,
            concurrency: 16,
            pull_every: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(10),
            stop_timeout: Duration::from_secs(30),
            max_refusals: 5,
            max_frame: 16 << 20,
        }
    }

    /// Connects, and calls `handle` for every message. Returns at once; the work is done in tasks of the tokio runtime that this is
    /// called in.
    ///
    /// A message is confirmed once its handler returned `Ok`. After an `Err` the platform is told the error's text (at most 128
    /// characters of it), and sends the message again later. A handler that panics has failed.
    ///
    /// ```no_run
    /// # use opentop_runtime::tmc::{Consumer, TmcError};
    /// # async fn store(_: &str) -> std::io::Result<()> { Ok(()) }
    /// # async fn example(consumer: Consumer) -> Result<(), TmcError> {
    /// // An error of the handler: the message comes again in some minutes.
    /// let mut running = consumer.start(|message| async move { store(message.content()).await });
    /// running.wait().await
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start<H, F, E>(&self, handle: H) -> Running
    where
        H: Fn(Message) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let handler = Handler::new(handle);
        let run = |name: &String, shared| group::run(self.settings.clone(), name.clone(), handler.clone(), shared);
        Running::start(&self.groups, run)
    }

    /// Connects to the first group in order to publish messages. It takes none.
    ///
    /// # Errors
    ///
    /// If there is no connection, or it is refused.
    pub async fn publisher(&self) -> Result<Publisher, TmcError> {
        Publisher::open(&self.settings, &self.groups[0]).await
    }
}

impl ConsumerBuilder {
    /// The server. The default is the platform's, `ws://mc.api.taobao.com/`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// The application.
    pub fn app_key(mut self, app_key: impl Into<String>) -> Self {
        self.app_key = app_key.into();
        self
    }

    /// The secret of the application.
    pub fn app_secret(mut self, secret: impl Into<AppSecret>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Consumes this group. May be given several times: each has a connection of its own. The default is `default` alone.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// The sub-division of the group. The default is `default`.
    pub fn minor_group(mut self, minor_group: impl Into<String>) -> Self {
        self.minor_group = minor_group.into();
        self
    }

    /// What the server filters by. The default is `*`. Its language is not documented.
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = filter.into();
        self
    }

    /// The `out_id` of the connection. The default is none.
    pub fn out_id(mut self, out_id: impl Into<String>) -> Self {
        self.out_id = Some(out_id.into());
        self
    }

    /// Asks for a token before each connection, with the group's name. The vendor's Java does so; the platform is known to accept
    /// connections without. See [`HttpConsumer::auth_token`](super::HttpConsumer::auth_token) for the call.
    pub fn auth_token<F>(mut self, token: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, String>> + Send + 'static,
    {
        self.auth_tokens = Some(Arc::new(move |group| Box::pin(token(group))));
        self
    }

    /// How many handlers of a group may run at the same time. The default is 16.
    pub fn concurrency(mut self, handlers: usize) -> Self {
        self.concurrency = handlers;
        self
    }

    /// How often messages are asked for. This also keeps the connection alive: stay below a minute. The default is 15 seconds.
    pub fn pull_every(mut self, interval: Duration) -> Self {
        self.pull_every = interval;
        self
    }

    /// How long it may take to get a connection accepted. The default is 10 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long handlers may go on once the consumer is stopped. Then they are dropped, and their messages come again. The default is 30
    /// seconds.
    pub fn stop_timeout(mut self, limit: Duration) -> Self {
        self.stop_timeout = limit;
        self
    }

    /// After how many refusals in a row the consumer gives up. The default is 5.
    pub fn max_refusals(mut self, refusals: u32) -> Self {
        self.max_refusals = refusals;
        self
    }

    /// The largest frame that is read, in bytes. The default is 16 MiB.
    pub fn max_frame(mut self, bytes: usize) -> Self {
        self.max_frame = bytes;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`TmcError::Config`]
    pub fn build(mut self) -> Result<Consumer, TmcError> {
        let wrong = |problem: &str| Err(TmcError::Config(problem.to_owned()));
        let url = Url::parse(&self.url)?;
        let Some(secret) = self.secret else { return wrong("there is no app secret; set it with `app_secret`") };
        if self.app_key.is_empty() {
            return wrong("there is no app key; set it with `app_key`");
        }
        if self.concurrency == 0 || self.max_refusals == 0 {
            return wrong("expected at least 1 for `concurrency` and `max_refusals`, got 0");
        }
        if self.pull_every.is_zero() {
            return wrong("expected an interval above 0 for `pull_every`, got 0");
        }
        if self.groups.is_empty() {
            self.groups.push(DEFAULT_GROUP.to_owned());
        }
        self.groups.sort();
        self.groups.dedup();
        if self.groups.iter().any(String::is_empty) {
            return wrong("expected the name of a group, got an empty one");
        }
        let settings = Settings {
            url,
            app_key: self.app_key,
            secret,
            minor_group: self.minor_group,
            filter: self.filter,
            out_id: self.out_id,
            auth_tokens: self.auth_tokens,
            concurrency: self.concurrency,
            pull_every: self.pull_every,
            connect_timeout: self.connect_timeout,
            stop_timeout: self.stop_timeout,
            max_refusals: self.max_refusals,
            max_frame: self.max_frame,
        };
        Ok(Consumer { settings, groups: self.groups })
    }
}
