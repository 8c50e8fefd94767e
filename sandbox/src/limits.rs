//! Limits on the rate of calls, and the bans that follow.
//!
//! A limit counts the calls of one application, of one method, or of both together. Whoever exceeds it is banned for whole seconds, told
//! as the platform tells it: code 7, "This ban will last for N more seconds".

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use opentop_runtime::DateTime;

use crate::call::Refusal;

/// The most calls that a limit by the second may allow: each is remembered for a second.
const MOST_A_SECOND: u32 = 1_000_000;

/// How many calls may come, and what happens to those that are too many.
///
/// ```
/// use opentop_sandbox::CallLimit;
///
/// let application = CallLimit::per_second(100);
/// let method = CallLimit::per_day(1_000).of_method("alibaba.example.gift.list");
/// assert_eq!("alibaba.example.gift.list=1000/day".parse(), Ok(method));
/// # let _ = application;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLimit {
    calls: u32,
    by_day: bool,
    method: Option<String>,
    all_apps: bool,
    ban: Option<u32>,
}

impl CallLimit {
    /// At most this many calls in any second. Those who exceed it are banned for a second.
    #[must_use]
    pub fn per_second(calls: u32) -> Self {
        CallLimit { calls: calls.min(MOST_A_SECOND), by_day: false, method: None, all_apps: false, ban: None }
    }

    /// At most this many calls a day, which begins at midnight in GMT+8. Those who exceed it are banned for the rest of the day.
    #[must_use]
    pub fn per_day(calls: u32) -> Self {
        CallLimit { by_day: true, calls, ..CallLimit::per_second(calls) }
    }

    /// Counts the calls of this method only. The default: the calls of every method together.
    #[must_use]
    pub fn of_method(self, method: impl Into<String>) -> Self {
        CallLimit { method: Some(method.into()), ..self }
    }

    /// Counts the calls of all applications together. The default: each application by itself.
    #[must_use]
    pub fn of_all_applications(self) -> Self {
        CallLimit { all_apps: true, ..self }
    }

    /// How long a ban lasts.
    #[must_use]
    pub fn ban_seconds(self, seconds: u32) -> Self {
        CallLimit { ban: Some(seconds), ..self }
    }

    /// Whose fault it is, in the platform's words.
    fn sub_code(&self) -> &'static str {
        match (&self.method, self.all_apps) {
            (None, _) => "accesscontrol.limited-by-app-access-count",
            (Some(_), true) => "accesscontrol.limited-by-api-access-count",
            (Some(_), false) => "accesscontrol.limited-by-app-api-access-count",
        }
    }
}

/// What stands for a limit on the command line is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCallLimit(String);

impl fmt::Display for InvalidCallLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a limit such as 100/s, 5000/day or METHOD=10/s, got `{}`", self.0)
    }
}

impl std::error::Error for InvalidCallLimit {}

/// `100/s`, `5000/day`, `METHOD=10/s`.
impl FromStr for CallLimit {
    type Err = InvalidCallLimit;

    fn from_str(text: &str) -> Result<Self, InvalidCallLimit> {
        let invalid = || InvalidCallLimit(text.to_owned());
        let (method, limit) = match text.split_once('=') {
            Some((method, limit)) if !method.is_empty() => (Some(method), limit),
            Some(_) => return Err(invalid()),
            None => (None, text),
        };
        let (calls, unit) = limit.split_once('/').ok_or_else(invalid)?;
        let calls: u32 = calls.parse().map_err(|_| invalid())?;
        let limit = match unit {
            "s" if calls <= MOST_A_SECOND => CallLimit::per_second(calls),
            "day" => CallLimit::per_day(calls),
            _ => return Err(invalid()),
        };
        Ok(method.map_or(limit.clone(), |method| limit.of_method(method)))
    }
}

/// The limits of a gateway, and what was counted.
pub(crate) struct Limits {
    limits: Vec<CallLimit>,
    /// By the limit's place, the application and the method, as far as the limit tells them apart.
    counts: Mutex<BTreeMap<(usize, String, String), Count>>,
}

#[derive(Default)]
struct Count {
    /// The times of the calls of the last second, in milliseconds since 1970.
    recent: VecDeque<i64>,
    /// The day in GMT+8, and its calls.
    day: (i64, u32),
    /// Until when whoever it counts is banned.
    banned_until: i64,
}

impl Limits {
    pub(crate) fn new(limits: Vec<CallLimit>) -> Self {
        Limits { limits, counts: Mutex::default() }
    }

    /// Counts a call of a known application and method, or refuses it. A refused call is not counted.
    pub(crate) fn admit(&self, app_key: &str, method: &str, now: DateTime) -> Result<(), Refusal> {
        if self.limits.is_empty() {
            return Ok(());
        }
        let millis = now.unix_millis();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut mine = Vec::new();
        for (place, limit) in self.limits.iter().enumerate() {
            if limit.method.as_ref().is_some_and(|other| other != method) {
                continue;
            }
            let app = if limit.all_apps { "" } else { app_key };
            let key = (place, app.to_owned(), limit.method.clone().unwrap_or_default());
            let count = counts.entry(key.clone()).or_default();
            if millis >= count.banned_until && count.is_full(limit, millis) {
                count.banned_until = limit.ban_ends(millis);
            }
            if millis < count.banned_until {
                return Err(refusal(limit, count.banned_until - millis));
            }
            mine.push(key);
        }
        for key in mine {
            if let Some(count) = counts.get_mut(&key) {
                count.recent.push_back(millis);
                count.day.1 += 1;
                if self.limits[key.0].by_day {
                    count.recent.clear();
                }
            }
        }
        Ok(())
    }
}

/// Eight hours before UTC.
const GMT_8: i64 = 8 * 3_600_000;
const DAY: i64 = 24 * 3_600_000;

impl CallLimit {
    fn ban_ends(&self, now: i64) -> i64 {
        match self.ban {
            Some(seconds) => now + i64::from(seconds) * 1_000,
            None if self.by_day => ((now + GMT_8).div_euclid(DAY) + 1) * DAY - GMT_8,
            None => now + 1_000,
        }
    }
}

impl Count {
    /// Whether one more call would be too many.
    fn is_full(&mut self, limit: &CallLimit, now: i64) -> bool {
        let today = (now + GMT_8).div_euclid(DAY);
        if self.day.0 != today {
            self.day = (today, 0);
        }
        while self.recent.front().is_some_and(|then| now - then >= 1_000) {
            self.recent.pop_front();
        }
        let calls = if limit.by_day { self.day.1 } else { u32::try_from(self.recent.len()).unwrap_or(u32::MAX) };
        calls >= limit.calls
    }
}

fn refusal(limit: &CallLimit, left: i64) -> Refusal {
    // Whole seconds, upwards: a ban never says 0.
    let seconds = (left + 999) / 1_000;
    Refusal {
        code: 7,
        msg: "App Call Limited".to_owned(),
        sub_code: Some(limit.sub_code().to_owned()),
        sub_msg: Some(format!("This ban will last for {seconds} more seconds")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime {
        DateTime::from_unix_millis(1_700_000_000_000 + millis).expect("in range")
    }

    fn told(limits: &Limits, app: &str, method: &str, now: DateTime) -> Option<String> {
        let refusal = limits.admit(app, method, now).err()?;
        assert_eq!((refusal.code, refusal.msg.as_str()), (7, "App Call Limited"));
        Some(format!("{} {}", refusal.sub_code?, refusal.sub_msg?))
    }

    #[test]
    fn no_second_has_more_calls_than_its_limit() {
        let limits = Limits::new(vec![CallLimit::per_second(3)]);
        for millis in [0, 400, 800] {
            assert_eq!(told(&limits, "1", "a", at(millis)), None);
        }
        let banned = "accesscontrol.limited-by-app-access-count This ban will last for 1 more seconds";
        assert_eq!(told(&limits, "1", "b", at(999)).as_deref(), Some(banned));
        assert_eq!(told(&limits, "2", "a", at(999)), None, "another application");
        assert_eq!(told(&limits, "1", "a", at(1_998)).as_deref(), Some(banned));
        assert_eq!(told(&limits, "1", "a", at(1_999)), None);
    }

    #[test]
    fn methods_and_days_have_limits_of_their_own() {
        let limits = vec![
            CallLimit::per_day(2).of_method("a"),
            CallLimit::per_second(1).of_method("b").of_all_applications().ban_seconds(5),
        ];
        let limits = Limits::new(limits);
        for app in ["1", "1", "2"] {
            assert_eq!(told(&limits, app, "a", at(0)), None);
        }
        let told_of_a = told(&limits, "1", "a", at(0)).expect("banned");
        // 2023-11-15 06:13:20 in GMT+8.
        assert_eq!(
            told_of_a,
            "accesscontrol.limited-by-app-api-access-count This ban will last for 64000 more seconds"
        );
        assert_eq!(
            told(&limits, "1", "a", at(63_999_999)).map(|told| told.ends_with("for 1 more seconds")),
            Some(true)
        );
        assert_eq!(told(&limits, "1", "a", at(64_000_000)), None);
        assert_eq!(told(&limits, "1", "b", at(0)), None);
        let told_of_b = told(&limits, "2", "b", at(1)).expect("banned");
        assert_eq!(told_of_b, "accesscontrol.limited-by-api-access-count This ban will last for 5 more seconds");
        assert_eq!(told(&limits, "1", "c", at(1)), None);
    }

    #[test]
    fn limits_are_read_from_text() {
        assert_eq!("100/s".parse(), Ok(CallLimit::per_second(100)));
        assert_eq!("5000/day".parse(), Ok(CallLimit::per_day(5_000)));
        assert_eq!("a.b=1/s".parse(), Ok(CallLimit::per_second(1).of_method("a.b")));
        for wrong in ["", "100", "100/m", "=1/s", "a=x/s", "-1/s", "1000001/s"] {
            assert!(wrong.parse::<CallLimit>().is_err(), "{wrong}");
        }
    }
}
