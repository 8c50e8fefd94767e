//! What a pager takes from an answer: the items' keys, the total, and how the answer tells the end.

use crate::call::method::{PageBy, Paging, PagingEnd};
use crate::call::pager::error::PagingError;
use crate::call::pager::keys::{ItemKey, key_of_field};
use crate::call::pager::place::{flag, int, next_cursor};
use crate::call::pager::tally::count;
use crate::wire::table::{FieldRef, ObjectListSlot, Table, at};

/// A page as the gateway gave it.
pub(super) struct Answer<'a> {
    paging: Paging,
    response: &'a dyn Table,
    pub(super) items: Option<&'a dyn ObjectListSlot>,
    pub(super) keys: Vec<Option<ItemKey>>,
    /// Items, with those that did not fit and were left out.
    pub(super) length: i64,
    /// Whether an item has no key, or does not fit.
    pub(super) is_unkeyed: bool,
    /// The number of all items, or of all pages.
    pub(super) total: Option<i64>,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

/// Where a page stands in its round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standpoint {
    /// The number that messages give.
    pub(super) page: i64,
    /// Items before it.
    pub(super) before: i64,
    /// Pages up to it, with it.
    pub(super) pages: i64,
}

impl<'a> Answer<'a> {
    pub(super) fn read(paging: Paging, response: &'a dyn Table, dropped: usize) -> Self {
        let items = match at(response, paging.items) {
            Some(FieldRef::Objects(items)) => Some(items),
            _ => None,
        };
        let key = |item: &dyn Table| paging.item_key.and_then(|field| key_of_field(item, field));
        let all = items.map_or(0, ObjectListSlot::len);
        let keys: Vec<_> = (0..all).filter_map(|index| items?.get(index)).map(key).collect();
        let is_unkeyed = dropped > 0 || keys.iter().any(Option::is_none);
        let length = count(keys.len().saturating_add(dropped));
        let total = match paging.end {
            PagingEnd::TotalItems(path) | PagingEnd::TotalPages(path) => at(response, path).and_then(int),
            PagingEnd::HasNext(_) | PagingEnd::NoCursor => None,
        };
        Self { paging, response, items, keys, length, is_unkeyed, total, next: next_cursor(&paging, response) }
    }

    /// The wire name of the field that identifies an item, where the specification names one.
    pub(super) fn key_name(&self) -> Option<&'static str> {
        let item = self.items?.get(0)?;
        self.paging.item_key.and_then(|index| item.info().fields.get(usize::from(index)).copied())
    }

    /// Whether two of its items have one key.
    pub(super) fn has_key_twice(&self) -> bool {
        let mut keys: Vec<ItemKey> = self.keys.iter().filter_map(|key| *key).collect();
        keys.sort_unstable();
        keys.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
    }

    /// Whether this page is the last one of its window, read forward. Where the answer does not say, only an empty one is: one that is
    /// shorter than asked for may be all that the gateway gives at a time.
    pub(super) fn is_last(&self, stands: Standpoint) -> Result<bool, PagingError> {
        let Standpoint { page, before, pages } = stands;
        let is_empty = self.length == 0;
        let is_by_cursor = matches!(self.paging.by, PageBy::Cursor { .. });
        match (self.paging.end, self.total) {
            (PagingEnd::HasNext(path), _) => match at(self.response, path).and_then(flag) {
                Some(true) if is_by_cursor && self.next.is_none() => Err(PagingError::NoCursor { page }),
                // A cursor goes on through a page that has nothing.
                Some(true) if is_empty && !is_by_cursor => Err(PagingError::Endless { page }),
                Some(has_next) => Ok(!has_next),
                None if is_by_cursor => Ok(self.next.is_none()),
                None => Ok(is_empty),
            },
            (PagingEnd::NoCursor, _) => Ok(self.next.is_none()),
            (PagingEnd::TotalItems(_), Some(total)) if before.saturating_add(self.length) >= total => Ok(true),
            (PagingEnd::TotalItems(_), Some(total)) if is_empty => {
                Err(PagingError::Short { page, came: before, total })
            }
            (PagingEnd::TotalPages(_), Some(total)) if pages >= total => Ok(true),
            (PagingEnd::TotalPages(_), Some(_)) if is_empty => Err(PagingError::Endless { page }),
            (PagingEnd::TotalItems(_) | PagingEnd::TotalPages(_), Some(_)) => Ok(false),
            (PagingEnd::TotalItems(_) | PagingEnd::TotalPages(_), None) => Ok(is_empty),
        }
    }
}
