//! How often a piece of work allocates. Only a program whose global allocator is [`COUNTING`] counts anything; programs that
//! measure time leave the system's allocator alone, so that counting does not slow what is timed.

use std::alloc::System;

use stats_alloc::Region;
pub use stats_alloc::{INSTRUMENTED_SYSTEM as COUNTING, StatsAlloc};

/// What a piece of work asked of the allocator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocations {
    /// Calls of `alloc` and `realloc`.
    pub count: usize,
    /// Bytes asked for.
    pub bytes: usize,
}

/// Counts the allocations of one run. There must be no other thread.
pub fn count(allocator: &StatsAlloc<System>, work: &mut dyn FnMut()) -> Allocations {
    let region = Region::new(allocator);
    work();
    let change = region.change();
    Allocations {
        count: change.allocations + change.reallocations,
        bytes: change.bytes_allocated.saturating_add_signed(change.bytes_reallocated.max(0)),
    }
}
