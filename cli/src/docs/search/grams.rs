//! Which text files may hold a piece of text.
//!
//! Grams of a file are every two neighbouring UTF-16 units of a line of which one is not ASCII, and every two ASCII ones with the unit behind
//! them; none with a blank. A file can hold a text only if it holds all grams of it. For each gram, by 16 bits of its hash, the files are listed that
//! hold it: seven bits a place, with everything.
//!
//! The lists are cut into pieces by the gram's hash, so that a query needs few of them.

use std::collections::BTreeMap;

use super::numbers::Bits;

/// At most about how many places a piece lists: 1.5 kB of them.
const PIECE: usize = 1_500;

/// The grams of all text files.
#[derive(Default)]
pub(super) struct Grams {
    files: u32,
    /// A gram's hash and a file that holds it.
    places: Vec<(u32, u32)>,
}

impl Grams {
    /// Adds a text file of these lines.
    pub(super) fn add<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        let mut hashes = Vec::new();
        let mut units: Vec<u16> = Vec::new();
        for line in lines {
            units.clear();
            units.extend(line.encode_utf16().map(fold));
            hashes.extend(grams(&units).map(hash));
        }
        hashes.sort_unstable();
        hashes.dedup();
        self.places.extend(hashes.into_iter().map(|hash| (hash, self.files)));
        self.files += 1;
    }

    /// The pieces, a power of two of them: piece `hash % count` lists the files of a gram.
    ///
    /// Each is base64 of the number of its grams, and of each gram by ascending key, bits 16 to 31 of its hash: the difference to the key
    /// before, the number of its files, and these in ascending order, each as the difference to the one before, less one. Numbers are in
    /// Elias' gamma code, plus one; differences in Rice's code.
    pub(super) fn pieces(&self) -> Vec<String> {
        let count = (self.places.len() / PIECE).next_power_of_two();
        let mut pieces: Vec<BTreeMap<u32, Vec<u32>>> = vec![BTreeMap::new(); count];
        for (hash, file) in &self.places {
            let files = pieces[*hash as usize % count].entry(*hash >> 16).or_default();
            // Another gram may have the same key.
            if files.last() != Some(file) {
                files.push(*file);
            }
        }
        pieces.iter().map(|piece| self.piece(piece)).collect()
    }

    fn piece(&self, grams: &BTreeMap<u32, Vec<u32>>) -> String {
        let mut bits = Bits::default();
        let count = u32::try_from(grams.len()).unwrap_or(u32::MAX);
        gamma(count, &mut bits);
        let key_rice = rice_of(1 << 16, count);
        let mut before = 0;
        for (key, files) in grams {
            rice(key - before, key_rice, &mut bits);
            before = *key;
            let count = u32::try_from(files.len()).unwrap_or(u32::MAX);
            gamma(count, &mut bits);
            let file_rice = rice_of(self.files, count);
            let mut next = 0;
            for file in files {
                rice(file - next, file_rice, &mut bits);
                next = file + 1;
            }
        }
        bits.finish()
    }
}

fn gamma(number: u32, bits: &mut Bits) {
    let number = number + 1;
    let width = 32 - number.leading_zeros();
    bits.push_number(0, width - 1);
    bits.push_number(number, width);
}

fn rice(number: u32, width: u32, bits: &mut Bits) {
    (0..number >> width).for_each(|_| bits.push(true));
    bits.push(false);
    bits.push_number(number, width);
}

/// How many bits of differences are written as they are, where `count` numbers are spread over `places`: their average times ln 2, as a
/// power of two.
fn rice_of(places: u32, count: u32) -> u32 {
    let average = u64::from(places) * 11 / (16 * u64::from(count.max(1)));
    average.max(1).ilog2()
}

/// Each gram of a folded line.
fn grams(units: &[u16]) -> impl Iterator<Item = &[u16]> {
    let ascii = |unit: &u16| *unit < 128;
    (0..units.len()).filter_map(move |at| {
        let pair = units.get(at..at + 2)?;
        let gram = if pair.iter().all(ascii) { units.get(at..at + 3)? } else { pair };
        gram.iter().all(|unit| *unit > 32).then_some(gram)
    })
}

/// Takes differences away that a reader does not mean: small and capital letters, wide and narrow forms. One unit stays one unit; the engine
/// does the same.
fn fold(unit: u16) -> u16 {
    let narrow = match unit {
        0xFF01..=0xFF5E => unit - 0xFEE0,
        0x3000 | 0xA0 => 32,
        other => other,
    };
    if (65..=90).contains(&narrow) { narrow + 32 } else { narrow }
}

/// FNV-1a of the units, mixed by the last steps of MurmurHash3, so that every bit depends on every unit.
fn hash(gram: &[u16]) -> u32 {
    let start = gram.iter().fold(0x811C_9DC5, |hash: u32, unit| (hash ^ u32::from(*unit)).wrapping_mul(0x0100_0193));
    let mut hash = start;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ hash >> 13).wrapping_mul(0xC2B2_AE35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let units: Vec<u16> = text.encode_utf16().map(fold).collect();
        grams(&units).map(String::from_utf16_lossy).collect()
    }

    #[test]
    fn grams_are_pairs_and_threes_from_two_of_ascii() {
        assert_eq!(of("买家ID（必填）"), ["买家", "家i", "id(", "d(必", "(必", "必填", "填)"]);
        assert_eq!(of("Open a.b"), ["ope", "pen", "a.b"]);
        assert_eq!(of("第42号"), ["第4", "42号", "2号"]);
        assert_eq!(of("如:200"), ["如:", ":20", "200"]);
        assert_eq!(of("a"), Vec::<String>::new());
        assert_eq!(of(""), Vec::<String>::new());
    }

    #[test]
    fn a_piece_lists_the_files_of_its_grams() {
        let mut all = Grams::default();
        let lines = |from: u32| -> Vec<String> {
            (from..from + 9000).map(|n| format!("第{n}项{}", char::from_u32(0x4E00 + n).unwrap_or('x'))).collect()
        };
        all.add(lines(0).iter().map(String::as_str));
        all.add([]);
        all.add(lines(4500).iter().map(String::as_str));
        let pieces = all.pieces();
        assert!(pieces.len() > 1 && pieces.len().is_power_of_two());
        let mut read: Vec<(usize, u32, u32)> = Vec::new();
        for (piece, text) in pieces.iter().enumerate() {
            read.extend(Reader { bits: bits(text), at: 0 }.piece(3).into_iter().map(|(key, file)| (piece, key, file)));
        }
        let mut expected: Vec<(usize, u32, u32)> =
            all.places.iter().map(|(hash, file)| (*hash as usize % pieces.len(), *hash >> 16, *file)).collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(read, expected);
    }

    fn bits(text: &str) -> Vec<bool> {
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let value = |letter| digits.find(letter).unwrap_or_default();
        text.chars().flat_map(|letter| (0..6).rev().map(move |bit| value(letter) >> bit & 1 == 1)).collect()
    }

    /// Reads what `piece` wrote, as the engine does.
    struct Reader {
        bits: Vec<bool>,
        at: usize,
    }

    impl Reader {
        fn bit(&mut self) -> u32 {
            self.at += 1;
            u32::from(self.bits[self.at - 1])
        }

        fn number(&mut self, width: u32) -> u32 {
            (0..width).fold(0, |number, _| number << 1 | self.bit())
        }

        fn gamma(&mut self) -> u32 {
            let mut zeros = 0;
            while self.bit() == 0 {
                zeros += 1;
            }
            (1 << zeros | self.number(zeros)) - 1
        }

        fn rice(&mut self, width: u32) -> u32 {
            let mut high = 0;
            while self.bit() == 1 {
                high += 1;
            }
            high << width | self.number(width)
        }

        /// Each key with each of its files.
        fn piece(&mut self, files: u32) -> Vec<(u32, u32)> {
            let (mut out, mut key) = (Vec::new(), 0);
            let grams = self.gamma();
            for _ in 0..grams {
                key += self.rice(rice_of(1 << 16, grams));
                let count = self.gamma();
                let mut next = 0;
                for _ in 0..count {
                    let file = next + self.rice(rice_of(files, count));
                    out.push((key, file));
                    next = file + 1;
                }
            }
            out
        }
    }
}
