//! The texts of numbers: whole ones and decimals, exact or refused, never rounded.

use rust_decimal::prelude::ToPrimitive;

use crate::wire::value::Decimal;

/// A whole number that is written as a decimal: `10.0`, `1e3`.
#[cold]
pub(super) fn whole(text: &str) -> Option<i64> {
    let decimal = exact_decimal(text).filter(|_| !text.starts_with(['.', '+']) && !text.starts_with("-."))?;
    decimal.is_integer().then(|| decimal.to_i64())?
}

/// `-`, then digits: no plus sign, no fraction, no exponent.
pub(super) fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `-1,234,567.80` without its thousands separators, where each stands before exactly three digits.
#[cold]
pub(crate) fn without_separators(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let mut groups = whole.split(',');
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let starts_well = groups.next().is_some_and(|first| matches!(first.len(), 1..=3) && !first.starts_with('0'));
    let is_grouped = groups.clone().next().is_some() && groups.all(|group| group.len() == 3);
    (starts_well && is_grouped && is_digits(&whole.replace(',', "")) && is_digits(fraction))
        .then(|| text.replace(',', ""))
}

/// Reads `-12.30`, `.5` or `1.23e1` with its scale, where a [`Decimal`] holds it exactly. Zeros at the end are given up only where
/// they would not fit.
pub(crate) fn exact_decimal(text: &str) -> Option<Decimal> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((_, exponent)) if exponent.starts_with("+-") => return None,
        Some((number, exponent)) => (number, integer(exponent.strip_prefix('+').unwrap_or(exponent))?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (number, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut digits = [whole, fraction].concat();
    let mut scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    if digits.bytes().all(|digit| digit == b'0') {
        return Decimal::try_from_i128_with_scale(0, u32::try_from(scale.clamp(0, 28)).ok()?).ok();
    }
    digits.drain(..digits.len() - digits.trim_start_matches('0').len());
    while digits.ends_with('0') && scale > 0 && (scale > 28 || !fits(&digits)) {
        digits.pop();
        scale -= 1;
    }
    // An exponent must not make us write a billion zeros.
    if !fits(&digits) || !(-28..=28).contains(&scale) {
        return None;
    }
    if scale < 0 {
        digits.extend(std::iter::repeat_n('0', usize::try_from(-scale).ok()?));
        scale = 0;
    }
    let mantissa: i128 = digits.parse().ok()?;
    Decimal::try_from_i128_with_scale(if negative { -mantissa } else { mantissa }, u32::try_from(scale).ok()?).ok()
}

/// Whether a decimal's 96 bits hold these digits (which do not start with zero).
fn fits(digits: &str) -> bool {
    const LARGEST: &str = "79228162514264337593543950335";
    digits.len() < LARGEST.len() || (digits.len() == LARGEST.len() && digits <= LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_keep_their_scale() {
        for (text, shown) in [
            ("12.30", "12.30"),
            ("-0.5", "-0.5"),
            ("0", "0"),
            ("-0.00", "0.00"),
            ("007.10", "7.10"),
            ("1.23e1", "12.3"),
            ("1E+3", "1000"),
            ("12e-2", "0.12"),
            ("0e999999999999", "0"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
            ("5592224192478587990135840032.0", "5592224192478587990135840032.0"),
            ("9592224192478587990135840032.0", "9592224192478587990135840032"),
            ("1.00000000000000000000000000000000000000", "1.0000000000000000000000000000"),
            ("1e-28", "0.0000000000000000000000000001"),
            (".5", "0.5"),
            ("-.50", "-0.50"),
        ] {
            assert_eq!(exact_decimal(text).map(|decimal| decimal.to_string()).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn what_a_decimal_cannot_hold_exactly_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "-.",
            ".e1",
            "5.",
            "+1",
            "1_000",
            "1,5",
            "NaN",
            "0x10",
            "1e",
            "1e1.5",
            "1e+-2",
            "1e++2",
            "e5",
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "1.0000000000000000000000000000000000001",
            "1e29",
            "1e-29",
            "1e999999999999999999999",
            "1e-9223372036854775808",
            "१",
        ] {
            assert_eq!(exact_decimal(text), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers_have_an_optional_minus_and_digits() {
        for (text, number) in [
            ("12", Some(12)),
            ("-12", Some(-12)),
            ("-0", Some(0)),
            ("012", Some(12)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("+1", None),
            ("1.0", None),
            ("1e3", None),
            ("1,2", None),
            ("-", None),
            ("१", None),
        ] {
            assert_eq!(integer(text), number, "{text}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_decimal_and_is_never_rounded() {
        for (text, number) in [
            ("10.0", Some(10)),
            ("12.00", Some(12)),
            ("-3.0", Some(-3)),
            ("1e3", Some(1_000)),
            ("1.5E1", Some(15)),
            ("9223372036854775807.0", Some(i64::MAX)),
            ("-9223372036854775808.0", Some(i64::MIN)),
            ("9223372036854775808.0", None),
            ("12.5", None),
            ("1e-1", None),
            ("1e19", None),
            ("1e999999999999", None),
            (".0", None),
            ("5.", None),
            ("1,000", None),
            ("12.30元", None),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
    }

    #[test]
    fn thousands_separators_stand_before_three_digits() {
        for (text, plain) in [
            ("1,234.50", Some("1234.50")),
            ("-1,234,567", Some("-1234567")),
            ("999,000.1", Some("999000.1")),
            ("1,23", None),
            ("1,2345", None),
            ("1234,567", None),
            ("0,123", None),
            (",123", None),
            ("1,,234", None),
            ("1.234,5", None),
            ("1,234.5,6", None),
            ("1,a34", None),
            ("1234", None),
            ("", None),
        ] {
            assert_eq!(without_separators(text).as_deref(), plain, "{text}");
        }
    }
}
