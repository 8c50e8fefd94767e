//! Walking lists: by page, by item, and by window of time where a span is longer than a method allows.
//!
//! In: a request of a method whose specification says how it pages. Out: [`Pages`] and [`Items`], streams of the async client; their
//! blocking twins are in [`blocking`](crate::blocking). What to ask next, what is new and when to stop is decided once, without I/O,
//! over the field table.
//!
//! - **Every page is a call of its own**, with its own deadline and [retries](crate::retry).
//! - **It ends.** A page whose items repeat the ones before, an empty page that promises another, more pages than
//!   [`max_pages`](Pages::max_pages): each is an error ([`PagingError`]) and no loop. Where the answers do not tell the end, an empty
//!   page is it.
//! - **Windows**: a span longer than the request's `max_span` is split. Where one window ends, the next begins, with the very same
//!   second: no item between them is lost, and what both deliver is told by the specification's item key and delivered once. So is
//!   what two pages of a window deliver.
//! - **It resumes.** [`Pages::cursor`] and [`Items::cursor`] are text; [`Pages::resume_at`] goes on there, in another process too,
//!   with the same request.
//!
//! Memory holds one page, and by windows a key of some 30 bytes for every item of the present window and of the one before.
//!
//! ```no_run
//! # async fn example<R>(client: opentop_runtime::Client, token: &str, year_of_flows: R) -> Result<(), opentop_runtime::Error>
//! # where R: opentop_runtime::PagedRequest, R::Item: std::fmt::Debug {
//! let mut flows = client.session(token).windows(year_of_flows).items();
//! while let Some(flow) = flows.try_next().await? {
//!     println!("{flow:?}");
//! }
//! # Ok(())
//! # }
//! ```

mod cursor;
mod keys;
mod pager;
mod stream;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;

use crate::DateTime;
use crate::escape::Escaped;
use crate::gateway::Answer;
use crate::request::ReadRequest;

pub use cursor::{Cursor, InvalidCursor};
pub(crate) use pager::Pager;
pub use stream::{Items, Pages};

/// A request of a list, whose specification says how it pages. Implemented by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list with pages",
    label = "the specification of its method has no `paging`: send it with `read()`"
)]
pub trait PagedRequest: ReadRequest {
    /// An item of the list.
    type Item: Send + 'static;

    /// The items of a page, taken out.
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

/// One page of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its items, without those that an earlier window has delivered.
    pub items: Vec<T>,
    /// Its number, counted from 1 in every window.
    pub number: i64,
    /// From when to when this window reaches, both ends included, where the list was asked for by windows.
    pub window: Option<(DateTime, DateTime)>,
    /// How many items there are in all (in this window), where the answer says so.
    pub total_items: Option<i64>,
    /// The gateway's id of the call.
    pub request_id: Option<String>,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// Makes a page of an answer: what the pager has not seen of it.
pub(crate) fn page<R: PagedRequest>(
    pager: &mut Pager,
    response: R::Response,
    answer: &Answer,
) -> Result<Page<R::Item>, PagingError> {
    let turned = pager.accept(&response)?;
    let mut keep = turned.keep.iter();
    let mut items = R::items(response);
    items.retain(|_| keep.next().copied().unwrap_or(true));
    Ok(Page {
        items,
        number: turned.number,
        window: turned.window,
        total_items: turned.total_items,
        request_id: answer.request_id().map(str::to_owned),
    })
}

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
                f.write_str("the specification does not say how this method pages: call it with `.read(…)`")
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
