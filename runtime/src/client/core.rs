//! The life of a call, written once for async and blocking clients and compiled once for all methods.

use std::future::Future;
use std::pin::Pin;

use tracing::Instrument;

use crate::call::attempts::{Attempts, Next};
use crate::call::build_request::check_session;
use crate::call::config::Config;
use crate::call::error::{ConfigError, Error};
use crate::call::lifecycle::{
    Prepared, check_origin, has_key, prepare_resume, prepare_typed, prepare_untyped, read_stored, stored_write, timeout,
};
use crate::call::method::MethodInfo;
use crate::call::options::CallOptions;
use crate::call::outcome::WriteOutcome;
use crate::call::parameters::Parameters;
use crate::call::parse_response::ResponseMeta;
use crate::call::retry::outcome_after;
use crate::call::stored_write::StoredWrite;
use crate::client::entry::{Entry, WriteFailure};
use crate::client::io::{Io, unblock};
use crate::client::scope::Scope;
use crate::client::trace::Trace;
use crate::client::turn::{hold_ban, rest, wait_for_turn};
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

    fn prepare(&self, info: &MethodInfo, options: &CallOptions, config: &Config) -> Result<Prepared, Error> {
        match self {
            Self::Typed(request) => prepare_typed(*request, info, options, config),
            Self::Untyped(parameters) => prepare_untyped((*parameters).clone(), options),
        }
    }
}

/// A call that ended well.
pub(crate) struct Done {
    pub(crate) meta: ResponseMeta,
    /// The journal's entry of a write, to be acknowledged.
    pub(crate) entry: Option<String>,
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
    run(&mut attempts, &*scope.shared.io, model, trace, None).await
}

/// One write. A write that cannot be sent has failed; for the rest, the [table](crate::call::outcome) decides.
pub(crate) fn write<'a>(
    scope: &'a Scope,
    info: &'a MethodInfo,
    payload: Payload<'a>,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Done, WriteFailure>> {
    Box::pin(async move {
        let mut trace = Trace::begin(info);
        let setup = &scope.shared.setup;
        let request = payload.request();
        let (mut entry, options) = match begin_write(scope, info, payload).await {
            Ok(begun) => begun,
            Err(error) => {
                trace.end_plain(WriteOutcome::Failed.as_str());
                return Err(WriteFailure::Failed(error));
            }
        };
        let (parameters, keyed) = (entry.write().shared_parameters(), has_key(info, entry.write()));
        let mut attempts = Attempts::new(setup, &options, info, &parameters, keyed).of_request(request);
        let result = run(&mut attempts, &*scope.shared.io, model, &mut trace, Some(&mut entry)).await;
        let maybe_done = attempts.maybe_done();
        let outcome = result.as_ref().err().map(|error| outcome_after(maybe_done, error));
        trace.end(outcome.map_or("ok", WriteOutcome::as_str), &result);
        match (result, outcome) {
            (Ok(meta), _) => {
                let answer = entry.is_kept().then(|| attempts.stored_answer(&meta, model));
                Ok(Done { entry: entry.done(answer).await, meta })
            }
            (Err(error), Some(WriteOutcome::Failed)) => Err(entry.failed(error).await),
            (Err(error), _) => Err(entry.unknown(error).await),
        }
    })
}

/// One stored write again: its answer, if that is stored; otherwise it is sent. Only success says something of the first time.
pub(crate) fn resume<'a>(
    scope: &'a Scope,
    info: &'a MethodInfo,
    (stored, request): (StoredWrite, Option<&'a dyn Table>),
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Done, WriteFailure>> {
    Box::pin(async move {
        let mut trace = Trace::begin(info);
        let shared = &scope.shared;
        let (mut entry, options, parameters) = match begin_resume(scope, info, &stored).await {
            Ok(begun) => begun,
            // Refused before anything was claimed: the entry stays as it is.
            Err(error) => {
                trace.end_plain(WriteOutcome::Unknown.as_str());
                return Err(WriteFailure::Unknown(stored, error));
            }
        };
        let (result, answer) = match entry.write().stored_answer().cloned() {
            Some(answer) => (read_stored(info, &answer, model), Some(answer)),
            None => {
                let keyed = has_key(info, entry.write());
                let attempts = Attempts::new(&shared.setup, &options, info, &parameters, keyed);
                let mut attempts = attempts.of_request(request);
                let result = run(&mut attempts, &*shared.io, model, &mut trace, Some(&mut entry)).await;
                let meta = result.as_ref().ok().filter(|_| entry.is_kept());
                let answer = meta.map(|meta| attempts.stored_answer(meta, model));
                (result, answer)
            }
        };
        trace.end(if result.is_ok() { "ok" } else { WriteOutcome::Unknown.as_str() }, &result);
        match result {
            Ok(meta) => Ok(Done { entry: entry.done(answer).await, meta }),
            Err(error) => Err(entry.unknown(error).await),
        }
    })
}

/// A stored write before the wire: of this client, and claimed. One that was answered needs neither session nor key.
async fn begin_resume<'a>(
    scope: &'a Scope,
    info: &MethodInfo,
    stored: &StoredWrite,
) -> Result<(Entry<'a>, CallOptions, Parameters), Error> {
    let setup = &scope.shared.setup;
    check_origin(setup, stored, info)?;
    let (options, parameters) = if stored.is_done() {
        (scope.options.clone(), Parameters::default())
    } else {
        let options = scope.options().await?;
        let parameters = prepare_resume(setup, stored, &options, info)?;
        check_session(info, options.session.as_ref())?;
        (options, parameters)
    };
    let entry = Entry::claim(scope.shared.journal(), stored, timeout(setup, &options)).await?;
    Ok((entry, options, parameters))
}

/// Checks and encodes, reads files from the disk, and gets the access token.
async fn prepare(scope: &Scope, info: &MethodInfo, payload: Payload<'_>) -> Result<(Prepared, CallOptions), Error> {
    let Prepared { mut parameters, key } = payload.prepare(info, &scope.options, &scope.shared.setup.config)?;
    if parameters.has_unread_files() {
        let read = move || parameters.read_files().map(|()| parameters);
        parameters = unblock(&*scope.shared.io, read).await.ok_or(ConfigError::Panicked)??;
    }
    Ok((Prepared { parameters, key }, scope.options().await?))
}

/// A write before the wire: encoded, and in the journal if there is one. What is not stored is not sent.
async fn begin_write<'a>(
    scope: &'a Scope,
    info: &MethodInfo,
    payload: Payload<'_>,
) -> Result<(Entry<'a>, CallOptions), Error> {
    let (prepared, options) = prepare(scope, info, payload).await?;
    check_session(info, options.session.as_ref())?;
    let setup = &scope.shared.setup;
    let stored = stored_write(setup, info, prepared, &options);
    let entry = Entry::save(scope.shared.journal(), stored, timeout(setup, &options)).await?;
    Ok((entry, options))
}

/// Signs, sends and reads, and again if the policy says so.
async fn run(
    attempts: &mut Attempts<'_>,
    io: &dyn Io,
    model: &mut dyn Table,
    trace: &mut Trace,
    mut entry: Option<&mut Entry<'_>>,
) -> Result<ResponseMeta, Error> {
    let span = trace.span().clone();
    loop {
        let seat = wait_for_turn(&attempts.asking(), attempts.clock(), io).await?;
        if let Some(entry) = &mut entry {
            entry.hold().await?;
        }
        let (request, limits) = attempts.request()?;
        trace.attempt(attempts.number());
        let response = io.send(request, limits).instrument(span.clone()).await;
        drop(seat);
        let next = attempts.on_response(response, model);
        if let Some(ban) = attempts.take_ban() {
            hold_ban(&attempts.asking(), attempts.clock(), ban, io).await;
        }
        match next {
            Next::End(result) => return result,
            Next::Again(wait) => rest(attempts.clock(), io, wait).await,
        }
    }
}
