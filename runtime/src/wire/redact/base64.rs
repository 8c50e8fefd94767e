//! How a text looks inside a longer one that is written in base64.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The digits that depend on `text` alone, for each of the three places at which it may begin, in both alphabets.
pub(super) fn parts(text: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    for (before, foreign) in [(0, 0), (1, 2), (2, 3)] {
        let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(text.iter().copied()).collect();
        let whole = bytes.len() * 8 / 6;
        let digits: Vec<u8> = (foreign..whole).map(|index| digit(&bytes, index)).collect();
        let url_safe = digits.iter().map(|digit| match digit {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        });
        parts.push(url_safe.collect());
        parts.push(digits);
    }
    parts
}

/// What digits stand for, in both alphabets. What is no digit counts as the first.
pub(super) fn decoded(digits: &[u8]) -> Vec<u8> {
    let value = |digit: &u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => 0,
    };
    let group = |group: &[u8]| group.iter().fold(0_u32, |sum, digit| sum << 6 | u32::from(value(digit)));
    let bytes = |four: &[u8]| (group(four) << (6 * (4 - four.len()))).to_be_bytes();
    digits.chunks(4).flat_map(|four| bytes(four).into_iter().skip(1).take(four.len() * 3 / 4)).collect()
}

/// Digit `index`: six bits.
fn digit(bytes: &[u8], index: usize) -> u8 {
    let (byte, shift) = (index * 6 / 8, index * 6 % 8);
    let pair = u16::from_be_bytes([bytes[byte], bytes.get(byte + 1).copied().unwrap_or_default()]);
    STANDARD[usize::from(pair >> (10 - shift) & 63)]
}

#[cfg(test)]
mod tests {
    use super::{decoded, parts};

    #[test]
    fn a_part_stands_in_the_base64_of_the_whole() {
        // base64 of "xx" + "secret?>" + "y", "x" + …, "" + …
        let wholes = ["eHhzZWNyZXQ/Pnk=", "eHNlY3JldD8+eQ==", "c2VjcmV0Pz55"];
        let parts = parts(b"secret?>");
        for whole in wholes {
            assert!(
                parts.iter().any(|part| part.len() > 8 && whole.contains(std::str::from_utf8(part).expect("ASCII"))),
                "{whole}"
            );
            assert!(String::from_utf8_lossy(&decoded(whole.trim_end_matches('=').as_bytes())).contains("secret?>"));
        }
    }
}
