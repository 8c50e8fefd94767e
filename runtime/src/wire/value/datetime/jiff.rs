//! Conversions from and to the types of jiff 1.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime, civil};

use super::{DateTime, DateTimeError, FIRST, LAST};

/// The point in time. jiff's timestamps end early on 31 December 9999; it refuses what is later.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let paid: DateTime = "2019-07-30 14:24:45".parse()?;
/// assert_eq!(jiff::Timestamp::try_from(paid)?.to_string(), "2019-07-30T06:24:45Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<DateTime> for Timestamp {
    type Error = jiff::Error;

    fn try_from(at: DateTime) -> Result<Self, jiff::Error> {
        Self::from_millisecond(at.unix_millis())
    }
}

/// The point in time in the fixed offset `+08:00`. Refused like a timestamp.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let paid: DateTime = "2019-07-30 14:24:45".parse()?;
/// assert_eq!(jiff::ZonedDateTime::try_from(paid)?.to_string(), "2019-07-30T14:24:45+08:00[+08:00]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<DateTime> for ZonedDateTime {
    type Error = jiff::Error;

    fn try_from(at: DateTime) -> Result<Self, jiff::Error> {
        Timestamp::try_from(at).map(|at| at.to_zoned_datetime(TimeZone::fixed(Offset::constant(8))))
    }
}

/// The clock in GMT+8.
impl From<DateTime> for civil::DateTime {
    fn from(at: DateTime) -> Self {
        at.0
    }
}

/// The point in time. Finer than a millisecond is cut off.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let at: jiff::Timestamp = "2019-07-30T06:24:45Z".parse()?;
/// assert_eq!(DateTime::try_from(at)?.to_string(), "2019-07-30 14:24:45");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<Timestamp> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: Timestamp) -> Result<Self, DateTimeError> {
        Self::at(at.as_duration()).ok_or(DateTimeError::Range)
    }
}

/// The same point in time, whatever its zone. Finer than a millisecond is cut off.
impl TryFrom<&ZonedDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: &ZonedDateTime) -> Result<Self, DateTimeError> {
        at.timestamp().try_into()
    }
}

/// The same point in time, whatever its zone. Finer than a millisecond is cut off.
impl TryFrom<ZonedDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: ZonedDateTime) -> Result<Self, DateTimeError> {
        at.timestamp().try_into()
    }
}

/// Reads a clock without a zone as GMT+8. Finer than a millisecond is cut off.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let midnight = jiff::civil::date(2019, 7, 30).at(0, 0, 0, 0);
/// assert_eq!(DateTime::try_from(midnight)?.to_string(), "2019-07-30 00:00:00");
/// # Ok::<(), opentop_runtime::DateTimeError>(())
/// ```
impl TryFrom<civil::DateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: civil::DateTime) -> Result<Self, DateTimeError> {
        let nanos = at.subsec_nanosecond() / 1_000_000 * 1_000_000;
        let whole = at.date().at(at.hour(), at.minute(), at.second(), nanos);
        (FIRST..=LAST).contains(&whole).then_some(Self(whole)).ok_or(DateTimeError::Range)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_ends_and_milliseconds_go_there_and_back() {
        let fine = DateTime::parse_lenient("2019-07-30 14:24:45.123").unwrap();
        for at in [DateTime::MIN, fine, "9999-12-31 05:59:59".parse().unwrap()] {
            assert_eq!(DateTime::try_from(Timestamp::try_from(at).unwrap()), Ok(at));
            let zoned = ZonedDateTime::try_from(at).unwrap();
            assert_eq!((DateTime::try_from(&zoned), DateTime::try_from(zoned)), (Ok(at), Ok(at)));
        }
        for at in [DateTime::MIN, fine, DateTime::MAX] {
            assert_eq!(DateTime::try_from(civil::DateTime::from(at)), Ok(at));
        }
    }

    #[test]
    fn the_last_hours_of_9999_are_refused() {
        assert!(Timestamp::try_from(DateTime::MAX).is_err() && ZonedDateTime::try_from(DateTime::MAX).is_err());
    }

    #[test]
    fn other_zones_are_the_same_point_in_time() {
        let at: DateTime = "2019-07-30 14:24:45".parse().unwrap();
        let abroad = ZonedDateTime::try_from(at).unwrap().with_time_zone(TimeZone::fixed(Offset::constant(-5)));
        assert_eq!((abroad.hour(), DateTime::try_from(abroad)), (1, Ok(at)));
    }

    #[test]
    fn finer_than_a_millisecond_is_cut_off_and_other_years_are_refused() {
        let fine = civil::date(2019, 7, 30).at(14, 24, 45, 123_999_999);
        assert_eq!(format!("{:?}", DateTime::try_from(fine).unwrap()), "2019-07-30 14:24:45.123");
        assert_eq!(DateTime::try_from(civil::date(0, 12, 31).at(0, 0, 0, 0)), Err(DateTimeError::Range));
        assert_eq!(DateTime::try_from(Timestamp::MIN), Err(DateTimeError::Range));
    }
}
