//! Whose turn it is: one state machine without I/O and without a clock of its own.
//!
//! Every time is a distance from the limiter's beginning. A call that must wait holds a ticket. Tickets are in the order of their turns:
//! writes first, then by age. The turn of a ticket is found by going through those before it, so a method that is slow holds nobody else
//! up.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::lane::{Lane, Line, Now, spacing};
use super::rate::{Per, Rate, RateScope};
use crate::call::method::Effect;
use crate::wire::gateway_error::LimitScope;

/// How long turns are made here before a source that did not answer is asked again.
const ALONE: Duration = Duration::from_secs(1);

/// How late a ticket may ask again before others go by.
const LIFE: Duration = Duration::from_millis(100);

/// The longest ban that is held: quotas end with the day.
const LONGEST_BAN: Duration = Duration::from_secs(86_400);

/// The most turns that are taken from the source at once.
const MOST_TAKEN: u32 = 16;

/// How many of those before a ticket are looked at one by one.
const LOOKAHEAD: usize = 64;

/// While another caller of this process takes turns from the source.
const WHILE_TAKING: Duration = Duration::from_millis(2);

/// How many bans and sessions are remembered before those that are over are forgotten.
const MANY: usize = 10_000;

/// A call, as far as limits count it.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) app_key: String,
    pub(crate) method: String,
    /// What stands for the session: not the session itself.
    pub(crate) session: Option<String>,
    pub(crate) effect: Effect,
}

/// The order of turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    /// Writes are first.
    reads: bool,
    number: u64,
}

/// What a call is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is its turn, which is used up.
    Go,
    /// Ask again after this time.
    Wait(Duration),
    /// Take turns from the source, and give them with [`State::give`]; then ask again.
    Take { lane: LaneId, count: u32 },
    /// Its turn comes later than it can wait.
    Late { wait: Duration, limit: Limit },
}

/// What keeps a call waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Limit {
    Ban(LimitScope),
    Rate(Rate),
}

/// The number of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LaneId(u64);

/// A rate by its place, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct LaneKey {
    rate: usize,
    subject: String,
}

#[derive(Debug)]
struct Waiting {
    lanes: Vec<LaneId>,
    /// When it asks again, as it was told.
    asks_again: Duration,
}

#[derive(Debug)]
pub(crate) struct State {
    rates: Vec<Rate>,
    /// Whether the turns of rates by the second come from a source.
    shared: bool,
    lanes: HashMap<LaneId, (LaneKey, Lane)>,
    ids: HashMap<LaneKey, LaneId>,
    /// Until when, and which calls it is for.
    bans: HashMap<String, (Duration, LimitScope)>,
    queue: BTreeMap<Ticket, Waiting>,
    issued: u64,
}

impl State {
    pub(crate) fn new(rates: Vec<Rate>, shared: bool) -> Self {
        let (lanes, ids, bans, queue) = (HashMap::new(), HashMap::new(), HashMap::new(), BTreeMap::new());
        Self { rates, shared, lanes, ids, bans, queue, issued: 0 }
    }

    pub(crate) fn rates(&self) -> Vec<Rate> {
        self.rates.clone()
    }

    /// Whether limits tell sessions apart, so that a subject needs its own.
    pub(crate) fn tells_sessions(&self) -> bool {
        let of_session =
            |rate: &Rate| matches!(rate.scope, RateScope::EachSession | RateScope::MethodAndEachSession(_));
        self.rates.iter().any(of_session) || self.bans.keys().any(|key| key.contains("\0s:"))
    }

    /// Whether nothing can keep a call waiting.
    pub(crate) fn is_free(&self) -> bool {
        self.rates.is_empty() && self.bans.is_empty()
    }

    /// What a call is to do that can wait this long. `ticket` is its own, for the next time it asks.
    pub(crate) fn turn(&mut self, ticket: &mut Option<Ticket>, call: &Subject, now: Now, left: Left) -> Turn {
        let turn = self.find_turn(ticket, call, now, left);
        if matches!(turn, Turn::Go | Turn::Late { .. }) {
            self.leave(ticket);
        }
        turn
    }

    /// Gives up a turn that has not come.
    pub(crate) fn leave(&mut self, ticket: &mut Option<Ticket>) {
        let Some(waiting) = ticket.take().and_then(|ticket| self.queue.remove(&ticket)) else { return };
        for id in waiting.lanes {
            if let Some((_, lane)) = self.lanes.get_mut(&id) {
                lane.waiting = lane.waiting.saturating_sub(1);
            }
        }
    }

    fn find_turn(&mut self, ticket: &mut Option<Ticket>, call: &Subject, now: Now, left: Left) -> Turn {
        if let Some((banned, scope)) = self.banned_for(call, now.at) {
            let late = Turn::Late { wait: banned, limit: Limit::Ban(scope) };
            return if banned <= left.for_bans { Turn::Wait(banned) } else { late };
        }
        let left = left.for_rates;
        let lanes: Vec<LaneId> = self.keys_of(call).into_iter().map(|key| self.lane(key, now)).collect();
        if lanes.is_empty() {
            return Turn::Go;
        }
        let mine = *ticket.get_or_insert_with(|| {
            self.issued += 1;
            Ticket { reads: call.effect == Effect::Read, number: self.issued }
        });
        let (due, slowest) = match self.due(mine, &lanes, now) {
            Due::At(due, slowest) => (due, slowest),
            Due::Far { half, guessed, slowest } => {
                let wait = guessed.saturating_sub(now.at);
                if wait > left {
                    return Turn::Late { wait, limit: Limit::Rate(self.rates[slowest].clone()) };
                }
                self.enter(mine, lanes, half);
                return Turn::Wait(half - now.at);
            }
            Due::Source(lane) => {
                self.enter(mine, lanes, now.at);
                return self.take(lane);
            }
        };
        if due <= now.at {
            for id in &lanes {
                if let Some((_, lane)) = self.lanes.get_mut(id) {
                    lane.use_turn(now.at);
                }
            }
            return Turn::Go;
        }
        let wait = due - now.at;
        if wait > left {
            return Turn::Late { wait, limit: Limit::Rate(self.rates[slowest].clone()) };
        }
        self.enter(mine, lanes, due);
        Turn::Wait(wait)
    }

    fn enter(&mut self, mine: Ticket, lanes: Vec<LaneId>, asks_again: Duration) {
        match self.queue.entry(mine) {
            Entry::Occupied(mut entry) => entry.get_mut().asks_again = asks_again,
            Entry::Vacant(entry) => {
                for id in &lanes {
                    if let Some((_, lane)) = self.lanes.get_mut(id) {
                        lane.waiting += 1;
                    }
                }
                entry.insert(Waiting { lanes, asks_again });
            }
        }
    }

    /// When the turn of this ticket comes, after those before it.
    fn due(&self, mine: Ticket, lanes: &[LaneId], now: Now) -> Due {
        let before = self.queue.range(..mine).map(|(_, waiting)| waiting);
        // One who does not ask although he was told to must not hold up the others.
        let present = before.filter(|waiting| waiting.asks_again + LIFE >= now.at);
        let mut rivals = present.filter(|waiting| waiting.lanes.iter().any(|id| lanes.contains(id)));
        let mut lines: HashMap<LaneId, Line<'_>> = HashMap::new();
        for waiting in rivals.by_ref().take(LOOKAHEAD) {
            self.step(&mut lines, &waiting.lanes, now);
        }
        match (self.step(&mut lines, lanes, now), rivals.count()) {
            (Due::At(soonest, slowest), more @ 1..) => self.far(lanes, LOOKAHEAD + more, (soonest, slowest), now),
            (due, _) => due,
        }
    }

    /// Lets one call go by in the lines of its lanes.
    fn step<'a>(&'a self, lines: &mut HashMap<LaneId, Line<'a>>, lanes: &[LaneId], now: Now) -> Due {
        let (mut due, mut slowest) = (now.at, 0);
        for id in lanes {
            let Some((key, lane)) = self.lanes.get(id) else { continue };
            match lines.entry(*id).or_insert_with(|| lane.line(now)).next() {
                Some(at) if at > due => (due, slowest) = (at, key.rate),
                Some(_) => {}
                None => return Due::Source(*id),
            }
        }
        for id in lanes {
            if let Some(line) = lines.get_mut(id) {
                line.pass(due, now.at);
            }
        }
        Due::At(due, slowest)
    }

    /// When a turn comes that has this many before it. It is asked for again half-way: some may give up.
    fn far(&self, lanes: &[LaneId], many: usize, (soonest, slowest): (Duration, usize), now: Now) -> Due {
        let guess = |id: &LaneId| {
            let (key, lane) = self.lanes.get(id)?;
            Some((lane.line(now).after_many(u32::try_from(many).unwrap_or(u32::MAX))?, key.rate))
        };
        let (guessed, slowest) = lanes.iter().filter_map(guess).max().unwrap_or((soonest, slowest));
        Due::Far { half: soonest.max(now.at + guessed.saturating_sub(now.at) / 2), guessed, slowest }
    }

    fn take(&mut self, id: LaneId) -> Turn {
        match self.lanes.get_mut(&id) {
            Some((_, lane)) if !lane.taking => {
                lane.taking = true;
                // As many as wait, or a quarter more than were needed in the last second, so that the source is asked rarely.
                let most = lane.pace.most();
                let needed = lane.waiting.max(most + most / 4);
                Turn::Take { lane: id, count: needed.clamp(1, MOST_TAKEN) }
            }
            _ => Turn::Wait(WHILE_TAKING),
        }
    }

    /// What a source is asked for: its key of a lane, and how far its turns are apart.
    pub(crate) fn asked(&self, id: LaneId) -> Option<(String, Duration)> {
        let (key, _) = self.lanes.get(&id)?;
        let rate = &self.rates[key.rate];
        Some((format!("{}/s {}", rate.calls, key.subject), spacing(rate)))
    }

    /// Turns of the source, as distances from `now`. Without any, `alone` says in how many parts the rate is divided while turns are made
    /// here.
    pub(crate) fn give(&mut self, id: LaneId, slots: Option<Vec<Duration>>, alone: Option<u32>, now: Duration) {
        let Some((_, lane)) = self.lanes.get_mut(&id) else { return };
        lane.taking = false;
        match (slots, alone) {
            (Some(slots), _) => {
                lane.slots.extend(slots.into_iter().map(|slot| now + slot));
                lane.alone_until = Duration::ZERO;
            }
            (None, Some(parts)) => {
                lane.alone_until = now + ALONE;
                lane.parts = parts.max(1);
            }
            (None, None) => {}
        }
    }

    /// The lane with this key, up to date.
    fn lane(&mut self, key: LaneKey, now: Now) -> LaneId {
        let rate = &self.rates[key.rate];
        let shared = self.shared && rate.per == Per::Second;
        if let Some(id) = self.ids.get(&key) {
            if let Some((_, lane)) = self.lanes.get_mut(id) {
                lane.refresh(now);
            }
            return *id;
        }
        if self.lanes.len() >= MANY {
            self.lanes.retain(|_, (_, lane)| !lane.is_idle(now));
            let lanes = &self.lanes;
            self.ids.retain(|_, id| lanes.contains_key(id));
        }
        self.issued += 1;
        let (id, mut lane) = (LaneId(self.issued), Lane::new(rate, shared));
        lane.refresh(now);
        self.ids.insert(key.clone(), id);
        self.lanes.insert(id, (key, lane));
        id
    }

    /// What counts a call.
    fn keys_of(&self, call: &Subject) -> Vec<LaneKey> {
        let key = |(rate, declared): (usize, &Rate)| {
            let session = || call.session.as_deref();
            let app = &call.app_key;
            let subject = match &declared.scope {
                RateScope::App => app.clone(),
                RateScope::Method(method) if *method == call.method => format!("{app}\0m:{method}"),
                RateScope::EachSession => format!("{app}\0s:{}", session()?),
                RateScope::MethodAndEachSession(method) if *method == call.method => {
                    format!("{app}\0m:{method}\0s:{}", session()?)
                }
                RateScope::Method(_) | RateScope::MethodAndEachSession(_) => return None,
            };
            Some(LaneKey { rate, subject })
        };
        self.rates.iter().enumerate().filter_map(key).collect()
    }

    /// How long calls like this are banned.
    fn banned_for(&self, call: &Subject, now: Duration) -> Option<(Duration, LimitScope)> {
        if self.bans.is_empty() {
            return None;
        }
        let scopes = [LimitScope::App, LimitScope::Method, LimitScope::Session];
        let keys = scopes.into_iter().filter_map(|scope| ban_key(call, scope));
        let (until, scope) = keys.filter_map(|key| self.bans.get(&key)).max_by_key(|(until, _)| *until)?;
        let wait = until.saturating_sub(now);
        (!wait.is_zero()).then_some((wait, *scope))
    }

    /// Holds a ban, which only a longer one replaces.
    pub(crate) fn ban(&mut self, key: String, scope: LimitScope, lasts: Duration, now: Duration) {
        self.bans.retain(|_, (until, _)| *until > now);
        let until = now + lasts.min(LONGEST_BAN);
        if self.bans.len() < MANY && self.bans.get(&key).is_none_or(|(held, _)| *held < until) {
            self.bans.insert(key, (until, scope));
        }
    }
}

/// How long a call can wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    pub(crate) for_bans: Duration,
    pub(crate) for_rates: Duration,
}

/// Which calls another process was banned for, by the key of the ban.
pub(crate) fn scope_of(key: &str) -> LimitScope {
    if key.contains("\0s:") {
        LimitScope::Session
    } else if key.contains("\0m:") {
        LimitScope::AppAndMethod
    } else {
        LimitScope::App
    }
}

/// Which calls a ban of this scope is for: all of the application, the method's, or the session's. `None` if the call has no session.
pub(crate) fn ban_key(call: &Subject, scope: LimitScope) -> Option<String> {
    let app = &call.app_key;
    match scope {
        LimitScope::App | LimitScope::Partner => Some(app.clone()),
        LimitScope::User | LimitScope::Session if call.session.is_some() => {
            call.session.as_ref().map(|session| format!("{app}\0s:{session}"))
        }
        LimitScope::Method
        | LimitScope::AppAndMethod
        | LimitScope::Load
        | LimitScope::Service
        | LimitScope::Unspecified
        | LimitScope::User
        | LimitScope::Session => Some(format!("{app}\0m:{}", call.method)),
    }
}

/// When a turn comes.
enum Due {
    /// Then; and the place of the rate that is the slowest.
    At(Duration, usize),
    /// After many others: about when, and when to ask again.
    Far { half: Duration, guessed: Duration, slowest: usize },
    /// When the source of this lane says so.
    Source(LaneId),
}
