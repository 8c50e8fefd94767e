//! The blocking client's pages and items, as iterators.

use std::fmt;
use std::sync::Arc;

use super::{Transport, core};
use crate::Error;
use crate::client::{CallOptions, Given, Shared};
use crate::gateway::Facts;
use crate::paging::{Cursor, Page, PagedRequest, Pager, PagingError, page};

/// The pages of a list: an iterator, which ends after the last page or the first error. See [`crate::paging`].
#[must_use = "nothing is asked before `next()`"]
pub struct Pages<R: PagedRequest> {
    shared: Arc<Shared<dyn Transport>>,
    options: CallOptions,
    request: R,
    pager: Result<Pager, PagingError>,
    /// An error came: the list is over.
    over: bool,
}

impl<R: PagedRequest> Pages<R> {
    pub(crate) fn new(shared: Arc<Shared<dyn Transport>>, options: CallOptions, request: R, split: bool) -> Self {
        let pager = Pager::new(R::API, &request, split);
        Self { shared, options, request, pager, over: false }
    }

    /// How many pages a window may have: more are an error. Default: 10,000.
    pub fn max_pages(mut self, pages: u32) -> Self {
        if let Ok(pager) = &mut self.pager {
            pager.set_max_pages(pages);
        }
        self
    }

    /// Goes on where a cursor of the same list stands.
    ///
    /// # Errors
    ///
    /// [`Error::Paging`] where the cursor is of another request.
    pub fn resume_at(mut self, cursor: &Cursor) -> Result<Self, Error> {
        self.pager.as_mut().map_err(|error| error.clone())?.go_to(cursor)?;
        Ok(self)
    }

    /// Where the next page begins; `None` when all is read.
    pub fn cursor(&self) -> Option<Cursor> {
        self.pager.as_ref().ok()?.cursor()
    }

    /// One item after another.
    pub fn items(self) -> Items<R> {
        Items { pages: self, ready: Vec::new().into_iter(), of_page: 0 }
    }

    fn turn(&mut self) -> Result<Option<Page<R::Item>>, Error> {
        let pager = self.pager.as_mut().map_err(|error| error.clone())?;
        if !pager.aim(&mut self.request) {
            return Ok(None);
        }
        let mut model = R::Response::default();
        let given = Given::Request(&self.request);
        let answer = core::read(&self.shared, &self.options, Facts::from(R::API), given, &mut model)?;
        Ok(Some(page::<R>(pager, model, &answer)?))
    }
}

impl<R: PagedRequest> Iterator for Pages<R> {
    type Item = Result<Page<R::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let turned = self.turn();
        self.over = !matches!(turned, Ok(Some(_)));
        turned.transpose()
    }
}

impl<R: PagedRequest> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("method", &R::API.method).finish_non_exhaustive()
    }
}

/// The items of a list, page after page: an iterator, which ends after the last item or the first error.
#[must_use = "nothing is asked before `next()`"]
pub struct Items<R: PagedRequest> {
    pages: Pages<R>,
    ready: std::vec::IntoIter<R::Item>,
    /// How many items the page had that is being delivered.
    of_page: usize,
}

impl<R: PagedRequest> Items<R> {
    /// Right after the item that was delivered last; `None` when all were.
    pub fn cursor(&self) -> Option<Cursor> {
        let left = self.ready.len();
        if left == 0 {
            return self.pages.cursor();
        }
        self.pages.pager.as_ref().ok().map(|pager| pager.cursor_within(self.of_page - left))
    }
}

impl<R: PagedRequest> Iterator for Items<R> {
    type Item = Result<R::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(page) => {
                    self.of_page = page.items.len();
                    self.ready = page.into_iter();
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<R: PagedRequest> fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("method", &R::API.method).finish_non_exhaustive()
    }
}
