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
    /// Items without the field that identifies them: what two windows share cannot be told.
    NoItemKey {
        /// The field's wire name, where the specification names one.
        field: Option<&'static str>,
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
                write!(f, "page {page} repeats the page before it: the gateway does not heed the page number")
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
                "an item without `{}`, by which items that two windows share are told: ask for that field",
                Escaped(field)
            ),
            Self::NoItemKey { field: None } => f.write_str(
                "the specification names no key of an item, so the span cannot be split: ask for spans that fit",
            ),
            Self::OtherList { what } => write!(f, "the cursor is of another list: {what} does not fit the request"),
        }
    }
}

impl std::error::Error for PagingError {}
