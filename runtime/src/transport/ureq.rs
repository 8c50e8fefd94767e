//! The blocking transport over ureq and rustls: no redirects, no proxy unless it is asked for, TLS 1.2 or later with the platform's
//! own certificates.
//!
//! Whether a request left is not guessed from errors. ureq writes the head, then asks for the body; the body notes that it was asked
//! for. All that the gateway acts on is in the body, so a call whose body was never asked for was not sent.

use std::cell::Cell;
use std::io::Read;
use std::time::Duration;

use ::ureq::config::ConfigBuilder;
use ::ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ::ureq::typestate::AgentScope;
use ::ureq::{Agent, Proxy, SendBody, Timeout};
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_LENGTH;

use super::tls::{has_source, provider};
use super::{BlockingTransport, SendStage, TransportError, TransportErrorKind, TransportLimits, TransportOptions};
use crate::call::endpoint::Endpoint;
use crate::call::error::ConfigError;

/// How long an idle connection is kept. Shorter than servers keep theirs, so that few calls meet one that is just closing.
const IDLE: Duration = Duration::from_secs(15);

/// As good as never, and near enough for the clock, which ureq adds it to.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Sends over ureq. The blocking client's default with the feature `ureq`.
///
/// At level `trace`, and only there, the crates `ureq` and `ureq_proto` log every answer as it comes, and the URL, which holds the session
/// in calls through Qimen. An answer holds tokens or personal data, or quotes the request. So keep both at `debug`.
#[derive(Debug, Clone)]
pub struct UreqTransport {
    agent: Agent,
    /// The agent's configuration names a proxy that nobody asked for.
    ignore_proxy: bool,
}

impl UreqTransport {
    /// A transport with a connection pool of its own.
    ///
    /// An `endpoint` that is https makes the transport refuse everything else.
    ///
    /// ```
    /// use opentop_runtime::transport::{TransportOptions, UreqTransport};
    /// use opentop_runtime::{Endpoint, blocking::Client};
    ///
    /// # fn example() -> Result<(), opentop_runtime::Error> {
    /// // Two applications that share connections.
    /// let transport = UreqTransport::new(&Endpoint::production(), &TransportOptions::new())?;
    /// let one = Client::builder().app_key("12345678").app_secret("helloworld").transport(transport.clone()).build()?;
    /// let two = Client::builder().app_key("87654321").app_secret("worldhello").transport(transport).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::MissingTlsProvider`] if no TLS provider was chosen.
    pub fn new(endpoint: &Endpoint, options: &TransportOptions) -> Result<Self, ConfigError> {
        Self::with_builder(endpoint, options, |builder| builder)
    }

    /// A transport over your own configuration of ureq 3.
    ///
    /// `customize` gets a builder that has the transport's defaults, TLS included, and returns it or another one. What keeps a call
    /// from leaking or from being sent twice is set afterwards: redirects are not followed, an https endpoint stays https, and a
    /// proxy of the environment is ignored without [`TransportOptions::proxy_from_env`]. A proxy that the builder names is used.
    /// A middleware of yours sees calls with their secrets; it must pass each on once.
    ///
    /// ```
    /// use opentop_runtime::transport::{TransportOptions, UreqTransport};
    /// use opentop_runtime::{Endpoint, blocking};
    ///
    /// let endpoint = Endpoint::production();
    /// let options = TransportOptions::new();
    /// let transport = UreqTransport::with_builder(&endpoint, &options, |builder| {
    ///     builder.max_idle_connections_per_host(10).ip_family(ureq::config::IpFamily::Ipv4Only)
    /// })?;
    /// let client = blocking::Client::builder().app_key("12345678").app_secret("helloworld").transport(transport).build()?;
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::MissingTlsProvider`] if no TLS provider was chosen.
    pub fn with_builder(
        endpoint: &Endpoint,
        options: &TransportOptions,
        customize: impl FnOnce(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
    ) -> Result<Self, ConfigError> {
        let builder = Agent::config_builder()
            .tls_config(tls()?)
            .proxy(if options.proxy_from_env { Proxy::try_from_env() } else { None })
            .timeout_connect(Some(options.connect_timeout.min(NEVER)))
            .timeout_resolve(Some(options.connect_timeout.min(NEVER)))
            .timeout_per_read(Some(options.read_timeout.min(NEVER)))
            .max_idle_age(IDLE);
        let mut builder =
            customize(builder).http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
        if endpoint.is_https() {
            builder = builder.https_only(true);
        }
        let config = builder.build();
        // A new builder of ureq reads the environment by itself.
        let ignore_proxy = !options.proxy_from_env && config.proxy().is_some_and(Proxy::is_from_env);
        Ok(Self { agent: Agent::new_with_config(config), ignore_proxy })
    }
}

/// The platform's certificates, and the provider that [`provider`] finds.
fn tls() -> Result<TlsConfig, ConfigError> {
    let provider = provider()?;
    let builder = TlsConfig::builder().provider(TlsProvider::Rustls).root_certs(RootCerts::PlatformVerifier);
    // ureq finds the process's provider and ring itself. Only this one has to be handed over, in a type of rustls that a minor release
    // of ureq may change: other builds stay clear of it.
    #[cfg(feature = "aws-lc-rs")]
    let builder = builder.unversioned_rustls_crypto_provider(provider);
    #[cfg(not(feature = "aws-lc-rs"))]
    drop(provider);
    Ok(builder.build())
}

impl BlockingTransport for UreqTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
    ) -> Result<http::Response<Bytes>, TransportError> {
        // Nobody asks for an empty body.
        let asked = Cell::new(request.body().is_empty());
        self.exchange(request, limits, &asked).map_err(|error| {
            let refused = matches!(error, ::ureq::Error::RequireHttpsOnly(_));
            let stage = if asked.get() && !refused { SendStage::MaybeSent } else { SendStage::NotSent };
            classify(error, stage, limits)
        })
    }
}

impl UreqTransport {
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
        asked: &Cell<bool>,
    ) -> Result<http::Response<Bytes>, ::ureq::Error> {
        let (mut parts, body) = request.into_parts();
        // A body behind a reader would be sent in chunks otherwise.
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let mut body = WatchedBody { rest: &body, asked };
        let request = http::Request::from_parts(parts, SendBody::from_reader(&mut body));
        let mut config = self.agent.configure_request(request).timeout_global(Some(limits.timeout.min(NEVER)));
        if let Some(silence) = limits.read_timeout {
            config = config.timeout_per_read(Some(silence.min(NEVER)));
        }
        if self.ignore_proxy {
            config = config.proxy(None);
        }
        let (parts, mut body) = self.agent.run(config.build())?.into_parts();
        let too_large = || ::ureq::Error::BodyExceedsLimit(limits.max_body as u64);
        if body.content_length().is_some_and(|length| length > limits.max_body as u64) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        // One byte more than allowed tells a body of the very size from a larger one.
        let bound = (limits.max_body as u64).saturating_add(1);
        // ureq's own error comes out of the I/O error that a reader must give.
        body.with_config().limit(u64::MAX).reader().take(bound).read_to_end(&mut bytes).map_err(::ureq::Error::from)?;
        if bytes.len() > limits.max_body {
            return Err(too_large());
        }
        Ok(http::Response::from_parts(parts, bytes.into()))
    }
}

/// A request's body, which notes that it was asked for.
struct WatchedBody<'a> {
    rest: &'a [u8],
    asked: &'a Cell<bool>,
}

impl Read for WatchedBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.asked.set(true);
        self.rest.read(buffer)
    }
}

fn classify(error: ::ureq::Error, stage: SendStage, limits: TransportLimits) -> TransportError {
    use TransportErrorKind as Kind;
    let kind = match &error {
        ::ureq::Error::Timeout(Timeout::Global | Timeout::PerCall) => {
            return TransportError::timeout(stage, limits.timeout);
        }
        ::ureq::Error::Timeout(_) => Kind::Timeout,
        ::ureq::Error::HostNotFound => Kind::Dns,
        ::ureq::Error::BodyExceedsLimit(_) => Kind::TooLarge,
        ::ureq::Error::Tls(_) | ::ureq::Error::Rustls(_) => Kind::Tls,
        // ureq's I/O errors do not name their cause as a source.
        ::ureq::Error::Io(error) if has_source::<rustls::Error>(error) => Kind::Tls,
        _ if stage == SendStage::MaybeSent => Kind::Broken,
        ::ureq::Error::Io(error) if is_lookup(error) => Kind::Dns,
        ::ureq::Error::Io(_) | ::ureq::Error::ConnectionFailed => Kind::Connect,
        _ => Kind::Other,
    };
    TransportError::new(stage, kind).with_source(error)
}

/// Whether the standard library could not resolve a name. It says so by a code on Windows, and elsewhere in words only.
fn is_lookup(error: &std::io::Error) -> bool {
    match error.raw_os_error() {
        Some(code) => cfg!(windows) && (11_001..=11_004).contains(&code),
        None => error.to_string().starts_with("failed to lookup address information"),
    }
}

#[cfg(all(test, feature = "ureq"))]
mod tests;
