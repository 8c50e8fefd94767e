//! Conversions from and to the types of time 0.3.

use time::{OffsetDateTime, PrimitiveDateTime, UtcDateTime, UtcOffset};

use super::{DateTime, DateTimeError};

/// GMT+8.
const OFFSET: UtcOffset = match UtcOffset::from_hms(8, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// The point in time in the offset `+08:00`.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let paid: DateTime = "2019-07-30 14:24:45".parse()?;
/// let at = time::OffsetDateTime::from(paid);
/// assert_eq!((at.hour(), at.offset().whole_hours(), at.unix_timestamp()), (14, 8, 1_564_467_885));
/// # Ok::<(), opentop_runtime::DateTimeError>(())
/// ```
impl From<DateTime> for OffsetDateTime {
    fn from(at: DateTime) -> Self {
        UtcDateTime::from(at).to_offset(OFFSET)
    }
}

/// The point in time.
impl From<DateTime> for UtcDateTime {
    fn from(at: DateTime) -> Self {
        let nanos = i128::from(at.unix_millis()) * 1_000_000;
        Self::from_unix_timestamp_nanos(nanos).expect("invariant: time holds the years 1 to 9999")
    }
}

/// The clock in GMT+8.
impl From<DateTime> for PrimitiveDateTime {
    fn from(at: DateTime) -> Self {
        let at = OffsetDateTime::from(at);
        Self::new(at.date(), at.time())
    }
}

/// The same point in time, whatever its offset. Finer than a millisecond is cut off.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// assert_eq!(DateTime::try_from(time::OffsetDateTime::UNIX_EPOCH)?.to_string(), "1970-01-01 08:00:00");
/// # Ok::<(), opentop_runtime::DateTimeError>(())
/// ```
impl TryFrom<OffsetDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: OffsetDateTime) -> Result<Self, DateTimeError> {
        from_nanos(at.unix_timestamp_nanos())
    }
}

/// The point in time. Finer than a millisecond is cut off.
impl TryFrom<UtcDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: UtcDateTime) -> Result<Self, DateTimeError> {
        from_nanos(at.unix_timestamp_nanos())
    }
}

/// Reads a clock without an offset as GMT+8. Finer than a millisecond is cut off.
impl TryFrom<PrimitiveDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: PrimitiveDateTime) -> Result<Self, DateTimeError> {
        at.assume_offset(OFFSET).try_into()
    }
}

fn from_nanos(nanos: i128) -> Result<DateTime, DateTimeError> {
    let millis = i64::try_from(nanos.div_euclid(1_000_000)).map_err(|_| DateTimeError::Range)?;
    DateTime::from_unix_millis(millis)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use time::{Date, Duration, Month};

    use super::*;

    #[test]
    fn both_ends_and_milliseconds_go_there_and_back() {
        for at in [DateTime::MIN, DateTime::MAX, DateTime::parse_lenient("2019-07-30 14:24:45.123").unwrap()] {
            assert_eq!(DateTime::try_from(OffsetDateTime::from(at)), Ok(at));
            assert_eq!(DateTime::try_from(UtcDateTime::from(at)), Ok(at));
            assert_eq!(DateTime::try_from(PrimitiveDateTime::from(at)), Ok(at));
        }
    }

    #[test]
    fn the_clock_is_that_of_gmt_8() {
        let at: DateTime = "2019-07-30 00:24:45".parse().unwrap();
        let clock = PrimitiveDateTime::from(at);
        assert_eq!((clock.day(), clock.hour(), UtcDateTime::from(at).day()), (30, 0, 29));
        assert_eq!(OffsetDateTime::from(at).offset().whole_seconds(), 8 * 3600);
    }

    #[test]
    fn finer_than_a_millisecond_is_cut_off_and_other_years_are_refused() {
        let fine = OffsetDateTime::UNIX_EPOCH - Duration::nanoseconds(1);
        assert_eq!(DateTime::try_from(fine).unwrap().unix_millis(), -1);
        let before = Date::from_calendar_date(0, Month::December, 31).unwrap().midnight();
        assert_eq!(DateTime::try_from(before), Err(DateTimeError::Range));
        assert_eq!(DateTime::try_from(PrimitiveDateTime::MIN), Err(DateTimeError::Range));
    }
}
