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
        self.started.elapsed().max(self.waited)
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
        self.waited.saturating_sub(self.started.elapsed())
    }
}
