//! The parts of a date, and steps by days, months and years.

use jiff::{Span, civil};

use super::{DateTime, FIRST, LAST};

impl DateTime {
    /// The year, 1 to 9999.
    #[must_use]
    pub fn year(self) -> u16 {
        self.0.year().unsigned_abs()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u8 {
        self.0.hour().unsigned_abs()
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u8 {
        self.0.minute().unsigned_abs()
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> u8 {
        self.0.second().unsigned_abs()
    }

    /// The milliseconds of the second, 0 to 999.
    #[must_use]
    pub fn millisecond(self) -> u16 {
        self.0.millisecond().unsigned_abs()
    }

    /// The first millisecond of this day.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0.date().at(0, 0, 0, 0))
    }

    /// The last millisecond of this day. On the wire it is `23:59:59`.
    ///
    /// ```
    /// use opentop_runtime::DateTime;
    ///
    /// let paid: DateTime = "2019-07-30 14:24:45".parse()?;
    /// assert_eq!(paid.start_of_day().to_string(), "2019-07-30 00:00:00");
    /// assert_eq!(paid.end_of_day().to_string(), "2019-07-30 23:59:59");
    /// # Ok::<(), opentop_runtime::DateTimeError>(())
    /// ```
    #[must_use]
    pub fn end_of_day(self) -> Self {
        Self(end_of(self.0.date()))
    }

    /// The first millisecond of this month.
    ///
    /// ```
    /// use opentop_runtime::DateTime;
    ///
    /// // The month before this date, whole.
    /// let today: DateTime = "2024-03-31 09:30:00".parse()?;
    /// let last_month = today.checked_sub_months(1).expect("not the first month of year 1");
    /// assert_eq!(last_month.start_of_month().to_string(), "2024-02-01 00:00:00");
    /// assert_eq!(last_month.end_of_month().to_string(), "2024-02-29 23:59:59");
    /// # Ok::<(), opentop_runtime::DateTimeError>(())
    /// ```
    #[must_use]
    pub fn start_of_month(self) -> Self {
        Self(self.0.date().first_of_month().at(0, 0, 0, 0))
    }

    /// The last millisecond of this month. On the wire it is `23:59:59` of the last day.
    #[must_use]
    pub fn end_of_month(self) -> Self {
        Self(end_of(self.0.date().last_of_month()))
    }

    /// This many days later, at the same time of day; `None` past the year 9999.
    ///
    /// A day always has 24 hours: GMT+8 has no summer time.
    #[must_use]
    pub fn checked_add_days(self, days: u32) -> Option<Self> {
        self.checked_span(Span::new().try_days(days).ok()?)
    }

    /// This many days earlier, at the same time of day; `None` before the year 1.
    ///
    /// ```
    /// # use opentop_runtime::{DateTime, DateTimeError};
    /// // The last three whole days.
    /// let today: DateTime = "2024-03-01 09:30:00".parse()?;
    /// let first = today.checked_sub_days(3).expect("far from the year 1").start_of_day();
    /// assert_eq!(first.to_string(), "2024-02-27 00:00:00");
    /// # Ok::<(), DateTimeError>(())
    /// ```
    #[must_use]
    pub fn checked_sub_days(self, days: u32) -> Option<Self> {
        self.checked_span(Span::new().try_days(-i64::from(days)).ok()?)
    }

    /// The same day and time of day this many months later; `None` past the year 9999.
    ///
    /// If that month is too short, it is its last day. Months added one at a time therefore end elsewhere than all at once.
    ///
    /// ```
    /// use opentop_runtime::DateTime;
    ///
    /// let end: DateTime = "2024-01-31 12:00:00".parse()?;
    /// assert_eq!(end.checked_add_months(1).map(|at| at.to_string()).as_deref(), Some("2024-02-29 12:00:00"));
    /// assert_eq!(end.checked_add_months(2).map(|at| at.to_string()).as_deref(), Some("2024-03-31 12:00:00"));
    /// # Ok::<(), opentop_runtime::DateTimeError>(())
    /// ```
    #[must_use]
    pub fn checked_add_months(self, months: u32) -> Option<Self> {
        self.checked_span(Span::new().try_months(months).ok()?)
    }

    /// The same day and time of day this many months earlier, or that month's last day; `None` before the year 1.
    #[must_use]
    pub fn checked_sub_months(self, months: u32) -> Option<Self> {
        self.checked_span(Span::new().try_months(-i64::from(months)).ok()?)
    }

    fn checked_span(self, span: Span) -> Option<Self> {
        let at = self.0.checked_add(span).ok()?;
        (FIRST..=LAST).contains(&at).then_some(Self(at))
    }
}

fn end_of(day: civil::Date) -> civil::DateTime {
    day.at(23, 59, 59, 999_000_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    #[test]
    fn parts_are_those_of_the_text() {
        let date = DateTime::parse_lenient("2019-07-30 14:24:45.123").unwrap();
        assert_eq!((date.year(), date.month(), date.day()), (2019, 7, 30));
        assert_eq!((date.hour(), date.minute(), date.second(), date.millisecond()), (14, 24, 45, 123));
        assert_eq!((DateTime::MIN.year(), DateTime::MAX.year(), DateTime::MAX.millisecond()), (1, 9999, 999));
    }

    #[test]
    fn months_end_on_the_last_day_of_a_shorter_month() {
        for (from, months, to) in [
            ("2023-01-31 01:02:03", 1, "2023-02-28 01:02:03"),
            ("2024-01-31 01:02:03", 1, "2024-02-29 01:02:03"),
            ("2024-01-31 01:02:03", 13, "2025-02-28 01:02:03"),
            ("2024-10-31 01:02:03", 1, "2024-11-30 01:02:03"),
            ("2024-02-29 01:02:03", 12, "2025-02-28 01:02:03"),
            ("2024-02-29 01:02:03", 48, "2028-02-29 01:02:03"),
            ("2024-12-31 01:02:03", 0, "2024-12-31 01:02:03"),
        ] {
            assert_eq!(at(from).checked_add_months(months), Some(at(to)), "{from} + {months}");
        }
        assert_eq!(at("2024-03-31 01:02:03").checked_sub_months(1), Some(at("2024-02-29 01:02:03")));
        assert_eq!(at("2024-01-31 01:02:03").checked_sub_months(2), Some(at("2023-11-30 01:02:03")));
    }

    #[test]
    fn months_and_days_have_their_ends() {
        let [start, end] = [at("2024-02-10 12:00:00"), at("2023-02-28 23:59:59")];
        assert_eq!(start.start_of_month(), at("2024-02-01 00:00:00"));
        assert_eq!(start.end_of_month().to_string(), "2024-02-29 23:59:59");
        assert_eq!(end.end_of_month(), end.end_of_day());
        assert_eq!((end.start_of_day(), end.end_of_day().millisecond()), (at("2023-02-28 00:00:00"), 999));
        assert_eq!(DateTime::MAX.end_of_month(), DateTime::MAX);
        assert_eq!(DateTime::MIN.start_of_month(), DateTime::MIN);
    }

    #[test]
    fn days_cross_months_and_years() {
        assert_eq!(at("2023-12-31 08:00:00").checked_add_days(60), Some(at("2024-02-29 08:00:00")));
        assert_eq!(at("2024-03-01 08:00:00").checked_sub_days(1), Some(at("2024-02-29 08:00:00")));
    }

    #[test]
    fn what_leaves_the_years_is_none() {
        for count in [1, 12 * 9999, u32::MAX] {
            assert_eq!((DateTime::MAX.checked_add_days(count), DateTime::MAX.checked_add_months(count)), (None, None));
            assert_eq!((DateTime::MIN.checked_sub_days(count), DateTime::MIN.checked_sub_months(count)), (None, None));
        }
    }
}
