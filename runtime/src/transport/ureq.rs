//! The blocking transport over ureq and rustls, with nothing left to defaults: no redirects, no proxy from the environment, TLS 1.2
//! or later with ring and the platform's own certificates.
//!
//! In: a request. Out: the response, its body decompressed and bounded while it is read. Whether a byte of the request left is not
//! guessed from errors: a link of our own at the end of ureq's chain of connectors sees every byte go by.

use std::cell::Cell;
use std::io::Read;
use std::sync::Arc;

use ::ureq::config::Config;
use ::ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ::ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ::ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport as Link,
};
use ::ureq::{Agent, Proxy, Timeout};
use bytes::Bytes;

use super::tls::has_source;
use super::{BlockingTransport, SendStage, TransportError, TransportErrorKind, TransportLimits, TransportOptions};
use crate::call::endpoint::Endpoint;

/// How long an idle connection is kept. Shorter than servers keep theirs, so that few calls meet one that is just closing.
const IDLE: std::time::Duration = std::time::Duration::from_secs(15);

/// As good as never, and near enough for the clock, which ureq adds it to.
const NEVER: std::time::Duration = std::time::Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Sends over ureq. The blocking client's default with the feature `ureq`.
#[derive(Debug, Clone)]
pub struct UreqTransport {
    agent: Agent,
}

impl UreqTransport {
    /// A transport with a connection pool of its own.
    ///
    /// An `endpoint` that is https makes the transport refuse everything else.
    #[must_use]
    pub fn new(endpoint: &Endpoint, options: &TransportOptions) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(endpoint.is_https())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(if options.proxy_from_env { Proxy::try_from_env() } else { None })
            .timeout_connect(Some(options.connect_timeout.min(NEVER)))
            .timeout_resolve(Some(options.connect_timeout.min(NEVER)))
            .timeout_per_read(Some(options.read_timeout.min(NEVER)))
            .max_idle_age(IDLE)
            .build();
        Self { agent: agent(config) }
    }
}

fn agent(config: Config) -> Agent {
    Agent::with_parts(config, DefaultConnector::default().chain(Watch), Names::default())
}

impl BlockingTransport for UreqTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: TransportLimits,
    ) -> Result<http::Response<Bytes>, TransportError> {
        LEFT.set(false);
        exchange(&self.agent, request, limits).map_err(|error| {
            let stage = if LEFT.get() { SendStage::MaybeSent } else { SendStage::NotSent };
            classify(error, stage, limits)
        })
    }
}

fn exchange(
    agent: &Agent,
    request: http::Request<Bytes>,
    limits: TransportLimits,
) -> Result<http::Response<Bytes>, ::ureq::Error> {
    let (parts, body) = request.into_parts();
    let request = http::Request::from_parts(parts, &*body);
    let config = agent.configure_request(request).timeout_global(Some(limits.timeout.min(NEVER)));
    let request = match limits.read_timeout {
        Some(silence) => config.timeout_per_read(Some(silence.min(NEVER))).build(),
        None => config.build(),
    };
    let (parts, mut body) = agent.run(request)?.into_parts();
    let too_large = || ::ureq::Error::BodyExceedsLimit(limits.max_body as u64);
    if body.content_length().is_some_and(|length| length > limits.max_body as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a body of the very size from a larger one.
    let bound = (limits.max_body as u64).saturating_add(1);
    body.with_config().limit(u64::MAX).reader().take(bound).read_to_end(&mut bytes).map_err(unwrapped)?;
    if bytes.len() > limits.max_body {
        return Err(too_large());
    }
    Ok(http::Response::from_parts(parts, bytes.into()))
}

/// ureq's own error out of the I/O error that a reader must give.
fn unwrapped(error: std::io::Error) -> ::ureq::Error {
    ::ureq::Error::from(error)
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
        error if has_source::<rustls::Error>(error) || holds_tls(error) => Kind::Tls,
        _ if stage == SendStage::MaybeSent => Kind::Broken,
        ::ureq::Error::Io(_) | ::ureq::Error::ConnectionFailed => Kind::Connect,
        _ => Kind::Other,
    };
    TransportError::new(stage, kind).with_source(error)
}

/// ureq's I/O errors do not name their cause as a source.
fn holds_tls(error: &::ureq::Error) -> bool {
    matches!(error, ::ureq::Error::Io(error) if has_source::<rustls::Error>(error))
}

/// The system's resolver; its errors, which ureq passes on as any other I/O error, told from those of connecting.
#[derive(Debug, Default)]
struct Names(DefaultResolver);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &http::Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ::ureq::Error> {
        self.0.resolve(uri, config, timeout).map_err(|error| match error {
            ::ureq::Error::Io(_) => ::ureq::Error::HostNotFound,
            error => error,
        })
    }
}

thread_local! {
    /// Whether the call that this thread makes has put a byte of its request on the wire. ureq works on the caller's thread.
    static LEFT: Cell<bool> = const { Cell::new(false) };
}

/// The last link of the chain: what passes it is the request itself, whatever was needed to connect.
#[derive(Debug)]
struct Watch;

impl<In: Link> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Watched<In>>, ::ureq::Error> {
        Ok(chained.map(Watched))
    }
}

#[derive(Debug)]
struct Watched<L>(L);

impl<L: Link> Link for Watched<L> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ::ureq::Error> {
        LEFT.set(true);
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ::ureq::Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

#[cfg(test)]
mod tests;
