//! Whose turn it is: one state machine without I/O and without a clock of its own.
//!
//! Every time is a distance from the limiter's beginning. A call holds a ticket: while it waits, and then until it was answered. Tickets are in the order of their turns:
//! writes first, then by age. The turn of a ticket is found by going through those before it, so a method that is slow holds nobody else
//! up.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::lane::{Lane, Line, Now};
use super::rate::{Rate, RateScope};
use super::source::{Claim, Lease};
use crate::call::method::Effect;
use crate::wire::gateway_error::LimitScope;

/// How late a ticket may ask again before others go by.
const LIFE: Duration = Duration::from_millis(100);

/// The longest ban that is held: quotas end with the day.
const LONGEST_BAN: Duration = Duration::from_secs(86_400);

/// How many of those before a ticket are looked at one by one.
const LOOKAHEAD: usize = 64;

/// While another caller of this process asks the source.
const WHILE_ASKING: Duration = Duration::from_millis(2);

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket {
    /// Writes are first.
    reads: bool,
    number: u64,
}

/// What a call is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is its turn. Its ticket is to be given up with [`State::leave`] once it was answered.
    Go,
    /// Ask again after this time.
    Wait(Duration),
    /// Ask the source, and tell what it said with [`State::lend`] or [`State::fail`]; then ask again.
    Ask(Question),
    /// Its turn comes later than it can wait.
    Late { wait: Duration, limit: Limit },
}

/// What the source is asked, or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) lane: LaneId,
    /// The source's name of the lane, and its rate.
    pub(crate) key: String,
    pub(crate) calls: u32,
    pub(crate) claim: Claim,
}

/// What keeps a call waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Limit {
    Ban(LimitScope),
    Rate(Rate),
}

/// The number of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Whether the permits of rates by the second come from a source, which knows this limiter by `holder`.
    shared: bool,
    holder: String,
    lanes: BTreeMap<LaneId, (LaneKey, Lane)>,
    ids: HashMap<LaneKey, LaneId>,
    /// Until when, and which calls it is for.
    bans: HashMap<String, (Duration, LimitScope)>,
    queue: BTreeMap<Ticket, Waiting>,
    /// What counts the calls that are under way.
    flying: BTreeMap<Ticket, Vec<LaneId>>,
    issued: u64,
}

impl State {
    pub(crate) fn new(rates: Vec<Rate>, source: Option<String>) -> Self {
        let (shared, holder) = (source.is_some(), source.unwrap_or_default());
        let (lanes, queue, flying) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (ids, bans) = (HashMap::new(), HashMap::new());
        Self { rates, shared, holder, lanes, ids, bans, queue, flying, issued: 0 }
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
        if matches!(turn, Turn::Late { .. }) {
            self.leave(ticket, now.at);
        }
        turn
    }

    /// Gives up a turn that has not come, or ends one: the call was answered, or given up. What the source is to be told.
    pub(crate) fn leave(&mut self, ticket: &mut Option<Ticket>, now: Duration) -> Vec<Question> {
        let Some(mine) = ticket.take() else { return Vec::new() };
        self.stop_waiting(mine);
        let lanes = self.flying.remove(&mine).unwrap_or_default();
        let mut told = Vec::new();
        for id in lanes {
            self.issued += 1;
            let by = (self.holder.as_str(), self.issued);
            let claim = self.lanes.get_mut(&id).and_then(|(_, lane)| lane.done(now, by));
            told.extend(claim.and_then(|claim| self.question(id, claim)));
        }
        told
    }

    fn stop_waiting(&mut self, mine: Ticket) {
        let Some(waiting) = self.queue.remove(&mine) else { return };
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
        if let Some(id) = lanes.iter().find(|id| self.lanes.get(id).is_some_and(|(_, lane)| lane.is_due(now.at))) {
            return self.ask(*id, now.at);
        }
        let (due, slowest) = self.due(mine, &lanes, now);
        if due.at <= now.at {
            for id in &lanes {
                if let Some((_, lane)) = self.lanes.get_mut(id) {
                    lane.use_turn(now.at);
                }
            }
            self.stop_waiting(mine);
            self.flying.insert(mine, lanes);
            return Turn::Go;
        }
        self.enter(mine, &lanes, due.ask_again);
        // It may be that a source has more.
        let more = lanes.iter().filter_map(|id| Some((self.lanes.get(id)?.1.more()?, *id))).min();
        let ask_again = match more {
            Some(((at, true), _)) if at <= now.at => return Turn::Wait(WHILE_ASKING),
            Some(((at, false), id)) if at <= now.at => return self.ask(id, now.at),
            Some(((at, _), _)) => due.ask_again.min(at),
            None => due.ask_again,
        };
        let wait = due.at - now.at;
        if wait > left {
            return Turn::Late { wait, limit: Limit::Rate(self.rates[slowest].clone()) };
        }
        self.enter(mine, &lanes, ask_again);
        Turn::Wait(ask_again - now.at)
    }

    fn enter(&mut self, mine: Ticket, lanes: &[LaneId], asks_again: Duration) {
        match self.queue.entry(mine) {
            Entry::Occupied(mut entry) => entry.get_mut().asks_again = asks_again,
            Entry::Vacant(entry) => {
                for id in lanes {
                    if let Some((_, lane)) = self.lanes.get_mut(id) {
                        lane.waiting += 1;
                    }
                }
                entry.insert(Waiting { lanes: lanes.to_vec(), asks_again });
            }
        }
    }

    /// When the turn of this ticket comes, after those before it; and the place of the rate that is the slowest.
    fn due(&self, mine: Ticket, lanes: &[LaneId], now: Now) -> (Due, usize) {
        let before = self.queue.range(..mine).map(|(_, waiting)| waiting);
        // One who does not ask although he was told to must not hold up the others.
        let present = before.filter(|waiting| waiting.asks_again + LIFE >= now.at);
        let mut rivals = present.filter(|waiting| waiting.lanes.iter().any(|id| lanes.contains(id)));
        let Some(first) = rivals.next() else {
            let (at, slowest) = self.soonest(lanes, now);
            return (Due { at, ask_again: at }, slowest);
        };
        let mut lines: HashMap<LaneId, Line<'_>> = HashMap::new();
        for waiting in std::iter::once(first).chain(rivals.by_ref().take(LOOKAHEAD - 1)) {
            self.step(&mut lines, &waiting.lanes, now);
        }
        let (soonest, slowest) = self.step(&mut lines, lanes, now);
        match rivals.count() {
            0 => (Due { at: soonest, ask_again: soonest }, slowest),
            more => self.far(lanes, LOOKAHEAD + more, (soonest, slowest), now),
        }
    }

    /// When a call may be made that nobody is before; and the place of the rate that is the slowest.
    fn soonest(&self, lanes: &[LaneId], now: Now) -> (Duration, usize) {
        let (mut due, mut slowest) = (now.at, 0);
        for (key, lane) in lanes.iter().filter_map(|id| self.lanes.get(id)) {
            let at = lane.line(now).next();
            if at > due {
                (due, slowest) = (at, key.rate);
            }
        }
        (due, slowest)
    }

    /// Lets one call go by in the lines of its lanes.
    fn step<'a>(&'a self, lines: &mut HashMap<LaneId, Line<'a>>, lanes: &[LaneId], now: Now) -> (Duration, usize) {
        let (mut due, mut slowest) = (now.at, 0);
        for id in lanes {
            let Some((key, lane)) = self.lanes.get(id) else { continue };
            let at = lines.entry(*id).or_insert_with(|| lane.line(now)).next();
            if at > due {
                (due, slowest) = (at, key.rate);
            }
        }
        for id in lanes {
            if let Some(line) = lines.get_mut(id) {
                line.pass(due, now.at);
            }
        }
        (due, slowest)
    }

    /// About when a turn comes that has this many before it. It is asked for again half-way: some may give up.
    fn far(&self, lanes: &[LaneId], many: usize, (soonest, slowest): (Duration, usize), now: Now) -> (Due, usize) {
        let guess = |id: &LaneId| {
            let (key, lane) = self.lanes.get(id)?;
            Some((lane.line(now).after_many(u32::try_from(many).unwrap_or(u32::MAX)), key.rate))
        };
        let (guessed, slowest) = lanes.iter().filter_map(guess).max().unwrap_or((soonest, slowest));
        let half = soonest.max(now.at + guessed.saturating_sub(now.at) / 2);
        (Due { at: guessed.max(half), ask_again: half }, slowest)
    }

    /// Asks the source of this lane.
    fn ask(&mut self, id: LaneId, now: Duration) -> Turn {
        self.issued += 1;
        let by = (self.holder.as_str(), self.issued);
        let claim = self.lanes.get_mut(&id).and_then(|(_, lane)| lane.claim(now, by));
        match claim.and_then(|claim| self.question(id, claim)) {
            Some(question) => Turn::Ask(question),
            None => Turn::Wait(WHILE_ASKING),
        }
    }

    fn question(&self, lane: LaneId, claim: Claim) -> Option<Question> {
        let (key, _) = self.lanes.get(&lane)?;
        let calls = self.rates[key.rate].calls;
        Some(Question { lane, key: format!("{calls}/s {}", key.subject), calls, claim })
    }

    /// What the source lends for a question that was asked at this time.
    pub(crate) fn lend(&mut self, id: LaneId, lease: &Lease, asked: Duration) {
        if let Some((_, lane)) = self.lanes.get_mut(&id) {
            lane.lend(lease, asked);
        }
    }

    /// The source did not answer. Whether permits of the last lease are still here.
    pub(crate) fn fail(&mut self, id: LaneId, now: Duration) -> bool {
        self.lanes.get_mut(&id).is_none_or(|(_, lane)| lane.fail(now))
    }

    /// Makes one of this many parts of the rate here, for a while.
    pub(crate) fn go_alone(&mut self, id: LaneId, parts: u32, now: Duration) {
        if let Some((_, lane)) = self.lanes.get_mut(&id) {
            lane.go_alone(parts, now);
        }
    }

    /// The lane with this key, up to date.
    fn lane(&mut self, key: LaneKey, now: Now) -> LaneId {
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
        let (id, mut lane) = (LaneId(self.issued), Lane::new(&self.rates[key.rate], self.shared));
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

/// When a turn comes, and when to ask for it again.
struct Due {
    at: Duration,
    ask_again: Duration,
}
