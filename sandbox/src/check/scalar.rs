//! Checks whether a value reads as one of the platform's scalar types.

use opentop_model::model::Scalar;
use opentop_runtime::DateTime;

use super::exact::{is_decimal, is_integer};
use crate::json::Json;

/// Whether the value fits; `Err` says what was expected.
pub(super) fn fits(scalar: Scalar, json: &Json) -> Result<(), &'static str> {
    let text = json.scalar_text();
    let number_text = || text.filter(|_| !matches!(json, Json::Bool(_)));
    let (fits, expected) = match scalar {
        Scalar::String | Scalar::Bytes => (text.is_some(), "text"),
        Scalar::Number => (
            number_text().is_some_and(|text| is_integer(text) && text.parse::<i64>().is_ok()),
            "a whole number (64 bits)",
        ),
        Scalar::Price | Scalar::BigDecimal => (number_text().is_some_and(is_decimal), "a decimal without exponent"),
        Scalar::Boolean => (matches!(text, Some("true" | "false")), "`true` or `false`"),
        Scalar::Date => {
            (matches!(json, Json::Text(text) if date(text).is_some()), "a date that exists, as `yyyy-MM-dd HH:mm:ss`")
        }
        Scalar::Json => (is_json(json), "JSON"),
        Scalar::Map => (is_map(json), "a JSON object"),
    };
    if fits { Ok(()) } else { Err(expected) }
}

/// What is wrong with `text` as a Boolean.
pub(crate) fn boolean_problem(text: &str) -> String {
    let cure = if matches!(text, "True" | "False" | "TRUE" | "FALSE") { "; write it in lower case" } else { "" };
    format!("expected `true` or `false`, got `{text}`{cure}")
}

/// A date in the platform's own form, exactly.
pub(crate) fn date(text: &str) -> Option<DateTime> {
    let digits_at = |byte: u8, pattern: u8| if pattern == b'd' { byte.is_ascii_digit() } else { byte == pattern };
    let pattern = b"dddd-dd-dd dd:dd:dd";
    let fits =
        text.len() == pattern.len() && text.bytes().zip(pattern).all(|(byte, pattern)| digits_at(byte, *pattern));
    fits.then(|| text.parse().ok()).flatten()
}

fn is_json(json: &Json) -> bool {
    match json {
        Json::Text(text) => Json::parse(text).is_ok(),
        _ => true,
    }
}

fn is_map(json: &Json) -> bool {
    match json {
        Json::Object(_) => true,
        Json::Text(text) => matches!(Json::parse(text), Ok(Json::Object(_))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_type_takes_its_own_values_and_no_others() {
        let table: [(Scalar, &[&str], &[&str]); 8] = [
            (Scalar::String, &["\"a\"", "1.10", "true"], &["{}", "[\"a\"]"]),
            (
                Scalar::Number,
                &["1", "-9223372036854775808", "\"9223372036854775807\"", "\"007\""],
                &["1.0", "1e3", "9223372036854775808", "\"+1\"", "\" 1\"", "true", "\"一\"", "\"\u{661}\""],
            ),
            (
                Scalar::Price,
                &["12.30", "\"12.30\"", "-1", "0.000000000000000000000000000000001"],
                &["1e2", "\"1.\"", "\"\u{ff11}\"", "false"],
            ),
            (Scalar::Boolean, &["true", "\"false\""], &["1", "\"TRUE\"", "\"yes\""]),
            (
                Scalar::Date,
                &["\"2024-02-29 23:59:59\""],
                &[
                    "\"2023-02-29 00:00:00\"",
                    "\"2024-02-29\"",
                    "\"2024-02-29T23:59:59\"",
                    "\"2024-2-29 23:59:59\"",
                    "\"2024-02-29 24:00:00\"",
                    "1546300800000",
                ],
            ),
            (Scalar::Json, &["{\"a\":1}", "[1]", "\"{}\"", "1"], &["\"{a}\"", "\"abc\""]),
            (Scalar::Map, &["{\"a\":1}", "\"{\\\"a\\\":1}\""], &["[1]", "\"[1]\"", "1"]),
            (Scalar::Bytes, &["\"aGk=\""], &["{}"]),
        ];
        for (scalar, good, bad) in table {
            for (values, fit) in [(good, true), (bad, false)] {
                for value in values {
                    assert_eq!(fits(scalar, &Json::parse(value).unwrap()).is_ok(), fit, "{scalar} {value}");
                }
            }
        }
    }
}
