//! The lanes of a limiter: one for each rate and each of whom it is.

use std::collections::BTreeMap;
use std::time::Duration;

use super::calendar::Moment;
use super::lane::Lane;
use super::rate::{Rate, RateScope};
use super::subject::Subject;

/// How many lanes are kept at least before those are forgotten that are at rest.
const MANY: usize = 10_000;

/// How many empty lists are kept.
const SPARE: usize = 64;

/// A lane: its place, and its number, which no other lane has after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LaneId {
    place: usize,
    number: u64,
}

/// The lanes that count a call.
#[derive(Debug)]
pub(super) struct Counting {
    pub(super) ids: Vec<LaneId>,
    /// When the call may be made if nobody is before it, and the place of the rate that is the slowest.
    pub(super) soonest: (Duration, usize),
}

#[derive(Debug)]
struct Owned {
    number: u64,
    /// The application, and the session where each has a rate of its own.
    owner: String,
    lane: Lane,
}

#[derive(Debug)]
pub(super) struct Lanes {
    rates: Vec<Rate>,
    /// Whether the permits of rates by the second come from a source.
    shared: bool,
    /// By their places. Those that were forgotten are free.
    lanes: Vec<Option<Owned>>,
    free: Vec<usize>,
    /// When there are this many lanes, idle ones are forgotten.
    forget_at: usize,
    /// By the place of the rate, and its owner.
    ids: Vec<BTreeMap<String, LaneId>>,
    issued: u64,
    /// Empty lists, to be filled again.
    spare: Vec<Vec<LaneId>>,
}

impl Lanes {
    pub(super) fn new(rates: Vec<Rate>, shared: bool) -> Self {
        let ids = vec![BTreeMap::new(); rates.len()];
        Self { rates, shared, lanes: Vec::new(), free: Vec::new(), forget_at: MANY, ids, issued: 0, spare: Vec::new() }
    }

    pub(super) fn are_shared(&self) -> bool {
        self.shared
    }

    pub(super) fn rates(&self) -> &[Rate] {
        &self.rates
    }

    pub(super) fn get(&self, id: LaneId) -> Option<&Lane> {
        self.owned(id).map(|owned| &owned.lane)
    }

    pub(super) fn get_mut(&mut self, id: LaneId) -> Option<&mut Lane> {
        let owned = self.lanes.get_mut(id.place)?.as_mut();
        owned.filter(|owned| owned.number == id.number).map(|owned| &mut owned.lane)
    }

    fn owned(&self, id: LaneId) -> Option<&Owned> {
        self.lanes.get(id.place)?.as_ref().filter(|owned| owned.number == id.number)
    }

    /// Those that count this call, up to date.
    pub(super) fn of(&mut self, call: &Subject<'_>, now: Moment) -> Counting {
        // Before one of them is found: it may be at rest, and is about to count this call.
        if self.kept() >= self.forget_at {
            self.forget_idle(now);
            self.forget_at = MANY.max(2 * self.kept());
        }
        let (mut ids, mut soonest) = (self.spare.pop().unwrap_or_default(), (now.at, 0));
        for rate in 0..self.rates.len() {
            let found = match (&self.rates[rate].scope, &call.session) {
                (RateScope::Method(method) | RateScope::MethodAndEachSession(method), _) if *method != call.method => {
                    None
                }
                (RateScope::App | RateScope::Method(_), _) => Some(self.lane(rate, call.app_key, now)),
                (RateScope::EachSession | RateScope::MethodAndEachSession(_), Some(session)) => {
                    Some(self.lane(rate, &format!("{}\0s:{session}", call.app_key), now))
                }
                (RateScope::EachSession | RateScope::MethodAndEachSession(_), None) => None,
            };
            if let Some((id, at)) = found {
                ids.push(id);
                if at > soonest.0 {
                    soonest = (at, rate);
                }
            }
        }
        Counting { ids, soonest }
    }

    /// Takes an empty list, for the calls that come.
    pub(super) fn take_back(&mut self, list: Vec<LaneId>) {
        if self.spare.len() < SPARE {
            self.spare.push(list);
        }
    }

    /// The lane of this rate and owner, up to date, and when its next call may be made.
    fn lane(&mut self, rate: usize, owner: &str, now: Moment) -> (LaneId, Duration) {
        let id = match self.ids[rate].get(owner) {
            Some(id) => *id,
            None => self.add(rate, owner),
        };
        let lane = self.get_mut(id).expect("invariant: whoever forgets a lane forgets its id");
        lane.refresh(now);
        (id, lane.next(now))
    }

    fn add(&mut self, rate: usize, owner: &str) -> LaneId {
        self.issued += 1;
        let lane = Lane::new((rate, &self.rates[rate]), self.shared);
        let owned = Some(Owned { number: self.issued, owner: owner.to_owned(), lane });
        let place = self.free.pop().unwrap_or(self.lanes.len());
        if place < self.lanes.len() {
            self.lanes[place] = owned;
        } else {
            self.lanes.push(owned);
        }
        let id = LaneId { place, number: self.issued };
        self.ids[rate].insert(owner.to_owned(), id);
        id
    }

    fn kept(&self) -> usize {
        self.lanes.len() - self.free.len()
    }

    fn forget_idle(&mut self, now: Moment) {
        for (place, slot) in self.lanes.iter_mut().enumerate() {
            if let Some(Owned { owner, lane, .. }) = slot.take_if(|owned| owned.lane.is_idle(now)) {
                self.ids[lane.rate].remove(&owner);
                self.free.push(place);
            }
        }
    }

    /// The calls of a lane's rate, and the name under which a source knows of whom it is.
    pub(super) fn named(&self, id: LaneId) -> Option<(u32, String)> {
        let Owned { owner, lane, .. } = self.owned(id)?;
        let Rate { calls, scope, .. } = &self.rates[lane.rate];
        let (app, session) = owner.split_at(owner.find('\0').unwrap_or(owner.len()));
        Some((
            *calls,
            match scope {
                RateScope::App | RateScope::EachSession => owner.clone(),
                RateScope::Method(method) | RateScope::MethodAndEachSession(method) => {
                    format!("{app}\0m:{method}{session}")
                }
            },
        ))
    }
}
