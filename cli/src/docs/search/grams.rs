//! Which text files may hold a piece of text.
//!
//! Of each file the set of its grams is kept: every two neighbouring UTF-16 units of a line of which one is not ASCII, and every three
//! that are all ASCII; none with a blank. A file can hold a text only if it holds all grams of it. A set is kept as a Golomb-coded set
//! of hashes (about six bits a gram): one foreign gram of sixteen seems to be in it, and a text has several.
//!
//! The sets are cut into pieces by the gram's hash, so that a query needs few of them.

use super::numbers::Bits;

/// At most about how many grams a piece holds: 5 kB of them.
const PIECE: usize = 6_000;
/// The bits of a difference that are written as they are.
const RICE: u32 = 4;

/// The grams of all text files.
#[derive(Default)]
pub(super) struct Grams {
    /// By text file: the hashes, sorted, each once.
    files: Vec<Vec<u32>>,
}

impl Grams {
    /// Adds a text file of these texts.
    pub(super) fn add(&mut self, texts: &[String]) {
        let mut hashes = Vec::new();
        let mut units: Vec<u16> = Vec::new();
        for line in texts.iter().flat_map(|text| text.split('\n')) {
            units.clear();
            units.extend(line.encode_utf16().map(fold));
            hashes.extend(grams(&units).map(hash));
        }
        hashes.sort_unstable();
        hashes.dedup();
        self.files.push(hashes);
    }

    /// The pieces, a power of two of them: piece `hash % count` tells of a gram.
    ///
    /// Each is base64 of, for every text file, the number of its grams in Elias' gamma code (plus one), and their places among
    /// 16 times as many, in ascending order, each as the difference to the one before in Rice's code.
    pub(super) fn pieces(&self) -> Vec<String> {
        let all: usize = self.files.iter().map(Vec::len).sum();
        let count = (all / PIECE).next_power_of_two();
        let of = |piece| {
            self.files.iter().map(move |file| file.iter().copied().filter(move |hash| *hash as usize % count == piece))
        };
        (0..count)
            .map(|piece| {
                let mut bits = Bits::default();
                of(piece).for_each(|hashes| write(&hashes.collect::<Vec<_>>(), &mut bits));
                bits.finish()
            })
            .collect()
    }
}

/// Writes one set of sorted hashes.
fn write(hashes: &[u32], bits: &mut Bits) {
    let count = u32::try_from(hashes.len()).unwrap_or(u32::MAX - 1) + 1;
    let width = 32 - count.leading_zeros();
    bits.push_number(0, width - 1);
    bits.push_number(count, width);
    let places = (hashes.len() as u64) << RICE;
    let mut before = 0;
    for hash in hashes {
        // Lower than `places`, which is lower than 2^36 / 16.
        let place = u32::try_from((u64::from(*hash) * places) >> 32).unwrap_or(u32::MAX);
        let difference = place - before;
        before = place;
        (0..difference >> RICE).for_each(|_| bits.push(true));
        bits.push(false);
        bits.push_number(difference, RICE);
    }
}

/// Each gram of a folded line.
fn grams(units: &[u16]) -> impl Iterator<Item = &[u16]> {
    let ascii = |unit: &u16| *unit < 128;
    (0..units.len()).filter_map(move |at| {
        let pair = units.get(at..at + 2)?;
        let gram = if pair.iter().all(ascii) { units.get(at..at + 3)? } else { pair };
        let whole = gram.iter().all(|unit| *unit > 32) && (gram.len() == 2 || gram.iter().all(ascii));
        whole.then_some(gram)
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
    fn grams_are_pairs_of_chinese_and_threes_of_ascii() {
        assert_eq!(of("买家ID（必填）"), ["买家", "家i", "id(", "(必", "必填", "填)"]);
        assert_eq!(of("Open a.b"), ["ope", "pen", "a.b"]);
        assert_eq!(of("如:200"), ["如:", ":20", "200"]);
        assert_eq!(of("a"), Vec::<String>::new());
        assert_eq!(of(""), Vec::<String>::new());
    }

    #[test]
    fn every_gram_of_a_file_is_in_its_piece() {
        let mut all = Grams::default();
        let texts = |from: u32| -> Vec<String> {
            (from..from + 3000).map(|n| format!("第{n}项 {}", char::from_u32(0x4E00 + n).unwrap_or('x'))).collect()
        };
        all.add(&texts(0));
        all.add(&[]);
        all.add(&texts(9000));
        let pieces = all.pieces();
        assert!(pieces.len().is_power_of_two());
        for (piece, text) in pieces.iter().enumerate() {
            let mut reader = Reader { bits: bits(text), at: 0 };
            for hashes in &all.files {
                let mine: Vec<u32> =
                    hashes.iter().copied().filter(|hash| *hash as usize % pieces.len() == piece).collect();
                let places = (mine.len() as u64) << RICE;
                let expected: Vec<u64> = mine.iter().map(|hash| (u64::from(*hash) * places) >> 32).collect();
                assert_eq!(reader.set(), expected, "piece {piece}");
            }
        }
    }

    fn bits(text: &str) -> Vec<bool> {
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let value = |letter| digits.find(letter).unwrap_or_default();
        text.chars().flat_map(|letter| (0..6).rev().map(move |bit| value(letter) >> bit & 1 == 1)).collect()
    }

    /// Reads what `write` wrote, as the engine does.
    struct Reader {
        bits: Vec<bool>,
        at: usize,
    }

    impl Reader {
        fn bit(&mut self) -> u64 {
            self.at += 1;
            u64::from(self.bits[self.at - 1])
        }

        fn number(&mut self, width: u32) -> u64 {
            (0..width).fold(0, |number, _| number << 1 | self.bit())
        }

        fn set(&mut self) -> Vec<u64> {
            let mut zeros = 0;
            while self.bit() == 0 {
                zeros += 1;
            }
            let count = (1 << zeros | self.number(zeros)) - 1;
            let mut place = 0;
            (0..count)
                .map(|_| {
                    while self.bit() == 1 {
                        place += 1 << RICE;
                    }
                    place += self.number(RICE);
                    place
                })
                .collect()
        }
    }
}
