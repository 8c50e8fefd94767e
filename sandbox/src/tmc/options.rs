//! How a server of messages is set up.

use std::time::Duration;

use opentop_runtime::AppSecret;

/// Sets up a [`TmcServer`](super::TmcServer).
#[derive(Debug, Clone)]
#[must_use = "options do nothing until `start`"]
pub struct TmcOptions {
    pub(super) port: u16,
    pub(super) apps: Vec<(String, AppSecret)>,
    pub(super) redeliver_after: Duration,
    pub(super) retry_after: Duration,
    pub(super) window: usize,
    pub(super) answer_pings: bool,
    pub(crate) auth_token: Option<String>,
}

impl Default for TmcOptions {
    /// A free port, the application `12345678` with the secret `helloworld`, the platform's times: a message comes again after a minute
    /// without an answer, and six minutes after a failure.
    fn default() -> Self {
        TmcOptions {
            port: 0,
            apps: vec![("12345678".to_owned(), AppSecret::from("helloworld"))],
            redeliver_after: Duration::from_secs(60),
            retry_after: Duration::from_secs(360),
            window: 1_000,
            answer_pings: false,
            auth_token: None,
        }
    }
}

impl TmcOptions {
    /// Listens on this port of `127.0.0.1`.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Knows another application.
    pub fn app(mut self, key: impl Into<String>, secret: impl Into<AppSecret>) -> Self {
        self.apps.push((key.into(), secret.into()));
        self
    }

    /// When a message that nobody answered comes again.
    pub fn redeliver_after(mut self, wait: Duration) -> Self {
        self.redeliver_after = wait;
        self
    }

    /// When a message that failed comes again.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = wait;
        self
    }

    /// How many messages of a queue may be unanswered at the same time. The default is 1,000.
    pub fn window(mut self, messages: usize) -> Self {
        self.window = messages.max(1);
        self
    }

    /// Whether pings are answered. The default is no, as the platform is believed to do it.
    pub fn answer_pings(mut self, answer: bool) -> Self {
        self.answer_pings = answer;
        self
    }

    /// Refuses connections without this token.
    pub fn auth_token(mut self, token: impl Into<String>) -> Self {
        self.auth_token = Some(token.into());
        self
    }
}
