//! How a list method pages.

use super::field::Path;

/// How a list method pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Request: what says where a page begins.
    pub page: Path,
    /// What that is.
    pub by: PageBy,
    /// The first page's number, or the first item's offset. Of no meaning for a cursor.
    pub first: u32,
    /// Request: page size.
    pub size: Option<Path>,
    /// Response: how the end is told.
    pub end: PagingEnd,
    /// Response: the list of objects.
    pub items: Path,
    /// The identifying field of an item, by index in its type.
    pub item_key: Option<usize>,
    /// Which page is read first.
    pub order: PageOrder,
}

/// What says where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageBy {
    /// The page's number.
    Number,
    /// How many items stand before it.
    Offset,
    /// What the answer to the page before gave.
    Cursor {
        /// Response: the next page's cursor.
        next: Path,
        /// A value of it that means that there is no next page.
        last: Option<String>,
    },
}

/// Which page is read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageOrder {
    /// The first one.
    #[default]
    FirstFirst,
    /// The last one: items may leave the list meanwhile.
    LastFirst,
}

/// How a response tells that there are no more pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagingEnd {
    /// A Boolean.
    HasNext(Path),
    /// The number of all items.
    TotalItems(Path),
    /// The number of all pages.
    TotalPages(Path),
    /// There is no next cursor.
    NoCursor,
}

impl PagingEnd {
    /// The response's field that tells the end, where there is one beside the cursor.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::HasNext(path) | Self::TotalItems(path) | Self::TotalPages(path) => Some(path),
            Self::NoCursor => None,
        }
    }
}
