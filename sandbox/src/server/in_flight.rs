//! Counts the calls that have begun to arrive and have not ended.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls that have begun to arrive and have not ended.
#[derive(Debug, Default)]
pub(crate) struct InFlight(AtomicUsize);

impl InFlight {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn enter(&self) -> Busy<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Busy(self)
    }
}

/// One call, counted until it is dropped.
pub(super) struct Busy<'a>(&'a InFlight);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}
