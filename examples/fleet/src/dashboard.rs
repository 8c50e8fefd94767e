//! A line of text that says how far the fleet is.

use std::time::{Duration, Instant};

use opentop::limit::AsyncSlotSource;
use opentop_stores::RedisSlots;

use crate::queue::Counts;

/// What the fleet was told of bans.
pub struct Dashboard {
    slots: RedisSlots,
    banned_until: Option<Instant>,
}

impl Dashboard {
    /// Hears of the bans of this Redis.
    #[must_use]
    pub fn new(slots: RedisSlots) -> Self {
        Dashboard { slots, banned_until: None }
    }

    /// `done 1200   97/s   waiting 780   taken 20   unknown 0   failed 0   not banned`
    pub fn line(&mut self, counts: &Counts) -> String {
        let now = Instant::now();
        let told = self.slots.told_bans().into_iter().filter_map(|(_, left)| now.checked_add(left)).max();
        self.banned_until = self.banned_until.max(told).filter(|until| *until > now);
        let banned = match self.banned_until {
            Some(until) => format!("banned for {} more", seconds(until - now)),
            None => "not banned".to_owned(),
        };
        let Counts { waiting, taken, unknown, done, failed, last_second } = counts;
        format!(
            "done {done:<6} {last_second:>4}/s   waiting {waiting:<6} taken {taken:<3} unknown {unknown:<3} failed {failed:<3} {banned}"
        )
    }
}

fn seconds(left: Duration) -> String {
    format!("{:.1} s", left.as_secs_f64())
}
