//! One rate of one subject: when its next calls may be made.

use std::collections::VecDeque;
use std::time::Duration;

use super::calendar::Moment;
use super::pool::{COOLING, Pool};
use super::rate::{Per, Rate};
use super::source::{Claim, Lease};

const SECOND: Duration = Duration::from_secs(1);

/// How late a call may be for the next ones to be on time all the same.
const SLACK: Duration = Duration::from_millis(100);

/// How long permits are made here before a source that did not answer is asked again.
const ALONE: Duration = Duration::from_secs(1);

/// The same, while the lease still holds.
const SOON: Duration = Duration::from_millis(250);

/// How much faster than their number allows leased permits may be used: what was lent just now, others have waited for.
const BURST: u32 = 4;

/// Whoever has no permit does not go now.
const INSTANT: Duration = Duration::from_millis(1);

/// With this rate or a lower one, permits that nobody waits for are given back at once: others would wait for the end of the lease.
const SMALL: u32 = 16;

/// One rate of one subject.
#[derive(Debug)]
pub(super) struct Lane {
    /// The place of its rate.
    pub(super) rate: usize,
    per: Per,
    calls: u32,
    /// What is between two calls, where all permits are here.
    spacing: Duration,
    /// When the next call may be made, so that calls are spread over the second.
    next: Duration,
    pool: Pool,
    /// What a source lends. `None`: all permits are here.
    loan: Option<Loan>,
    /// How many calls wait for it.
    pub(super) waiting: u32,
    /// The day in GMT+8, and its calls.
    day: (i64, u32),
    pace: Pace,
}

/// Permits of a source.
#[derive(Debug, Default)]
struct Loan {
    /// Until when they may be used.
    until: Duration,
    /// When the lease is renewed, and when more may be asked for.
    renew_at: Duration,
    more_at: Duration,
    /// Whether a caller is asking the source.
    asking: bool,
    /// In how many parts the rate is divided while the source does not answer.
    alone: Option<u32>,
}

impl Lane {
    pub(super) fn new((place, rate): (usize, &Rate), shared: bool) -> Self {
        let loan = (shared && rate.per == Per::Second).then(Loan::default);
        Self {
            rate: place,
            per: rate.per,
            calls: rate.calls,
            spacing: SECOND / rate.calls,
            next: Duration::ZERO,
            pool: Pool::new(if loan.is_none() { rate.calls } else { 0 }),
            loan,
            waiting: 0,
            day: (i64::MIN, 0),
            pace: Pace::default(),
        }
    }

    /// Forgets permits whose lease is over, and yesterday's calls.
    pub(super) fn refresh(&mut self, now: Moment) {
        match self.per {
            Per::Day if self.day.0 == now.today => {}
            Per::Day => self.day = (now.today, 0),
            Per::Second => {
                self.pool.refresh(now.at);
                if let Some(loan) = &self.loan {
                    if loan.alone.is_none() && loan.until <= now.at {
                        self.pool.idle = 0;
                    }
                    self.pace.refresh(now.at);
                }
            }
        }
    }

    /// Whoever comes now stands at the beginning of this line.
    pub(super) fn line(&self, now: Moment) -> Line<'_> {
        match self.per {
            Per::Day => Line::Day { left: self.calls.saturating_sub(self.day.1), midnight: now.midnight },
            Per::Second => Line::Permits {
                next: self.next,
                spacing: self.spacing(),
                pool: &self.pool,
                used: 0,
                returns: VecDeque::new(),
                answered: now.at + COOLING,
                lent: self.loan.as_ref().map_or(now.at, |loan| loan.more_at).max(now.at + INSTANT),
            },
        }
    }

    /// When a call may be made that nobody is before; zero: at once.
    pub(super) fn next(&self, now: Moment) -> Duration {
        match self.per {
            Per::Second if self.pool.idle > 0 => self.next,
            Per::Day if self.day.1 < self.calls => Duration::ZERO,
            Per::Second | Per::Day => self.line(now).next(),
        }
    }

    /// Whether nothing is lost if it is made anew.
    pub(super) fn is_idle(&self, now: Moment) -> bool {
        let pool = &self.pool;
        let rests = pool.flying == 0 && pool.cooling.is_empty();
        self.per == Per::Second && self.next + COOLING < now.at && rests && !self.is_asking() && self.waiting == 0
    }

    fn spacing(&self) -> Duration {
        match &self.loan {
            None => self.spacing,
            Some(Loan { alone: Some(parts), .. }) => SECOND * *parts / self.calls,
            // As many as are here now; there may be more soon.
            Some(_) => SECOND / self.pool.kept().clamp(1, self.calls) / BURST,
        }
    }

    /// A call is made now.
    pub(super) fn use_turn(&mut self, now: Duration) {
        match self.per {
            Per::Day => self.day.1 = self.day.1.saturating_add(1),
            Per::Second => {
                self.next = after(self.next, now, self.spacing());
                if self.loan.is_some() {
                    self.pace.count(now);
                }
                self.pool.take();
            }
        }
    }

    /// A call was answered, or given up. Whether the source is to be told: others may be waiting for the permit.
    pub(super) fn done(&mut self, now: Duration) -> bool {
        if self.per == Per::Day {
            return false;
        }
        let given_back = self.pool.done(now);
        let Some(loan) = self.loan.as_mut().filter(|loan| loan.alone.is_none()) else { return false };
        if self.waiting > 0 && given_back {
            loan.more_at = loan.more_at.min(now + SOON);
        }
        self.waiting == 0 && (given_back || self.calls <= SMALL)
    }

    /// What the source is told then.
    pub(super) fn tell(&mut self, now: Duration, (holder, number): (&str, u64)) -> Claim {
        if self.calls <= SMALL {
            self.pool.give_back();
        }
        self.pool.refresh(now);
        let kept = self.pool.kept();
        Claim { holder: holder.to_owned(), number, holds: kept, wants: kept, back: self.pool.back(now) }
    }

    fn is_asking(&self) -> bool {
        self.loan.as_ref().is_some_and(|loan| loan.asking)
    }

    /// Whether the source is to be asked before the next call.
    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.loan.as_ref().is_some_and(|loan| !loan.asking && loan.renew_at <= now && self.pool.kept() > 0)
    }

    /// A call waits for it: when the source may be asked for more, and whether somebody is asking already.
    pub(super) fn more(&self) -> Option<(Duration, bool)> {
        let loan = self.loan.as_ref().filter(|_| self.pool.kept() < self.calls)?;
        Some((loan.more_at, loan.asking))
    }

    /// The source is asked now, with this claim.
    pub(super) fn claim(&mut self, now: Duration, (holder, number): (&str, u64)) -> Option<Claim> {
        let loan = self.loan.as_mut()?;
        loan.asking = true;
        if loan.alone.is_some() {
            // Those were made here: the source knows nothing of them.
            self.pool.idle = 0;
        }
        let most = self.pace.most();
        let wants = if self.waiting > 0 {
            // Twice as many as it had, so that a rate is found in a few steps.
            self.pool.kept().saturating_add(self.waiting).saturating_mul(2).min(self.calls)
        } else {
            // A quarter more than were needed in the last second.
            (most + most / 4 + 1).min(self.calls)
        };
        self.pool.trim(wants, self.waiting);
        Some(Claim { holder: holder.to_owned(), number, holds: self.pool.kept(), wants, back: self.pool.back(now) })
    }

    /// The source lends permits for a claim that it was told at this time.
    pub(super) fn lend(&mut self, lease: &Lease, asked: Duration) {
        let Some(loan) = &mut self.loan else { return };
        *loan = Loan {
            until: asked + lease.lasts,
            renew_at: asked + lease.lasts * 5 / 8,
            // What is too many is told as soon as it has rested.
            more_at: asked + if lease.most < self.pool.kept() { lease.again.min(SOON) } else { lease.again },
            ..Loan::default()
        };
        self.pool.idle = self.pool.idle.saturating_add(lease.granted);
        self.pool.most = lease.most;
        self.pool.trim(lease.most, self.waiting);
    }

    /// The source did not answer. Whether permits of the last lease are still here.
    pub(super) fn fail(&mut self, now: Duration) -> bool {
        let Some(loan) = &mut self.loan else { return true };
        loan.asking = false;
        loan.renew_at = now + SOON;
        loan.until > now && self.pool.kept() > 0
    }

    /// Makes one of this many parts of the rate here, for a while.
    pub(super) fn go_alone(&mut self, parts: u32, now: Duration) {
        let Some(loan) = &mut self.loan else { return };
        let parts = parts.max(1);
        *loan = Loan { renew_at: now + ALONE, more_at: now + ALONE, alone: Some(parts), ..Loan::default() };
        self.pool.most = (self.calls / parts).max(1);
        self.pool.idle += self.pool.most.saturating_sub(self.pool.kept());
    }
}

/// The turn after one that was used: on time even if that one was a little late.
fn after(next: Duration, used: Duration, spacing: Duration) -> Duration {
    next.max(used.saturating_sub(SLACK)) + spacing
}

/// The calls that wait for one lane, one after another.
pub(super) enum Line<'a> {
    Permits {
        next: Duration,
        spacing: Duration,
        pool: &'a Pool,
        /// How many of the pool's permits were passed to others.
        used: usize,
        /// When those that the line itself uses come back, at the earliest.
        returns: VecDeque<Duration>,
        /// When those of calls under way come back, at the earliest.
        answered: Duration,
        /// When the source may be asked, where there is none at all.
        lent: Duration,
    },
    Day {
        left: u32,
        midnight: Duration,
    },
}

impl Line<'_> {
    /// When the first of the line may go, at the earliest; zero: at once.
    pub(super) fn next(&self) -> Duration {
        match self {
            Self::Permits { next, pool, used, returns, answered, lent, .. } => {
                let rested = || pool.cooling.get(used - pool.idle as usize).copied();
                let flying = || (*used < pool.kept() as usize).then_some(*answered);
                let free = if *used < pool.idle as usize {
                    Duration::ZERO
                } else {
                    rested().or_else(flying).or_else(|| returns.front().copied()).unwrap_or(*lent)
                };
                free.max(*next)
            }
            Self::Day { left: 0, midnight } => *midnight,
            Self::Day { .. } => Duration::ZERO,
        }
    }

    /// The first goes at this time. One who waits for something else takes no turn of now.
    pub(super) fn pass(&mut self, at: Duration, now: Duration) {
        let free = self.next();
        match self {
            Self::Permits { spacing, .. } if at > free.max(now) + *spacing => {}
            Self::Permits { next, spacing, pool, used, returns, .. } => {
                *next = after(*next, at, *spacing);
                if *used < pool.kept() as usize {
                    *used += 1;
                } else {
                    returns.pop_front();
                }
                returns.push_back(at + COOLING);
            }
            Self::Day { left, .. } => *left = left.saturating_sub(1),
        }
    }

    /// When one may go who has this many before him.
    pub(super) fn after_many(&self, many: u32) -> Duration {
        match self {
            Self::Permits { next, spacing, .. } => *next + *spacing * many,
            Self::Day { left, midnight } if many >= *left => *midnight,
            Self::Day { .. } => Duration::ZERO,
        }
    }
}

/// How many calls this second and the one before it had.
#[derive(Debug, Default)]
struct Pace {
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

    fn most(&self) -> u32 {
        self.calls.max(self.before)
    }
}
