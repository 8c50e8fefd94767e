//! One span a call: method, attempts, outcome, request id. Never a secret, a parameter or a body.

use tracing::field::{Empty, display};
use tracing::{Span, debug_span};

use crate::call::error::Error;
use crate::call::method::MethodInfo;
use crate::call::parse_response::ResponseMeta;
use crate::wire::escape::Escaped;

/// The span of one call. A call that is given up, its future dropped, is recorded as `abandoned`.
pub(crate) struct Trace {
    span: Span,
    attempt: u32,
    ended: bool,
}

impl Trace {
    pub(crate) fn begin(info: &MethodInfo) -> Self {
        let span = debug_span!("top", method = %info.name, attempt = Empty, outcome = Empty, request_id = Empty);
        Self { span, attempt: 0, ended: false }
    }

    /// The span.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Another attempt begins.
    pub(crate) fn attempt(&mut self, number: u32) {
        self.attempt = number;
    }

    /// The call is over.
    pub(crate) fn end(mut self, outcome: &'static str, result: &Result<ResponseMeta, Error>) {
        let request_id = match result {
            Ok(answer) => answer.request_id(),
            Err(error) => error.request_id(),
        };
        if let Some(id) = request_id {
            self.span.record("request_id", display(Escaped(id)));
        }
        self.close(outcome);
    }

    /// The call is over, without a request id: nothing was sent, or a batch.
    pub(crate) fn end_plain(mut self, outcome: &'static str) {
        self.close(outcome);
    }

    fn close(&mut self, outcome: &'static str) {
        self.ended = true;
        self.span.record("attempt", self.attempt);
        self.span.record("outcome", outcome);
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        if !self.ended {
            self.close("abandoned");
        }
    }
}
