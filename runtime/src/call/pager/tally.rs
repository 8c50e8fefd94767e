//! Keeps count of one window while it is read, to tell whether anything can be missing.
//!
//! In a *round*, the list is read from one end to the other. Between two answers it may change:
//!
//! - A **total that falls**: items left. Those behind them moved up, perhaps into a page that was read.
//! - A **total that rises**: items joined.
//! - An item that **comes again**: something moved.
//!
//! Where the counts do not prove that every item came, the list is read again; what came is not delivered again.

use std::collections::HashSet;

use crate::call::pager::keys::{ItemKey, Seen};

/// Which way a round goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From the first page on.
    Forward,
    /// From the last page back to the first.
    Back,
    /// From the page before the last that items left ahead of, back to the first: what they moved is found at once.
    BackFromFall,
}

/// What an answer proves of the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// It gives the number of items.
    Count(i64),
    /// It gives their number, and the specification says that members leave while one reads from the last page back.
    Leaving(i64),
    /// It does not.
    Uncounted,
    /// The items are read until two rounds agree.
    TwoRounds,
}

/// The counts of one window, or of the whole list.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) way: Way,
    /// Rounds begun.
    pub(super) rounds: u32,
    /// Pages and items of this round, each item as often as it came.
    pub(super) pages: u32,
    pub(super) slots: i64,
    /// All keys that came in this window.
    pub(super) seen: Seen,
    /// The keys that came in this round, and on the way forward since items last left. `None`: all that came.
    fresh: Option<HashSet<ItemKey>>,
    /// The number of all items or pages, by the last answer.
    pub(super) total: Option<i64>,
    /// Items that left since the first answer.
    pub(super) left: i64,
    /// Whether some item came without its key: then nothing can be told apart.
    pub(super) unkeyed: bool,
    /// Whether the total fell in this round.
    fell: bool,
    /// Whether an item came again in this round.
    repeated: bool,
    /// On the way back: whether items joined, or moved otherwise than into the place of those that left.
    strayed: bool,
    /// The keys of the page before.
    page: Vec<Option<ItemKey>>,
    /// Items of the next page that came before a restart: that they come again means nothing.
    pub(super) expected: Vec<ItemKey>,
    /// What the round before brought, where it held still.
    quiet: Option<(i64, u64)>,
}

impl Tally {
    pub(super) fn new(way: Way) -> Self {
        Self {
            way,
            rounds: 1,
            pages: 0,
            slots: 0,
            seen: Seen::default(),
            fresh: None,
            total: None,
            left: 0,
            unkeyed: false,
            fell: false,
            repeated: false,
            strayed: false,
            page: Vec::new(),
            expected: Vec::new(),
            quiet: None,
        }
    }

    /// Begins another round.
    pub(super) fn again(&mut self, way: Way, proof: Proof) {
        self.quiet = self.brought(proof);
        self.rounds += 1;
        self.fresh = Some(HashSet::new());
        (self.way, self.pages, self.slots) = (way, 0, 0);
        (self.page, self.expected) = (Vec::new(), Vec::new());
        (self.fell, self.repeated, self.strayed) = (false, false, false);
    }

    /// Whether a walk that goes on here must begin another round: what this one noticed is not kept.
    pub(super) fn is_disturbed(&self, proof: Proof) -> bool {
        let is_counted = matches!(proof, Proof::Count(_) | Proof::Leaving(_));
        self.rounds > 1 || self.fell || self.strayed || (self.repeated && !is_counted)
    }

    /// How much the total rose with another answer, negative where it fell.
    pub(super) fn change(&self, total: Option<i64>) -> i64 {
        self.total.zip(total).map_or(0, |(before, now)| now.saturating_sub(before))
    }

    /// Takes a page in: of each item, whether it is new to the window.
    pub(super) fn take(&mut self, keys: &[Option<ItemKey>], length: i64, total: Option<i64>) -> Vec<bool> {
        let fall = self.change(total).min(0).saturating_neg();
        self.strayed |= self.way != Way::Forward && self.change(total) > 0;
        self.total = total.or(self.total);
        self.left = self.left.saturating_add(fall);
        self.fell |= fall > 0;
        if fall > 0 && self.way == Way::Forward {
            self.fresh = Some(HashSet::new());
        }
        let expected = std::mem::take(&mut self.expected);
        let mut again = Vec::new();
        let mut new = Vec::with_capacity(keys.len());
        for key in keys {
            let is_new = key.is_none_or(|key| self.seen.insert(key));
            let is_fresh = match (&mut self.fresh, *key) {
                (Some(fresh), Some(key)) => fresh.insert(key),
                _ => is_new,
            };
            if !is_fresh && key.is_none_or(|key| !expected.contains(&key)) {
                again.push(*key);
            }
            new.push(is_new);
        }
        self.repeated |= !again.is_empty();
        if self.way != Way::Forward {
            // What leaves the pages ahead moves as many items from the head of the page before to the end of this one.
            let is_moved_up = count(again.len()) <= fall && keys.ends_with(&again) && self.page.starts_with(&again);
            self.strayed |= !is_moved_up;
            self.page = keys.to_vec();
        }
        self.pages += 1;
        self.slots = self.slots.saturating_add(length);
        new
    }

    fn fresh(&self) -> i64 {
        count(self.fresh.as_ref().map_or(self.seen.len(), HashSet::len))
    }

    /// Whether nothing can be missing. `is_over`: the round is over. `is_whole`: it had all pages.
    pub(super) fn is_settled(&self, proof: Proof, is_over: bool, is_whole: bool) -> bool {
        if self.unkeyed {
            return is_over && !self.repeated;
        }
        // One answer is one instant. On the way back, the page that was the last may have another behind it by now.
        let is_all = self.way == Way::Forward || self.total.is_some_and(|total| total <= self.slots);
        if is_over && is_whole && is_all && self.pages == 1 {
            return true;
        }
        match proof {
            Proof::TwoRounds => is_over && self.quiet.is_some() && self.quiet == self.brought(proof),
            Proof::Count(total) => self.is_counted(total),
            // What leaves moves no item out of the pages ahead.
            Proof::Leaving(total) => {
                let is_read = is_over && self.way == Way::Back && !self.strayed && self.fresh() >= total;
                self.is_counted(total) || is_read
            }
            Proof::Uncounted if self.way == Way::Forward => is_over && !self.fell && self.fresh() == self.slots,
            Proof::Uncounted => is_over && !self.strayed,
        }
    }

    /// Whether as many items came as are in the list: all that came less all that left, or what came since items last left.
    fn is_counted(&self, total: i64) -> bool {
        let is_since_fall = self.way == Way::Forward || !self.fell;
        count(self.seen.len()) - self.left == total || (is_since_fall && self.fresh() == total)
    }

    /// What a round brought that held still: how many items, and a digest of their keys.
    fn brought(&self, proof: Proof) -> Option<(i64, u64)> {
        if proof != Proof::TwoRounds || self.fell || self.strayed || self.fresh() != self.slots {
            return None;
        }
        let sum = |sum: u64, key: &ItemKey| sum.wrapping_add(*key);
        let keys = match &self.fresh {
            Some(fresh) => fresh.iter().fold(0, sum),
            None => self.seen.all().iter().fold(0, sum),
        };
        Some((self.slots, keys))
    }
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
