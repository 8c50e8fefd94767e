//! The life of a batch: rounds of one HTTP request each, until no call is left that waiting can help.

use std::time::Duration;

use bytes::Bytes;
use tracing::Instrument;

use crate::call::attempts::retry_after;
use crate::call::batch::{BATCH, MOST_CALLS, Part, answers, build_batch};
use crate::call::build_request::check_session;
use crate::call::error::{ConfigError, Error};
use crate::call::exchange::{SendStage, TransportError, TransportErrorKind, TransportLimits};
use crate::call::lifecycle::{prepare_typed, timeout};
use crate::call::limit::Asking;
use crate::call::method::{Effect, MethodInfo};
use crate::call::options::CallOptions;
use crate::call::parameters::Parameters;
use crate::call::parse_response::Reading;
use crate::call::retry::{self, Attempt};
use crate::call::stopwatch::Stopwatch;
use crate::client::queued::{Outcome, Queued};
use crate::client::scope::Scope;
use crate::client::trace::Trace;
use crate::client::turn::{Seat, hold_ban, rest, wait_at_most};
use crate::wire::gateway_error::LimitScope;
use crate::wire::secret::AccessToken;
use crate::wire::table::sensitive_values;
use crate::wire::value::DateTime;

/// How long those calls of a batch wait whose turn has come, for the turn of the next one.
const LONGEST_GATHERING: Duration = Duration::from_millis(250);

/// A call that can be sent.
struct Ready<'a> {
    queued: &'a Queued,
    parameters: Parameters,
    options: CallOptions,
}

impl<'a> Ready<'a> {
    /// Checks and encodes a call, and gets its access token.
    async fn prepare(queued: &'a Queued) -> Result<Self, Error> {
        let (scope, info) = (&queued.scope, queued.call.info());
        if info.qimen {
            return Err(ConfigError::QimenInBatch.into());
        }
        let config = &scope.shared.setup.config;
        let parameters = prepare_typed(queued.call.request(), info, &scope.options, config)?.parameters;
        let options = scope.options().await?;
        check_session(info, options.session.as_ref())?;
        Ok(Self { queued, parameters, options })
    }

    fn part(&self) -> Part<'_> {
        let session = self.options.session.as_ref();
        Part { info: self.queued.call.info(), parameters: &self.parameters, session }
    }
}

/// A batch under way.
struct Rounds<'a> {
    scope: &'a Scope,
    clock: Stopwatch,
    timeout: Duration,
    /// The calls that can be sent; the others have their errors.
    ready: Vec<Option<Ready<'a>>>,
    outcomes: Vec<Option<Outcome>>,
    signatures: Vec<String>,
}

/// Sends the calls and yields how each ended.
pub(super) async fn send(scope: &Scope, calls: &[Queued]) -> Result<Vec<Outcome>, Error> {
    let (setup, mut trace) = (&scope.shared.setup, Trace::begin(&BATCH));
    let result = match calls.len() {
        0 => Err(ConfigError::EmptyBatch.into()),
        1..=MOST_CALLS => {
            let mut rounds = Rounds {
                scope,
                clock: Stopwatch::start(),
                timeout: timeout(setup, &scope.options),
                ready: Vec::with_capacity(calls.len()),
                outcomes: Vec::with_capacity(calls.len()),
                signatures: Vec::new(),
            };
            rounds.prepare(calls).await;
            rounds.run(&mut trace).await.map(|()| rounds.outcomes.into_iter().flatten().collect())
        }
        calls => Err(ConfigError::LargeBatch { calls, most: MOST_CALLS }.into()),
    };
    trace.end_plain(if result.is_ok() { "ok" } else { "error" });
    result
}

impl<'a> Rounds<'a> {
    async fn prepare(&mut self, calls: &'a [Queued]) {
        for queued in calls {
            let prepared = Ready::prepare(queued).await.and_then(|ready| {
                let file = ready.parameters.files().next().map(str::to_owned);
                file.map_or(Ok(ready), |name| Err(ConfigError::FileInBatch { name }.into()))
            });
            match prepared {
                Ok(ready) => {
                    self.ready.push(Some(ready));
                    self.outcomes.push(None);
                }
                Err(error) => {
                    self.ready.push(None);
                    self.outcomes.push(Some(Err(error)));
                }
            }
        }
    }

    async fn run(&mut self, trace: &mut Trace) -> Result<(), Error> {
        if self.timeout.is_zero() {
            return Err(ConfigError::ZeroLimit.into());
        }
        let setup = &self.scope.shared.setup;
        setup.budget.pay_in();
        let mut open: Vec<usize> = (0..self.ready.len()).filter(|index| self.ready[*index].is_some()).collect();
        for number in 1.. {
            let whole = self.rounds(&open, number, trace).await.err();
            let mut wait = Duration::ZERO;
            open.retain(|index| {
                let error = match &self.outcomes[*index] {
                    Some(Ok(_)) => return false,
                    Some(Err(error)) => (error, retry::ban(error)),
                    None => match &whole {
                        Some((error, asked)) => (error, retry::ban(error).or(*asked)),
                        None => return false,
                    },
                };
                let again = self.wait(number, error);
                wait = wait.max(again.unwrap_or_default());
                again.is_some()
            });
            let reserved = if open.is_empty() { None } else { setup.budget.reserve() };
            match (reserved, whole) {
                (Some(reserved), _) => {
                    rest(&mut self.clock, &*self.scope.shared.io, wait).await;
                    reserved.spend();
                }
                (None, Some((error, _))) => return self.unanswered(error),
                (None, None) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Sends these calls, in several rounds where a rate lets them go one after another. An error is that of all without an outcome.
    async fn rounds(
        &mut self,
        open: &[usize],
        number: u32,
        trace: &mut Trace,
    ) -> Result<(), (Error, Option<Duration>)> {
        let mut left = open;
        while !left.is_empty() {
            let (due, rest, seats) = self.due(left).await;
            if !due.is_empty() {
                self.round(&due, number, trace).await?;
            }
            drop(seats);
            left = rest;
        }
        Ok(())
    }

    /// Ends a batch of which some calls have no outcome: with one error where none was answered, else with an error of each such call.
    fn unanswered(&mut self, error: Error) -> Result<(), Error> {
        let sent = self.outcomes.iter().zip(&self.ready).filter(|(_, ready)| ready.is_some());
        if sent.clone().count() > 0 && sent.clone().all(|(outcome, _)| outcome.is_none()) {
            return Err(error);
        }
        let said = error.to_string();
        let mut first = Some(error);
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.is_none()) {
            let same =
                || TransportError::new(SendStage::MaybeSent, TransportErrorKind::Other).with_source(said.clone());
            *outcome = Some(Err(first.take().unwrap_or_else(|| same().into())));
        }
        Ok(())
    }

    /// Those of the calls whose turn has come, those whose turn comes later, and the seats of the first. Those that a ban stops, or whose
    /// turn is too late, get that as their error.
    async fn due<'o>(&mut self, open: &'o [usize]) -> (Vec<usize>, &'o [usize], Vec<Seat>) {
        let (mut due, mut seats) = (Vec::with_capacity(open.len()), Vec::with_capacity(open.len()));
        for (place, &index) in open.iter().enumerate() {
            let Some(ready) = &self.ready[index] else { continue };
            let part = ready.part();
            let asking = asking(self.scope, self.timeout, part.info, part.session);
            // Those who have a turn must not wait long for the others: these may need the same permits.
            let longest = if due.is_empty() { Duration::MAX } else { LONGEST_GATHERING };
            match wait_at_most(longest, &asking, &mut self.clock, &*self.scope.shared.io).await {
                Ok(Some(seat)) => {
                    due.push(index);
                    seats.push(seat);
                }
                Ok(None) => return (due, &open[place..], seats),
                Err(error) => self.outcomes[index] = Some(Err(error)),
            }
        }
        (due, &[], seats)
    }

    /// Sends these calls. An error is that of all of them, with the wait that the server asks for.
    async fn round(&mut self, due: &[usize], number: u32, trace: &mut Trace) -> Result<(), (Error, Option<Duration>)> {
        let scope = self.scope;
        let setup = &scope.shared.setup;
        let ready: Vec<&Ready<'_>> = due.iter().filter_map(|index| self.ready[*index].as_ref()).collect();
        let parts: Vec<Part<'_>> = ready.iter().map(|ready| ready.part()).collect();
        let now: DateTime = (setup.clock)();
        let (request, signature) = build_batch(&setup.config, &parts, now).map_err(|error| (error, None))?;
        self.signatures.push(signature);
        let limits = self.limits();
        trace.attempt(number);
        let sent = scope.shared.io.send(request, limits).instrument(trace.span().clone()).await;
        let response = sent.map_err(|error| (error.into(), None))?;

        let asked = retry_after(&response);
        let outcomes = match self.read(&ready, response) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                // A ban that the whole batch met with may be one of the application only.
                hold(scope, self.timeout, &self.clock, (&BATCH, None), ban_of(&error)).await;
                return Err((error, asked));
            }
        };
        let bans: Vec<Option<Ban>> = outcomes.iter().map(|outcome| ban_of(outcome.as_ref().err()?)).collect();
        for (ready, ban) in ready.iter().zip(bans) {
            let part = ready.part();
            hold(scope, self.timeout, &self.clock, (part.info, part.session), ban).await;
        }
        for (index, outcome) in due.iter().zip(outcomes) {
            self.outcomes[*index] = Some(outcome);
        }
        Ok(())
    }

    /// The outcome of each call.
    fn read(&self, ready: &[&Ready<'_>], response: http::Response<Bytes>) -> Result<Vec<Outcome>, Error> {
        let setup = &self.scope.shared.setup;
        let secrets = || self.secrets();
        let lenient = self.scope.options.lenient.unwrap_or(setup.lenient);
        let reading = Reading { format: setup.config.format, lenient, secrets: &secrets };
        let answers = answers(ready.len(), &reading, response)?;
        Ok(ready.iter().zip(answers).map(|(ready, answer)| ready.queued.call.read(&reading, answer)).collect())
    }

    fn limits(&self) -> TransportLimits {
        let (setup, options) = (&self.scope.shared.setup, &self.scope.options);
        let waited = if self.clock.has_waited() { self.clock.elapsed() } else { Duration::ZERO };
        let left = self.timeout.saturating_sub(waited).max(Duration::from_millis(1));
        TransportLimits::of_call(left, &setup.config.limits, options.timeout)
    }

    /// The wait before a failed call is sent again, if it is.
    fn wait(&self, number: u32, (error, asked): (&Error, Option<Duration>)) -> Option<Duration> {
        let setup = &self.scope.shared.setup;
        let attempt = Attempt {
            number,
            effect: Effect::Read,
            deduped: false,
            error,
            asked,
            elapsed: self.clock.elapsed(),
            timeout: self.timeout,
            budget: setup.budget.has_one(),
        };
        retry::wait(&self.scope.options.retries.unwrap_or(setup.retries), &attempt)
    }

    /// What must not show in an error.
    fn secrets(&self) -> Vec<String> {
        let mut secrets = vec![self.scope.shared.setup.config.secret.expose().to_owned()];
        secrets.extend(self.signatures.iter().cloned());
        for ready in self.ready.iter().flatten() {
            secrets.extend(ready.options.session.as_ref().map(|session| session.expose().to_owned()));
            secrets.extend(sensitive_values(ready.queued.call.request()));
        }
        secrets.sort_unstable();
        secrets.dedup();
        secrets
    }
}

/// One call of a batch, as limits count it. It does not wait until a ban is over: the others go on.
fn asking<'a>(
    scope: &'a Scope,
    timeout: Duration,
    info: &'a MethodInfo,
    session: Option<&'a AccessToken>,
) -> Asking<'a> {
    Asking { setup: &scope.shared.setup, info, session, timeout, waits_for_bans: false }
}

type Ban = (LimitScope, Duration);

/// The ban that an error tells of.
fn ban_of(error: &Error) -> Option<Ban> {
    error.rate_limit().map(|limit| limit.scope).zip(retry::ban(error))
}

/// Holds a ban that a call was told of.
async fn hold(
    scope: &Scope,
    timeout: Duration,
    clock: &Stopwatch,
    (info, session): (&MethodInfo, Option<&AccessToken>),
    ban: Option<Ban>,
) {
    if let Some(ban) = ban {
        hold_ban(&asking(scope, timeout, info, session), clock, ban, &*scope.shared.io).await;
    }
}
