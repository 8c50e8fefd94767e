//! Text parameters as the body of a call: `application/x-www-form-urlencoded`.

/// Writes names and values as a form, in the order they come: letters, digits, `*`, `-`, `.` and `_` as they are, a space as `+`,
/// any other byte as `%` and two digits.
///
/// ```
/// let form = opentop_runtime::__private::engine::encode::form(&[("name", "礼品 1"), ("tags", "a,b")]);
/// assert_eq!(form, b"name=%E7%A4%BC%E5%93%81+1&tags=a%2Cb");
/// ```
#[must_use]
pub fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    // Whatever the bytes are, there is room for what they are written as, and for a whole window after the last one.
    let longest: usize = pairs.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut out = vec![0; longest + WINDOW];
    let mut at = 0;
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out[at] = b'&';
            at += 1;
        }
        at = escape(name, &mut out, at);
        out[at] = b'=';
        at = escape(value, &mut out, at + 1);
    }
    out.truncate(at);
    out
}

/// What each byte is written as, and in the last place how many bytes of that count: one or three.
static WRITTEN: [[u8; 4]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut written = [[0; 4]; 256];
    let mut index = 0;
    while index < 256 {
        let byte = index as u8;
        written[index] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'*' | b'-' | b'.' | b'_' => [byte, 0, 0, 1],
            b' ' => [b'+', 0, 0, 1],
            _ => [b'%', DIGITS[index >> 4], DIGITS[index & 15], 3],
        };
        index += 1;
    }
    written
};

/// Room for eight bytes in the longest way they can be written, and for the whole table entry of the last one.
const WINDOW: usize = 36;

/// Writes a text from `at` on; where it ends. No branch depends on the text, whose bytes (a name, a number, Chinese, JSON) are hard
/// to foresee.
#[inline(always)]
fn escape(text: &str, out: &mut [u8], mut at: usize) -> usize {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    for eight in eights {
        let window: &mut [u8; WINDOW] = out[at..].first_chunk_mut().expect("invariant: a window follows the last byte");
        let mut end = 0;
        for byte in eight {
            let written = &WRITTEN[usize::from(*byte)];
            // The mask changes nothing, and spares a check of the bounds for every byte.
            end &= 31;
            // All four, and the next byte overwrites what does not count.
            window[end..end + 4].copy_from_slice(written);
            end += usize::from(written[3]);
        }
        at += end;
    }
    for byte in rest {
        let written = &WRITTEN[usize::from(*byte)];
        out[at..at + 4].copy_from_slice(written);
        at += usize::from(written[3]);
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_pairs_are_an_empty_body() {
        assert_eq!(form(&[]), b"");
        assert_eq!(form(&[("", ""), ("a", "")]), b"=&a=");
    }

    #[test]
    fn every_byte_is_written_as_forms_write_it() {
        let every: String = (0..=0x2ff).filter_map(char::from_u32).collect();
        let expected = form_urlencoded::Serializer::new(String::new()).append_pair(&every, &every).finish();
        assert_eq!(form(&[(&every, &every)]), expected.as_bytes());
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(pairs: Vec<(String, String)>) {
            let lent: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
            let expected = form_urlencoded::Serializer::new(String::new()).extend_pairs(&lent).finish();
            let form = form(&lent);
            prop_assert_eq!(&form, expected.as_bytes());
            let read: Vec<(String, String)> = form_urlencoded::parse(&form).into_owned().collect();
            prop_assert_eq!(read, pairs);
        }
    }
}
