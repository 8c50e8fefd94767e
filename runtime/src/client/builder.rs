//! Setting up a client.
//!
//! In: keys and wishes. Out: a [`Client`] that can work, or the reason why none can.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Client, Inner};
use crate::error::ConfigError;
use crate::gateway::{Config, Endpoint, Format};
use crate::transport::Transport;
use crate::{AppSecret, DateTime, Error, SignMethod};

/// Sets up a [`Client`]. See [`Client::builder`].
#[must_use = "finish it with `.build()`"]
pub struct ClientBuilder {
    config: Config,
    transport: Option<Arc<dyn Transport>>,
    clock: Box<dyn Fn() -> DateTime + Send + Sync>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self { config: Config::new("", ""), transport: None, clock: Box::new(DateTime::now) }
    }
}

impl ClientBuilder {
    /// Where calls go. Default: [`Endpoint::production`].
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.config.endpoint = endpoint;
        self
    }

    /// The application's key. Needed.
    pub fn app_key(mut self, app_key: impl Into<String>) -> Self {
        self.config.app_key = app_key.into();
        self
    }

    /// The application's secret. Needed.
    pub fn app_secret(mut self, app_secret: impl Into<AppSecret>) -> Self {
        self.config.secret = app_secret.into();
        self
    }

    /// How calls are signed. Default: HMAC-SHA-256.
    pub fn sign_method(mut self, sign_method: SignMethod) -> Self {
        self.config.sign_method = sign_method;
        self
    }

    /// How long a call may take, from connecting to the last byte of its answer. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.limits.timeout = timeout;
        self
    }

    /// How long connecting may take, TLS included. Default: 10 seconds. Heeded by the default transport, which allows at most
    /// half of [`timeout`](Self::timeout): so a connection that never stood (nothing was sent) is told from an answer that never
    /// came (nobody knows).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.limits.connect_timeout = timeout;
        self
    }

    /// The largest body of an answer, in bytes after decompression. Default: 16 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.config.limits.max_body = bytes;
        self
    }

    /// How requests reach the gateway. Default: reqwest, with the feature `reqwest`.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The form of answers. Default: JSON.
    pub fn format(mut self, format: Format) -> Self {
        self.config.format = format;
        self
    }

    /// Whether JSON answers come simplified. Default: yes. Both forms are read anyway.
    pub fn simplify(mut self, simplify: bool) -> Self {
        self.config.simplify = simplify;
        self
    }

    /// Which SDK calls, for the platform's statistics. Default: `opentop-rust-<version>`; empty: not sent.
    pub fn partner_id(mut self, partner_id: impl Into<String>) -> Self {
        self.config.partner_id = partner_id.into();
        self
    }

    /// Where calls get their time from. Default: [`DateTime::now`].
    pub fn clock(mut self, clock: impl Fn() -> DateTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where key, secret or transport is missing, a bound is zero, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let Self { config, transport, clock } = self;
        config.check()?;
        let transport = match transport {
            Some(transport) => transport,
            None => default_transport(&config)?,
        };
        Ok(Client { inner: Arc::new(Inner { config, transport, clock }) })
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(config: &Config) -> Result<Arc<dyn Transport>, ConfigError> {
    let connect_timeout = config.limits.connect_timeout.min(config.limits.timeout / 2);
    let transport = crate::transport::ReqwestTransport::new(&config.endpoint, connect_timeout)?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: &Config) -> Result<Arc<dyn Transport>, ConfigError> {
    Err(ConfigError::MissingTransport)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}
