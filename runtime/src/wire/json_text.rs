//! Where JSON text needs no second look: what reading and writing have in common.

/// Where plain text that begins at `from` stops: at a quote, a backslash, a control character, or the end of `bytes`.
///
/// Names and most values are shorter than a vector register is worth: eight bytes at a time, in place.
#[inline]
pub(crate) fn plain_end(bytes: &[u8], from: usize) -> usize {
    let (words, _) = bytes.get(from..).unwrap_or_default().as_chunks::<8>();
    let mut at = from;
    for word in words {
        let stops = stops(*word);
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| is_plain_byte(*byte)) {
        at += 1;
    }
    at
}

/// Whether all of it is plain.
#[inline]
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut stop = 0;
    for word in words {
        stop |= stops(*word);
    }
    // The last eight bytes, or the first and the last four, overlap with others: none is left to look at alone.
    if let Some(last) = bytes.last_chunk::<8>() {
        stop |= stops(*last);
    } else if let (Some(&[a, b, c, d]), Some(&[e, f, g, h])) = (rest.first_chunk(), rest.last_chunk()) {
        stop |= stops([a, b, c, d, e, f, g, h]);
    } else {
        return rest.iter().all(|byte| is_plain_byte(*byte));
    }
    stop == 0
}

const fn is_plain_byte(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}

/// The high bit of the first byte that is not plain, and maybe of ones above it; `None` if all eight are plain.
#[inline]
const fn stops(word: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(word);
    below(word, 0x20) | below(word ^ (ONES * 0x22), 1) | below(word ^ (ONES * 0x5c), 1)
}

/// A one in each byte.
const ONES: u64 = u64::MAX / 0xff;

/// The high bit of each byte of `word` that is less than `than`. Above the lowest such byte others may be marked as well, since a
/// borrow goes upwards; the lowest one is right.
const fn below(word: u64, than: u64) -> u64 {
    word.wrapping_sub(ONES * than) & !word & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stops_at_what_json_escapes_and_nowhere_else() {
        for stop in 0..=u8::MAX {
            let stops = stop < b' ' || stop == b'"' || stop == b'\\';
            for at in 0..24 {
                let mut bytes = [b'a'; 24];
                bytes[at] = stop;
                for from in 0..24 {
                    let expected = if stops && from <= at { at } else { bytes.len() };
                    assert_eq!(plain_end(&bytes, from), expected, "byte {stop} at {at} from {from}");
                    assert_eq!(is_plain(&bytes[from..]), expected == bytes.len(), "byte {stop} at {at} from {from}");
                }
            }
        }
        assert_eq!(plain_end(b"", 0), 0);
        assert!(is_plain(b""));
        assert_eq!(plain_end(b"abc", 7), 7);
    }
}
