//! Keeps count while a list is read, to tell whether it held still: what came, and what the answers say of the whole.
//!
//! In a *round*, the list is read from one end to the other. Between two answers, the list may change:
//!
//! - A **total that falls**: items left. Those behind them moved up, perhaps into a page that was read.
//! - A **total that rises**: items joined.
//! - An item that **comes again**: something moved.
//!
//! The counts prove that nothing is missing where all items that are in the list now were seen since items last left it: no item that
//! left is among those that were counted. See [`Tally::is_settled`].

use std::collections::HashSet;

use crate::call::pager::keys::{ItemKey, Seen};

/// Which way a round goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From the first page on.
    Forward,
    /// From where items left back to the first page: what they moved is found at once.
    Back,
    /// From the last page back, as the specification says.
    LastFirst,
}

/// The counts of one window, or of the whole list.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) way: Way,
    /// Rounds begun.
    pub(super) rounds: u32,
    /// Whether some item came without its key: then nothing can be told apart.
    pub(super) unkeyed: bool,
    /// Items before the page that the walk began with.
    pub(super) base: i64,
    /// Items that came in this round, each as often as it came.
    pub(super) slots: i64,
    /// What came since the round began, or since items last left. `None`: all that came at all.
    since: Option<HashSet<ItemKey>>,
    /// The sum of those keys: equal sums and counts are equal sets.
    sum: u64,
    /// The number of all items or pages, by the last answer.
    pub(super) total: Option<i64>,
    /// Items that left since the first answer.
    pub(super) left: i64,
    /// Whether the total fell in this round.
    pub(super) fell: bool,
    /// Whether the total rose in this round, or something moved that is not accounted for.
    pub(super) strayed: bool,
    /// Whether an item came again in this round.
    pub(super) moved: bool,
    /// The round before, where it held still: count and sum.
    quiet: Option<(usize, u64)>,
}

/// What the answers say of the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// So many items.
    Items(i64),
    /// Nothing of the items.
    Unknown,
}

/// Two items of one page have the same key.
pub(super) struct NotUnique;

impl Tally {
    pub(super) fn new(way: Way, base: i64) -> Self {
        Self {
            way,
            rounds: 1,
            unkeyed: false,
            base,
            slots: 0,
            since: None,
            sum: 0,
            total: None,
            left: 0,
            fell: false,
            strayed: false,
            moved: false,
            quiet: None,
        }
    }

    /// Begins another round.
    pub(super) fn again(&mut self, way: Way) {
        self.rounds += 1;
        // On the way back, what came since items left still counts.
        if way != Way::Back {
            (self.since, self.sum) = (Some(HashSet::new()), 0);
        }
        (self.way, self.slots) = (way, 0);
        (self.fell, self.strayed, self.moved) = (false, false, false);
    }

    /// Continues in a round of which nothing is known but what changed in it.
    pub(super) fn resume(&mut self, slots: i64, fell: bool, strayed: bool) {
        (self.slots, self.fell, self.strayed) = (slots, fell, strayed);
        if fell && self.way != Way::LastFirst {
            self.since = Some(HashSet::new());
        }
    }

    /// The total of another answer. How much it rose, negative where it fell.
    pub(super) fn change(&self, total: Option<i64>) -> i64 {
        self.total.zip(total).map_or(0, |(before, now)| now.saturating_sub(before))
    }

    /// Takes the total of another answer in, before its items.
    pub(super) fn note_total(&mut self, total: Option<i64>) {
        let change = self.change(total);
        self.total = total.or(self.total);
        if change < 0 {
            self.left = self.left.saturating_sub(change);
            self.fell = true;
            if self.way != Way::LastFirst {
                (self.since, self.sum) = (Some(HashSet::new()), 0);
            }
        }
        // Read from the front, what joins can only come again, and that is counted.
        self.strayed |= change > 0 && self.way == Way::LastFirst;
    }

    /// Takes the items of a page in: of each, whether it is new to the walk. `fell`: how many items had left before this answer.
    pub(super) fn note_items(
        &mut self,
        keys: &[Option<ItemKey>],
        length: i64,
        seen: &mut Seen,
        fell: i64,
    ) -> Result<Vec<bool>, NotUnique> {
        self.slots = self.slots.saturating_add(length);
        let mut again = 0;
        let mut new = Vec::with_capacity(keys.len());
        for (index, key) in keys.iter().enumerate() {
            let Some(key) = *key else {
                new.push(true);
                continue;
            };
            let is_new = seen.insert(key);
            if self.since.as_mut().map_or(is_new, |since| since.insert(key)) {
                self.sum = self.sum.wrapping_add(key);
            } else {
                again += 1;
                if keys.get(..index).is_some_and(|before| before.contains(&Some(key))) {
                    return Err(NotUnique);
                }
            }
            new.push(is_new);
        }
        self.moved |= again > 0;
        // From the last page back, what leaves the pages ahead moves items that were read into them: as many again.
        self.strayed |= self.way == Way::LastFirst && again > fell;
        Ok(new)
    }

    /// Whether nothing can be missing. `is_over`: the round is over. `is_first`: it had one page.
    ///
    /// Where the answers count the items, what came since items last left is in the list: if it is as many as the list has, it is the
    /// list. It is so too if all that came, less all that left, is as many. Where they do not count, a round in which each place had an
    /// item of its own is taken for the list: what leaves in it is not seen.
    pub(super) fn is_settled(&self, whole: Whole, seen: &Seen, is_over: bool, is_first: bool, confirm: bool) -> bool {
        if self.unkeyed {
            return is_over && !self.moved;
        }
        // One answer is one instant.
        if is_over && is_first && self.way != Way::Back {
            return true;
        }
        let came = self.since.as_ref().map_or(seen.len(), HashSet::len);
        let (came, all) = (count(came), count(seen.len()));
        let is_each_once = is_over && !self.fell && !self.strayed && came == self.slots;
        match whole {
            _ if confirm => is_over && self.quiet.is_some() && self.quiet == self.quiet_round(whole, seen),
            Whole::Items(total) if self.way == Way::LastFirst => {
                is_over && !self.strayed && if self.fell { came >= total } else { came == total }
            }
            Whole::Items(total) => came == total || all - self.left == total,
            Whole::Unknown if self.way == Way::LastFirst => is_over && !self.strayed,
            Whole::Unknown => is_each_once,
        }
    }

    /// What a round that held still brought, to compare it with the next one.
    fn quiet_round(&self, whole: Whole, seen: &Seen) -> Option<(usize, u64)> {
        let came = self.since.as_ref().map_or(seen.len(), HashSet::len);
        let is_quiet = !self.fell && !self.strayed && count(came) == self.slots;
        let is_whole = match whole {
            Whole::Items(total) => self.slots == total,
            Whole::Unknown => true,
        };
        (is_quiet && is_whole && self.way != Way::Back).then_some((came, self.sum))
    }

    /// Keeps what this round brought, for the next one.
    pub(super) fn remember_round(&mut self, whole: Whole, seen: &Seen) {
        self.quiet = self.quiet_round(whole, seen);
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
