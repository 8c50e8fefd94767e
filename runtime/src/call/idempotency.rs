//! Keys by which a server recognises a repeated write.

use std::fmt;
use std::str::FromStr;

/// A key of one business action, e.g. one deduction. Store it before the call: the same action keeps the same key forever.
///
/// It is not a secret, and shows itself in `Display` and `Debug`, so that it can be found in logs.
///
/// ```
/// use opentop_runtime::IdempotencyKey;
///
/// let key = IdempotencyKey::generate();
/// let stored = key.to_string();
/// assert_eq!(stored.parse::<IdempotencyKey>()?, key);
/// # Ok::<(), opentop_runtime::InvalidIdempotencyKey>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A new key: 128 random bits as 32 hexadecimal digits.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give. A guessable key could let two actions pass for one.
    pub fn generate() -> Self {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).expect("invariant: the operating system gives randomness");
        Self(format!("{:032x}", u128::from_be_bytes(bits)))
    }

    /// The caller's own key, e.g. an order number.
    ///
    /// # Errors
    ///
    /// Where the text is empty, longer than 128 bytes, or holds blanks or control characters, which logs and servers mangle.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidIdempotencyKey> {
        let text = text.into();
        let sound =
            !text.is_empty() && text.len() <= 128 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if sound { Ok(Self(text)) } else { Err(InvalidIdempotencyKey) }
    }

    /// The key as it goes on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

impl From<&IdempotencyKey> for String {
    fn from(key: &IdempotencyKey) -> Self {
        key.0.clone()
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

/// A text that cannot be a key. See [`IdempotencyKey::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidIdempotencyKey;

impl fmt::Display for InvalidIdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an idempotency key is 1 to 128 bytes without blanks and control characters")
    }
}

impl std::error::Error for InvalidIdempotencyKey {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn generated_keys_are_128_bits_and_distinct() {
        let mut keys = HashSet::with_capacity(1_000_000);
        for _ in 0..1_000_000 {
            let key = String::from(IdempotencyKey::generate());
            assert!(key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit()));
            keys.insert(u128::from_str_radix(&key, 16).expect("hexadecimal digits"));
        }
        assert_eq!(keys.len(), 1_000_000);
        // Every single bit is set in about half of them: none is constant.
        for bit in 0..128 {
            let set = keys.iter().filter(|key| *key >> bit & 1 == 1).count();
            assert!((490_000..510_000).contains(&set), "bit {bit}: {set}");
        }
    }

    #[test]
    fn the_callers_key_is_kept_as_it_is() {
        assert_eq!(IdempotencyKey::new("订单-42").map(String::from), Ok("订单-42".to_owned()));
    }

    #[test]
    fn unsound_keys_are_refused() {
        for text in ["", "a b", "a\n", "\u{1b}[31m", &"x".repeat(129)] {
            assert_eq!(IdempotencyKey::new(text), Err(InvalidIdempotencyKey), "{text:?}");
        }
    }
}
