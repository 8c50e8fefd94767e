//! What stands before and after the attempts of a call, for the async and the blocking client alike.
//!
//! In: a request, a stored write, untyped parameters. Out: encoded parameters; of a write, the [`Pending`] that is saved before
//! the wire and forgotten after a definite end, and what became of it.

use super::options::CallOptions;
use super::pending::{Pending, WriteError};
use super::setup::Setup;
use super::trace::Trace;
use crate::error::ConfigError;
use crate::gateway::{self, Answer, Facts, Parameters};
use crate::outcome::Fate;
use crate::request::Effect;
use crate::retry::fate_after;
use crate::table::Table;
use crate::{Error, gateway::DryRun};

/// What a call sends.
pub(crate) enum Given<'a> {
    /// A typed request.
    Request(&'a dyn Table),
    /// Parameters of a method without a specification.
    Untyped(Parameters),
}

/// The business parameters of a call, checked and encoded, and the idempotency key among them.
pub(crate) fn parameters(
    given: Given<'_>,
    facts: &Facts<'_>,
    options: &CallOptions,
) -> Result<(Parameters, Option<String>), Error> {
    let (mut parameters, key) = match given {
        Given::Request(request) => {
            let key = facts.idempotency_key.and_then(|path| gateway::field_text(request, path));
            (Parameters::of(request)?, key)
        }
        Given::Untyped(parameters) => (parameters, None),
    };
    for (name, value) in &options.extra {
        parameters.add(name, value)?;
    }
    Ok((parameters, key))
}

/// A write before the wire: encoded, and in the journal where there is one. Without it nothing may be sent.
pub(crate) fn begin_write(
    setup: &Setup,
    options: &CallOptions,
    facts: &Facts<'_>,
    given: Given<'_>,
) -> Result<Pending, Error> {
    let (parameters, key) = parameters(given, facts, options)?;
    let pending = Pending::new(facts.method, key, options.session.is_some(), (setup.clock)(), parameters);
    if let Some(journal) = &setup.journal {
        gateway::check_session(facts, options.session.as_ref())?;
        if let Err(error) = journal.save(&pending) {
            // It may be there in spite of the error, and would be resumed one day: a write that is told as failed.
            forget(setup, &pending);
            return Err(ConfigError::Journal(error.to_string()).into());
        }
    }
    Ok(pending)
}

/// A write that was not sent at all.
pub(crate) fn not_begun(trace: Trace, error: Error) -> WriteError {
    trace.end_early(Fate::Failed.as_str());
    WriteError::Failed(error)
}

/// A stored write before it goes out again.
pub(crate) fn again(
    setup: &Setup,
    pending: &Pending,
    options: &CallOptions,
    facts: &Facts<'_>,
) -> Result<Parameters, Error> {
    if pending.method() != facts.method {
        let (expected, pending) = (facts.method.to_owned(), pending.method().to_owned());
        return Err(ConfigError::OtherMethod { expected, pending }.into());
    }
    if pending.needs_session() && options.session.is_none() {
        return Err(ConfigError::MissingSession.into());
    }
    if !is_keyed(facts.effect, pending) && options.retry_writes.or(setup.retry_writes).is_none() {
        return Err(ConfigError::NoKey.into());
    }
    let mut parameters = pending.parameters().clone();
    for (name, value) in &options.extra {
        // The call that made the write stored its own with it.
        if !parameters.holds(name, value) {
            parameters.add(name, value)?;
        }
    }
    Ok(parameters)
}

/// A write after its last attempt.
pub(crate) fn end_write(
    setup: &Setup,
    trace: Trace,
    pending: Pending,
    result: Result<Answer, Error>,
    maybe_done: bool,
) -> Result<Answer, WriteError> {
    let fate = result.as_ref().err().map(|error| fate_after(maybe_done, error));
    trace.end(fate.map_or("ok", Fate::as_str), &result);
    match (result, fate) {
        (Ok(answer), _) => {
            forget(setup, &pending);
            Ok(answer)
        }
        (Err(error), Some(Fate::Failed)) => {
            forget(setup, &pending);
            Err(WriteError::Failed(error))
        }
        (Err(error), _) => Err(WriteError::Unknown(keep(setup, pending.still(error)))),
    }
}

/// A stored write after it went out again. Only a good end says something of the first time.
pub(crate) fn end_resume(
    setup: &Setup,
    trace: Trace,
    pending: Pending,
    result: Result<Answer, Error>,
) -> Result<Answer, WriteError> {
    trace.end(if result.is_ok() { "ok" } else { Fate::Unknown.as_str() }, &result);
    match result {
        Ok(answer) => {
            forget(setup, &pending);
            Ok(answer)
        }
        Err(error) => Err(WriteError::Unknown(keep(setup, pending.still(error)))),
    }
}

/// A read after its last attempt.
pub(crate) fn end_read(trace: Trace, result: Result<Answer, Error>) -> Result<Answer, Error> {
    trace.end(if result.is_ok() { "ok" } else { "error" }, &result);
    result
}

/// What a call would send, signed for this moment.
pub(crate) fn dry_run(
    setup: &Setup,
    options: &CallOptions,
    facts: &Facts<'_>,
    given: Given<'_>,
    request: &dyn Table,
) -> Result<DryRun, Error> {
    let (parameters, _) = parameters(given, facts, options)?;
    gateway::dry_run(&setup.config, facts, request, &parameters, options.session.as_ref(), (setup.clock)())
}

/// Whether a write has what makes a repetition recognisable.
pub(crate) fn is_keyed(effect: Effect, pending: &Pending) -> bool {
    effect == Effect::Write && pending.key().is_some_and(|key| !key.is_empty())
}

/// An entry too many is looked into and found done; one too few is money lost. So trouble here does not change the outcome.
fn forget(setup: &Setup, pending: &Pending) {
    if let Some(journal) = &setup.journal
        && let Err(error) = journal.forget(pending)
    {
        tracing::warn!(method = pending.method(), id = pending.id(), %error, "the journal keeps a write that is over");
    }
}

/// The entry is there since before the wire: this adds why nobody knows.
fn keep(setup: &Setup, pending: Pending) -> Pending {
    if let Some(journal) = &setup.journal
        && let Err(error) = journal.save(&pending)
    {
        tracing::warn!(method = pending.method(), id = pending.id(), %error, "the journal cannot add why a write is pending");
    }
    pending
}
