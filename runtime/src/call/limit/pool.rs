//! The permits of one rate that are here: how many calls may be under way or less than a second old.

use std::collections::VecDeque;
use std::time::Duration;

/// How long a permit rests after its call was answered: a second, and what two clocks differ by in it.
pub(super) const COOLING: Duration = Duration::from_millis(1_005);

/// Permits. Each is for one call at a time. It may be used again a second after its call was answered: whenever in between the call
/// arrived at the platform, no second there has more calls than there are permits, however long the way is.
#[derive(Debug)]
pub(super) struct Pool {
    /// Those that may be used now.
    pub(super) idle: u32,
    /// When each of the others may be used that have been answered, in order.
    pub(super) cooling: VecDeque<Duration>,
    /// How many calls are under way.
    pub(super) flying: u32,
    /// The most that may be kept here. What is more is given back.
    pub(super) most: u32,
    /// When those that were given back may be used by others.
    back: VecDeque<Duration>,
}

impl Pool {
    pub(super) fn new(idle: u32) -> Self {
        Self { idle, cooling: VecDeque::new(), flying: 0, most: u32::MAX, back: VecDeque::new() }
    }

    pub(super) fn kept(&self) -> u32 {
        self.idle.saturating_add(count(&self.cooling)).saturating_add(self.flying)
    }

    /// Those that have rested may be used.
    pub(super) fn refresh(&mut self, now: Duration) {
        while self.cooling.front().is_some_and(|at| *at <= now) {
            let too_many = self.kept() > self.most;
            self.cooling.pop_front();
            self.idle = self.idle.saturating_add(u32::from(!too_many));
        }
        while self.back.front().is_some_and(|at| *at <= now) {
            self.back.pop_front();
        }
    }

    /// Gives up what is idle beyond this many, but for those that calls wait for.
    pub(super) fn trim(&mut self, most: u32, waiting: u32) {
        self.idle -= self.idle.saturating_sub(waiting).min(self.kept().saturating_sub(most));
    }

    pub(super) fn take(&mut self) {
        self.idle = self.idle.saturating_sub(1);
        self.flying = self.flying.saturating_add(1);
    }

    /// A call was answered, or given up. Whether its permit was given back.
    pub(super) fn done(&mut self, now: Duration) -> bool {
        let too_many = self.kept() > self.most;
        self.flying = self.flying.saturating_sub(1);
        insert(if too_many { &mut self.back } else { &mut self.cooling }, now + COOLING);
        too_many
    }

    /// Gives back all but those of calls that are under way.
    pub(super) fn give_back(&mut self) {
        self.idle = 0;
        for at in std::mem::take(&mut self.cooling) {
            insert(&mut self.back, at);
        }
    }

    /// How many were given back and may be used by others only after how long, in steps: a little later than need be.
    pub(super) fn back(&self, now: Duration) -> Vec<(Duration, u32)> {
        const STEP: u128 = 25;
        let mut steps: Vec<(Duration, u32)> = Vec::new();
        for at in self.back.iter().filter(|at| **at > now) {
            let millis = (*at - now).as_millis() / STEP * STEP + STEP;
            let after = Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
            match steps.last_mut() {
                Some((last, many)) if *last == after => *many += 1,
                _ => steps.push((after, 1)),
            }
        }
        steps
    }
}

fn count(times: &VecDeque<Duration>) -> u32 {
    u32::try_from(times.len()).unwrap_or(u32::MAX)
}

/// Keeps the order. The newest is the last but where a mock transport lets time go by.
fn insert(times: &mut VecDeque<Duration>, at: Duration) {
    if times.back().is_none_or(|last| *last <= at) {
        times.push_back(at);
    } else {
        times.insert(times.partition_point(|t| *t <= at), at);
    }
}
