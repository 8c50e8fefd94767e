//! Days, as the platform counts them: by the wall clock in GMT+8.

use std::time::Duration;

use super::rate::{Per, Rate};
use crate::wire::value::DateTime;

/// Milliseconds of a day, and of the eight hours that GMT+8 is ahead of UTC.
const DAY: i64 = 86_400_000;
const GMT_8: i64 = 8 * 3_600_000;

/// How long what the wall clock said is believed: it may be set.
const BELIEVED: Duration = Duration::from_secs(1);

/// The time by both clocks. The wall clock is looked at where need be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now<W> {
    pub(crate) at: Duration,
    pub(crate) wall: W,
}

/// The time, as rates count it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) at: Duration,
    /// The number of the day, and when the next one begins.
    pub(super) today: i64,
    pub(super) midnight: Duration,
}

/// Which day it is.
#[derive(Debug)]
pub(super) struct Calendar {
    /// What the wall clock said, and until when that is believed: for ever, if no rate counts by the day.
    asked: Moment,
    until: Duration,
}

impl Calendar {
    /// For these rates.
    pub(super) fn new(rates: &[Rate]) -> Self {
        let needed = rates.iter().any(|rate| rate.per == Per::Day);
        let asked = Moment { at: Duration::ZERO, today: 0, midnight: Duration::MAX };
        Self { asked, until: if needed { Duration::ZERO } else { Duration::MAX } }
    }

    pub(super) fn moment(&mut self, now: Now<impl Fn() -> DateTime>) -> Moment {
        let at = now.at;
        if self.asked.at <= at && at < self.until {
            return Moment { at, ..self.asked };
        }
        let millis = (now.wall)().unix_millis() + GMT_8;
        let left = DAY - millis.rem_euclid(DAY);
        let midnight = at + Duration::from_millis(left.unsigned_abs());
        self.asked = Moment { at, today: millis.div_euclid(DAY), midnight };
        self.until = midnight.min(at + BELIEVED);
        self.asked
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_wall_clock_is_asked_once_a_second_and_at_midnight() {
        let mut calendar = Calendar::new(&[Rate::per_day(1)]);
        let (asked, set) = (Cell::new(0), Cell::new(0));
        let mut today = |at: u64| {
            let at = Duration::from_millis(at);
            let wall = || {
                asked.set(asked.get() + 1);
                let began = DateTime::from_unix_millis(DAY - GMT_8 - 1_500 + set.get()).expect("in range");
                began.checked_add(at).expect("in range")
            };
            let moment = calendar.moment(Now { at, wall });
            (moment.today, asked.get())
        };
        assert_eq!(
            [0, 400, 999, 1_000, 1_499, 1_500, 1_501].map(&mut today),
            [(0, 1), (0, 1), (0, 1), (0, 2), (0, 2), (1, 3), (1, 3)]
        );
        set.set(-DAY);
        assert_eq!([1_502, 2_500].map(&mut today), [(1, 3), (0, 4)], "a clock that was set is noticed");
        assert_eq!(today(2_499), (0, 5), "a call that looked at its clock earlier");
    }
}
