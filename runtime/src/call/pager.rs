//! Walks a list without I/O: what to ask next, what of an answer is new, and when to stop.

pub(crate) mod cursor;
pub(crate) mod error;
mod keys;
mod window;

use crate::call::method::{MethodInfo, Paging, PagingEnd};
use crate::wire::table::{FieldMut, FieldRef, Table, at, set_at};
use crate::wire::value::DateTime;
use cursor::Cursor;
use error::PagingError;
use keys::{ItemKey, Seen, key_of_field, key_of_request};
use window::Windows;

/// The default bound of pages in one window.
const MAX_PAGES: u32 = 10_000;

/// A walk through one list.
#[derive(Debug)]
pub(crate) struct Pager {
    info: &'static MethodInfo,
    paging: Paging,
    /// What the whole request says, to tell a cursor of another list.
    request: ItemKey,
    windows: Option<Windows>,
    /// The request's page size, where it has one.
    size: Option<i64>,
    max_pages: u32,
    /// Pages read in this window.
    pages: u32,
    /// The page to ask for next.
    page: i64,
    /// Items of this window before that page.
    counted: i64,
    /// Items of that page that were delivered before a restart.
    skip: usize,
    previous: Seen,
    current: Seen,
    /// The keys of the page before, to tell a page that repeats; `None` if an item came without its key.
    last_page: Option<Vec<ItemKey>>,
    /// Where the page before began, to resume within it.
    mark: Mark,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is a page to ask for.
    More,
    /// This window is read.
    WindowOver,
    /// All is read.
    Over,
}

#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    page: i64,
    counted: i64,
    skip: usize,
    seen: usize,
}

/// What one page was.
pub(crate) struct PageMeta {
    /// Of every item, whether it is new.
    pub(crate) keep: Vec<bool>,
    pub(crate) number: i64,
    pub(crate) window: Option<(DateTime, DateTime)>,
    pub(crate) total_items: Option<i64>,
}

impl Pager {
    /// At the request's own page, or the first. `split`: by windows, where the request has a span that is bounded.
    pub(crate) fn new(info: &'static MethodInfo, request: &dyn Table, split: bool) -> Result<Self, PagingError> {
        let paging = info.paging.ok_or(PagingError::NotPaged)?;
        let number = |path| at(request, path).and_then(int);
        let size = paging.size.and_then(number).filter(|size| *size > 0);
        let page = number(paging.page).unwrap_or(1);
        let windows = if split { Windows::of(request) } else { None };
        if paging.item_key.is_none() && windows.as_ref().is_some_and(Windows::are_several) {
            return Err(PagingError::NoItemKey { field: None });
        }
        Ok(Self {
            info,
            paging,
            request: key_of_request(request),
            windows,
            size,
            max_pages: MAX_PAGES,
            pages: 0,
            page,
            counted: size.map_or(0, |size| size.saturating_mul(page.saturating_sub(1))),
            skip: 0,
            previous: Seen::default(),
            current: Seen::default(),
            last_page: None,
            mark: Mark::default(),
            state: State::More,
        })
    }

    pub(crate) fn set_max_pages(&mut self, max_pages: u32) {
        self.max_pages = max_pages;
    }

    /// Writes the next page's number, and the window's dates, into the request. `false`: all is read.
    pub(crate) fn write_page_params(&mut self, request: &mut dyn Table) -> bool {
        if self.state == State::WindowOver {
            self.next_window();
        }
        if self.state == State::Over {
            return false;
        }
        set_at(request, self.paging.page, |slot| {
            if let FieldMut::Int(number) = slot {
                *number = Some(self.page);
            }
        });
        if let Some(windows) = &self.windows {
            windows.write(request);
        }
        true
    }

    fn next_window(&mut self) {
        let next = self.windows.as_mut().and_then(|windows| {
            let start = windows.next_start()?;
            windows.go_to(start).then_some(())
        });
        if next.is_none() {
            self.state = State::Over;
            return;
        }
        self.previous = std::mem::take(&mut self.current);
        (self.page, self.counted, self.pages, self.skip) = (1, 0, 0, 0);
        self.last_page = None;
        self.state = State::More;
    }

    /// Takes an answer in.
    pub(crate) fn accept(&mut self, response: &dyn Table) -> Result<PageMeta, PagingError> {
        let keys = self.keys(response)?;
        let length = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        // Items without their keys may well be alike: where only an amount is asked for, two pages of them. Those end by `max_pages`.
        let identified: Option<Vec<ItemKey>> = keys.iter().copied().collect();
        if !keys.is_empty() && identified.is_some() && identified == self.last_page {
            return Err(PagingError::Repeated { page: self.page });
        }
        self.pages += 1;
        if self.pages == 1 && self.size.is_none() {
            self.counted = length.saturating_mul(self.page.saturating_sub(1));
        }
        let ended = self.ends(response, length)?;
        if !ended && self.pages >= self.max_pages {
            return Err(PagingError::TooMany { max_pages: self.max_pages });
        }
        self.mark = Mark { page: self.page, counted: self.counted, skip: self.skip, seen: self.current.len() };
        let keep = self.new_items(&keys);
        let meta = PageMeta {
            keep,
            number: self.page,
            window: self.windows.as_ref().map(Windows::present),
            total_items: self.total_items(response),
        };
        self.counted = self.counted.saturating_add(length);
        self.page = self.page.saturating_add(1);
        self.last_page = identified;
        self.state = if !ended {
            State::More
        } else if self.windows.as_ref().is_some_and(|windows| windows.next_start().is_some()) {
            State::WindowOver
        } else {
            State::Over
        };
        Ok(meta)
    }

    /// The keys of a page's items. Between windows every item must have one.
    fn keys(&self, response: &dyn Table) -> Result<Vec<Option<ItemKey>>, PagingError> {
        let Some(FieldRef::Objects(items)) = at(response, self.paging.items) else { return Ok(Vec::new()) };
        let needed = self.windows.as_ref().is_some_and(Windows::are_several);
        (0..items.len()).filter_map(|index| items.get(index)).map(|item| self.key(item, needed)).collect()
    }

    fn key(&self, item: &dyn Table, needed: bool) -> Result<Option<ItemKey>, PagingError> {
        let key = self.paging.item_key.and_then(|field| key_of_field(item, field));
        if key.is_none() && needed {
            let field = self.paging.item_key.and_then(|index| item.info().fields.get(usize::from(index)).copied());
            return Err(PagingError::NoItemKey { field });
        }
        Ok(key)
    }

    /// Which items are new. By windows each comes once, also where a list that grows meanwhile moves it from one page to the next.
    fn new_items(&mut self, keys: &[Option<ItemKey>]) -> Vec<bool> {
        let once = self.windows.is_some();
        let mut skip = std::mem::take(&mut self.skip);
        let mut new = |key: ItemKey| !self.previous.contains(key) && self.current.insert(key);
        keys.iter()
            .map(|key| {
                let new = !once || key.is_none_or(&mut new);
                if new && skip > 0 {
                    skip -= 1;
                    return false;
                }
                new
            })
            .collect()
    }

    /// Whether this page is the last one of its window. Where the answer does not say, only an empty one is: one that is shorter than
    /// asked for may be all that the gateway gives at a time.
    fn ends(&self, response: &dyn Table, length: i64) -> Result<bool, PagingError> {
        let (page, empty) = (self.page, length == 0);
        let number = |path| at(response, path).and_then(int);
        match self.paging.end {
            PagingEnd::HasNext(path) => match at(response, path).and_then(flag) {
                Some(true) if empty => Err(PagingError::Endless { page }),
                Some(has_next) => Ok(!has_next),
                None => Ok(empty),
            },
            PagingEnd::TotalItems(path) => match number(path) {
                Some(total) if self.counted.saturating_add(length) >= total => Ok(true),
                Some(total) if empty => Err(PagingError::Short { page, came: self.counted, total }),
                Some(_) => Ok(false),
                None => Ok(empty),
            },
            PagingEnd::TotalPages(path) => match number(path) {
                Some(total) if page >= total => Ok(true),
                Some(_) if empty => Err(PagingError::Endless { page }),
                Some(_) => Ok(false),
                None => Ok(empty),
            },
        }
    }

    fn total_items(&self, response: &dyn Table) -> Option<i64> {
        match self.paging.end {
            PagingEnd::TotalItems(path) => at(response, path).and_then(int),
            _ => None,
        }
    }

    /// Where the next page begins. `None`: all is read.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        let (window, page, counted, skip) = match self.state {
            State::Over => return None,
            State::More => {
                (self.windows.as_ref().map(|windows| windows.present().0), self.page, self.counted, self.skip)
            }
            State::WindowOver => (self.windows.as_ref().and_then(Windows::next_start), 1, 0, 0),
        };
        let (method, request) = (self.info.name.clone().into_owned(), self.request);
        let (previous, current) = match self.state {
            State::WindowOver => (self.current.all().to_vec(), Vec::new()),
            _ => (self.previous.all().to_vec(), self.current.all().to_vec()),
        };
        Some(Cursor { method, request, window, page, counted, skip, previous, current })
    }

    /// Within the page that was read last, after `delivered` of its new items.
    pub(crate) fn cursor_within(&self, delivered: usize) -> Cursor {
        let Mark { page, counted, skip, seen } = self.mark;
        Cursor {
            method: self.info.name.clone().into_owned(),
            request: self.request,
            window: self.windows.as_ref().map(|windows| windows.present().0),
            page,
            counted,
            skip: skip + delivered,
            previous: self.previous.all().to_vec(),
            current: self.current.first(seen).to_vec(),
        }
    }

    /// Goes on at a cursor.
    pub(crate) fn go_to(&mut self, cursor: &Cursor) -> Result<(), PagingError> {
        if cursor.method != self.info.name {
            return Err(PagingError::OtherList { what: "the method" });
        }
        if cursor.request != self.request {
            return Err(PagingError::OtherList { what: "a parameter" });
        }
        let fits = match (&mut self.windows, cursor.window) {
            (Some(windows), Some(start)) => windows.go_to(start),
            (None, None) => true,
            _ => false,
        };
        if !fits {
            return Err(PagingError::OtherList { what: "the window" });
        }
        (self.page, self.counted, self.skip) = (cursor.page, cursor.counted, cursor.skip);
        self.previous = cursor.previous.iter().copied().collect();
        self.current = cursor.current.iter().copied().collect();
        self.last_page = None;
        self.state = State::More;
        Ok(())
    }
}

fn int(value: FieldRef<'_>) -> Option<i64> {
    match value {
        FieldRef::Int(number) => *number,
        FieldRef::Text(text) => text.as_deref().and_then(|text| text.trim().parse().ok()),
        _ => None,
    }
}

fn flag(value: FieldRef<'_>) -> Option<bool> {
    match value {
        FieldRef::Bool(flag) => *flag,
        _ => None,
    }
}
