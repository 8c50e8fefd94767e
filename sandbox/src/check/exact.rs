//! Exact comparison of numbers by their text.
//!
//! In: decimal text. Out: whether it is a plain number, and an ordering. No float and no width limit is involved.

use std::cmp::Ordering;

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

/// Compares two plain decimals; `None` where one of them is none.
pub(crate) fn compare(left: &str, right: &str) -> Option<Ordering> {
    if !is_decimal(left) || !is_decimal(right) {
        return None;
    }
    let (left, right) = (Parts::of(left), Parts::of(right));
    Some(match (left.negative, right.negative) {
        (false, false) => left.magnitude(&right),
        (true, true) => right.magnitude(&left),
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
    })
}

/// A number without insignificant zeros.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        Parts { negative: negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction }
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        let by_length = self.whole.len().cmp(&other.whole.len());
        by_length.then_with(|| self.whole.cmp(other.whole)).then_with(|| self.fraction.cmp(other.fraction))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_compare_exactly_whatever_their_width() {
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
