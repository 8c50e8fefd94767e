//! Where a page begins, and how a request says it.

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
    /// A cursor, as the answer before gave it or the request itself has it, and the page's number.
    Cursor(Option<String>, i64),
}

impl Place {
    /// The first page.
    pub(super) fn first(paging: &Paging, request: &dyn Table) -> Self {
        match paging.by {
            PageBy::Number => Self::Number(paging.first),
            PageBy::Offset => Self::Offset(paging.first),
            PageBy::Cursor { .. } => {
                let own = at(request, paging.page).and_then(encode::scalar_text);
                Self::Cursor(own.filter(|text| !text.is_empty()), paging.first)
            }
        }
    }

    /// The page that the request itself asks for; the first one where it says nothing.
    pub(super) fn own(paging: &Paging, request: &dyn Table) -> Self {
        let number = |path| at(request, path).and_then(int);
        match Self::first(paging, request) {
            Self::Number(first) => Self::Number(number(paging.page).unwrap_or(first)),
            Self::Offset(first) => Self::Offset(number(paging.page).unwrap_or(first)),
            Self::Cursor(text, first) => match paging.by {
                PageBy::Cursor { number: Some(path), .. } => Self::Cursor(text, number(path).unwrap_or(first)),
                _ => Self::Cursor(text, first),
            },
        }
    }

    pub(super) fn write(&self, paging: &Paging, request: &mut dyn Table) {
        match self {
            Self::Number(number) | Self::Offset(number) => write(request, paging.page, Some(&number.to_string())),
            Self::Cursor(text, number) => {
                write(request, paging.page, text.as_deref());
                if let PageBy::Cursor { number: Some(path), .. } = paging.by {
                    write(request, path, Some(&number.to_string()));
                }
            }
        }
    }

    /// The page after this one, which had so many items. `None`: the answer gives no cursor.
    pub(super) fn next(&self, paging: &Paging, response: &dyn Table, length: i64) -> Option<Self> {
        Some(match self {
            Self::Number(number) => Self::Number(number.saturating_add(1)),
            Self::Offset(offset) => Self::Offset(offset.saturating_add(length)),
            Self::Cursor(_, number) => Self::Cursor(Some(next_cursor(paging, response)?), number.saturating_add(1)),
        })
    }

    /// The page before this one, where pages have so many items. `None`: there is none from `first` on.
    pub(super) fn before(&self, first: &Self, step: i64) -> Option<Self> {
        match (self, first) {
            (Self::Number(number), Self::Number(first)) => (number > first).then(|| Self::Number(number - 1)),
            (Self::Offset(offset), Self::Offset(first)) => {
                (offset > first).then(|| Self::Offset(offset.saturating_sub(step.max(1)).max(*first)))
            }
            _ => None,
        }
    }

    /// The number that messages give.
    pub(super) fn number(&self, ordinal: u32) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Offset(_) | Self::Cursor(..) => i64::from(ordinal),
        }
    }
}

/// The cursor of the next page, where there is one.
fn next_cursor(paging: &Paging, response: &dyn Table) -> Option<String> {
    let PageBy::Cursor { next, last, .. } = paging.by else { return None };
    let text = at(response, next).and_then(encode::scalar_text)?;
    (!text.is_empty() && last != Some(text.as_str())).then_some(text)
}

fn write(request: &mut dyn Table, path: &[u16], value: Option<&str>) {
    // An absent cursor makes no object on the way to it.
    if value.is_none() && at(request, path).is_none() {
        return;
    }
    set_at(request, path, |slot| match slot {
        FieldMut::Int(slot) => *slot = value.and_then(|text| text.parse().ok()),
        FieldMut::Text(slot) => *slot = value.map(str::to_owned),
        _ => {}
    });
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
