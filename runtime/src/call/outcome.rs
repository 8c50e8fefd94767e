//! What became of a write: the table that classifies every way a call can end. A call that ended without error was done.
//!
//! | the call ended with | [`WriteOutcome`] | because |
//! |---|---|---|
//! | [`Error::Invalid`], [`Error::Config`], [`Error::Banned`] | Failed | nothing was sent |
//! | [`Error::Transport`], [`Error::Timeout`]: [`SendStage::NotSent`] (name not resolved, not connected, no TLS) | Failed | nothing was sent |
//! | the same: [`SendStage::MaybeSent`] (cut, reset, timeout, body over the bound) | Unknown | it may have been done before |
//! | HTTP status 5xx or 3xx, whatever the body | Unknown | an intermediary answers, not the service |
//! | HTTP status 4xx without a readable `error_response` | Unknown | an intermediary answers, not the service |
//! | `error_response` and an answer in one body | Unknown | the body contradicts itself |
//! | a body that gives something twice: a field, its envelope, a list, a refusal | Unknown | the body may contradict itself |
//! | the envelope of another method beside the answer | Unknown | the answer may be another's |
//! | `error_response` of which the method's specification says `executed` | as there | |
//! | `error_response` whose `sub_code` or code is in the table of [evidence](#what-refusals-prove) | as there | |
//! | any other `error_response` | Unknown | the service behind the gateway may have begun |
//! | an error at the root of the body, by its `sub_code` or its code in words | as there | another gateway answers; its numbers mean other things |
//! | [`Error::Business`]: the specification's flag is false | Failed | refused by the business itself |
//! | the same, and the specification says `executed: maybe` of its code | Unknown | as there |
//! | [`Error::Unconfirmed`]: the flag is absent | Unknown | nobody says that it was done |
//! | [`Error::Decode`]: not UTF-8, not JSON or XML, another's answer, fields that do not fit | Unknown | the answer cannot be read |
//!
//! Whatever is not in the table is Unknown.
//!
//! # What a specification says
//!
//! A row of a specification's `errors` may say `executed: no` or `executed: maybe`. That is the word of whoever wrote it, and it counts for
//! this method before the table of evidence:
//!
//! 1. of the whole `sub_code`, else of the `sub_code` without its detail;
//! 2. where neither the specification nor the table knows the `sub_code`, of the code; `no` only where there is no `sub_code`, since one
//!    code stands for many causes;
//! 3. of the business result code, where the specification's flag is false.
//!
//! It counts for refusals alone. What makes an answer doubtful as such stays Unknown whatever a specification says: an HTTP status 5xx
//! or 3xx, an answer beside the refusal, something given twice, no flag.
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
