//! The transport over reqwest and rustls: no redirects, no retries, no referer, no proxy unless it is asked for, TLS 1.2 or later with
//! the platform's own certificates, HTTP/1.1.
//!
//! One repetition is below our reach: where a pooled connection turns out to be closed before a byte of the request was written to
//! it, hyper takes another connection. Nothing has left then, so nothing is sent twice.

use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ::reqwest::redirect::Policy;
use ::reqwest::{ClientBuilder, Proxy, Url};
use bytes::{Bytes, BytesMut};
use rustls::ClientConfig;
use tokio::runtime::Handle;

use super::body::{Watch, watched};
use super::tls::{has_source, provider};
use super::{
    ResponseFuture, SendStage, Transport, TransportError, TransportErrorKind, TransportLimits, TransportOptions,
    UnitFuture, offload,
};
use crate::call::endpoint::Endpoint;
use crate::call::error::ConfigError;

/// How long an idle connection is kept. Shorter than servers keep theirs, so that few calls meet one that is just closing.
const IDLE: Duration = Duration::from_secs(30);

/// Sends over reqwest. Needs a tokio runtime with I/O and time. The client's default with the feature `reqwest`.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    /// How long the gateway may keep silent.
    read_timeout: Duration,
}

impl ReqwestTransport {
    /// A transport with a connection pool of its own.
    ///
    /// An `endpoint` that is https makes the transport refuse everything else.
    ///
    /// ```
    /// use opentop_runtime::transport::{ReqwestTransport, TransportOptions};
    /// use opentop_runtime::{Client, Endpoint};
    ///
    /// # fn example() -> Result<(), opentop_runtime::Error> {
    /// // Two applications that share connections.
    /// let transport = ReqwestTransport::new(&Endpoint::production(), &TransportOptions::new())?;
    /// let one = Client::builder().app_key("12345678").app_secret("helloworld").transport(transport.clone()).build()?;
    /// let two = Client::builder().app_key("87654321").app_secret("worldhello").transport(transport).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::MissingTlsProvider`] if no TLS provider was chosen, [`ConfigError::Tls`] if TLS cannot be set up, e.g. on a
    /// machine without root certificates.
    pub fn new(endpoint: &Endpoint, options: &TransportOptions) -> Result<Self, ConfigError> {
        Self::with_builder(endpoint, options, |builder| builder)
    }

    /// A transport over your own `ClientBuilder` of reqwest 0.13.
    ///
    /// `customize` gets a builder that has the transport's defaults, TLS included, and returns it or another one. What keeps a call
    /// from leaking or from being sent twice is set afterwards: no redirects, no retries, no referer, HTTP/1.1, an https endpoint
    /// stays https, and a proxy of the environment is ignored without [`TransportOptions::proxy_from_env`]. A proxy that the builder
    /// names is used.
    ///
    /// reqwest's own TLS settings, such as `tls_certs_merge`, have no effect on the TLS that is set up here. To use them, call
    /// `tls_backend_rustls()` first; it needs reqwest's feature `rustls` or a provider that is installed for the process.
    ///
    /// ```
    /// use opentop_runtime::transport::{ReqwestTransport, TransportOptions};
    /// use opentop_runtime::{Client, Endpoint};
    ///
    /// let endpoint = Endpoint::production();
    /// let options = TransportOptions::new();
    /// let transport = ReqwestTransport::with_builder(&endpoint, &options, |builder| builder.pool_max_idle_per_host(10))?;
    /// let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(transport).build()?;
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and whatever the builder is refused for.
    pub fn with_builder(
        endpoint: &Endpoint,
        options: &TransportOptions,
        customize: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, ConfigError> {
        let builder = ::reqwest::Client::builder()
            .tls_backend_preconfigured(tls(endpoint)?)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(IDLE)
            .gzip(true);
        let mut builder =
            customize(builder).redirect(Policy::none()).retry(::reqwest::retry::never()).referer(false).http1_only();
        if endpoint.is_https() {
            builder = builder.https_only(true);
        }
        if !options.proxy_from_env {
            // Any proxy keeps reqwest from reading the environment. This one, the last of all, takes no request.
            builder = builder.proxy(Proxy::custom(|_| None::<Url>));
        }
        let client = builder.build().map_err(|error| ConfigError::Tls(innermost(&error)))?;
        Ok(Self { client, read_timeout: options.read_timeout })
    }
}

/// The platform's certificate verifier, over the provider that [`provider`] finds.
fn tls(endpoint: &Endpoint) -> Result<ClientConfig, ConfigError> {
    let provider = provider()?;
    let failed = |error: rustls::Error| ConfigError::Tls(error.to_string());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let mut config = match rustls_platform_verifier::Verifier::new(provider) {
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
        // A loopback gateway needs no certificates: a machine without any can still run tests. Every TLS peer is refused.
        Err(_) if !endpoint.is_https() => builder.with_root_certificates(rustls::RootCertStore::empty()),
        Err(error) => return Err(failed(error)),
    }
    .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

impl Transport for ReqwestTransport {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(async move {
            if Handle::try_current().is_err() {
                let error = TransportError::new(SendStage::NotSent, TransportErrorKind::Other);
                return Err(error.with_source("no tokio runtime: call from within one"));
            }
            let (parts, body) = request.into_parts();
            let (body, watch) = watched(body);
            let request = http::Request::from_parts(parts, ::reqwest::Body::wrap(body));
            let silence = limits.read_timeout.unwrap_or(self.read_timeout);
            // The deadline strikes wherever it wants: while connecting, too, when nothing was sent yet.
            tokio::time::timeout(limits.timeout, exchange(&self.client, request, limits.max_body, silence, &watch))
                .await
                .unwrap_or_else(|_| Err(TransportError::timeout(watch.withdraw(), limits.timeout)))
        })
    }

    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        Box::pin(async move { tokio::time::sleep(wait).await })
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        match Handle::try_current() {
            // A panic is the work's own affair: whoever waits finds no result.
            Ok(runtime) => {
                let done = runtime.spawn_blocking(work);
                Box::pin(async move { drop(done.await) })
            }
            Err(_) => Box::pin(offload::run(work)),
        }
    }
}

async fn exchange(
    client: &::reqwest::Client,
    request: http::Request<::reqwest::Body>,
    max_body: usize,
    silence: Duration,
    watch: &Watch,
) -> Result<http::Response<Bytes>, TransportError> {
    let request = ::reqwest::Request::try_from(request).map_err(|error| classify(error, SendStage::NotSent))?;
    let mut response = unless_silent(silence, watch, client.execute(request)).await?.map_err(|error| {
        let not_sent = error.is_connect() || error.is_builder();
        classify(error, if not_sent { SendStage::NotSent } else { watch.withdraw() })
    })?;
    let too_large = || TransportError::new(SendStage::MaybeSent, TransportErrorKind::TooLarge);
    if response.content_length().is_some_and(|length| length > max_body as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) =
        unless_silent(silence, watch, response.chunk()).await?.map_err(|error| classify(error, SendStage::MaybeSent))?
    {
        if chunk.len() > max_body - body.len() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = http::Response::new(body.freeze());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

/// What comes of `piece`, unless nothing does for so long.
async fn unless_silent<T>(
    silence: Duration,
    watch: &Watch,
    piece: impl Future<Output = T>,
) -> Result<T, TransportError> {
    tokio::time::timeout(silence, piece).await.map_err(|_| TransportError::timeout(watch.withdraw(), silence))
}

fn classify(error: ::reqwest::Error, stage: SendStage) -> TransportError {
    let kind = if error.is_dns() {
        TransportErrorKind::Dns
    } else if has_source::<rustls::Error>(&error) {
        TransportErrorKind::Tls
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if stage == SendStage::NotSent && error.is_connect() {
        TransportErrorKind::Connect
    } else if stage == SendStage::MaybeSent {
        TransportErrorKind::Broken
    } else {
        TransportErrorKind::Other
    };
    TransportError::new(stage, kind).with_source(error.without_url())
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(all(test, feature = "reqwest"))]
mod tests;
