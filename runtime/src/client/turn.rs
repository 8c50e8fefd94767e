//! Waits for the turn of a call under the client's limits, and tells the limiter of bans.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::call::attempts::Attempts;
use crate::call::error::Error;
use crate::call::limit::{
    AnySource, LaneId, Limited, Limiter, LimiterError, Now, Outage, Subject, Ticket, Turn, ban_key,
};
use crate::client::io::{Io, unblock};

/// Waits until the next attempt may be made.
///
/// # Errors
///
/// [`Error::Limited`] if that would be after the deadline, or the source of turns does not answer.
pub(super) async fn wait_for_turn(attempts: &mut Attempts<'_>, io: &dyn Io) -> Result<(), Error> {
    let setup = attempts.setup();
    let limiter = &setup.limiter;
    learn_bans(limiter);
    if limiter.state().is_free() {
        return Ok(());
    }
    let subject = subject(attempts, limiter);
    let mut seat = Seat { limiter, ticket: None };
    loop {
        let now = Now { at: limiter.now() + attempts.skipped(), wall: (setup.clock)() };
        let left = attempts.left();
        let turn = limiter.state().turn(&mut seat.ticket, &subject, now, left);
        match turn {
            Turn::Go => return Ok(()),
            Turn::Wait(wait) => rest(attempts, io, wait).await,
            Turn::Take { lane, count } => take(limiter, io, lane, count, left, attempts.skipped()).await?,
            Turn::Late { wait, limit } => return Err(Error::Limited(Limited::late(wait, limit))),
        }
        learn_bans(limiter);
    }
}

/// Waits, which counts in full also where a mock transport ends it at once.
pub(super) async fn rest(attempts: &mut Attempts<'_>, io: &dyn Io, wait: Duration) {
    let began = Instant::now();
    io.sleep(wait).await;
    attempts.has_waited(wait, began.elapsed());
}

/// Holds the ban that the last attempt was told of, for all clients of the limiter.
pub(super) async fn hold_ban(attempts: &mut Attempts<'_>, io: &dyn Io) {
    let Some((scope, lasts)) = attempts.take_ban() else { return };
    let limiter = &attempts.setup().limiter;
    let Some(key) = ban_key(&whole_subject(attempts), scope) else { return };
    limiter.state().ban(key.clone(), lasts, limiter.now() + attempts.skipped());
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
        limiter.state().ban(key, lasts, limiter.now());
    }
}

fn subject(attempts: &Attempts<'_>, limiter: &Limiter) -> Subject {
    if limiter.state().tells_sessions() {
        return whole_subject(attempts);
    }
    subject_with(attempts, None)
}

fn whole_subject(attempts: &Attempts<'_>) -> Subject {
    // A token has more than the 64 random bits that are kept of its digest: nobody finds it by guessing.
    let digest = attempts.session().map(|session| {
        let digest = Sha256::digest(session.expose().as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    });
    subject_with(attempts, digest)
}

fn subject_with(attempts: &Attempts<'_>, session: Option<String>) -> Subject {
    let info = attempts.info();
    Subject {
        app_key: attempts.setup().config.app_key.clone(),
        method: info.name.clone().into_owned(),
        session,
        effect: info.effect,
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
