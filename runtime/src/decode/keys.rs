//! Keys of JSON objects: which field of a shape a key names.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

/// What a key names.
pub(super) enum Key {
    /// Field of this index.
    Field(usize),
    /// No field, or a name reserved by the reader; the name where it was asked for.
    Other(Option<Box<str>>),
}

/// Reads one key.
#[derive(Clone, Copy)]
pub(super) struct KeySeed<'k> {
    pub(super) fields: &'static [&'static str],
    /// The field that comes next if the source keeps the order of the specification.
    pub(super) expected: usize,
    /// Names that are not looked up.
    pub(super) reserved: &'k [&'k str],
    /// Whether the names of others are wanted.
    pub(super) keep_others: bool,
}

/// The index of the field called `name`: the expected one, else from there on, else from the start.
pub(super) fn find(fields: &[&str], expected: usize, name: &str) -> Option<usize> {
    if fields.get(expected).is_some_and(|field| *field == name) {
        return Some(expected);
    }
    let expected = expected.min(fields.len());
    let (before, from) = fields.split_at(expected);
    let ahead = from.iter().position(|field| *field == name).map(|index| expected + index);
    ahead.or_else(|| before.iter().position(|field| *field == name))
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        let field = if self.reserved.contains(&name) { None } else { find(self.fields, self.expected, name) };
        Ok(field.map_or_else(|| Key::Other(self.keep_others.then(|| name.into())), Key::Field))
    }
}

/// Which fields of one object have been read: the first of duplicate keys counts.
#[derive(Default)]
pub(super) struct Seen {
    low: u128,
    high: Vec<usize>,
}

impl Seen {
    /// Notes field `index`; whether it is the first time.
    pub(super) fn first(&mut self, index: usize) -> bool {
        if index >= 128 {
            let first = !self.high.contains(&index);
            if first {
                self.high.push(index);
            }
            return first;
        }
        let bit = 1 << index;
        let first = self.low & bit == 0;
        self.low |= bit;
        first
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
    fn each_field_is_first_once() {
        let mut seen = Seen::default();
        for index in [0, 127, 128, 1000] {
            assert!(seen.first(index));
            assert!(!seen.first(index));
        }
    }
}
