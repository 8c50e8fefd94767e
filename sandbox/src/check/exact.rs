//! Numbers by their text: whether it is a plain number, and which of two is larger.

use std::cmp::Ordering;

use opentop_runtime::Decimal;

/// Whether `text` is a whole number: digits with an optional minus.
pub(crate) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` is a plain decimal: digits, an optional fraction, an optional minus, no exponent.
pub(crate) fn is_decimal(text: &str) -> bool {
    match text.split_once('.') {
        None => is_integer(text),
        Some((whole, fraction)) => {
            is_integer(whole) && !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
        }
    }
}

/// Compares two plain decimals; `None` if one of them is not one.
///
/// Exact to 28 digits. Numbers with more, which no amount has, are compared as floats.
pub(crate) fn compare(left: &str, right: &str) -> Option<Ordering> {
    if !is_decimal(left) || !is_decimal(right) {
        return None;
    }
    match (Decimal::from_str_exact(left), Decimal::from_str_exact(right)) {
        (Ok(left), Ok(right)) => Some(left.cmp(&right)),
        _ => left.parse::<f64>().ok()?.partial_cmp(&right.parse().ok()?),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_compare_whatever_their_width() {
        let ascending =
            ["-100000000000000000000000000000.5", "-10", "-9.99", "-0.1", "0", "0.09", "0.1", "1", "1.01", "2", "10"];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(compare(left, right), Some(at.cmp(&other)), "{left} {right}");
            }
        }
    }

    #[test]
    fn insignificant_zeros_and_a_negative_zero_do_not_matter() {
        for (left, right) in [("1", "1.00"), ("007", "7"), ("-0", "0"), ("-0.00", "0.0"), ("1.10", "1.1")] {
            assert_eq!(compare(left, right), Some(Ordering::Equal), "{left} {right}");
        }
    }

    #[test]
    fn only_plain_numbers_are_numbers() {
        for text in ["", "-", "+1", "1.", ".5", "1e3", "0x1", "1,0", " 1", "NaN", "1.2.3", "١"] {
            assert!(!is_decimal(text), "{text}");
            assert_eq!(compare(text, "1"), None);
        }
        assert!(is_integer("-12") && is_decimal("-12.50") && !is_integer("1.0"));
    }
}
