//! Classifies what became of a write, from the error that the call ended with. A call without an error was done.
//!
//! | the call ended with | [`WriteOutcome`] | because |
//! |---|---|---|
//! | [`Error::Invalid`], [`Error::Config`], [`Error::Banned`] | Failed | nothing was sent |
//! | [`Error::Transport`], [`Error::Timeout`]: [`SendStage::NotSent`] (name not resolved, not connected, no TLS) | Failed | nothing was sent |
//! | the same: [`SendStage::MaybeSent`] (cut, reset, timeout, body over the limit) | Unknown | it may have been done before |
//! | HTTP status 5xx or 3xx, whatever the body | Unknown | an intermediary answers, not the service |
//! | HTTP status 4xx without a readable `error_response` | Unknown | an intermediary answers, not the service |
//! | `error_response` and an answer in one body | Unknown | the body contradicts itself |
//! | a body with a duplicate field, envelope, list or refusal | Unknown | the body may contradict itself |
//! | the envelope of another method beside the answer | Unknown | the answer may belong to another call |
//! | `error_response` for which the method's spec says `executed` | as the spec says | |
//! | `error_response` whose `sub_code` or code is in the table of [evidence](#what-refusals-prove) | as that table says | |
//! | any other `error_response` | Unknown | the service behind the gateway may have begun |
//! | an error at the root of the body, by its `sub_code` or its code in words | as that table says | another gateway answers; its numbers have other meanings |
//! | [`Error::Business`]: the specification's flag is false | Failed | refused by the business itself |
//! | the same, and the spec says `executed: maybe` for its code | Unknown | the spec says so |
//! | [`Error::Unconfirmed`]: the flag is absent | Unknown | nothing says that it was done |
//! | [`Error::Decode`]: not UTF-8, not JSON or XML, the answer of another method, fields that do not fit | Unknown | the answer cannot be read |
//!
//! Everything else is Unknown.
//!
//! # What a specification says
//!
//! A row of a spec's `errors` may say `executed: no` or `executed: maybe`. The author of the spec vouches for that. For this method it
//! takes precedence over the table of evidence, in this order:
//!
//! 1. of the whole `sub_code`, else of the `sub_code` without its detail;
//! 2. where neither the specification nor the table knows the `sub_code`, of the code; `no` only where there is no `sub_code`, since one
//!    code stands for many causes;
//! 3. of the business result code, where the specification's flag is false.
//!
//! It applies to refusals only. Some answers stay Unknown whatever the spec says: an HTTP status 5xx or 3xx, an answer beside the refusal,
//! a duplicate, a missing flag.
//!
//! # What refusals prove
//!
#![doc = include_str!("outcome/evidence.md")]

pub(crate) mod evidence;

use std::fmt;

use http::StatusCode;

use crate::call::error::Error;
use crate::call::exchange::SendStage;
use crate::call::method::Executed;

/// What is known about a write that ended with an error.
///
/// ```
/// use opentop_runtime::outcome::{WriteOutcome, outcome_of};
///
/// fn may_have_been_done(error: &opentop_runtime::Error) -> bool {
///     outcome_of(error) == WriteOutcome::Unknown
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteOutcome {
    /// It was certainly not done.
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
        Error::Invalid(_)
        | Error::Config(_)
        | Error::Token(_)
        | Error::Banned { .. }
        | Error::Limited(_)
        | Error::Paging(_) => WriteOutcome::Failed,
        Error::Business { executed, .. } => outcome_if(*executed),
        Error::Transport(error) => outcome_of_stage(error.stage()),
        Error::Timeout { stage, .. } => outcome_of_stage(*stage),
        Error::Gateway { executed, status, ambiguous: false, .. } => outcome_of_refusal(*executed, *status),
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

fn outcome_of_refusal(executed: Executed, status: StatusCode) -> WriteOutcome {
    if status.is_success() || status.is_client_error() { outcome_if(executed) } else { WriteOutcome::Unknown }
}

fn outcome_if(executed: Executed) -> WriteOutcome {
    match executed {
        Executed::No => WriteOutcome::Failed,
        Executed::Maybe => WriteOutcome::Unknown,
    }
}

#[cfg(test)]
mod tests;
