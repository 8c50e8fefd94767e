//! Waits for the turn of a call under the client's limits, and tells the limiter of bans.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::call::error::Error;
use crate::call::limit::{
    AnySource, Asking, LaneId, Left, Limit, Limited, Limiter, LimiterError, Now, Outage, Subject, Ticket, Turn,
    ban_key, scope_of,
};
use crate::call::retry;
use crate::call::stopwatch::Stopwatch;
use crate::client::io::{Io, unblock};
use crate::wire::gateway_error::LimitScope;

/// Waits until the next attempt may be made.
///
/// # Errors
///
/// [`Error::Banned`] or [`Error::Limited`] if that would be too late, or the source of turns does not answer.
pub(super) async fn wait_for_turn(asking: &Asking<'_>, clock: &mut Stopwatch, io: &dyn Io) -> Result<(), Error> {
    let limiter = &asking.setup.limiter;
    learn_bans(limiter);
    if limiter.state().is_free() {
        return Ok(());
    }
    let subject = subject(asking, limiter.state().tells_sessions());
    let mut seat = Seat { limiter, ticket: None };
    loop {
        let now = Now { at: limiter.now() + clock.skipped(), wall: (asking.setup.clock)() };
        let for_rates = asking.timeout.saturating_sub(clock.elapsed());
        // An attempt after a ban needs some time too.
        let for_bans =
            if asking.waits_for_bans { retry::longest_wait(for_rates, asking.timeout) } else { Duration::ZERO };
        let turn = limiter.state().turn(&mut seat.ticket, &subject, now, Left { for_bans, for_rates });
        match turn {
            Turn::Go => return Ok(()),
            Turn::Wait(wait) => rest(clock, io, wait).await,
            Turn::Take { lane, count } => take(limiter, io, lane, count, for_rates, clock.skipped()).await?,
            Turn::Late { wait, limit: Limit::Ban(scope) } => return Err(Error::Banned { scope, left: wait }),
            Turn::Late { wait, limit: Limit::Rate(rate) } => return Err(Error::Limited(Limited::late(wait, rate))),
        }
        learn_bans(limiter);
    }
}

/// Waits, which counts in full also where a mock transport ends it at once.
pub(super) async fn rest(clock: &mut Stopwatch, io: &dyn Io, wait: Duration) {
    clock.wait(wait);
    io.sleep(wait).await;
}

/// Holds a ban that a call was told of, for all clients of the limiter.
pub(super) async fn hold_ban(
    asking: &Asking<'_>,
    clock: &Stopwatch,
    (scope, lasts): (LimitScope, Duration),
    io: &dyn Io,
) {
    let limiter = &asking.setup.limiter;
    let Some(key) = ban_key(&subject(asking, true), scope) else { return };
    limiter.state().ban(key.clone(), scope, lasts, limiter.now() + clock.skipped());
    let told = match limiter.source() {
        None => return,
        Some(AnySource::Async(source)) => source.tell_ban(&key, lasts).await,
        Some(AnySource::Blocking(source)) => {
            let source = Arc::clone(source);
            unblock(io, move || source.tell_ban(&key, lasts)).await.unwrap_or_else(panicked)
        }
    };
    if let Err(error) = told {
        tracing::warn!(%error, "other processes do not know of a ban");
    }
}

/// Takes turns from the source. One that does not answer within the time that is left is gone.
async fn take(
    limiter: &Limiter,
    io: &dyn Io,
    lane: LaneId,
    count: u32,
    left: Duration,
    skipped: Duration,
) -> Result<(), Error> {
    let Some(source) = limiter.source() else { return Ok(()) };
    let Some((key, spacing)) = limiter.state().asked(lane) else { return Ok(()) };
    let mut taking = Taking { limiter, lane: Some(lane) };
    let asked = limiter.now() + skipped;
    let slots = match source {
        AnySource::Async(source) => within(io, left, source.take(&key, spacing, count)).await,
        AnySource::Blocking(source) => {
            let source = Arc::clone(source);
            let work = unblock(io, move || source.take(&key, spacing, count));
            within(io, left, async { work.await.unwrap_or_else(panicked) }).await
        }
    };
    taking.lane = None;
    match (slots, source.outage()) {
        // Counted from when they were asked for: never later than the source means them.
        (Ok(slots), _) => limiter.state().give(lane, Some(slots), None, asked),
        (Err(error), Outage::Share(parts)) => {
            tracing::warn!(%error, "turns are made here for a while");
            limiter.state().give(lane, None, Some(parts), limiter.now() + skipped);
        }
        (Err(error), Outage::Fail) => {
            limiter.state().give(lane, None, None, asked);
            return Err(Error::Limited(Limited::without_source(error)));
        }
    }
    Ok(())
}

/// The result of an operation, if it comes in time.
async fn within<T>(
    io: &dyn Io,
    left: Duration,
    operation: impl Future<Output = Result<T, LimiterError>>,
) -> Result<T, LimiterError> {
    let (mut operation, mut end) = (pin!(operation), io.sleep(left));
    poll_fn(|cx| match operation.as_mut().poll(cx) {
        Poll::Ready(result) => Poll::Ready(result),
        Poll::Pending => end.as_mut().poll(cx).map(|()| Err(LimiterError::new("it did not answer in time"))),
    })
    .await
}

fn panicked<T>() -> Result<T, LimiterError> {
    Err(LimiterError::new("it panicked"))
}

/// Holds what other processes were told.
fn learn_bans(limiter: &Limiter) {
    let Some(source) = limiter.source() else { return };
    for (key, lasts) in source.told_bans() {
        let scope = scope_of(&key);
        limiter.state().ban(key, scope, lasts, limiter.now());
    }
}

/// What limits count of a call: with its session, if they tell sessions apart.
fn subject(asking: &Asking<'_>, with_session: bool) -> Subject {
    // A token has more than the 64 random bits that are kept of its digest: nobody finds it by guessing.
    let session = asking.session.filter(|_| with_session).map(|session| {
        let digest = Sha256::digest(session.expose().as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    });
    Subject {
        app_key: asking.setup.config.app_key.clone(),
        method: asking.info.name.clone().into_owned(),
        session,
        effect: asking.info.effect,
    }
}

/// A place among those who wait. Whoever gives up leaves it.
struct Seat<'a> {
    limiter: &'a Limiter,
    ticket: Option<Ticket>,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if self.ticket.is_some() {
            self.limiter.state().leave(&mut self.ticket);
        }
    }
}

/// Whoever takes turns from the source. If he gives up, another one takes them.
struct Taking<'a> {
    limiter: &'a Limiter,
    lane: Option<LaneId>,
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        if let Some(lane) = self.lane.take() {
            let now = self.limiter.now();
            self.limiter.state().give(lane, None, None, now);
        }
    }
}
