//! Options of the transports over reqwest and ureq.

use std::time::Duration;

/// What the transports of this crate are built with. Default: 10 seconds to connect, 20 seconds of silence, no proxy.
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::transport::TransportOptions;
///
/// let options = TransportOptions::new().connect_timeout(Duration::from_secs(3)).proxy_from_env(true);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct TransportOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) proxy_from_env: bool,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(10), read_timeout: Duration::from_secs(20), proxy_from_env: false }
    }
}

impl TransportOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long connecting may take, TLS included.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the gateway may keep silent: before its answer, and between two pieces of it.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Whether the proxy that the environment names (`HTTPS_PROXY`, `ALL_PROXY` …) is taken. Default: no.
    ///
    /// A variable that somebody else sets would decide where session and signature go.
    pub fn proxy_from_env(mut self, yes: bool) -> Self {
        self.proxy_from_env = yes;
        self
    }
}
