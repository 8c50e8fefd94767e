//! What the core must know of a method: its specification's facts, or, of a method without one, its name and effect.

use super::{Config, Format};
use crate::request::{Api, Effect, Outcome, SessionUse};
use crate::table::FieldPath;

/// The facts of one method, for one call.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) method: &'a str,
    pub(crate) envelope: &'a str,
    pub(crate) effect: Effect,
    pub(crate) session: SessionUse,
    pub(crate) idempotency_key: Option<FieldPath>,
    pub(crate) outcome: Option<Outcome>,
    /// Whether nothing is known of the answer: it must then come in its envelope, which alone tells that it is one.
    pub(crate) untyped: bool,
}

impl From<&Api> for Facts<'static> {
    fn from(api: &Api) -> Self {
        let Api { method, envelope, effect, session, idempotency_key, outcome, paging: _ } = *api;
        Self { method, envelope, effect, session, idempotency_key, outcome, untyped: false }
    }
}

impl<'a> Facts<'a> {
    /// Of a method without a specification.
    pub(crate) fn untyped(method: &'a str, envelope: &'a str, effect: Effect) -> Self {
        let session = SessionUse::Optional;
        Self { method, envelope, effect, session, idempotency_key: None, outcome: None, untyped: true }
    }

    /// The form in which the answer is asked for.
    pub(crate) fn format(&self, config: &Config) -> Format {
        if self.untyped { Format::Json } else { config.format }
    }

    /// Whether the simplified form is asked for. The gateway heeds that with JSON only.
    pub(crate) fn simplify(&self, config: &Config) -> bool {
        config.simplify && !self.untyped && config.format == Format::Json
    }
}

/// The root of a method's answer: its name without a leading `taobao.`, dots to underscores, then `_response`.
pub(crate) fn envelope_of(method: &str) -> String {
    let name = method.strip_prefix("taobao.").unwrap_or(method);
    format!("{}_response", name.replace('.', "_"))
}
