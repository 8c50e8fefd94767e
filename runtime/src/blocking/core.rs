//! The blocking loop around the attempts of a call: the async one without `await`.

use super::Transport;
use crate::Error;
use crate::client::{Attempts, CallOptions, Given, Next, Pending, Shared, Trace, WriteError, steps};
use crate::gateway::{Answer, Facts};
use crate::table::Table;

/// One read.
pub(super) fn read(
    shared: &Shared<dyn Transport>,
    options: &CallOptions,
    facts: Facts<'_>,
    given: Given<'_>,
    model: &mut dyn Table,
) -> Result<Answer, Error> {
    let mut trace = Trace::begin(&facts);
    let result = steps::parameters(given, &facts, options).and_then(|(parameters, _)| {
        let mut attempts = Attempts::new(&shared.setup, options, facts, &parameters, false);
        run(&mut attempts, &*shared.transport, model, &mut trace)
    });
    steps::end_read(trace, result)
}

/// One write. What cannot be sent has failed; for the rest, the [table](crate::outcome) decides.
pub(super) fn write(
    shared: &Shared<dyn Transport>,
    options: &CallOptions,
    facts: Facts<'_>,
    given: Given<'_>,
    model: &mut dyn Table,
) -> Result<Answer, WriteError> {
    let mut trace = Trace::begin(&facts);
    let pending = match steps::begin_write(&shared.setup, options, &facts, given) {
        Ok(pending) => pending,
        Err(error) => return Err(steps::not_begun(trace, error)),
    };
    let keyed = steps::is_keyed(facts.effect, &pending);
    let mut attempts = Attempts::new(&shared.setup, options, facts, pending.parameters(), keyed);
    let result = run(&mut attempts, &*shared.transport, model, &mut trace);
    let maybe_done = attempts.maybe_done();
    steps::end_write(&shared.setup, trace, pending, result, maybe_done)
}

/// One write again.
pub(super) fn resume(
    shared: &Shared<dyn Transport>,
    options: &CallOptions,
    facts: Facts<'_>,
    pending: Pending,
    model: &mut dyn Table,
) -> Result<Answer, WriteError> {
    let mut trace = Trace::begin(&facts);
    let result = steps::again(&shared.setup, &pending, options, &facts).and_then(|parameters| {
        let keyed = steps::is_keyed(facts.effect, &pending);
        let mut attempts = Attempts::new(&shared.setup, options, facts, &parameters, keyed);
        run(&mut attempts, &*shared.transport, model, &mut trace)
    });
    steps::end_resume(&shared.setup, trace, pending, result)
}

/// Signs, sends, reads, and does it again where the policy says so.
fn run(
    attempts: &mut Attempts<'_>,
    transport: &dyn Transport,
    model: &mut dyn Table,
    trace: &mut Trace,
) -> Result<Answer, Error> {
    let span = trace.span().clone();
    let _entered = span.enter();
    loop {
        let (request, limits) = attempts.request()?;
        trace.attempt(attempts.number());
        let brought = transport.send(request, limits);
        match attempts.judge(brought, model) {
            Next::End(result) => return result,
            Next::Again(wait) => transport.sleep(wait),
        }
    }
}
