//! One flight for each user: of many callers in a process, one does the work, and the others wait for its result.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use super::token::Token;
use crate::client::Io;
use crate::wire::value::DateTime;

/// How many users are remembered. More than that, and those who are at rest are forgotten: their tokens are read again.
const MOST_USERS: usize = 100_000;

/// The first wait for a flight of somebody else, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(100));

/// Why there is no token; shown to every caller who waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoToken {
    pub(super) problem: String,
    pub(super) needs_authorization: bool,
}

pub(super) type Flight = Pin<Box<dyn Future<Output = Result<Token, NoToken>> + Send>>;

/// The flights of all users, and what they brought last.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<String, Slot>>);

#[derive(Default)]
struct Slot {
    /// What the store last said, and when.
    cached: Option<(Token, DateTime)>,
    /// How many flights have ended, and the result of the last one.
    ended: u64,
    result: Option<Result<Token, NoToken>>,
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Idle,
    /// A caller works on it.
    Flying,
    /// Its caller gave up. The next one goes on.
    Parked(Flight),
}

/// What a caller finds.
enum Turn {
    Fly(Flight),
    Wait,
    Ended(Box<Result<Token, NoToken>>),
}

impl Flights {
    /// What the store last said about a user, and when.
    pub(super) fn cached(&self, user: &str) -> Option<(Token, DateTime)> {
        self.slots().get(user)?.cached.clone()
    }

    /// Forgets what the store said about a user.
    pub(super) fn forget(&self, user: &str) {
        if let Some(slot) = self.slots().get_mut(user) {
            slot.cached = None;
        }
    }

    /// The result of a flight that is under way, or of a new one. A caller who gives up leaves his flight to the next one.
    pub(super) async fn join(
        &self,
        io: &dyn Io,
        user: &str,
        now: impl Fn() -> DateTime,
        new: impl Fn() -> Flight,
    ) -> Result<Token, NoToken> {
        let first = self.slots().get(user).map_or(0, |slot| slot.ended);
        let mut wait = WAITS.0;
        loop {
            match self.turn(user, first, &new) {
                Turn::Ended(result) => return *result,
                Turn::Wait => {
                    io.sleep(wait).await;
                    wait = (wait * 2).min(WAITS.1);
                }
                Turn::Fly(flight) => {
                    let mut seat = Seat { flights: self, user, flight: Some(flight) };
                    let result = poll_fn(|cx| match &mut seat.flight {
                        Some(flight) => flight.as_mut().poll(cx),
                        None => Poll::Pending,
                    })
                    .await;
                    seat.flight = None;
                    self.land(user, result.clone(), now());
                    return result;
                }
            }
        }
    }

    fn turn(&self, user: &str, first: u64, new: impl Fn() -> Flight) -> Turn {
        let mut slots = self.slots();
        if slots.len() >= MOST_USERS && !slots.contains_key(user) {
            slots.retain(|_, slot| !matches!(slot.state, State::Idle));
        }
        let slot = slots.entry(user.to_owned()).or_default();
        if slot.ended > first
            && let Some(result) = &slot.result
        {
            return Turn::Ended(Box::new(result.clone()));
        }
        match std::mem::replace(&mut slot.state, State::Flying) {
            State::Idle => Turn::Fly(new()),
            State::Parked(flight) => Turn::Fly(flight),
            State::Flying => Turn::Wait,
        }
    }

    fn land(&self, user: &str, result: Result<Token, NoToken>, now: DateTime) {
        let mut slots = self.slots();
        let slot = slots.entry(user.to_owned()).or_default();
        slot.cached = result.as_ref().ok().map(|token| (token.clone(), now));
        slot.ended += 1;
        slot.result = Some(result);
        slot.state = State::Idle;
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<String, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever sits here works on the flight. Leaving early parks it.
struct Seat<'a> {
    flights: &'a Flights,
    user: &'a str,
    flight: Option<Flight>,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if let Some(flight) = self.flight.take() {
            // What panicked cannot go on.
            let state = if std::thread::panicking() { State::Idle } else { State::Parked(flight) };
            self.flights.slots().entry(self.user.to_owned()).or_default().state = state;
        }
    }
}
