//! Waits for the turn of a call under the client's limits, and tells the limiter of bans.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::call::error::Error;
use crate::call::limit::{
    AnySource, Asking, LaneId, Left, Limit, Limited, Limiter, LimiterError, Now, Outage, Question, Subject, Ticket,
    Turn, ban_key, scope_of,
};
use crate::call::retry;
use crate::call::stopwatch::{Reading, Stopwatch};
use crate::client::io::{Io, unblock};
use crate::wire::gateway_error::LimitScope;

/// Waits until the next attempt may be made. The seat is to be held until it was answered.
///
/// # Errors
///
/// [`Error::Banned`] or [`Error::Limited`] if that would be too late, or the source of permits does not answer.
pub(super) async fn wait_for_turn(asking: &Asking<'_>, clock: &mut Stopwatch, io: &dyn Io) -> Result<Seat, Error> {
    let seat = wait_at_most(Duration::MAX, asking, clock, io).await?;
    Ok(seat.expect("invariant: it waits as long as it must"))
}

/// The same, if no wait is longer than this. `None`: it would be.
pub(super) async fn wait_at_most(
    longest: Duration,
    asking: &Asking<'_>,
    clock: &mut Stopwatch,
    io: &dyn Io,
) -> Result<Option<Seat>, Error> {
    let limiter = &asking.setup.limiter;
    let mut seat = Seat { limiter: limiter.clone(), ticket: None, skipped: Duration::ZERO };
    let mut subject = None;
    loop {
        learn_bans(limiter);
        let (turn, for_rates) = {
            let mut state = limiter.state();
            if state.is_free() {
                return Ok(Some(seat));
            }
            let subject = subject.get_or_insert_with(|| self::subject(asking, state.tells_sessions()));
            let instant = Instant::now();
            let Reading { elapsed, skipped } = clock.at(instant);
            seat.skipped = skipped;
            let now = Now { at: limiter.time_of(instant) + skipped, wall: || (asking.setup.clock)() };
            let for_rates = asking.timeout.saturating_sub(elapsed);
            // An attempt after a ban needs some time too.
            let for_bans =
                if asking.waits_for_bans { retry::longest_wait(for_rates, asking.timeout) } else { Duration::ZERO };
            (state.turn(&mut seat.ticket, subject, now, Left { for_bans, for_rates }), for_rates)
        };
        match turn {
            Turn::Go => return Ok(Some(seat)),
            Turn::Wait(wait) if wait > longest => return Ok(None),
            Turn::Wait(wait) => rest(clock, io, wait).await,
            Turn::Ask(question) => ask(limiter, io, question, for_rates, seat.skipped).await?,
            Turn::Late { wait, limit: Limit::Ban(scope) } => return Err(Error::Banned { scope, left: wait }),
            Turn::Late { wait, limit: Limit::Rate(rate) } => return Err(Error::Limited(Limited::late(wait, rate))),
        }
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

/// Asks the source for permits. One that does not answer within the time that is left is gone.
async fn ask(
    limiter: &Limiter,
    io: &dyn Io,
    question: Question,
    left: Duration,
    skipped: Duration,
) -> Result<(), Error> {
    let Some(source) = limiter.source() else { return Ok(()) };
    let Question { lane, key, calls, claim } = question;
    let mut asking = AskingSource { limiter, lane: Some(lane) };
    let asked = limiter.now() + skipped;
    let lease = match source {
        AnySource::Async(source) => within(io, left, source.lend(&key, calls, &claim)).await,
        AnySource::Blocking(source) => {
            let source = Arc::clone(source);
            let work = unblock(io, move || source.lend(&key, calls, &claim));
            within(io, left, async { work.await.unwrap_or_else(panicked) }).await
        }
    };
    asking.lane = None;
    let now = limiter.now() + skipped;
    match (lease, source.outage()) {
        // Counted from when it was asked: never later than the source means it.
        (Ok(lease), _) => limiter.state().lend(lane, &lease, asked),
        (Err(error), outage) => {
            let lends_still = limiter.state().fail(lane, now);
            match outage {
                _ if lends_still => tracing::warn!(%error, "the lease is not renewed"),
                Outage::Share(parts) => {
                    tracing::warn!(%error, "permits are made here for a while");
                    limiter.state().go_alone(lane, parts, now);
                }
                Outage::Fail => return Err(Error::Limited(Limited::without_source(error))),
            }
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
fn subject<'a>(asking: &Asking<'a>, with_session: bool) -> Subject<'a> {
    // A token has more than the 64 random bits that are kept of its digest: nobody finds it by guessing.
    let session = asking.session.filter(|_| with_session).map(|session| {
        let digest = Sha256::digest(session.expose().as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    });
    Subject { app_key: &asking.setup.config.app_key, method: &asking.info.name, session, effect: asking.info.effect }
}

/// A place among those who wait, and then among those who are under way. Whoever gives up, or was answered, leaves it.
pub(super) struct Seat {
    limiter: Limiter,
    ticket: Option<Ticket>,
    /// How much of the waits took no time.
    skipped: Duration,
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.ticket.is_none() {
            return;
        }
        let told = self.limiter.state().leave(&mut self.ticket, self.limiter.now() + self.skipped);
        if let Some(source) = self.limiter.source() {
            told.iter().for_each(|told| source.tell_claim(&told.key, told.calls, &told.claim));
        }
    }
}

/// Whoever asks the source. If he gives up, another one asks.
struct AskingSource<'a> {
    limiter: &'a Limiter,
    lane: Option<LaneId>,
}

impl Drop for AskingSource<'_> {
    fn drop(&mut self) {
        if let Some(lane) = self.lane.take() {
            let now = self.limiter.now();
            self.limiter.state().fail(lane, now);
        }
    }
}
