//! Keys of JSON objects: which field of a shape a key names.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

/// Reads one key: the index of the field that it names; `None` for other names and those reserved by the reader.
pub(super) struct KeySeed<'k> {
    pub(super) fields: &'static [&'static str],
    /// The field that comes next if the source keeps the order of the specification.
    pub(super) expected: usize,
    /// Names that are not looked up.
    pub(super) reserved: &'k [&'k str],
    /// Where a name goes that is no field's, if it is wanted.
    pub(super) other: Option<&'k mut String>,
}

/// The index of the field called `name`: the expected one, else from there on, else from the start.
#[inline]
pub(super) fn find(fields: &[&str], expected: usize, name: &str) -> Option<usize> {
    match fields.get(expected) {
        Some(field) if same(field.as_bytes(), name.as_bytes()) => Some(expected),
        _ => search(fields, expected, name),
    }
}

fn search(fields: &[&str], expected: usize, name: &str) -> Option<usize> {
    let (before, from) = fields.split_at(expected.min(fields.len()));
    let is_it = |field: &&str| same(field.as_bytes(), name.as_bytes());
    from.iter().position(is_it).map(|index| before.len() + index).or_else(|| before.iter().position(is_it))
}

/// Whether two names are equal. Names are short: eight bytes at a time in place cost less than calling `memcmp`.
#[inline]
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (ones, one_rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    let heads_are = ones.iter().zip(others).all(|(one, other)| u64::from_ne_bytes(*one) == u64::from_ne_bytes(*other));
    heads_are
        && match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
            // The last eight overlap with those before: no byte is left to look at alone.
            (Some(one), Some(other)) => u64::from_ne_bytes(*one) == u64::from_ne_bytes(*other),
            _ => one_rest.iter().zip(other_rest).all(|(one, other)| one == other),
        }
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        let field = if self.reserved.contains(&name) { None } else { find(self.fields, self.expected, name) };
        if let (None, Some(other)) = (field, self.other) {
            name.clone_into(other);
        }
        Ok(field)
    }
}

/// Which fields of one object have been read: the first of duplicate keys counts.
#[derive(Default)]
pub(super) struct Seen {
    low: u64,
    /// Fields 64 and up, which hardly any object has.
    high: Vec<u64>,
}

impl Seen {
    /// Notes field `index`; whether it is the first time.
    #[inline]
    pub(super) fn first(&mut self, index: usize) -> bool {
        let bit = 1 << (index % 64);
        let word = if index < 64 { &mut self.low } else { self.high_word(index / 64 - 1) };
        let first = *word & bit == 0;
        *word |= bit;
        first
    }

    #[cold]
    fn high_word(&mut self, at: usize) -> &mut u64 {
        if at >= self.high.len() {
            self.high.resize(at + 1, 0);
        }
        &mut self.high[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_wherever_the_search_starts() {
        let fields = ["a", "b", "c"];
        for expected in 0..5 {
            assert_eq!(find(&fields, expected, "b"), Some(1));
            assert_eq!(find(&fields, expected, "x"), None);
        }
        assert_eq!(find(&[], 0, "a"), None);
    }

    #[test]
    fn names_are_the_same_where_every_byte_is() {
        let name = "gift_order_history_id_x";
        for length in 0..=name.len() {
            let name = &name[..length];
            assert!(same(name.as_bytes(), name.to_owned().as_bytes()), "{name}");
            assert!(!same(name.as_bytes(), format!("{name}y").as_bytes()), "{name}");
            for at in 0..length {
                let mut other = name.to_owned();
                other.replace_range(at..=at, "-");
                assert!(!same(name.as_bytes(), other.as_bytes()), "{other}");
            }
        }
    }

    #[test]
    fn each_field_is_first_once() {
        let mut seen = Seen::default();
        for index in [0, 63, 64, 127, 128, 1000] {
            assert!(seen.first(index));
            assert!(!seen.first(index));
        }
    }
}
