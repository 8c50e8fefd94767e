//! The async client's pages and items, as streams.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{Cursor, Page, PagedRequest, Pager, PagingError, page};
use crate::Error;
use crate::client::{CallOptions, Given, Shared, read_once};
use crate::gateway::{Answer, Facts};
use crate::transport::Transport;

/// The answer to one page, and the request back.
type Turn<R> = Pin<Box<dyn Future<Output = (Box<R>, Result<(<R as crate::Request>::Response, Answer), Error>)> + Send>>;

/// The pages of a list: a `Stream`, which ends after the last page or the first error.
///
/// Made by [`Call::pages`](crate::Call::pages) and [`Call::windows`](crate::Call::windows). Dropping it gives it up.
#[must_use = "nothing is asked before it is polled"]
pub struct Pages<R: PagedRequest> {
    shared: Arc<Shared<dyn Transport>>,
    options: Arc<CallOptions>,
    pager: Result<Pager, PagingError>,
    state: State<R>,
}

enum State<R: PagedRequest> {
    Idle(Box<R>),
    Busy(Turn<R>),
    Over,
}

impl<R: PagedRequest> Pages<R> {
    pub(crate) fn new(shared: Arc<Shared<dyn Transport>>, options: CallOptions, request: R, split: bool) -> Self {
        let pager = Pager::new(R::API, &request, split);
        Self { shared, options: Arc::new(options), pager, state: State::Idle(Box::new(request)) }
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

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The list is over then; [`cursor`](Self::cursor) tells where to go on.
    pub async fn try_next(&mut self) -> Result<Option<Page<R::Item>>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    fn ask(&self, request: Box<R>) -> Turn<R> {
        let (shared, options) = (Arc::clone(&self.shared), Arc::clone(&self.options));
        Box::pin(async move {
            let mut model = R::Response::default();
            let given = Given::Request(&*request);
            let answer = read_once(&shared, &options, Facts::from(R::API), given, &mut model).await;
            (request, answer.map(|answer| (model, answer)))
        })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<R::Item>, Error>>> {
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
            if !pager.aim(&mut *request) {
                return Poll::Ready(None);
            }
            self.state = State::Busy(self.ask(request));
        }
        let State::Busy(turn) = &mut self.state else { return Poll::Ready(None) };
        let (request, answered) = ready!(turn.as_mut().poll(context));
        self.state = State::Over;
        let Ok(pager) = &mut self.pager else { return Poll::Ready(None) };
        let turned = answered.and_then(|(response, answer)| Ok(page::<R>(pager, response, &answer)?));
        if turned.is_ok() {
            self.state = State::Idle(request);
        }
        Poll::Ready(Some(turned))
    }
}

impl<R: PagedRequest> Stream for Pages<R> {
    type Item = Result<Page<R::Item>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<R: PagedRequest> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("method", &R::API.method).finish_non_exhaustive()
    }
}

/// The items of a list, page after page: a `Stream`, which ends after the last item or the first error.
#[must_use = "nothing is asked before it is polled"]
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

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The list is over then; [`cursor`](Self::cursor) tells where to go on.
    pub async fn try_next(&mut self) -> Result<Option<R::Item>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

/// Nothing in it is pinned: items are moved out, futures are boxed.
impl<R: PagedRequest> Unpin for Items<R> {}

impl<R: PagedRequest> Stream for Items<R> {
    type Item = Result<R::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(this.pages.poll(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    this.of_page = page.items.len();
                    this.ready = page.into_iter();
                }
            }
        }
    }
}

impl<R: PagedRequest> fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("method", &R::API.method).finish_non_exhaustive()
    }
}
