//! The life of a call, written once for async and blocking clients and compiled once for all methods.

use std::future::Future;
use std::pin::Pin;

use tracing::Instrument;

use crate::call::attempts::{Attempts, Next};
use crate::call::build_request::check_session;
use crate::call::error::{ConfigError, Error};
use crate::call::lifecycle::{Prepared, has_key, prepare_resume, prepare_typed, prepare_untyped};
use crate::call::method::MethodInfo;
use crate::call::options::CallOptions;
use crate::call::outcome::WriteOutcome;
use crate::call::parameters::Parameters;
use crate::call::parse_response::ResponseMeta;
use crate::call::retry::outcome_after;
use crate::call::stored_write::StoredWrite;
use crate::client::io::Io;
use crate::client::scope::{Scope, Shared};
use crate::client::trace::Trace;
use crate::wire::table::Table;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a call sends.
pub(crate) enum Payload<'a> {
    /// A typed request.
    Typed(&'a dyn Table),
    /// The parameters of a method without a specification.
    Untyped(&'a Parameters),
}

impl<'a> Payload<'a> {
    /// The typed request.
    fn request(&self) -> Option<&'a dyn Table> {
        match self {
            Self::Typed(request) => Some(*request),
            Self::Untyped(_) => None,
        }
    }

    fn prepare(&self, info: &MethodInfo, options: &CallOptions) -> Result<Prepared, Error> {
        match self {
            Self::Typed(request) => prepare_typed(*request, info, options),
            Self::Untyped(parameters) => prepare_untyped((*parameters).clone(), options),
        }
    }
}

/// How a write ended that did not end well.
pub(crate) enum WriteFailure {
    /// It was not done.
    Failed(Error),
    /// Nobody knows.
    Unknown(StoredWrite, Error),
}

/// One read.
pub(crate) fn read<'a>(
    scope: &'a Scope,
    info: &'a MethodInfo,
    payload: Payload<'a>,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<ResponseMeta, Error>> {
    Box::pin(async move {
        let mut trace = Trace::begin(info);
        let result = read_once(scope, info, payload, model, &mut trace).await;
        trace.end(if result.is_ok() { "ok" } else { "error" }, &result);
        result
    })
}

async fn read_once(
    scope: &Scope,
    info: &MethodInfo,
    payload: Payload<'_>,
    model: &mut dyn Table,
    trace: &mut Trace,
) -> Result<ResponseMeta, Error> {
    let request = payload.request();
    let (Prepared { parameters, .. }, options) = prepare(scope, info, payload).await?;
    let attempts = Attempts::new(&scope.shared.setup, &options, info, &parameters, false);
    let mut attempts = attempts.of_request(request);
    run(&mut attempts, &*scope.shared.io, model, trace).await
}

/// One write. A write that cannot be sent has failed; for the rest, the [table](crate::call::outcome) decides.
pub(crate) fn write<'a>(
    scope: &'a Scope,
    info: &'a MethodInfo,
    payload: Payload<'a>,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<ResponseMeta, WriteFailure>> {
    Box::pin(async move {
        let mut trace = Trace::begin(info);
        let shared = &scope.shared;
        let request = payload.request();
        let (stored, options) = match begin_write(scope, info, payload).await {
            Ok(begun) => begun,
            Err(error) => {
                trace.end_early(WriteOutcome::Failed.as_str());
                return Err(WriteFailure::Failed(error));
            }
        };
        let keyed = has_key(info, &stored);
        let attempts = Attempts::new(&shared.setup, &options, info, stored.parameters(), keyed);
        let mut attempts = attempts.of_request(request);
        let result = run(&mut attempts, &*shared.io, model, &mut trace).await;
        let maybe_done = attempts.maybe_done();
        let outcome = result.as_ref().err().map(|error| outcome_after(maybe_done, error));
        trace.end(outcome.map_or("ok", WriteOutcome::as_str), &result);
        match (result, outcome) {
            (Ok(meta), _) => {
                forget(shared, stored).await;
                Ok(meta)
            }
            (Err(error), Some(WriteOutcome::Failed)) => {
                forget(shared, stored).await;
                Err(WriteFailure::Failed(error))
            }
            (Err(error), _) => Err(keep(shared, stored, error).await),
        }
    })
}

/// One stored write again. Only success says something of the first time.
pub(crate) fn resume<'a>(
    scope: &'a Scope,
    info: &'a MethodInfo,
    (stored, request): (StoredWrite, Option<&'a dyn Table>),
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<ResponseMeta, WriteFailure>> {
    Box::pin(async move {
        let mut trace = Trace::begin(info);
        let result = resume_once(scope, info, (&stored, request), model, &mut trace).await;
        trace.end(if result.is_ok() { "ok" } else { WriteOutcome::Unknown.as_str() }, &result);
        match result {
            Ok(meta) => {
                forget(&scope.shared, stored).await;
                Ok(meta)
            }
            Err(error) => Err(keep(&scope.shared, stored, error).await),
        }
    })
}

async fn resume_once(
    scope: &Scope,
    info: &MethodInfo,
    (stored, request): (&StoredWrite, Option<&dyn Table>),
    model: &mut dyn Table,
    trace: &mut Trace,
) -> Result<ResponseMeta, Error> {
    let setup = &scope.shared.setup;
    let options = scope.options().await?;
    let parameters = prepare_resume(setup, stored, &options, info)?;
    let keyed = has_key(info, stored);
    let mut attempts = Attempts::new(setup, &options, info, &parameters, keyed).of_request(request);
    run(&mut attempts, &*scope.shared.io, model, trace).await
}

/// Checks and encodes, reads files from the disk, and gets the access token.
async fn prepare(scope: &Scope, info: &MethodInfo, payload: Payload<'_>) -> Result<(Prepared, CallOptions), Error> {
    let Prepared { mut parameters, key } = payload.prepare(info, &scope.options)?;
    if parameters.has_unread_files() {
        let read = move || parameters.read_files().map(|()| parameters);
        parameters = scope.shared.unblock(read).await.ok_or(ConfigError::Panicked)??;
    }
    Ok((Prepared { parameters, key }, scope.options().await?))
}

/// A write before the wire: encoded, and in the journal if there is one. What is not stored is not sent.
async fn begin_write(
    scope: &Scope,
    info: &MethodInfo,
    payload: Payload<'_>,
) -> Result<(StoredWrite, CallOptions), Error> {
    let (Prepared { parameters, key }, options) = prepare(scope, info, payload).await?;
    let setup = &scope.shared.setup;
    let stored = StoredWrite::new(&info.name, key, options.session.is_some(), (setup.clock)(), parameters);
    let Some(journal) = setup.journal.clone() else { return Ok((stored, options)) };
    check_session(info, options.session.as_ref())?;
    let entry = stored.clone();
    let saved = scope.shared.unblock(move || {
        let saved = journal.save(&entry);
        if saved.is_err() {
            // It may be there in spite of the error. Found later, it would be resumed although it is told as failed.
            warn_if_kept(&entry, journal.forget(&entry));
        }
        saved
    });
    match saved.await {
        Some(Ok(())) => Ok((stored, options)),
        Some(Err(error)) => Err(ConfigError::Journal(error.to_string()).into()),
        None => Err(ConfigError::Journal("it panicked".to_owned()).into()),
    }
}

/// Drops the entry of a write that is over. A stale entry only costs a lookup; a missing one could lose money. A failed delete is
/// therefore logged and otherwise ignored.
async fn forget(shared: &Shared, stored: StoredWrite) {
    if let Some(journal) = shared.setup.journal.clone() {
        shared.unblock(move || warn_if_kept(&stored, journal.forget(&stored))).await;
    }
}

fn warn_if_kept(stored: &StoredWrite, forgotten: Result<(), crate::call::journal::JournalError>) {
    if let Err(error) = forgotten {
        tracing::warn!(method = stored.method(), id = stored.id(), %error, "the journal keeps a write that is over");
    }
}

/// Adds to the entry why the outcome is unknown.
async fn keep(shared: &Shared, stored: StoredWrite, error: Error) -> WriteFailure {
    let stored = stored.with_cause(error.to_string());
    if let Some(journal) = shared.setup.journal.clone() {
        let entry = stored.clone();
        shared
            .unblock(move || {
                if let Err(error) = journal.save(&entry) {
                    let (method, id) = (entry.method(), entry.id());
                    tracing::warn!(method, id, %error, "the journal cannot add why a write is pending");
                }
            })
            .await;
    }
    WriteFailure::Unknown(stored, error)
}

/// Signs, sends and reads, and again if the policy says so.
async fn run(
    attempts: &mut Attempts<'_>,
    io: &dyn Io,
    model: &mut dyn Table,
    trace: &mut Trace,
) -> Result<ResponseMeta, Error> {
    let span = trace.span().clone();
    loop {
        let (request, limits) = attempts.request()?;
        trace.attempt(attempts.number());
        let response = io.send(request, limits).instrument(span.clone()).await;
        match attempts.on_response(response, model) {
            Next::End(result) => return result,
            Next::Again(wait) => io.sleep(wait).await,
        }
    }
}
