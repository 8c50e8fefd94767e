//! Conversions from and to the types of chrono 0.4.

use chrono::{DateTime as ChronoDateTime, FixedOffset, NaiveDateTime, Offset, TimeZone, Utc};

use super::{DateTime, DateTimeError};

/// GMT+8 in milliseconds.
const OFFSET_MILLIS: i64 = 8 * 3_600_000;

/// The point in time.
impl From<DateTime> for ChronoDateTime<Utc> {
    fn from(at: DateTime) -> Self {
        Self::from_timestamp_millis(at.unix_millis()).expect("invariant: chrono holds the years 1 to 9999")
    }
}

/// The point in time in the offset `+08:00`.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let paid: DateTime = "2019-07-30 14:24:45".parse()?;
/// let at = chrono::DateTime::<chrono::FixedOffset>::from(paid);
/// assert_eq!(format!("{at:?}"), "2019-07-30T14:24:45+08:00");
/// # Ok::<(), opentop_runtime::DateTimeError>(())
/// ```
impl From<DateTime> for ChronoDateTime<FixedOffset> {
    fn from(at: DateTime) -> Self {
        let offset = FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| Utc.fix());
        ChronoDateTime::<Utc>::from(at).with_timezone(&offset)
    }
}

/// The clock in GMT+8.
impl From<DateTime> for NaiveDateTime {
    fn from(at: DateTime) -> Self {
        ChronoDateTime::<FixedOffset>::from(at).naive_local()
    }
}

/// The same point in time, whatever its zone. Finer than a millisecond is cut off.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let at = chrono::DateTime::<chrono::Utc>::from_timestamp(1_564_467_885, 0).expect("a time that chrono holds");
/// assert_eq!(DateTime::try_from(at)?.to_string(), "2019-07-30 14:24:45");
/// # Ok::<(), opentop_runtime::DateTimeError>(())
/// ```
impl<Z: TimeZone> TryFrom<ChronoDateTime<Z>> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: ChronoDateTime<Z>) -> Result<Self, DateTimeError> {
        Self::from_unix_millis(at.timestamp_millis())
    }
}

/// Reads a clock without a zone as GMT+8. Finer than a millisecond is cut off.
impl TryFrom<NaiveDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: NaiveDateTime) -> Result<Self, DateTimeError> {
        Self::from_unix_millis(at.and_utc().timestamp_millis() - OFFSET_MILLIS)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{NaiveDate, Timelike};

    use super::*;

    #[test]
    fn both_ends_and_milliseconds_go_there_and_back() {
        for at in [DateTime::MIN, DateTime::MAX, DateTime::parse_lenient("2019-07-30 14:24:45.123").unwrap()] {
            assert_eq!(DateTime::try_from(ChronoDateTime::<Utc>::from(at)), Ok(at));
            assert_eq!(DateTime::try_from(ChronoDateTime::<FixedOffset>::from(at)), Ok(at));
            assert_eq!(DateTime::try_from(NaiveDateTime::from(at)), Ok(at));
        }
    }

    #[test]
    fn the_clock_is_that_of_gmt_8() {
        let at: DateTime = "2019-07-30 00:24:45".parse().unwrap();
        assert_eq!(
            NaiveDateTime::from(at),
            NaiveDate::from_ymd_opt(2019, 7, 30).unwrap().and_hms_opt(0, 24, 45).unwrap()
        );
        assert_eq!(ChronoDateTime::<Utc>::from(at).hour(), 16);
    }

    #[test]
    fn finer_than_a_millisecond_is_cut_off_and_other_years_are_refused() {
        let fine = ChronoDateTime::<Utc>::from_timestamp(-1, 999_999_999).unwrap();
        assert_eq!(DateTime::try_from(fine).unwrap().unix_millis(), -1);
        for other in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            assert_eq!(DateTime::try_from(other), Err(DateTimeError::Range));
            assert_eq!(DateTime::try_from(other.and_utc()), Err(DateTimeError::Range));
        }
    }
}
