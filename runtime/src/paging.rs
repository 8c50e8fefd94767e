//! Lists: by page, by item, and by window of time if a span is longer than a method allows.
//!
//! A request whose specification says how it pages has the methods `pages`, `items` and, if its span is bounded, `by_time_window`.
//! With an async client they give streams, with a blocking client iterators.
//!
//! - **Every page is a call of its own**, with its own deadline and [retries](crate::retry).
//! - **It ends.** A page whose items repeat the ones before, an empty page that promises another, more pages than
//!   [`max_pages`](Pages::max_pages): each is a [`PagingError`] and no loop. If responses carry no end
//!   marker, the first empty page ends the list.
//! - **Windows**: a span longer than the request's `max_span` is split. Where one window ends, the next begins, with the very same
//!   second: no item between them is lost. What both deliver is told by the specification's item key and delivered once. So is what
//!   two pages of a window deliver.
//! - **It resumes.** [`Pages::cursor`] and [`Items::cursor`] are text. [`Pages::resume_at`] continues there, in another process too,
//!   with the same request.
//!
//! Memory holds one page, and by windows a key of some 30 bytes for every item of the present window and of the one before.

pub use crate::call::pager::cursor::{Cursor, InvalidCursor};
pub use crate::call::pager::error::PagingError;
pub use crate::client::{Items, Page, Pages};
