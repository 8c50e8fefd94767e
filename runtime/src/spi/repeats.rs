//! The signatures of the calls in the window.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Signatures, each with the millisecond at which it may be forgotten.
#[derive(Debug)]
pub(super) struct Repeats {
    most: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    set: HashSet<[u8; 32]>,
    /// Oldest first.
    order: VecDeque<(i64, [u8; 32])>,
}

impl Repeats {
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), seen: Mutex::default() }
    }

    /// Whether this call is the first of its signature. Where there is no more room, none is: a repeat must not slip through.
    pub(super) fn is_first(&self, signature: [u8; 32], now: i64, until: i64) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Seen { set, order } = &mut *seen;
        while let Some((_, old)) = order.front().filter(|(until, _)| *until < now).copied() {
            order.pop_front();
            set.remove(&old);
        }
        if set.contains(&signature) || order.len() >= self.most {
            return false;
        }
        order.push_back((until, signature));
        set.insert(signature)
    }
}
