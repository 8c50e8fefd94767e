//! Where a page begins: what a request says to get it.

use crate::call::method::{PageBy, Paging};
use crate::wire::encode;
use crate::wire::table::{FieldMut, FieldRef, Table, at, set_at};

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A page's number.
    Number(i64),
    /// The items before it.
    Offset(i64),
    /// A cursor, as the answer before gave it, or the request itself has it.
    Cursor(Option<String>),
}

impl Place {
    /// The first page.
    pub(super) fn first(paging: &Paging, request: &dyn Table) -> Self {
        match paging.by {
            PageBy::Number => Self::Number(paging.first),
            PageBy::Offset => Self::Offset(paging.first),
            PageBy::Cursor { .. } => {
                let own = at(request, paging.page).and_then(encode::scalar_text);
                Self::Cursor(own.filter(|text| !text.is_empty()))
            }
        }
    }

    /// The page that the request itself asks for; the first one where it says nothing.
    pub(super) fn own(paging: &Paging, request: &dyn Table) -> Self {
        let number = at(request, paging.page).and_then(int);
        match Self::first(paging, request) {
            Self::Number(first) => Self::Number(number.unwrap_or(first)),
            Self::Offset(first) => Self::Offset(number.unwrap_or(first)),
            Self::Cursor(own) => Self::Cursor(own),
        }
    }

    pub(super) fn write(&self, paging: &Paging, request: &mut dyn Table) {
        let value = match self {
            Self::Number(number) | Self::Offset(number) => Some(number.to_string()),
            Self::Cursor(text) => text.clone(),
        };
        // An absent cursor makes no object on the way to it.
        if value.is_none() && at(request, paging.page).is_none() {
            return;
        }
        set_at(request, paging.page, |slot| match slot {
            FieldMut::Int(slot) => *slot = value.and_then(|text| text.parse().ok()),
            FieldMut::Text(slot) => *slot = value,
            _ => {}
        });
    }

    /// The page after this one. `length` is the number of items on this page, `cursor` is what the answer gave. `None`: it gave none.
    pub(super) fn next(&self, length: i64, cursor: Option<&str>) -> Option<Self> {
        Some(match self {
            Self::Number(number) => Self::Number(number.saturating_add(1)),
            Self::Offset(offset) => Self::Offset(offset.saturating_add(length)),
            Self::Cursor(_) => Self::Cursor(Some(cursor?.to_owned())),
        })
    }

    /// The page before this one, at `size` items a page. `None`: this one is `first`.
    pub(super) fn before(&self, first: &Self, size: i64) -> Option<Self> {
        match (self, first) {
            (Self::Number(number), Self::Number(first)) => (number > first).then(|| Self::Number(number - 1)),
            (Self::Offset(offset), Self::Offset(first)) => {
                (offset > first).then(|| Self::Offset(offset.saturating_sub(size.max(1)).max(*first)))
            }
            _ => None,
        }
    }

    /// The last page of `total` items, at `size` items a page. `self` is the first page.
    pub(super) fn last(&self, total: i64, size: i64) -> Self {
        let before = (total.max(1) - 1) / size.max(1);
        match self {
            Self::Number(first) => Self::Number(first.saturating_add(before)),
            Self::Offset(first) => Self::Offset(first.saturating_add(before.saturating_mul(size.max(1)))),
            Self::Cursor(own) => Self::Cursor(own.clone()),
        }
    }

    /// The number of items before this page, at `size` items a page.
    pub(super) fn items_before(&self, first: &Self, size: i64) -> i64 {
        match (self, first) {
            (Self::Number(number), Self::Number(first)) => size.saturating_mul(number.saturating_sub(*first)),
            (Self::Offset(offset), Self::Offset(first)) => offset.saturating_sub(*first),
            _ => 0,
        }
    }

    /// The number that messages give: the page's own, or which one it is of those that were read.
    pub(super) fn number(&self, pages: u32) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Offset(_) | Self::Cursor(_) => i64::from(pages),
        }
    }
}

/// The cursor of the next page, where there is one.
pub(super) fn next_cursor(paging: &Paging, response: &dyn Table) -> Option<String> {
    let PageBy::Cursor { next, last } = paging.by else { return None };
    let text = at(response, next).and_then(encode::scalar_text)?;
    (!text.is_empty() && last != Some(text.as_str())).then_some(text)
}

pub(super) fn int(value: FieldRef<'_>) -> Option<i64> {
    match value {
        FieldRef::Int(number) => *number,
        FieldRef::Text(text) => text.as_deref().and_then(|text| text.trim().parse().ok()),
        _ => None,
    }
}

pub(super) fn flag(value: FieldRef<'_>) -> Option<bool> {
    match value {
        FieldRef::Bool(flag) => *flag,
        _ => None,
    }
}
