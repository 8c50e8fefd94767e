//! The calls themselves, over `dyn` tables: compiled once, whatever the number of methods.
//!
//! In: a method's facts, its request and its empty model. Out: the filled model's [`Answer`], or how the call ended.

use std::future::Future;
use std::pin::Pin;

use tracing::field::{Empty, display};
use tracing::{Instrument, Span, debug_span};

use super::Client;
use super::call::CallOptions;
use super::pending::{Pending, WriteError};
use crate::Error;
use crate::error::ConfigError;
use crate::escape::Escaped;
use crate::gateway::{self, Answer, Parameters};
use crate::outcome::{self, Fate};
use crate::request::Api;
use crate::table::Table;
use crate::transport::TransportLimits;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One read.
pub(super) fn read<'a>(
    client: &'a Client,
    options: &'a CallOptions,
    api: &'static Api,
    request: &'a dyn Table,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Answer, Error>> {
    traced(api, |span| async move {
        let result = match parameters(request, options) {
            Ok(parameters) => exchange(client, options, api, &parameters, model).await,
            Err(error) => Err(error),
        };
        record(&span, if result.is_ok() { "ok" } else { "error" }, &result);
        result
    })
}

/// One write. What cannot be sent has failed; for the rest, the [table](outcome) decides.
pub(super) fn write<'a>(
    client: &'a Client,
    options: &'a CallOptions,
    api: &'static Api,
    request: &'a dyn Table,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Answer, WriteError>> {
    traced(api, |span| async move {
        let parameters = match parameters(request, options) {
            Ok(parameters) => parameters,
            Err(error) => {
                span.record("outcome", Fate::Failed.as_str());
                return Err(WriteError::Failed(error));
            }
        };
        let started = (client.inner.clock)();
        let result = exchange(client, options, api, &parameters, model).await;
        let fate = result.as_ref().err().map(outcome::fate);
        record(&span, fate.map_or("ok", Fate::as_str), &result);
        match (result, fate) {
            (Ok(answer), _) => Ok(answer),
            (Err(error), Some(Fate::Failed)) => Err(WriteError::Failed(error)),
            (Err(error), _) => {
                let key = api.idempotency_key.and_then(|path| gateway::field_text(request, path));
                Err(WriteError::Unknown(Pending::new(
                    api.method,
                    key,
                    options.session.is_some(),
                    started,
                    parameters,
                    error,
                )))
            }
        }
    })
}

/// One write again. Only a good end says something of the first attempt, so every other leaves the outcome unknown.
pub(super) fn resume<'a>(
    client: &'a Client,
    options: &'a CallOptions,
    api: &'static Api,
    pending: Pending,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Answer, WriteError>> {
    traced(api, |span| async move {
        let result = match again(&pending, options, api) {
            Ok(parameters) => exchange(client, options, api, &parameters, model).await,
            Err(error) => Err(error),
        };
        record(&span, if result.is_ok() { "ok" } else { Fate::Unknown.as_str() }, &result);
        result.map_err(|error| WriteError::Unknown(pending.still(error)))
    })
}

fn parameters(request: &dyn Table, options: &CallOptions) -> Result<Parameters, Error> {
    let mut parameters = Parameters::of(request)?;
    for (name, value) in &options.extra {
        parameters.add(name, value)?;
    }
    Ok(parameters)
}

fn again(pending: &Pending, options: &CallOptions, api: &'static Api) -> Result<Parameters, Error> {
    if pending.method() != api.method {
        return Err(ConfigError::OtherMethod { expected: api.method, pending: pending.method().to_owned() }.into());
    }
    if pending.needs_session() && options.session.is_none() {
        return Err(ConfigError::MissingSession.into());
    }
    let mut parameters = pending.parameters().clone();
    for (name, value) in &options.extra {
        parameters.add(name, value)?;
    }
    Ok(parameters)
}

/// Signs, sends once, reads the answer.
async fn exchange(
    client: &Client,
    options: &CallOptions,
    api: &'static Api,
    parameters: &Parameters,
    model: &mut dyn Table,
) -> Result<Answer, Error> {
    let config = &client.inner.config;
    let timeout = options.timeout.unwrap_or(config.limits.timeout);
    if timeout.is_zero() {
        return Err(ConfigError::ZeroLimit.into());
    }
    let now = (client.inner.clock)();
    let request = gateway::prepare(config, api, parameters, options.session.as_ref(), now)?;
    let limits = TransportLimits::new(timeout, config.limits.max_body);
    let response = client.inner.transport.send(request, limits).await?;
    gateway::interpret(api, config.format, response, model)
}

/// One span per call. It never holds a secret, a parameter or a body.
fn traced<'a, T: 'a, F>(api: &'static Api, call: impl FnOnce(Span) -> F) -> Boxed<'a, T>
where
    F: Future<Output = T> + Send + 'a,
{
    let span = debug_span!("top", method = api.method, outcome = Empty, request_id = Empty);
    Box::pin(call(span.clone()).instrument(span))
}

fn record(span: &Span, outcome: &'static str, result: &Result<Answer, Error>) {
    span.record("outcome", outcome);
    let request_id = match result {
        Ok(answer) => answer.request_id(),
        Err(error) => error.request_id(),
    };
    if let Some(id) = request_id {
        span.record("request_id", display(Escaped(id)));
    }
}
