//! Tells a page that repeats the one before it, and a cursor that comes again.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::call::pager::keys::{ItemKey, digest};
use crate::wire::encode;
use crate::wire::table::ObjectListSlot;

/// What is kept of the page before, and of the cursors of this round.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeats {
    page: Option<u64>,
    cursors: HashSet<ItemKey>,
    /// Where items without a key are written to be compared; kept for the next one.
    text: String,
}

impl Repeats {
    /// A digest of a page that the next one must not have: by the items' keys, else by all that they hold. `None`: the page is empty, or
    /// might well come again, because all its items are alike. Only of items that the specification gives a key does the request not ask
    /// for what tells them apart.
    pub(super) fn digest(
        &mut self,
        items: &dyn ObjectListSlot,
        keys: &[Option<ItemKey>],
        has_key: bool,
    ) -> Option<u64> {
        if keys.is_empty() {
            return None;
        }
        let mut whole = DefaultHasher::new();
        if keys.iter().all(Option::is_some) {
            keys.hash(&mut whole);
            return Some(whole.finish());
        }
        let (mut first, mut varied) = (None, !has_key);
        for item in (0..items.len()).filter_map(|index| items.get(index)) {
            self.text.clear();
            encode::append_json(item, &mut self.text);
            let mut one = DefaultHasher::new();
            self.text.hash(&mut one);
            let one = one.finish();
            varied |= *first.get_or_insert(one) != one;
            one.hash(&mut whole);
        }
        varied.then(|| whole.finish())
    }

    pub(super) fn is_page_before(&self, digest: Option<u64>) -> bool {
        digest.is_some() && digest == self.page
    }

    pub(super) fn keep_page(&mut self, digest: Option<u64>) {
        self.page = digest;
    }

    /// Whether this cursor is new in this round; it is not, afterwards.
    pub(super) fn is_new_cursor(&mut self, cursor: &str) -> bool {
        self.cursors.insert(digest(cursor))
    }

    /// Begins another round.
    pub(super) fn clear(&mut self) {
        self.page = None;
        self.cursors.clear();
    }
}
