//! Which items were seen: a digest of eight bytes for each, kept in its order and, to find it, in a set.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::wire::encode;
use crate::wire::table::Table;

/// The first 64 bits of a digest: two of a million items meet by chance once in tens of millions of windows.
pub(super) type ItemKey = u64;

/// An item's key by the specification's field, where the item has it.
pub(super) fn key_of_field(item: &dyn Table, field: u16) -> Option<ItemKey> {
    let text = encode::scalar_text(item.field(field.into()))?;
    (!text.is_empty()).then(|| digest(&text))
}

/// What all of a request says, as a key.
pub(super) fn key_of_request(request: &dyn Table) -> ItemKey {
    digest(&encode::json(request))
}

/// A text's digest.
pub(super) fn digest(text: &str) -> ItemKey {
    let digest = Sha256::digest(text.as_bytes());
    let first = digest.iter().take(8);
    first.fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// Keys in the order they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    order: Vec<ItemKey>,
    set: HashSet<ItemKey>,
}

impl Seen {
    /// Whether the key is new; it is not, afterwards.
    pub(super) fn insert(&mut self, key: ItemKey) -> bool {
        let new = self.set.insert(key);
        if new {
            self.order.push(key);
        }
        new
    }

    pub(super) fn contains(&self, key: ItemKey) -> bool {
        self.set.contains(&key)
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// The first `length` keys.
    pub(super) fn first(&self, length: usize) -> &[ItemKey] {
        self.order.get(..length).unwrap_or(&self.order)
    }

    pub(super) fn all(&self) -> &[ItemKey] {
        &self.order
    }
}

impl FromIterator<ItemKey> for Seen {
    fn from_iter<I: IntoIterator<Item = ItemKey>>(keys: I) -> Self {
        let mut seen = Self::default();
        keys.into_iter().for_each(|key| {
            seen.insert(key);
        });
        seen
    }
}
