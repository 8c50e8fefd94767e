//! Why a list cannot be read to its end.

use std::fmt;

use crate::wire::escape::Escaped;

/// Why a list cannot be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagingError {
    /// The method's facts do not say how it pages.
    NotPaged,
    /// A page holds the very items of the page before it, told by their keys.
    Repeated {
        /// The page's number.
        page: i64,
    },
    /// An empty page promises another one.
    Endless {
        /// The page's number.
        page: i64,
    },
    /// An empty page before all items came that the answer counts.
    Short {
        /// The page's number.
        page: i64,
        /// How many items came.
        came: i64,
        /// How many there are, by the last answer.
        total: i64,
    },
    /// More pages than allowed.
    TooMany {
        /// The bound.
        max_pages: u32,
    },
    /// Items lack the field that identifies them, so items that two windows share cannot be told apart.
    NoItemKey {
        /// The field's wire name, where the specification names one.
        field: Option<&'static str>,
    },
    /// Two items of one page have the same key, so the field does not identify them.
    KeyNotUnique {
        /// The page's number.
        page: i64,
        /// The field's wire name.
        field: Option<&'static str>,
    },
    /// The total changed between two pages, and the items have no keys by which to tell which of them came.
    Changed {
        /// The page's number.
        page: i64,
        /// The total before.
        before: i64,
        /// The total with this page.
        now: i64,
        /// The field's wire name, where the specification names one and an item lacks it.
        field: Option<&'static str>,
    },
    /// The list changed in every round in which it was read: items may be missing. A cursor continues with another round.
    Changing {
        /// How many items came, each once.
        came: usize,
        /// How often the list was read.
        rounds: u32,
    },
    /// The answer does not say how many items there are: nobody can begin with the last page.
    NoTotal,
    /// The answer promises another page, and gives no cursor of it.
    NoCursor {
        /// The page's number.
        page: i64,
    },
    /// A cursor came before: the list never ends.
    RepeatedCursor {
        /// The page's number.
        page: i64,
    },
    /// More items than can be told apart within one window.
    TooManyItems {
        /// The bound.
        max_items: usize,
    },
    /// A cursor of another list.
    OtherList {
        /// What does not fit.
        what: &'static str,
    },
}

impl fmt::Display for PagingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPaged => {
                f.write_str("the specification does not say how this method pages: send it with `.send(…)`")
            }
            Self::Repeated { page } => {
                write!(f, "page {page} repeats the page before it: the gateway does not heed where a page is to begin")
            }
            Self::Endless { page } => write!(f, "page {page} is empty and promises another one: the list never ends"),
            Self::Short { page, came, total } => write!(
                f,
                "page {page} is empty, and {came} of {total} items came: the list changed meanwhile, or leaves items out"
            ),
            Self::TooMany { max_pages } => {
                write!(f, "more than {max_pages} pages: allow more with `.max_pages(…)`, or ask for larger ones")
            }
            Self::NoItemKey { field: Some(field) } => write!(
                f,
                "an item without `{}`, by which items that come twice are told: ask for that field",
                Escaped(field)
            ),
            Self::NoItemKey { field: None } => f.write_str(
                "no key by which items that come twice are told: name one in the specification (`item_key`), ask for it, or read the list in spans that fit and without `.confirmed()`",
            ),
            Self::KeyNotUnique { page, field } => write!(
                f,
                "two items of page {page} have the same {}: it does not identify an item; correct `item_key` in the specification",
                Key(*field)
            ),
            Self::Changed { page, before, now, field } => {
                write!(f, "the total went from {before} to {now} before page {page}: items may be missing or come twice, ")?;
                match field {
                    Some(field) => write!(f, "and without `{}` nobody can tell; ask for that field", Escaped(field)),
                    None => f.write_str(
                        "and they have no key to tell; read the list at a quieter time, or name `item_key` in the specification",
                    ),
                }
            }
            Self::Changing { came, rounds } => write!(
                f,
                "the list changed each of the {rounds} times it was read: {came} items came, others may be missing; continue at the cursor, read shorter spans, or correct `item_key` and `order` in the specification"
            ),
            Self::NoTotal => f.write_str(
                "the answer does not say how many items there are, so the last page is not known: ask for the total",
            ),
            Self::NoCursor { page } => write!(f, "page {page} promises another one and gives no cursor of it"),
            Self::RepeatedCursor { page } => {
                write!(f, "page {page} gives a cursor that came before: the list never ends")
            }
            Self::TooManyItems { max_items } => {
                write!(f, "more than {max_items} items in one window: ask for shorter spans")
            }
            Self::OtherList { what } => write!(f, "the cursor is of another list: {what} does not fit the request"),
        }
    }
}

/// The name of an item's key.
struct Key(Option<&'static str>);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(field) => write!(f, "`{}`", Escaped(field)),
            None => f.write_str("key"),
        }
    }
}

impl std::error::Error for PagingError {}
