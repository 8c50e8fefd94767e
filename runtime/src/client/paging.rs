//! Walks lists: by page, by item, and by window of time if a span is longer than a method allows.

mod left_out;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::call::error::Error;
use crate::call::method::{PagedRequest, Request};
use crate::call::pager::Pager;
use crate::call::pager::cursor::Cursor;
use crate::call::pager::error::PagingError;
use crate::call::parse_response::ResponseMeta;
use crate::client::core::{self, Payload};
use crate::client::mode::{Async, Blocking, Mode, block_on};
use crate::client::scope::Scope;
use crate::wire::decode::DecodeError;
use crate::wire::value::DateTime;

/// One page of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its items, without those that were delivered before.
    pub items: Vec<T>,
    /// Its number, as the request gave it. By offset and by cursor, pages are counted from 1 in every window.
    pub number: i64,
    /// From when to when this window reaches, both ends included. `None` if the list was not asked for by windows.
    pub window: Option<(DateTime, DateTime)>,
    /// How many items there are in all (in this window), if the answer says so.
    pub total_items: Option<i64>,
    /// The gateway's id of the call.
    pub request_id: Option<String>,
    /// The parts of the answer that did not fit the specification and were left out. Only [lenient](crate::ClientBuilder::lenient) calls leave
    /// anything out.
    pub skipped: Option<DecodeError>,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// Makes a page of an answer: what the pager has not seen of it. `None`: it was asked for only to be sure.
fn page<R: PagedRequest>(
    pager: &mut Pager,
    response: R::Response,
    meta: &ResponseMeta,
) -> Result<Option<Page<R::Item>>, PagingError> {
    let dropped = meta.skipped().map_or(0, |skipped| left_out::items::<R>(skipped, &response));
    let seen = pager.accept(&response, dropped)?;
    if seen.hidden {
        return Ok(None);
    }
    let mut keep = seen.keep.iter();
    let mut items = R::items(response);
    items.retain(|_| keep.next().copied().unwrap_or(true));
    Ok(Some(Page {
        items,
        number: seen.number,
        window: seen.window,
        total_items: seen.total_items,
        request_id: meta.request_id().map(str::to_owned),
        skipped: meta.skipped().cloned(),
    }))
}

/// The answer to one page, and the request back.
type Fetch<R> = Pin<Box<dyn Future<Output = (Box<R>, Fetched<R>)> + Send>>;
type Fetched<R> = Result<(<R as Request>::Response, ResponseMeta), Error>;

/// The pages of a list, one call each. It ends after the last page or the first error.
///
/// With an async client it is a `Stream` with [`try_next`](Self::try_next); with a blocking client it is an `Iterator`. Nothing is
/// asked before the first page is taken. Dropping it gives the list up. See [`crate::paging`].
///
/// ```
/// use opentop_runtime::{PagedRequest, paging::Pages};
///
/// /// Reads one page and returns where to go on, perhaps in another process.
/// async fn step<R: PagedRequest>(pages: Pages<R>, saved: Option<&str>) -> Result<Option<String>, Box<dyn std::error::Error>> {
///     let mut pages = match saved {
///         Some(cursor) => pages.resume_at(&cursor.parse()?)?,
///         None => pages,
///     };
///     if let Some(page) = pages.try_next().await? {
///         println!("page {} has {} items", page.number, page.items.len());
///     }
///     Ok(pages.cursor().map(|cursor| cursor.to_string()))
/// }
/// ```
#[must_use = "nothing is asked before the first page is taken"]
pub struct Pages<R: PagedRequest, M: Mode = Async> {
    scope: Arc<Scope>,
    pager: Result<Pager, PagingError>,
    state: State<R>,
    mode: std::marker::PhantomData<fn() -> M>,
}

enum State<R: PagedRequest> {
    Idle(Box<R>),
    Busy(Fetch<R>),
    Over,
}

impl<R: PagedRequest, M: Mode> Pages<R, M> {
    pub(crate) fn new(scope: Scope, request: R, split: bool) -> Self {
        let pager = Pager::new(R::INFO, &request, split);
        let state = State::Idle(Box::new(request));
        Self { scope: Arc::new(scope), pager, state, mode: std::marker::PhantomData }
    }

    /// How many pages a window may have: more are an error. Default: 10,000.
    ///
    /// ```
    /// # use opentop_runtime::{PagedRequest, paging::Pages};
    /// # fn example<R: PagedRequest>(pages: Pages<R>) -> opentop_runtime::paging::Items<R> {
    /// pages.max_pages(50).items()                         // an error after the 50th page, if there are more
    /// # }
    /// ```
    pub fn max_pages(mut self, pages: u32) -> Self {
        if let Ok(pager) = &mut self.pager {
            pager.set_max_pages(pages);
        }
        self
    }

    /// Reads the list, or each window of it, until two readings agree: at least twice the calls. Then nothing that was in it all the time
    /// is missing, also where the answers do not show what leaves and joins. A list of one page is read once. Items need keys: the
    /// specification names them (`item_key`), and the request asks for them. See [what is certain](crate::paging#what-is-certain).
    ///
    /// ```
    /// # use opentop_runtime::{Error, PagedRequest, paging::Pages};
    /// /// Adds up a list whose items may change places meanwhile.
    /// async fn total<R: PagedRequest>(pages: Pages<R>, amount: impl Fn(&R::Item) -> i64) -> Result<i64, Error> {
    ///     let (mut items, mut total) = (pages.confirmed().items(), 0);
    ///     while let Some(item) = items.try_next().await? {
    ///         total += amount(&item);
    ///     }
    ///     Ok(total)
    /// }
    /// ```
    pub fn confirmed(mut self) -> Self {
        self.pager = self.pager.and_then(|mut pager| pager.confirm().map(|()| pager));
        self
    }

    /// Continues at a cursor of the same list.
    ///
    /// # Errors
    ///
    /// [`Error::Paging`] if the cursor is of another request.
    pub fn resume_at(mut self, cursor: &Cursor) -> Result<Self, Error> {
        self.pager.as_mut().map_err(|error| error.clone())?.go_to(cursor)?;
        Ok(self)
    }

    /// Where the next page begins. `None` when all is read.
    pub fn cursor(&self) -> Option<Cursor> {
        self.pager.as_ref().ok()?.cursor()
    }

    /// One item after another.
    pub fn items(self) -> Items<R, M> {
        Items { pages: self, ready: Vec::new().into_iter(), of_page: 0 }
    }

    fn fetch(&self, request: Box<R>) -> Fetch<R> {
        let scope = Arc::clone(&self.scope);
        Box::pin(async move {
            let mut model = R::Response::default();
            let meta = core::read(&scope, R::INFO, Payload::Typed(&*request), &mut model).await;
            (request, meta.map(|meta| (model, meta)))
        })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<R::Item>, Error>>> {
        loop {
            let pager = match &mut self.pager {
                Ok(pager) => pager,
                Err(error) => {
                    let fresh = matches!(self.state, State::Idle(_));
                    self.state = State::Over;
                    return Poll::Ready(fresh.then(|| Err(error.clone().into())));
                }
            };
            if let State::Idle(_) = self.state {
                let State::Idle(mut request) = std::mem::replace(&mut self.state, State::Over) else {
                    return Poll::Ready(None);
                };
                match pager.write_page_params(&mut *request) {
                    Ok(true) => self.state = State::Busy(self.fetch(request)),
                    Ok(false) => return Poll::Ready(None),
                    Err(error) => return Poll::Ready(Some(Err(error.into()))),
                }
            }
            let State::Busy(fetch) = &mut self.state else { return Poll::Ready(None) };
            let (request, fetched) = ready!(fetch.as_mut().poll(context));
            self.state = State::Over;
            let Ok(pager) = &mut self.pager else { return Poll::Ready(None) };
            let next = fetched.and_then(|(response, meta)| Ok(page::<R>(pager, response, &meta)?));
            if next.is_ok() {
                self.state = State::Idle(request);
            }
            if let Some(next) = next.transpose() {
                return Poll::Ready(Some(next));
            }
        }
    }
}

impl<R: PagedRequest> Pages<R, Async> {
    /// The next page. `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The list is over then; [`cursor`](Self::cursor) tells where to continue.
    pub async fn try_next(&mut self) -> Result<Option<Page<R::Item>>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }
}

impl<R: PagedRequest> Stream for Pages<R, Async> {
    type Item = Result<Page<R::Item>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<R: PagedRequest> Iterator for Pages<R, Blocking> {
    type Item = Result<Page<R::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(pin!(poll_fn(|context| self.poll(context))))
    }
}

impl<R: PagedRequest, M: Mode> fmt::Debug for Pages<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("method", &R::INFO.name).finish_non_exhaustive()
    }
}

/// The items of a list, page after page. It ends after the last item or the first error.
///
/// With an async client it is a `Stream` with [`try_next`](Self::try_next); with a blocking client it is an `Iterator`.
///
/// ```
/// use opentop_runtime::{Error, PagedRequest, blocking::Items, paging};
///
/// async fn count<R: PagedRequest>(mut items: paging::Items<R>) -> Result<u64, Error> {
///     let mut count = 0;
///     while let Some(_item) = items.try_next().await? {
///         count += 1;
///     }
///     Ok(count)
/// }
///
/// /// With a blocking client it is an iterator.
/// fn collect<R: PagedRequest>(items: Items<R>) -> Result<Vec<R::Item>, Error> {
///     items.collect()
/// }
/// ```
#[must_use = "nothing is asked before the first item is taken"]
pub struct Items<R: PagedRequest, M: Mode = Async> {
    pages: Pages<R, M>,
    ready: std::vec::IntoIter<R::Item>,
    /// How many items the page had that is being delivered.
    of_page: usize,
}

impl<R: PagedRequest, M: Mode> Items<R, M> {
    /// Right after the item that was delivered last. `None` when all were.
    pub fn cursor(&self) -> Option<Cursor> {
        let left = self.ready.len();
        if left == 0 {
            return self.pages.cursor();
        }
        self.pages.pager.as_ref().ok().map(|pager| pager.cursor_within(self.of_page - left))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R::Item, Error>>> {
        loop {
            if let Some(item) = self.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    self.of_page = page.items.len();
                    self.ready = page.into_iter();
                }
            }
        }
    }
}

impl<R: PagedRequest> Items<R, Async> {
    /// The next item. `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The list is over then; [`cursor`](Self::cursor) tells where to continue.
    pub async fn try_next(&mut self) -> Result<Option<R::Item>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }
}

/// Nothing in it is pinned: items are moved out, futures are boxed.
impl<R: PagedRequest, M: Mode> Unpin for Items<R, M> {}

impl<R: PagedRequest> Stream for Items<R, Async> {
    type Item = Result<R::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<R: PagedRequest> Iterator for Items<R, Blocking> {
    type Item = Result<R::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(pin!(poll_fn(|context| self.poll(context))))
    }
}

impl<R: PagedRequest, M: Mode> fmt::Debug for Items<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("method", &R::INFO.name).finish_non_exhaustive()
    }
}
