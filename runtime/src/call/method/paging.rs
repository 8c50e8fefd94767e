//! How a list method pages: the facts of its specification.

use crate::wire::table::FieldPath;

/// How a list method pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paging {
    /// The request's field that says where a page begins.
    pub page: FieldPath,
    /// What that field holds.
    pub by: PageBy,
    /// What it holds for the first page. A list by cursor begins with what the request itself says.
    pub first: i64,
    /// The request's page size.
    pub size: Option<FieldPath>,
    /// How the response tells the end.
    pub end: PagingEnd,
    /// The response's items.
    pub items: FieldPath,
    /// The field of an item that identifies it.
    pub item_key: Option<u16>,
    /// Which page is read first.
    pub order: PageOrder,
}

/// What says where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageBy {
    /// The page's number.
    Number,
    /// How many items stand before it.
    Offset,
    /// What the answer to the page before gave.
    #[non_exhaustive]
    Cursor {
        /// The response's cursor of the next page. Absent or empty: there is none.
        next: FieldPath,
        /// A value of it that also means that there is none.
        last: Option<&'static str>,
    },
}

/// Which page is read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageOrder {
    /// The first one.
    FirstFirst,
    /// The last one: items may leave the list meanwhile, and move only those that were read.
    LastFirst,
}

/// How a response tells that there are no more pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagingEnd {
    /// A Boolean says whether there is a next page.
    HasNext(FieldPath),
    /// The number of all items.
    TotalItems(FieldPath),
    /// The number of all pages.
    TotalPages(FieldPath),
    /// There is no cursor of a next page.
    NoCursor,
}

impl Paging {
    /// Paging by this page number, with this end and these items.
    #[must_use]
    pub const fn new(page: FieldPath, end: PagingEnd, items: FieldPath) -> Self {
        let (by, order) = (PageBy::Number, PageOrder::FirstFirst);
        Self { page, by, first: 1, size: None, end, items, item_key: None, order }
    }

    /// Paging by this offset, with this end and these items.
    #[must_use]
    pub const fn by_offset(offset: FieldPath, end: PagingEnd, items: FieldPath) -> Self {
        Self { by: PageBy::Offset, first: 0, ..Self::new(offset, end, items) }
    }

    /// Paging by the request's cursor, which is the `next` of the answer before, with these items.
    #[must_use]
    pub const fn by_cursor(cursor: FieldPath, next: FieldPath, items: FieldPath) -> Self {
        let by = PageBy::Cursor { next, last: None };
        Self { by, ..Self::new(cursor, PagingEnd::NoCursor, items) }
    }

    /// With the path of the request's page size.
    #[must_use]
    pub const fn size(mut self, path: FieldPath) -> Self {
        self.size = Some(path);
        self
    }

    /// With the index of the item's field that identifies it.
    #[must_use]
    pub const fn item_key(mut self, field: u16) -> Self {
        self.item_key = Some(field);
        self
    }

    /// With the number of the first page, or the offset of the first item.
    #[must_use]
    pub const fn first(mut self, first: i64) -> Self {
        self.first = first;
        self
    }

    /// From the last page back.
    #[must_use]
    pub const fn last_first(mut self) -> Self {
        self.order = PageOrder::LastFirst;
        self
    }

    /// With a Boolean of the response that says whether there is a next page, beside the cursor.
    #[must_use]
    pub const fn has_next(mut self, path: FieldPath) -> Self {
        self.end = PagingEnd::HasNext(path);
        self
    }

    /// With the value of the next cursor that means that there is none.
    #[must_use]
    pub const fn last_cursor(mut self, value: &'static str) -> Self {
        if let PageBy::Cursor { next, .. } = self.by {
            self.by = PageBy::Cursor { next, last: Some(value) };
        }
        self
    }
}
