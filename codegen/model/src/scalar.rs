//! What a scalar's text means: whether it reads as its type, and how two of them compare. Exact, without floating point.
//!
//! In: text of a spec (an example, a default, a bound). Out: a value, or why there is none.

use std::cmp::Ordering;

use crate::model::Scalar;

/// Whether `text` reads as `scalar`; if not, what would.
pub fn reads_as(scalar: Scalar, text: &str) -> Result<(), &'static str> {
    let reads = match scalar {
        Scalar::String | Scalar::Bytes => true,
        Scalar::Number => number(text).is_some(),
        Scalar::Boolean => matches!(text, "true" | "false"),
        Scalar::Date => date(text).is_some(),
        Scalar::Price | Scalar::BigDecimal => Decimal::read(text).is_some(),
        Scalar::Json => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        Scalar::Map => {
            text.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        }
    };
    if reads { Ok(()) } else { Err(shape(scalar)) }
}

/// How a value of `scalar` is written.
fn shape(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String | Scalar::Bytes => "text",
        Scalar::Number => "a whole number of 64 bits, in digits",
        Scalar::Boolean => "`true` or `false`",
        Scalar::Date => "`yyyy-MM-dd HH:mm:ss`",
        Scalar::Price | Scalar::BigDecimal => "a decimal number such as `12.30`, of at most 28 digits",
        Scalar::Json => "JSON",
        Scalar::Map => "a JSON object",
    }
}

/// A whole number of 64 bits: digits, with `-` in front where it is negative.
pub fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = digits == "0" || !digits.starts_with('0');
    (canonical && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// `yyyy-MM-dd HH:mm:ss` as seconds since 1970 of its own zone; dates that no calendar has are none.
pub fn date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let template = b"0000-00-00 00:00:00";
    let fits = |(&byte, &model): (&u8, &u8)| if model == b'0' { byte.is_ascii_digit() } else { byte == model };
    if bytes.len() != template.len() || !bytes.iter().zip(template).all(fits) {
        return None;
    }
    let part =
        |from: usize, to: usize| bytes[from..to].iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute, second) = (part(11, 13), part(14, 16), part(17, 19));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    if year == 0 || day == 0 || day > days || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Days since 1970-01-01 of the Gregorian calendar; the year is counted from March, so that the leap day is its last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// An exact decimal number, as digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without leading zeros.
    whole: String,
    /// Without trailing zeros.
    fraction: String,
}

impl Decimal {
    /// Reads `-12.30`; no exponent, no sign but `-`, at most 28 digits.
    pub fn read(text: &str) -> Option<Decimal> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() > 29 {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        if whole.len() + fraction.len() > 28 {
            return None;
        }
        let negative = unsigned.len() != text.len() && !(whole.is_empty() && fraction.is_empty());
        Some(Decimal { negative, whole, fraction })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let size = || {
            let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(&other.whole));
            whole.then_with(|| self.fraction.cmp(&other.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(),
            (true, true) => size().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Decimal, date, number, reads_as};
    use crate::model::Scalar;

    #[test]
    fn whole_numbers_are_digits_of_64_bits() {
        for (text, value) in [("0", Some(0)), ("-78", Some(-78)), ("9223372036854775807", Some(i64::MAX))] {
            assert_eq!(number(text), value, "{text}");
        }
        for text in ["", "-", "012", "+1", "1e3", "0x1", "1.0", " 1", "9223372036854775808", "１"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_of_the_calendar() {
        assert_eq!(date("1970-01-01 00:00:01"), Some(1));
        assert_eq!(date("2000-02-29 00:00:00"), Some(951_782_400));
        assert_eq!(date("2024-03-01 00:00:00").unwrap() - date("2024-02-28 00:00:00").unwrap(), 2 * 86_400);
        for text in [
            "2023-02-29 00:00:00",
            "2023-13-01 00:00:00",
            "2023-01-01",
            "2023-01-01T00:00:00",
            "2023-01-01 24:00:00",
            "0000-01-01 00:00:00",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_compare_exactly() {
        let read = |text| Decimal::read(text).unwrap();
        for (less, more) in [
            ("1", "1.01"),
            ("-1.01", "-1"),
            ("9", "10"),
            ("-1", "0"),
            ("0.1", "0.11"),
            ("123456789012345678901.1", "123456789012345678901.2"),
        ] {
            assert!(read(less) < read(more), "{less} {more}");
        }
        assert_eq!(read("-0.00"), read("0"));
        assert_eq!(read("012.50"), read("12.5"));
        for text in ["", ".", "1.", ".5", "1e3", "+1", "1,000", "NaN"] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn json_and_maps_are_json() {
        assert!(reads_as(Scalar::Json, "[1]").is_ok() && reads_as(Scalar::Map, r#"{"a":1}"#).is_ok());
        assert!(reads_as(Scalar::Json, "{a:1}").is_err() && reads_as(Scalar::Map, "[1]").is_err());
    }
}
