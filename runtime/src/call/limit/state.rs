//! Whose turn it is: one state machine without I/O and without a clock of its own.
//!
//! Every time is a distance from the limiter's beginning. A call holds a ticket: while it waits, and then until it was answered. Those who wait are in the
//! order of their turns: writes first, then by age. The turn of a ticket is found by going through those before it, so a method that is slow
//! holds nobody else up.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::calendar::{Calendar, Moment, Now};
use super::lane::Line;
use super::lanes::{Counting, LaneId, Lanes};
use super::rate::{Rate, RateScope};
use super::source::{Claim, Lease};
use super::subject::Subject;
use crate::call::method::Effect;
use crate::wire::gateway_error::LimitScope;
use crate::wire::value::DateTime;

/// How late a ticket may ask again before others go by.
const LIFE: Duration = Duration::from_millis(100);

/// The longest ban that is held: quotas end with the day.
const LONGEST_BAN: Duration = Duration::from_secs(86_400);

/// How many of those before a ticket are looked at one by one.
const LOOKAHEAD: usize = 64;

/// While another caller of this process asks the source.
const WHILE_ASKING: Duration = Duration::from_millis(2);

/// How many bans are held at most.
const MANY_BANS: usize = 10_000;

/// Held by a call that waits or is under way.
#[derive(Debug)]
pub(crate) struct Ticket {
    order: Order,
    /// What counts the call, once it is under way.
    flying: Vec<LaneId>,
}

/// The order of turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
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

#[derive(Debug)]
struct Waiting {
    lanes: Vec<LaneId>,
    /// When it asks again, as it was told.
    asks_again: Duration,
}

#[derive(Debug)]
pub(crate) struct State {
    calendar: Calendar,
    lanes: Lanes,
    /// What a source knows this limiter by.
    holder: String,
    /// Until when, and which calls it is for.
    bans: HashMap<String, (Duration, LimitScope)>,
    queue: BTreeMap<Order, Waiting>,
    issued: u64,
}

impl State {
    pub(crate) fn new(rates: Vec<Rate>, source: Option<String>) -> Self {
        let (calendar, lanes) = (Calendar::new(&rates), Lanes::new(rates, source.is_some()));
        Self {
            calendar,
            lanes,
            holder: source.unwrap_or_default(),
            bans: HashMap::new(),
            queue: BTreeMap::new(),
            issued: 0,
        }
    }

    pub(crate) fn rates(&self) -> Vec<Rate> {
        self.lanes.rates().to_vec()
    }

    /// Whether limits tell sessions apart, so that a subject needs its own.
    pub(crate) fn tells_sessions(&self) -> bool {
        let of_session =
            |rate: &Rate| matches!(rate.scope, RateScope::EachSession | RateScope::MethodAndEachSession(_));
        self.lanes.rates().iter().any(of_session) || self.bans.keys().any(|key| key.contains("\0s:"))
    }

    /// Whether nothing can keep a call waiting.
    pub(crate) fn is_free(&self) -> bool {
        self.lanes.rates().is_empty() && self.bans.is_empty()
    }

    /// What a call is to do that can wait this long. `ticket` is its own, for the next time it asks.
    pub(crate) fn turn(
        &mut self,
        ticket: &mut Option<Ticket>,
        call: &Subject<'_>,
        now: Now<impl Fn() -> DateTime>,
        left: Left,
    ) -> Turn {
        let now = self.calendar.moment(now);
        let turn = self.find_turn(ticket, call, now, left);
        if matches!(turn, Turn::Late { .. }) {
            self.leave(ticket, now.at);
        }
        turn
    }

    /// Gives up a turn that has not come, or ends one: the call was answered, or given up. What the source is to be told.
    pub(crate) fn leave(&mut self, ticket: &mut Option<Ticket>, now: Duration) -> Vec<Question> {
        let Some(Ticket { order, mut flying }) = ticket.take() else { return Vec::new() };
        self.stop_waiting(order);
        let mut told = Vec::new();
        for id in flying.drain(..) {
            let Some(lane) = self.lanes.get_mut(id) else { continue };
            if lane.done(now) {
                self.issued += 1;
                let claim = lane.tell(now, (&self.holder, self.issued));
                told.extend(self.question(id, claim));
            }
        }
        self.lanes.take_back(flying);
        told
    }

    fn stop_waiting(&mut self, mine: Order) {
        let Some(waiting) = self.queue.remove(&mine) else { return };
        for id in waiting.lanes {
            if let Some(lane) = self.lanes.get_mut(id) {
                lane.waiting = lane.waiting.saturating_sub(1);
            }
        }
    }

    fn find_turn(&mut self, ticket: &mut Option<Ticket>, call: &Subject<'_>, now: Moment, left: Left) -> Turn {
        if let Some((banned, scope)) = self.banned_for(call, now.at) {
            let late = Turn::Late { wait: banned, limit: Limit::Ban(scope) };
            return if banned <= left.for_bans { Turn::Wait(banned) } else { late };
        }
        let left = left.for_rates;
        let Counting { ids: lanes, soonest } = self.lanes.of(call, now);
        if lanes.is_empty() {
            self.lanes.take_back(lanes);
            return Turn::Go;
        }
        let ticket = ticket.get_or_insert_with(|| {
            self.issued += 1;
            let order = Order { reads: call.effect == Effect::Read, number: self.issued };
            Ticket { order, flying: Vec::new() }
        });
        let mine = ticket.order;
        if self.lanes.are_shared()
            && let Some(id) = lanes.iter().find(|id| self.lanes.get(**id).is_some_and(|lane| lane.is_due(now.at)))
        {
            return self.ask(*id, now.at);
        }
        let (due, slowest) = self.due(mine, &lanes, soonest, now);
        if due.at <= now.at {
            for id in &lanes {
                if let Some(lane) = self.lanes.get_mut(*id) {
                    lane.use_turn(now.at);
                }
            }
            self.stop_waiting(mine);
            ticket.flying = lanes;
            return Turn::Go;
        }
        self.enter(mine, &lanes, due.ask_again);
        // It may be that a source has more.
        let more = lanes.iter().filter_map(|id| Some((self.lanes.get(*id)?.more()?, *id))).min();
        let ask_again = match more {
            Some(((at, true), _)) if at <= now.at => return Turn::Wait(WHILE_ASKING),
            Some(((at, false), id)) if at <= now.at => return self.ask(id, now.at),
            Some(((at, _), _)) => due.ask_again.min(at),
            None => due.ask_again,
        };
        let wait = due.at - now.at;
        if wait > left {
            return Turn::Late { wait, limit: Limit::Rate(self.lanes.rates()[slowest].clone()) };
        }
        self.enter(mine, &lanes, ask_again);
        Turn::Wait(ask_again - now.at)
    }

    fn enter(&mut self, mine: Order, lanes: &[LaneId], asks_again: Duration) {
        match self.queue.entry(mine) {
            Entry::Occupied(mut entry) => entry.get_mut().asks_again = asks_again,
            Entry::Vacant(entry) => {
                for id in lanes {
                    if let Some(lane) = self.lanes.get_mut(*id) {
                        lane.waiting += 1;
                    }
                }
                entry.insert(Waiting { lanes: lanes.to_vec(), asks_again });
            }
        }
    }

    /// When the turn of this ticket comes, after those before it; and the place of the rate that is the slowest. `at`
    /// and `slowest` are both if nobody is before it.
    fn due(&self, mine: Order, lanes: &[LaneId], (at, slowest): (Duration, usize), now: Moment) -> (Due, usize) {
        let first = (Due { at, ask_again: at }, slowest);
        if self.queue.is_empty() {
            return first;
        }
        let before = self.queue.range(..mine).map(|(_, waiting)| waiting);
        // One who does not ask although he was told to must not hold up the others.
        let present = before.filter(|waiting| waiting.asks_again + LIFE >= now.at);
        let mut rivals = present.filter(|waiting| waiting.lanes.iter().any(|id| lanes.contains(id)));
        let Some(rival) = rivals.next() else { return first };
        let mut lines: HashMap<LaneId, Line<'_>> = HashMap::new();
        for waiting in std::iter::once(rival).chain(rivals.by_ref().take(LOOKAHEAD - 1)) {
            self.step(&mut lines, &waiting.lanes, now);
        }
        let (soonest, slowest) = self.step(&mut lines, lanes, now);
        match rivals.count() {
            0 => (Due { at: soonest, ask_again: soonest }, slowest),
            more => self.far(lanes, LOOKAHEAD + more, (soonest, slowest), now),
        }
    }

    /// Lets one call go by in the lines of its lanes.
    fn step<'a>(&'a self, lines: &mut HashMap<LaneId, Line<'a>>, lanes: &[LaneId], now: Moment) -> (Duration, usize) {
        let (mut due, mut slowest) = (now.at, 0);
        for id in lanes {
            let Some(lane) = self.lanes.get(*id) else { continue };
            let at = lines.entry(*id).or_insert_with(|| lane.line(now)).next();
            if at > due {
                (due, slowest) = (at, lane.rate);
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
    fn far(&self, lanes: &[LaneId], many: usize, (soonest, slowest): (Duration, usize), now: Moment) -> (Due, usize) {
        let guess = |id: &LaneId| {
            let lane = self.lanes.get(*id)?;
            Some((lane.line(now).after_many(u32::try_from(many).unwrap_or(u32::MAX)), lane.rate))
        };
        let (guessed, slowest) = lanes.iter().filter_map(guess).max().unwrap_or((soonest, slowest));
        let half = soonest.max(now.at + guessed.saturating_sub(now.at) / 2);
        (Due { at: guessed.max(half), ask_again: half }, slowest)
    }

    /// Asks the source of this lane.
    fn ask(&mut self, id: LaneId, now: Duration) -> Turn {
        self.issued += 1;
        let by = (self.holder.as_str(), self.issued);
        let claim = self.lanes.get_mut(id).and_then(|lane| lane.claim(now, by));
        match claim.and_then(|claim| self.question(id, claim)) {
            Some(question) => Turn::Ask(question),
            None => Turn::Wait(WHILE_ASKING),
        }
    }

    fn question(&self, lane: LaneId, claim: Claim) -> Option<Question> {
        let (calls, subject) = self.lanes.named(lane)?;
        Some(Question { lane, key: format!("{calls}/s {subject}"), calls, claim })
    }

    /// What the source lends for a question that was asked at this time.
    pub(crate) fn lend(&mut self, id: LaneId, lease: &Lease, asked: Duration) {
        if let Some(lane) = self.lanes.get_mut(id) {
            lane.lend(lease, asked);
        }
    }

    /// The source did not answer. Whether permits of the last lease are still here.
    pub(crate) fn fail(&mut self, id: LaneId, now: Duration) -> bool {
        self.lanes.get_mut(id).is_none_or(|lane| lane.fail(now))
    }

    /// Makes one of this many parts of the rate here, for a while.
    pub(crate) fn go_alone(&mut self, id: LaneId, parts: u32, now: Duration) {
        if let Some(lane) = self.lanes.get_mut(id) {
            lane.go_alone(parts, now);
        }
    }

    /// How long calls like this are banned.
    fn banned_for(&self, call: &Subject<'_>, now: Duration) -> Option<(Duration, LimitScope)> {
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
        if self.bans.len() < MANY_BANS && self.bans.get(&key).is_none_or(|(held, _)| *held < until) {
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
pub(crate) fn ban_key(call: &Subject<'_>, scope: LimitScope) -> Option<String> {
    let app = call.app_key;
    match scope {
        LimitScope::App | LimitScope::Partner => Some(app.to_owned()),
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
