//! The transport over reqwest and rustls, with nothing left to defaults: no redirects, no retries, no proxy from the
//! environment, no referer, TLS 1.2 or later with the platform's own certificates, HTTP/1.1.
//!
//! One repetition is below our reach: where a pooled connection turns out to be closed before a byte of the request was written to
//! it, hyper takes another connection. Nothing has left then, so nothing is sent twice.
//!
//! In: a request. Out: the response, its body decompressed and bounded while it streams.

use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ::reqwest::redirect::Policy;
use bytes::{Bytes, BytesMut};
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};

use super::body::{Watch, watched};
use super::tls::has_source;
use super::{
    ResponseFuture, SendStage, Transport, TransportError, TransportErrorKind, TransportLimits, TransportOptions,
    UnitFuture,
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
    /// # Errors
    ///
    /// Where TLS cannot be set up, e.g. on a machine without root certificates.
    pub fn new(endpoint: &Endpoint, options: &TransportOptions) -> Result<Self, ConfigError> {
        let builder = ::reqwest::Client::builder();
        let builder = if options.proxy_from_env { builder } else { builder.no_proxy() };
        let client = builder
            .tls_backend_preconfigured(tls(endpoint)?)
            .https_only(endpoint.is_https())
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(IDLE)
            .redirect(Policy::none())
            .retry(::reqwest::retry::never())
            .referer(false)
            .gzip(true)
            .http1_only()
            .build()
            .map_err(|error| ConfigError::Tls(innermost(&error)))?;
        Ok(Self { client, read_timeout: options.read_timeout })
    }
}

/// The platform's certificate verifier over ring. No process-wide provider is installed, and none is asked for.
fn tls(endpoint: &Endpoint) -> Result<ClientConfig, ConfigError> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
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
            if tokio::runtime::Handle::try_current().is_err() {
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
        let stage = if error.is_connect() || error.is_builder() { SendStage::NotSent } else { SendStage::MaybeSent };
        classify(error, stage)
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

#[cfg(test)]
mod tests;
