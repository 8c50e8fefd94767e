//! Reads the texts of scalars (examples, defaults, bounds) as numbers and dates. Exact, without floating point.

use jiff::civil::DateTime;
use rust_decimal::Decimal;

use crate::model::Scalar;

/// Whether `text` reads as `scalar`; if not, what would.
pub fn reads_as(scalar: Scalar, text: &str) -> Result<(), &'static str> {
    let reads = match scalar {
        Scalar::String | Scalar::Bytes => true,
        Scalar::Number => number(text).is_some(),
        Scalar::Boolean => matches!(text, "true" | "false"),
        Scalar::Date => date(text).is_some(),
        Scalar::Price | Scalar::BigDecimal => decimal(text).is_some(),
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

/// A date and time written as `yyyy-MM-dd HH:mm:ss`. `None` for dates that do not exist.
#[must_use]
pub fn date(text: &str) -> Option<DateTime> {
    let template = b"0000-00-00 00:00:00";
    let fits = |(byte, model): (u8, &u8)| if *model == b'0' { byte.is_ascii_digit() } else { byte == *model };
    let shaped = text.len() == template.len() && text.bytes().zip(template).all(fits);
    // A leap second is a time to jiff, and none to the platform.
    (shaped && !text.ends_with("60")).then(|| text.parse().ok()).flatten().filter(|date: &DateTime| date.year() > 0)
}

/// An exact decimal number such as `-12.30`: no exponent, no sign but `-`, at most 28 digits.
#[must_use]
pub fn decimal(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (short, exact) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let fits = short.len() + exact.len() <= 28 && fraction.len() <= 28;
    (digits(whole) && digits(fraction) && fits).then(|| Decimal::from_str_exact(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{date, decimal, number, reads_as};
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
        for text in ["1970-01-01 00:00:01", "2000-02-29 00:00:00", "2024-12-31 23:59:59"] {
            assert!(date(text).is_some(), "{text}");
        }
        for text in [
            "2023-02-29 00:00:00",
            "2023-13-01 00:00:00",
            "2023-01-01",
            "2023-01-01T00:00:00",
            "2023-01-01 24:00:00",
            "2016-12-31 23:59:60",
            "1900-02-29 00:00:00",
            "２０19-07-04 15:32:1",
            "0000-01-01 00:00:00",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_compare_exactly() {
        let read = |text| decimal(text).unwrap();
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
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn json_and_maps_are_json() {
        assert!(reads_as(Scalar::Json, "[1]").is_ok() && reads_as(Scalar::Map, r#"{"a":1}"#).is_ok());
        assert!(reads_as(Scalar::Json, "{a:1}").is_err() && reads_as(Scalar::Map, "[1]").is_err());
    }
}
