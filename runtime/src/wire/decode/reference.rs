//! Numeric character references of XML and HTML, which some gateways write in UTF-16.

/// The number of `#20013` or `#x4e2d`.
pub(super) fn code_point(name: &str) -> Option<u32> {
    let number = name.strip_prefix('#')?;
    match number.strip_prefix(['x', 'X']) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(digits, 16).ok(),
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    }
}

/// Whether a number is half of a surrogate pair.
#[cfg(feature = "xml")]
pub(super) fn is_half(number: u32) -> bool {
    (0xd800..=0xdfff).contains(&number)
}

/// The character that two halves stand for.
pub(super) fn surrogate_pair(high: u32, low: u32) -> Option<char> {
    let (high, low) = (high.checked_sub(0xd800)?, low.checked_sub(0xdc00)?);
    (high < 0x400 && low < 0x400).then(|| char::from_u32(0x10000 + (high << 10) + low))?
}
