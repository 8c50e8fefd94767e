//! What a page sends, and what it gets: JSON, or why there is none.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// Why there is no answer.
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refused> {
    serde_json::from_slice(body)
        .map_err(|error| Refused(StatusCode::BAD_REQUEST, format!("this is not what is asked: {error}")))
}

pub(super) fn json(answer: &impl Serialize) -> Result<String, Refused> {
    serde_json::to_string(answer).map_err(|error| Refused(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}
