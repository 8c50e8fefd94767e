//! How long a call has taken.

use std::time::{Duration, Instant};

/// The time since a call began. Waits count in full, also where a mock transport ends them at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch {
    started: Instant,
    /// When the last wait was to end, since the start.
    waited: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), waited: Duration::ZERO }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.at(Instant::now()).elapsed
    }

    /// A wait of this length begins.
    pub(crate) fn wait(&mut self, length: Duration) {
        self.waited = self.elapsed().saturating_add(length);
    }

    /// Whether there was a wait.
    pub(crate) fn has_waited(&self) -> bool {
        !self.waited.is_zero()
    }

    /// How much of the waits took no time.
    pub(crate) fn skipped(&self) -> Duration {
        self.at(Instant::now()).skipped
    }

    pub(crate) fn at(&self, now: Instant) -> Reading {
        let passed = now.saturating_duration_since(self.started);
        Reading { elapsed: passed.max(self.waited), skipped: self.waited.saturating_sub(passed) }
    }
}

/// What a stopwatch shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) elapsed: Duration,
    /// How much of the waits took no time.
    pub(crate) skipped: Duration,
}
