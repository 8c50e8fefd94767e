//! Sans-I/O state machine for the attempts of a call, driven by both the async and the blocking client.
//!
//! Every attempt is signed anew over the same business parameters.

use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;

use crate::call::build_request::{answer_format, signed_request};
use crate::call::error::{ConfigError, Error};
use crate::call::exchange::{TransportError, TransportLimits};
use crate::call::lifecycle::without_secrets;
use crate::call::limit::Asking;
use crate::call::method::{Effect, MethodInfo};
use crate::call::options::CallOptions;
use crate::call::outcome::{WriteOutcome, outcome_of};
use crate::call::parameters::Parameters;
use crate::call::parse_response::{Reading, ResponseMeta, parse_response};
use crate::call::retry::{self, Attempt, Reserved, RetryPolicy};
use crate::call::setup::Setup;
use crate::call::stopwatch::Stopwatch;
use crate::call::stored_write::Answer;
use crate::wire::gateway_error::LimitScope;
use crate::wire::table::{self, Table, sensitive_values};

/// A call under way.
pub(crate) struct Attempts<'a> {
    setup: &'a Setup,
    options: &'a CallOptions,
    info: &'a MethodInfo,
    parameters: &'a Parameters,
    policy: RetryPolicy,
    /// Whether the server is said to recognise this very call when it comes again.
    deduped: bool,
    timeout: Duration,
    clock: Stopwatch,
    number: u32,
    /// Whether an attempt of a write may have been done.
    maybe_done: bool,
    /// The next retry, while the call waits for it.
    reserved: Option<Reserved>,
    /// The request, which knows what of it is sensitive.
    request: Option<&'a dyn Table>,
    /// The signature of each attempt.
    signatures: Vec<String>,
    /// The ban that the last attempt was told of.
    ban: Option<(LimitScope, Duration)>,
}

/// What follows an attempt.
pub(crate) enum Next {
    /// The call is over.
    End(Result<ResponseMeta, Error>),
    /// Another attempt, after this wait.
    Again(Duration),
}

impl<'a> Attempts<'a> {
    /// `keyed`: the parameters hold an idempotency key.
    pub(crate) fn new(
        setup: &'a Setup,
        options: &'a CallOptions,
        info: &'a MethodInfo,
        parameters: &'a Parameters,
        keyed: bool,
    ) -> Self {
        setup.budget.pay_in();
        Self {
            setup,
            options,
            info,
            parameters,
            policy: options.retries.unwrap_or(setup.retries),
            deduped: keyed && options.retry_writes.or(setup.retry_writes).is_some(),
            timeout: options.timeout.unwrap_or(setup.config.limits.timeout),
            clock: Stopwatch::start(),
            number: 0,
            maybe_done: false,
            reserved: None,
            request: None,
            signatures: Vec::new(),
            ban: None,
        }
    }

    /// With the request, so that its sensitive values do not show in an error.
    pub(crate) fn of_request(self, request: Option<&'a dyn Table>) -> Self {
        Self { request, ..self }
    }

    /// The next attempt, signed for this very moment.
    pub(crate) fn request(&mut self) -> Result<(http::Request<Bytes>, TransportLimits), Error> {
        if self.timeout.is_zero() {
            return Err(ConfigError::ZeroLimit.into());
        }
        self.number += 1;
        if let Some(retry) = self.reserved.take() {
            retry.spend();
        }
        let config = &self.setup.config;
        let now = (self.setup.clock)();
        let session = self.options.session.as_ref();
        let (request, signature) = signed_request(config, self.info, self.parameters, session, now)?;
        self.signatures.push(signature);
        // The first attempt gets the deadline to the millisecond; one after a wait what is left of it.
        let left = if self.number == 1 && !self.clock.has_waited() {
            self.timeout
        } else {
            self.timeout.saturating_sub(self.clock.elapsed())
        };
        let left = left.max(Duration::from_millis(1));
        Ok((request, TransportLimits::of_call(left, &config.limits, self.options.timeout)))
    }

    /// Reads what an attempt brought, and decides what follows.
    pub(crate) fn on_response(
        &mut self,
        result: Result<http::Response<Bytes>, TransportError>,
        model: &mut dyn Table,
    ) -> Next {
        let mut asked = None;
        let result = result.map_err(Error::from).and_then(|response| {
            asked = retry_after(&response);
            let reading = Reading {
                format: answer_format(self.info, &self.setup.config),
                lenient: self.options.lenient.unwrap_or(self.setup.lenient),
                secrets: &|| self.secrets(),
            };
            parse_response(self.info, &reading, response, model)
        });
        let error = match result {
            Ok(answer) => return Next::End(Ok(answer)),
            Err(error) => error,
        };
        self.ban = error.rate_limit().map(|limit| limit.scope).zip(retry::ban(&error));
        self.maybe_done |= self.info.effect == Effect::Write && outcome_of(&error) == WriteOutcome::Unknown;
        match self.wait_before_another(&error, retry::ban(&error).or(asked)) {
            Some(wait) => {
                table::clear(model);
                Next::Again(wait)
            }
            None => Next::End(Err(error)),
        }
    }

    /// What must not show in an error.
    fn secrets(&self) -> Vec<String> {
        let mut secrets = self.credentials();
        secrets.extend(self.sensitive());
        secrets
    }

    fn sensitive(&self) -> Vec<String> {
        self.request.map(sensitive_values).unwrap_or_default()
    }

    /// The answer as a journal keeps it. `model` is what was read from it.
    pub(crate) fn stored_answer(&self, meta: &ResponseMeta, model: &mut dyn Table) -> Answer {
        let answer = Answer { format: answer_format(self.info, &self.setup.config), body: meta.raw().into() };
        without_secrets(self.info, answer, (&self.credentials(), &self.sensitive()), model)
    }

    fn credentials(&self) -> Vec<String> {
        let config = &self.setup.config;
        let session = self.options.session.as_ref();
        let mut secrets = vec![config.secret.expose().to_owned()];
        secrets.extend(session.map(|session| session.expose().to_owned()));
        secrets.extend(self.signatures.iter().cloned());
        secrets
    }

    fn wait_before_another(&mut self, error: &Error, asked: Option<Duration>) -> Option<Duration> {
        let attempt = Attempt {
            number: self.number,
            effect: self.info.effect,
            deduped: self.deduped,
            error,
            asked,
            elapsed: self.clock.elapsed(),
            timeout: self.timeout,
            budget: self.setup.budget.has_one(),
        };
        let wait = retry::wait(&self.policy, &attempt)?;
        self.reserved = self.setup.budget.reserve();
        self.reserved.is_some().then_some(wait)
    }

    /// The ban that the last attempt was told of, once.
    pub(crate) fn take_ban(&mut self) -> Option<(LimitScope, Duration)> {
        self.ban.take()
    }

    /// What limits count of this call.
    pub(crate) fn asking(&self) -> Asking<'a> {
        Asking {
            setup: self.setup,
            info: self.info,
            session: self.options.session.as_ref(),
            timeout: self.timeout,
            waits_for_bans: self.policy.waits(),
        }
    }

    pub(crate) fn clock(&mut self) -> &mut Stopwatch {
        &mut self.clock
    }

    /// How many attempts were made.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Whether any attempt of the write may have been done, as far as attempts that ended tell.
    pub(crate) fn maybe_done(&self) -> bool {
        self.maybe_done
    }
}

/// The wait that an HTTP server asks for, in seconds; a date there is not heeded.
pub(crate) fn retry_after(response: &http::Response<Bytes>) -> Option<Duration> {
    if response.status().is_success() {
        return None;
    }
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
