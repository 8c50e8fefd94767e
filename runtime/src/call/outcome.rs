//! What became of a write: the one table that classifies every way a call can end.
//!
//! In: the [`Error`] a call ended with. Out: [`WriteOutcome`]. A call that ended without error was done.
//!
//! | the call ended with | [`WriteOutcome`] | because |
//! |---|---|---|
//! | [`Error::Invalid`], [`Error::Config`] | Failed | nothing was sent |
//! | [`Error::Transport`], [`Error::Timeout`]: [`SendStage::NotSent`] (name not resolved, not connected, no TLS) | Failed | nothing was sent |
//! | the same: [`SendStage::MaybeSent`] (cut, reset, timeout, body over the bound) | Unknown | it may have been done before |
//! | HTTP status 5xx or 3xx, whatever the body | Unknown | somebody between us and the service speaks |
//! | HTTP status 4xx without a readable `error_response` | Unknown | the same |
//! | `error_response` and an answer in one body | Unknown | it contradicts itself |
//! | a body that says something twice: a field, its envelope, a refusal | Unknown | it may contradict itself |
//! | `error_response`, `sub_code` `isv.…service-error` | Unknown | it bears the caller's prefix and names a service that broke |
//! | `error_response`, any other `sub_code` `isv.…` | Failed | refused: the caller's fault |
//! | `error_response`, `sub_code` `isp.…` | Unknown | the service broke, perhaps after the act |
//! | `error_response`, code 7 or `sub_code` `accesscontrol.…` | Failed | refused before it was executed |
//! | `error_response`, code 4–6, 8, 9, 11–13, 21–34, 40–44, 47, 53 | Failed | refused before it was executed |
//! | `error_response`, any other code (3, 10, 15, 50 …) | Unknown | the platform does not say |
//! | [`Error::Business`]: the specification's flag is false | Failed | refused by the business itself |
//! | [`Error::Unconfirmed`]: the flag is absent | Unknown | nobody says that it was done |
//! | [`Error::Decode`]: not UTF-8, not JSON or XML, another's answer, fields that do not fit | Unknown | the answer cannot be read |
//! | the same: a request id alone where only an envelope can tell, or beside things unknown where no flag can | Unknown | it need not be the service's |
//!
//! Whatever is not in the table is Unknown.

use std::fmt;

use http::StatusCode;

use crate::call::error::Error;
use crate::call::exchange::SendStage;
use crate::wire::gateway_error::GatewayError;

/// What is known of a write that did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteOutcome {
    /// It was not done, for certain.
    Failed,
    /// It may or may not have been done.
    Unknown,
}

impl WriteOutcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for WriteOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a write that was sent at most once and ended with `error`. See the [table](self).
pub fn outcome_of(error: &Error) -> WriteOutcome {
    match error {
        Error::Invalid(_) | Error::Config(_) | Error::Token(_) | Error::Paging(_) | Error::Business { .. } => {
            WriteOutcome::Failed
        }
        Error::Transport(error) => outcome_of_stage(error.stage()),
        Error::Timeout { stage, .. } => outcome_of_stage(*stage),
        Error::Gateway { error, status, contradicted: false, .. } => outcome_of_refusal(error, *status),
        Error::Gateway { .. } | Error::Status { .. } | Error::Unconfirmed { .. } | Error::Decode { .. } => {
            WriteOutcome::Unknown
        }
    }
}

fn outcome_of_stage(stage: SendStage) -> WriteOutcome {
    match stage {
        SendStage::NotSent => WriteOutcome::Failed,
        SendStage::MaybeSent => WriteOutcome::Unknown,
    }
}

fn outcome_of_refusal(error: &GatewayError, status: StatusCode) -> WriteOutcome {
    if !(status.is_success() || status.is_client_error()) {
        return WriteOutcome::Unknown;
    }
    match error.cause() {
        cause if is_of_a_service(cause) => WriteOutcome::Unknown,
        cause if cause.starts_with("isv.") || cause.starts_with("accesscontrol.") => WriteOutcome::Failed,
        cause if cause.starts_with("isp.") => WriteOutcome::Unknown,
        _ if is_refused_before_execution(error.code) => WriteOutcome::Failed,
        _ => WriteOutcome::Unknown,
    }
}

/// `isv.X-service-error:DETAIL` is among the platform's patterns: an error of the service X, whoever is to blame for it.
fn is_of_a_service(cause: &str) -> bool {
    let (name, _) = cause.split_once(':').unwrap_or((cause, ""));
    name.starts_with("isv.") && name.ends_with("service-error")
}

/// Codes of the platform's own checks, which come before the service: rates, permissions, signature, session, parameters.
///
/// 3 (upload failed) is not among them: the table of codes does not say which side of the service it comes from.
fn is_refused_before_execution(code: i64) -> bool {
    matches!(code, 4..=9 | 11..=13 | 21..=34 | 40..=44 | 47 | 53)
}

#[cfg(test)]
mod tests;
