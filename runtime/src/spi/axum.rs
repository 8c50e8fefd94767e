//! Extractors for axum: [`Verified`] and [`Call`], each only where a call is genuine.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;

use super::answer::Answer;
use super::reject::Reject;
use super::typed::{Call, InvalidCall};
use super::verifier::{Incoming, Verified, Verifier};
use crate::call::method::IncomingRequest;

/// A call that was refused: why, and what the platform is answered. As a response it has status 200, as the platform wants it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Refused {
    /// The call is not genuine.
    NotGenuine(Reject, Answer),
    /// The call is genuine, and not one of the method that the handler takes.
    Invalid(InvalidCall, Answer),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NotGenuine(reject, answer) => {
                tracing::warn!(reason = %reject, "a call was refused");
                answer.into_response()
            }
            Self::Invalid(invalid, answer) => {
                tracing::warn!(reason = %invalid, "a genuine call was refused");
                answer.into_response()
            }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        self.into_http::<Body>()
    }
}

/// Reads the whole body, up to the limit of the router (`DefaultBodyLimit`, 2 MB unless set), and verifies the call.
impl<S: Send + Sync> FromRequest<S> for Verified
where
    Verifier: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let verifier = Verifier::from_ref(state);
        let (parts, body) = request.into_parts();
        let mut again = Request::new(body);
        *again.extensions_mut() = parts.extensions.clone();
        let body = Bytes::from_request(again, state).await;
        Incoming::with(&parts, body.as_ref().map_or(&[], |body| body), |call| {
            let verified = match &body {
                Ok(_) => verifier.verify(call),
                Err(_) => Err(Reject::TooLarge),
            };
            verified.map_err(|reject| Refused::NotGenuine(reject, verifier.refusal(reject, call)))
        })
    }
}

/// Verifies the call, and reads it as one of the method whose request is `R`.
impl<S: Send + Sync, R: IncomingRequest> FromRequest<S> for Call<R>
where
    Verifier: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let verified = Verified::from_request(request, state).await?;
        let answer = verified.clone();
        verified.read().map_err(|invalid| {
            let text = invalid.refusal(answer.format());
            Refused::Invalid(invalid, answer.answer(&text))
        })
    }
}
