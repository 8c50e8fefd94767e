//! One rate of one subject: when its next calls may be made.

use std::collections::VecDeque;
use std::time::Duration;

use super::rate::{Per, Rate};
use crate::wire::value::DateTime;

/// What a second of calls is spread over: delays of the network push calls together.
const SECOND: Duration = Duration::from_millis(1_040);

/// How late a call may be for the next one to be on time all the same.
const SLACK: Duration = Duration::from_millis(20);

/// How late a turn of the source may be used: what is used later comes together with what is used on time.
const TURN_LIFE: Duration = Duration::from_millis(30);

/// Milliseconds of a day, and of the eight hours that GMT+8 is ahead of UTC.
const DAY: i64 = 86_400_000;
const GMT_8: i64 = 8 * 3_600_000;

/// The time, as both clocks tell it: for rates by the second and by the day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) at: Duration,
    pub(crate) wall: DateTime,
}

/// One rate of one subject.
#[derive(Debug)]
pub(super) struct Lane {
    per: Per,
    calls: u32,
    spacing: Duration,
    /// Whether its turns come from a source.
    shared: bool,
    /// When the next call may be made, where turns are made here.
    next: Duration,
    /// Turns of the source.
    pub(super) slots: VecDeque<Duration>,
    /// Whether a caller is taking turns from the source.
    pub(super) taking: bool,
    /// How many calls wait for it.
    pub(super) waiting: u32,
    /// Until when turns are made here because the source does not answer, and in how many parts the rate is divided then.
    pub(super) alone_until: Duration,
    pub(super) parts: u32,
    /// The day in GMT+8, and its calls.
    day: (i64, u32),
    pub(super) pace: Pace,
}

/// How far the calls of a rate by the second are apart.
pub(super) fn spacing(rate: &Rate) -> Duration {
    SECOND / rate.calls
}

impl Lane {
    pub(super) fn new(rate: &Rate, shared: bool) -> Self {
        Self {
            per: rate.per,
            calls: rate.calls,
            spacing: spacing(rate),
            shared,
            next: Duration::ZERO,
            slots: VecDeque::new(),
            taking: false,
            waiting: 0,
            alone_until: Duration::ZERO,
            parts: 1,
            day: (i64::MIN, 0),
            pace: Pace::default(),
        }
    }

    /// Forgets turns that are gone, and yesterday's calls.
    pub(super) fn refresh(&mut self, now: Now) {
        while self.slots.front().is_some_and(|slot| *slot + TURN_LIFE < now.at) {
            self.slots.pop_front();
        }
        let today = (now.wall.unix_millis() + GMT_8).div_euclid(DAY);
        if self.day.0 != today {
            self.day = (today, 0);
        }
        self.pace.refresh(now.at);
    }

    /// Whoever comes now stands at the beginning of this line.
    pub(super) fn line(&self, now: Now) -> Line<'_> {
        match self.per {
            Per::Day => {
                let left = DAY - (now.wall.unix_millis() + GMT_8).rem_euclid(DAY);
                let midnight = now.at + Duration::from_millis(left.unsigned_abs());
                Line::Day { left: self.calls.saturating_sub(self.day.1), midnight }
            }
            Per::Second if self.shared && self.alone_until <= now.at => Line::Slots { slots: &self.slots, place: 0 },
            Per::Second => Line::Paced { next: self.next, spacing: self.spacing() },
        }
    }

    /// Whether nothing is lost if it is made anew.
    pub(super) fn is_idle(&self, now: Now) -> bool {
        self.per == Per::Second && self.next + SECOND < now.at && !self.taking && self.waiting == 0
    }

    fn spacing(&self) -> Duration {
        if self.shared { self.spacing * self.parts } else { self.spacing }
    }

    /// A call is made now.
    pub(super) fn use_turn(&mut self, now: Duration) {
        self.day.1 = self.day.1.saturating_add(1);
        self.slots.pop_front();
        self.next = after(self.next, now, self.spacing());
        self.pace.count(now);
    }
}

/// The turn after one that was used: on time even if that one was a little late.
fn after(next: Duration, used: Duration, spacing: Duration) -> Duration {
    next.max(used.saturating_sub(SLACK.min(spacing * 2))) + spacing
}

/// The calls that wait for one lane, one after another.
pub(super) enum Line<'a> {
    Paced { next: Duration, spacing: Duration },
    Slots { slots: &'a VecDeque<Duration>, place: usize },
    Day { left: u32, midnight: Duration },
}

impl Line<'_> {
    /// When the first of the line may go; zero: at once. `None`: the source has to be asked.
    pub(super) fn next(&self) -> Option<Duration> {
        match self {
            Self::Paced { next, .. } => Some(*next),
            Self::Slots { slots, place } => slots.get(*place).copied(),
            Self::Day { left: 0, midnight } => Some(*midnight),
            Self::Day { .. } => Some(Duration::ZERO),
        }
    }

    /// The first goes at this time. One who waits for something else takes no turn of now.
    pub(super) fn pass(&mut self, at: Duration, now: Duration) {
        match self {
            Self::Paced { next, spacing } if at > (*next).max(now) + *spacing => {}
            Self::Paced { next, spacing } => *next = after(*next, at, *spacing),
            Self::Slots { place, .. } => *place += 1,
            Self::Day { left, .. } => *left = left.saturating_sub(1),
        }
    }
}

impl Line<'_> {
    /// When one may go who has this many before him. `None` where the source has to be asked.
    pub(super) fn after_many(&self, many: u32) -> Option<Duration> {
        match self {
            Self::Paced { next, spacing } => Some(*next + *spacing * many),
            Self::Slots { .. } => None,
            Self::Day { left, midnight } => Some(if many < *left { Duration::ZERO } else { *midnight }),
        }
    }
}

/// How many calls this second and the one before it had.
#[derive(Debug, Default)]
pub(super) struct Pace {
    second: u64,
    calls: u32,
    before: u32,
}

impl Pace {
    fn refresh(&mut self, now: Duration) {
        match now.as_secs() - self.second.min(now.as_secs()) {
            0 => {}
            1 => (self.before, self.calls) = (self.calls, 0),
            _ => (self.before, self.calls) = (0, 0),
        }
        self.second = now.as_secs();
    }

    fn count(&mut self, now: Duration) {
        self.refresh(now);
        self.calls += 1;
    }

    pub(super) fn most(&self) -> u32 {
        self.calls.max(self.before)
    }
}
