//! Numbers and names written compactly, and so that gzip finds what repeats.

use std::collections::HashMap;

const DIGITS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Names, each with a number: that of its first use.
#[derive(Default)]
pub(super) struct Known {
    numbers: HashMap<String, usize>,
    names: Vec<String>,
}

impl Known {
    /// Writes `name`: a dot if it is new, else its number, as [`write`] does.
    pub(super) fn write(&mut self, name: &str, out: &mut String) {
        let Some(&number) = self.numbers.get(name) else {
            self.numbers.insert(name.to_owned(), self.names.len());
            self.names.push(name.to_owned());
            out.push('.');
            return;
        };
        write(number, out);
    }

    /// In the order of their numbers.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

/// Writes a number, lowest digits first, five bits a digit; a digit from 32 on says that more follow.
pub(super) fn write(number: usize, out: &mut String) {
    let mut rest = number;
    while rest >= 32 {
        out.push(char::from(DIGITS[32 + rest % 32]));
        rest /= 32;
    }
    out.push(char::from(DIGITS[rest]));
}

/// Bits, in base64, the highest bit of a digit first.
#[derive(Default)]
pub(super) struct Bits {
    text: String,
    open: usize,
    count: u32,
}

impl Bits {
    pub(super) fn push(&mut self, bit: bool) {
        self.open = self.open << 1 | usize::from(bit);
        self.count += 1;
        if self.count == 6 {
            self.text.push(char::from(BASE64[self.open]));
            (self.open, self.count) = (0, 0);
        }
    }

    /// The lowest `width` bits of `value`, the highest first.
    pub(super) fn push_number(&mut self, value: u32, width: u32) {
        for bit in (0..width).rev() {
            self.push(value >> bit & 1 == 1);
        }
    }

    pub(super) fn finish(mut self) -> String {
        while self.count != 0 {
            self.push(false);
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_dot_and_then_its_number() {
        let (mut known, mut out) = (Known::default(), String::new());
        for number in 0..1100 {
            known.write(&number.to_string(), &mut out);
        }
        assert_eq!(out, ".".repeat(1100));
        for (number, written) in [(0, "0"), (31, "v"), (32, "w1"), (33, "x1"), (1023, "_v"), (1024, "ww1")] {
            let mut out = String::new();
            known.write(&number.to_string(), &mut out);
            assert_eq!(out, written, "{number}");
        }
    }

    #[test]
    fn bits_are_base64() {
        let mut bits = Bits::default();
        for byte in *b"top!" {
            bits.push_number(u32::from(byte), 8);
        }
        assert_eq!(bits.finish(), "dG9wIQ");
    }
}
