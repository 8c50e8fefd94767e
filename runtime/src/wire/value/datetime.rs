//! Date and time as the platform writes them.

mod calendar;
#[cfg(feature = "chrono-04")]
mod chrono;
#[cfg(feature = "jiff-1")]
mod jiff;
#[cfg(feature = "time-03")]
mod time;

use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ::jiff::{SignedDuration, civil};

/// A point in time in GMT+8, the platform's one zone: `yyyy-MM-dd HH:mm:ss`, years 1 to 9999.
///
/// The wire carries whole seconds. Milliseconds are kept where an answer or the clock gives them, and shown by `Debug`;
/// `Display` and the wire leave them out. The zone of the machine plays no part anywhere.
///
/// The features `jiff-1`, `time-03` and `chrono-04` add conversions from and to the types of those crates.
///
/// ```
/// use opentop_runtime::DateTime;
///
/// let paid: DateTime = "2019-07-30 14:24:45".parse()?;
/// assert_eq!(paid.unix_millis(), 1_564_467_885_000);
/// assert_eq!(DateTime::from_unix_millis(1_564_467_885_000)?, paid);
/// assert_eq!((paid + std::time::Duration::from_secs(15)).to_string(), "2019-07-30 14:25:00");
/// assert_eq!((paid.year(), paid.month(), paid.day()), (2019, 7, 30));
/// assert_eq!(paid.end_of_month().to_string(), "2019-07-31 23:59:59");
/// # Ok::<(), opentop_runtime::DateTimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(civil::DateTime);

/// 1970-01-01 00:00:00 UTC on a clock in GMT+8.
const EPOCH: civil::DateTime = civil::DateTime::constant(1970, 1, 1, 8, 0, 0, 0);
const FIRST: civil::DateTime = civil::DateTime::constant(1, 1, 1, 0, 0, 0, 0);
const LAST: civil::DateTime = civil::DateTime::constant(9999, 12, 31, 23, 59, 59, 999_000_000);

/// The seconds since 1970 that are taken for a date: the years 2000 to 2100 in GMT+8.
const FIRST_SECOND: i64 = 946_656_000;
const LAST_SECOND: i64 = 4_133_951_999;
const FIRST_MILLI: i64 = FIRST_SECOND * 1_000;
const LAST_MILLI: i64 = LAST_SECOND * 1_000 + 999;

/// Why something is not a [`DateTime`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateTimeError {
    /// The text is not of the form `yyyy-MM-dd HH:mm:ss`.
    Form,
    /// There is no such day or time of day, e.g. 30 February or 24:00.
    NoSuchTime,
    /// It lies outside the years 1 to 9999.
    Range,
}

impl fmt::Display for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "not of the form yyyy-MM-dd HH:mm:ss; write e.g. 2019-07-30 14:24:45",
            Self::NoSuchTime => "no such day or time of day; check month, day, hour, minute and second",
            Self::Range => "outside the years 1 to 9999",
        })
    }
}

impl std::error::Error for DateTimeError {}

impl DateTime {
    /// The earliest: `0001-01-01 00:00:00`.
    pub const MIN: Self = Self(FIRST);
    /// The latest: `9999-12-31 23:59:59`, and 999 milliseconds.
    pub const MAX: Self = Self(LAST);

    /// A date and time of day in GMT+8.
    ///
    /// ```
    /// use opentop_runtime::{DateTime, DateTimeError};
    ///
    /// assert_eq!(DateTime::new(2019, 7, 30, 14, 24, 45)?.to_string(), "2019-07-30 14:24:45");
    /// assert!(DateTime::new(2019, 2, 30, 0, 0, 0).is_err());
    /// # Ok::<(), DateTimeError>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such day or time of day, or the year is outside 1 to 9999.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Result<Self, DateTimeError> {
        Self::with_millis([year, month.into(), day.into(), hour.into(), minute.into(), second.into(), 0])
    }

    fn with_millis(parts: [u16; 7]) -> Result<Self, DateTimeError> {
        let [year, month, day, hour, minute, second, millis] = parts;
        let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year)).ok_or(DateTimeError::Range)?;
        let small = |part: u16| i8::try_from(part).map_err(|_| DateTimeError::NoSuchTime);
        civil::DateTime::new(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
            i32::from(millis) * 1_000_000,
        )
        .map(Self)
        .map_err(|_| DateTimeError::NoSuchTime)
    }

    /// The point in time this many milliseconds after 1970-01-01 00:00:00 UTC.
    ///
    /// # Errors
    /// Outside the years 1 to 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, DateTimeError> {
        Self::at(SignedDuration::from_millis(millis)).ok_or(DateTimeError::Range)
    }

    /// Milliseconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        i64::try_from(self.0.duration_since(EPOCH).as_millis())
            .expect("invariant: 9999 years of milliseconds fit an i64")
    }

    /// Now, to the millisecond, by the system's clock.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// This much later; `None` past the year 9999.
    ///
    /// ```
    /// # use opentop_runtime::{DateTime, DateTimeError};
    /// use std::time::Duration;
    ///
    /// let paid: DateTime = "2019-07-30 23:59:59".parse()?;
    /// let later = paid.checked_add(Duration::from_secs(1)).expect("far from the year 9999");
    /// assert_eq!(later.to_string(), "2019-07-31 00:00:00");
    /// assert_eq!(DateTime::MAX.checked_add(Duration::from_secs(1)), None);
    /// # Ok::<(), DateTimeError>(())
    /// ```
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        Self::at(self.0.duration_since(EPOCH).checked_add(SignedDuration::try_from(duration).ok()?)?)
    }

    /// This much earlier; `None` before the year 1.
    #[must_use]
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        Self::at(self.0.duration_since(EPOCH).checked_sub(SignedDuration::try_from(duration).ok()?)?)
    }

    /// Whole seconds from `other` to this one; negative where this one is earlier.
    ///
    /// ```
    /// # use opentop_runtime::{DateTime, DateTimeError};
    /// let (paid, sent): (DateTime, DateTime) = ("2019-07-30 14:24:45".parse()?, "2019-07-31 14:24:44".parse()?);
    /// assert_eq!((sent.seconds_since(paid), paid.seconds_since(sent)), (86_399, -86_399));
    /// # Ok::<(), DateTimeError>(())
    /// ```
    #[must_use]
    pub fn seconds_since(self, other: Self) -> i64 {
        self.0.duration_since(other.0).as_secs()
    }

    /// Finer than a millisecond is cut off, towards the past.
    fn at(since_epoch: SignedDuration) -> Option<Self> {
        let millis = since_epoch.as_nanos().div_euclid(1_000_000);
        let whole = SignedDuration::from_millis(i64::try_from(millis).ok()?);
        let at = EPOCH.checked_add(whole).ok()?;
        (FIRST..=LAST).contains(&at).then_some(Self(at))
    }

    /// What answers hold besides the wire form: a fraction of up to three digits, a date alone (its midnight), the compact forms
    /// `yyyyMMdd` and `yyyyMMddHHmmss`, and seconds or milliseconds since 1970 that fall into the years 2000 to 2100.
    pub(crate) fn parse_lenient(text: &str) -> Result<Self, DateTimeError> {
        let bytes = text.as_bytes();
        match bytes.len() {
            19 => text.parse(),
            8..=14 if bytes[0] != b'0' && bytes.iter().all(u8::is_ascii_digit) => {
                Self::from_number(text.parse().map_err(|_| DateTimeError::Range)?)
            }
            10 => Self::with_millis(date(bytes).map(|[y, m, d]| [y, m, d, 0, 0, 0, 0]).ok_or(DateTimeError::Form)?),
            21..=23 if bytes[19] == b'.' => {
                let (digits, scale) = (&bytes[20..], 10_u16.pow(23 - bytes.len() as u32));
                let millis = number(digits).ok_or(DateTimeError::Form)? * scale;
                Self::with_millis(date_and_time(&bytes[..19], millis)?)
            }
            _ => text.parse(),
        }
    }

    /// A point in time given as a number. How many digits there are tells the forms apart: 8 and 14 are a compact date, 9 and 10
    /// seconds, 12 and 13 milliseconds since 1970. Seconds and milliseconds outside the years 2000 to 2100 are something else.
    pub(crate) fn from_number(number: i64) -> Result<Self, DateTimeError> {
        match number {
            10_000_000..=99_999_999 => Self::compact(number, 0),
            10_000_000_000_000..=99_999_999_999_999 => Self::compact(number / 1_000_000, number % 1_000_000),
            FIRST_SECOND..=LAST_SECOND => Self::from_unix_millis(number * 1_000),
            FIRST_MILLI..=LAST_MILLI => Self::from_unix_millis(number),
            _ => Err(DateTimeError::Form),
        }
    }

    /// `yyyyMMdd` and `HHmmss`, each as a number.
    fn compact(date: i64, time: i64) -> Result<Self, DateTimeError> {
        let part = |number: i64, above: i64, size: i64| u16::try_from(number / above % size).unwrap_or(u16::MAX);
        let [year, month, day] = [part(date, 10_000, 10_000), part(date, 100, 100), part(date, 1, 100)];
        let [hour, minute, second] = [part(time, 10_000, 100), part(time, 100, 100), part(time, 1, 100)];
        Self::with_millis([year, month, day, hour, minute, second, 0])
    }

    /// `yyyy-MM-dd HH:mm:ss`, in ASCII.
    pub(crate) fn wire(self) -> [u8; 19] {
        let at = self.0;
        let mut text = *b"0000-00-00 00:00:00";
        let (century, year) = ((at.year() / 100) as i8, (at.year() % 100) as i8);
        let parts = [century, year, at.month(), at.day(), at.hour(), at.minute(), at.second()];
        for (start, part) in [0, 2, 5, 8, 11, 14, 17].into_iter().zip(parts.map(i8::unsigned_abs)) {
            text[start] = b'0' + part / 10;
            text[start + 1] = b'0' + part % 10;
        }
        text
    }

    /// With the milliseconds where there are any: what `Debug` shows and what [`Self::parse_lenient`] reads back exactly.
    pub(crate) fn exact_text(self) -> String {
        match self.0.millisecond() {
            0 => self.to_string(),
            millis => format!("{self}.{millis:03}"),
        }
    }
}

/// A run of at most four digits.
fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |sum: u16, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
}

fn date(text: &[u8]) -> Option<[u16; 3]> {
    (text.len() == 10 && text[4] == b'-' && text[7] == b'-').then_some(())?;
    Some([number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?])
}

fn date_and_time(text: &[u8], millis: u16) -> Result<[u16; 7], DateTimeError> {
    let parts = || {
        (text.len() == 19 && text[10] == b' ' && text[13] == b':' && text[16] == b':').then_some(())?;
        let [year, month, day] = date(&text[..10])?;
        Some([year, month, day, number(&text[11..13])?, number(&text[14..16])?, number(&text[17..])?, millis])
    };
    parts().ok_or(DateTimeError::Form)
}

impl FromStr for DateTime {
    type Err = DateTimeError;

    /// Reads `yyyy-MM-dd HH:mm:ss`, and nothing else.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::with_millis(date_and_time(text.as_bytes(), 0)?)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.wire()).expect("invariant: digits and marks are ASCII"))
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.exact_text())
    }
}

impl From<SystemTime> for DateTime {
    /// To the millisecond; times outside the years 1 to 9999 become the nearest that is inside.
    fn from(time: SystemTime) -> Self {
        let since_epoch = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => SignedDuration::try_from(after).ok(),
            Err(before) => SignedDuration::try_from(before.duration()).ok().and_then(SignedDuration::checked_neg),
        };
        let nearest = if time < UNIX_EPOCH { Self::MIN } else { Self::MAX };
        since_epoch.and_then(Self::at).unwrap_or(nearest)
    }
}

impl Add<Duration> for DateTime {
    type Output = Self;

    /// This much later, and no later than [`DateTime::MAX`].
    fn add(self, duration: Duration) -> Self {
        self.checked_add(duration).unwrap_or(Self::MAX)
    }
}

impl Sub<Duration> for DateTime {
    type Output = Self;

    /// This much earlier, and no earlier than [`DateTime::MIN`].
    fn sub(self, duration: Duration) -> Self {
        self.checked_sub(duration).unwrap_or(Self::MIN)
    }
}

#[cfg(test)]
mod tests;
