//! Lists: by page, by item, and by window of time if a span is longer than a method allows.
//!
//! A request whose specification says how it pages has the methods `pages`, `items` and, if its span is bounded, `by_time_window`.
//! With an async client they give streams, with a blocking client iterators. A list pages by number, by offset or by cursor, from the
//! first page on or from the last page back, as its specification says.
//!
//! - **Every page is a call of its own**, with its own deadline and [retries](crate::retry).
//! - **It ends.** A page that repeats the one before, a cursor that comes again, an empty page that promises another, more pages than
//!   [`max_pages`](Pages::max_pages), a list that changed each of the six times it was read: each is a [`PagingError`] and no loop. If
//!   responses carry no end marker, the first empty page ends the list.
//! - **Windows**: a span longer than the request's `max_span` is split. Where one window ends, the next begins, with the very same
//!   second: no item between them is lost. What both deliver is told by the specification's item key and delivered once. So is what
//!   two pages of a list deliver.
//! - **It resumes.** [`Pages::cursor`] and [`Items::cursor`] are text. [`Pages::resume_at`] continues there, in another process too,
//!   with the same request.
//!
//! # What is certain
//!
//! Items may leave a list, join it or change places while it is read. Between two pages, those behind an item that leaves move up, perhaps
//! into a page that was read already. If what may be missing can be found, the pages are read again; what came is not delivered again.
//! Otherwise the walk ends in [`PagingError::Changing`] or [`PagingError::Changed`].
//!
//! | the specification has | an item that was in the list all the time is delivered once, or the walk ends in an error, unless … |
//! |---|---|
//! | `total_items`, `item_key` | as many items leave as join between two answers |
//! | these, and `order: last_first` | the same; or an item moves from a page that was read to one ahead, and then leaves |
//! | `has_next` or `total_pages`, `item_key` | an item leaves the pages that were read: nothing in the answers shows it |
//! | a cursor, `item_key` | the cursor is an offset in disguise, and an item leaves the pages that were read |
//! | `total_items`, no `item_key` | items change places, or as many join as leave |
//! | `has_next` or `total_pages`, no `item_key` | anything changes; items may also come twice |
//!
//! [`Pages::confirmed`] reads a list that has an `item_key` until two readings agree. Then only an item that leaves and joins again, twice in
//! the same way, can hide what is missing.
//!
//! # Memory
//!
//! One page, and where items have keys, one key of some 30 bytes for every item of the list; by windows, of the present window and of the
//! one before. A list that is read again takes twice that.

pub use crate::call::pager::cursor::{Cursor, InvalidCursor};
pub use crate::call::pager::error::PagingError;
pub use crate::client::{Items, Page, Pages};
