//! What every call of a client has in common.

use std::time::Duration;

use crate::call::endpoint::Endpoint;
use crate::call::error::ConfigError;
use crate::call::method::MethodInfo;
use crate::call::qimen::Qimen;
use crate::wire::secret::AppSecret;
use crate::wire::sign::SignMethod;

/// The form of answers.
///
/// ```
/// use opentop_runtime::{Client, Format};
///
/// # fn example() -> Result<(), opentop_runtime::Error> {
/// let client = Client::builder().app_key("12345678").app_secret("helloworld").format(Format::Json).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// JSON. The default.
    #[default]
    Json,
    /// XML, which knows no simplified form.
    #[cfg(feature = "xml")]
    Xml,
}

impl Format {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            #[cfg(feature = "xml")]
            Self::Xml => "xml",
        }
    }
}

/// Bounds of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The whole call: every attempt from connecting to the last byte of the body, and the waits between them. 30 seconds.
    pub timeout: Duration,
    /// Connecting alone, TLS included. 10 seconds.
    pub connect_timeout: Duration,
    /// The silence of the gateway: before its answer, and between two pieces of it. 20 seconds.
    pub read_timeout: Duration,
    /// The largest body of an answer, in bytes after decompression. 16 MiB.
    pub max_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            max_body: 16 << 20,
        }
    }
}

/// Everything that signed requests are made from, beside the request itself. `Debug` shows no secret.
///
/// ```
/// use opentop_runtime::Config;
/// # use opentop_runtime::{blocking::Client, transport::MockTransport};
/// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(MockTransport::new()).build()?;
///
/// fn show(config: &Config) -> String {
///     format!("{} calls {} within {:?}", config.app_key, config.endpoint, config.limits.timeout)
/// }
/// assert_eq!(show(client.config()), "12345678 calls https://eco.taobao.com/router/rest within 30s");
/// # Ok::<(), opentop_runtime::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where calls go.
    pub endpoint: Endpoint,
    /// The application's key, public.
    pub app_key: String,
    /// The application's secret.
    pub secret: AppSecret,
    /// How calls are signed.
    pub sign_method: SignMethod,
    /// Whether answers come in the simplified form: without envelope, lists as plain arrays. Both forms are read anyway.
    pub simplify: bool,
    /// The form of answers.
    pub format: Format,
    /// Which SDK calls (`partner_id`); empty: not sent.
    pub partner_id: String,
    /// How calls go through Qimen; none: they do not.
    pub qimen: Option<Qimen>,
    /// Time and size.
    pub limits: Limits,
}

impl Config {
    /// The defaults: production, HMAC-SHA-256, simplified JSON.
    pub fn new(app_key: impl Into<String>, secret: impl Into<AppSecret>) -> Self {
        Self {
            endpoint: Endpoint::production(),
            app_key: app_key.into(),
            secret: secret.into(),
            sign_method: SignMethod::default(),
            simplify: true,
            format: Format::default(),
            partner_id: concat!("opentop-rust-", env!("CARGO_PKG_VERSION")).to_owned(),
            qimen: None,
            limits: Limits::default(),
        }
    }

    /// The address by which the default transport decides whether it lets `http` through: one that is called without encryption, if any is.
    /// That is always an address of this machine, since no other `http` address makes an [`Endpoint`]; and transports follow no redirect.
    #[cfg(any(feature = "reqwest-no-provider", feature = "ureq-no-provider"))]
    pub(crate) fn plainest_endpoint(&self) -> &Endpoint {
        let qimen = self.qimen.as_ref().map(|qimen| &qimen.endpoint);
        qimen.filter(|endpoint| !endpoint.is_https()).unwrap_or(&self.endpoint)
    }

    /// Where calls of a method go.
    pub(crate) fn endpoint_of(&self, info: &MethodInfo) -> &Endpoint {
        match &self.qimen {
            Some(qimen) if info.qimen => &qimen.endpoint,
            _ => &self.endpoint,
        }
    }

    /// Whether calls can be made with it at all.
    ///
    /// # Errors
    ///
    /// Where key or secret is empty, or a bound is zero.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.app_key.is_empty() {
            return Err(ConfigError::MissingAppKey);
        }
        if self.secret.expose().is_empty() {
            return Err(ConfigError::MissingAppSecret);
        }
        let Limits { timeout, connect_timeout, read_timeout, max_body } = self.limits;
        if timeout.is_zero() || connect_timeout.is_zero() || read_timeout.is_zero() || max_body == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_key_and_not_the_secret() {
        let shown = format!("{:?}", Config::new("12345678", "canary"));
        assert!(shown.contains("12345678") && shown.contains("[redacted]") && !shown.contains("canary"), "{shown}");
    }

    /// Whatever of the two addresses is `http`, no call leaves this machine without encryption.
    #[cfg(any(feature = "reqwest-no-provider", feature = "ureq-no-provider"))]
    #[test]
    fn no_call_goes_without_encryption_to_another_machine() -> Result<(), crate::call::endpoint::EndpointError> {
        use crate::call::qimen::Qimen;

        assert!(Endpoint::custom("http://qimen.api.taobao.com/router/qm").is_err());
        let (https, here) = ("https://qimen.api.taobao.com/router/qm", "http://127.0.0.1:8787/router/qm");
        for (gateway, qimen) in [(https, https), (https, here), (here, https), (here, here)] {
            let mut config = Config::new("1", "s");
            config.endpoint = Endpoint::custom(gateway)?;
            config.qimen = Some(Qimen::cloud("2").endpoint(Endpoint::custom(qimen)?));
            let lets_http_through = !config.plainest_endpoint().is_https();
            assert_eq!(lets_http_through, [gateway, qimen].contains(&here));
        }
        Ok(())
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let config = Config::new("1", "s");
        let zero = Limits { max_body: 0, ..Limits::default() };
        assert_eq!(config.check(), Ok(()));
        assert_eq!(Config::new("", "s").check(), Err(ConfigError::MissingAppKey));
        assert_eq!(Config::new("1", "").check(), Err(ConfigError::MissingAppSecret));
        assert_eq!(Config { limits: zero, ..config }.check(), Err(ConfigError::ZeroLimit));
    }
}
