//! The async loop around the attempts of a call, over `dyn` tables: compiled once, whatever the number of methods.
//!
//! In: a method's facts, its request and its empty model. Out: the filled model's [`Answer`], or how the call ended.

use std::future::Future;
use std::pin::Pin;

use tracing::Instrument;

use super::attempts::{Attempts, Next};
use super::options::CallOptions;
use super::pending::{Pending, WriteError};
use super::setup::Shared;
use super::steps::{self, Given};
use super::trace::Trace;
use crate::Error;
use crate::gateway::{Answer, Facts};
use crate::table::Table;
use crate::transport::Transport;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One read.
pub(crate) fn read<'a>(
    shared: &'a Shared<dyn Transport>,
    options: &'a CallOptions,
    facts: Facts<'a>,
    given: Given<'a>,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Answer, Error>> {
    // Checked and encoded here and not in the future, which then need not hold the request's table.
    let prepared = steps::parameters(given, &facts, options);
    Box::pin(async move {
        let mut trace = Trace::begin(&facts);
        let result = match prepared {
            Ok((parameters, _)) => {
                let mut attempts = Attempts::new(&shared.setup, options, facts, &parameters, false);
                run(&mut attempts, &*shared.transport, model, &mut trace).await
            }
            Err(error) => Err(error),
        };
        steps::end_read(trace, result)
    })
}

/// One write. What cannot be sent has failed; for the rest, the [table](crate::outcome) decides.
pub(crate) fn write<'a>(
    shared: &'a Shared<dyn Transport>,
    options: &'a CallOptions,
    facts: Facts<'a>,
    given: Given<'a>,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Answer, WriteError>> {
    Box::pin(async move {
        let mut trace = Trace::begin(&facts);
        let pending = match steps::begin_write(&shared.setup, options, &facts, given) {
            Ok(pending) => pending,
            Err(error) => return Err(steps::not_begun(trace, error)),
        };
        let keyed = steps::is_keyed(facts.effect, &pending);
        let mut attempts = Attempts::new(&shared.setup, options, facts, pending.parameters(), keyed);
        let result = run(&mut attempts, &*shared.transport, model, &mut trace).await;
        let maybe_done = attempts.maybe_done();
        steps::end_write(&shared.setup, trace, pending, result, maybe_done)
    })
}

/// One write again.
pub(crate) fn resume<'a>(
    shared: &'a Shared<dyn Transport>,
    options: &'a CallOptions,
    facts: Facts<'a>,
    pending: Pending,
    model: &'a mut dyn Table,
) -> Boxed<'a, Result<Answer, WriteError>> {
    Box::pin(async move {
        let mut trace = Trace::begin(&facts);
        let result = match steps::again(&shared.setup, &pending, options, &facts) {
            Ok(parameters) => {
                let keyed = steps::is_keyed(facts.effect, &pending);
                let mut attempts = Attempts::new(&shared.setup, options, facts, &parameters, keyed);
                run(&mut attempts, &*shared.transport, model, &mut trace).await
            }
            Err(error) => Err(error),
        };
        steps::end_resume(&shared.setup, trace, pending, result)
    })
}

/// Signs, sends, reads, and does it again where the policy says so.
async fn run(
    attempts: &mut Attempts<'_>,
    transport: &dyn Transport,
    model: &mut dyn Table,
    trace: &mut Trace,
) -> Result<Answer, Error> {
    let span = trace.span().clone();
    loop {
        let (request, limits) = attempts.request()?;
        trace.attempt(attempts.number());
        let brought = transport.send(request, limits).instrument(span.clone()).await;
        match attempts.judge(brought, model) {
            Next::End(result) => return result,
            Next::Again(wait) => transport.sleep(wait).await,
        }
    }
}
