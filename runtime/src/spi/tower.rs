//! A layer of tower: what is behind it gets genuine calls only.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, Full, Limited};
use tower_layer::Layer;
use tower_service::Service;

use super::reject::Reject;
use super::verifier::{Incoming, Verifier};

/// The largest body unless [`VerifyLayer::max_body`] says otherwise.
const MAX_BODY: usize = 2 << 20;

/// Verifies calls before a service gets them. The service finds [`Verified`](super::Verified) in the request's extensions, and the whole
/// body as it came. Other calls are answered with a refusal, and the service never sees them.
///
/// ```
/// use opentop_runtime::spi::{Verifier, VerifyLayer};
/// use tower_layer::Layer;
///
/// # let handler = ();
/// let layer = VerifyLayer::new(Verifier::new("helloworld")).max_body(64 << 10);
/// let service = layer.layer(handler);                 // or `router.layer(layer)`, `ServiceBuilder::new().layer(layer)`
/// # let _ = service;
/// ```
#[derive(Debug, Clone)]
pub struct VerifyLayer {
    verifier: Verifier,
    max_body: usize,
}

impl VerifyLayer {
    /// A layer that verifies with `verifier`. Bodies have at most 2 MiB.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier, max_body: MAX_BODY }
    }

    /// The largest body, in bytes. A larger one is refused and not read further.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = VerifyService<S>;

    fn layer(&self, inner: S) -> VerifyService<S> {
        VerifyService { layer: self.clone(), inner }
    }
}

/// The service that [`VerifyLayer`] makes.
#[derive(Debug, Clone)]
pub struct VerifyService<S> {
    layer: VerifyLayer,
    inner: S,
}

impl<S, B, R> Service<http::Request<B>> for VerifyService<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes>,
{
    type Response = http::Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        // The one that is ready is called, its clone waits for the next call.
        let waiting = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, waiting);
        let VerifyLayer { verifier, max_body } = self.layer.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let body = Limited::new(body, max_body).collect().await.map(http_body_util::Collected::to_bytes);
            let verified = Incoming::with(&parts, body.as_ref().map_or(&[], |body| body), |call| {
                let verified = match &body {
                    Ok(_) => verifier.verify(call),
                    Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Reject::TooLarge),
                    Err(_) => Err(Reject::Malformed),
                };
                verified.map_err(|reject| (reject, verifier.refusal(reject, call)))
            });
            match verified {
                Ok(verified) => {
                    parts.extensions.insert(verified);
                    inner.call(http::Request::from_parts(parts, Full::new(body.unwrap_or_default()))).await
                }
                Err((reject, answer)) => {
                    tracing::warn!(reason = %reject, "a call was refused");
                    Ok(answer.into_http())
                }
            }
        })
    }
}
