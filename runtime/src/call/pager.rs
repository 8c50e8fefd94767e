//! Walks a list without I/O: what to ask next, what of an answer is new, whether something may be missing, and when to stop.
//!
//! It ends: a window is read at most [`MAX_ROUNDS`] times, each time in at most `max_pages` pages.

mod answer;
pub(crate) mod cursor;
pub(crate) mod error;
mod keys;
mod place;
mod repeat;
mod resume;
mod rounds;
mod tally;
mod window;

use crate::call::method::{MethodInfo, Paging, PagingEnd};
use crate::wire::table::{Table, at};
use crate::wire::value::DateTime;
use answer::{Answer, Standpoint};
use cursor::Standing;
use error::PagingError;
use keys::{ItemKey, Seen, key_of_request};
use place::{Place, int};
use repeat::Repeats;
use tally::{Tally, Way};
use window::Windows;

/// The default bound of pages in one round.
const MAX_PAGES: u32 = 10_000;

/// How often a list is read before it is given up because it changes.
const MAX_ROUNDS: u32 = 6;

/// The bound of keys that are kept for one window: 140 MB.
const MAX_KEYS: usize = 4 << 20;

/// A walk through one list.
#[derive(Debug)]
pub(crate) struct Pager {
    info: &'static MethodInfo,
    paging: Paging,
    /// What the whole request says, to tell a cursor of another list.
    request: ItemKey,
    windows: Option<Windows>,
    max_pages: u32,
    /// Whether a list is settled only when it was read twice to the same end.
    confirm: bool,
    /// How many items a page has: by the request, then by the first page that was not the last.
    size: Option<i64>,
    /// The list's first page, and the page where this window's walk began.
    first: Place,
    start: Place,
    /// The page to ask for next.
    place: Place,
    /// Whether that page is asked for only to learn which one is the last.
    probing: bool,
    /// Items of that page that were delivered before a restart.
    skip: usize,
    /// What the window before had.
    previous: Seen,
    tally: Tally,
    repeats: Repeats,
    /// The last page of this round ahead of which items had left.
    fell_at: Option<Place>,
    /// Where the page before began, and the keys of it that were delivered: to resume within it.
    mark: Option<Standing>,
    delivered: Vec<ItemKey>,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// There is a page to ask for.
    More,
    /// This window is read.
    WindowOver,
    /// All is read.
    Over,
    /// The list does not hold still.
    Broken(PagingError),
}

/// What one page was.
pub(crate) struct PageMeta {
    /// Of every item, whether it is new.
    pub(crate) keep: Vec<bool>,
    /// Whether the page was asked for only to be sure, and brought nothing new.
    pub(crate) hidden: bool,
    pub(crate) number: i64,
    pub(crate) window: Option<(DateTime, DateTime)>,
    pub(crate) total_items: Option<i64>,
}

impl Pager {
    /// At the request's own page, or the first. `split`: by windows, where the request has a span that is bounded.
    pub(crate) fn new(info: &'static MethodInfo, request: &dyn Table, split: bool) -> Result<Self, PagingError> {
        let paging = info.paging.ok_or(PagingError::NotPaged)?;
        let windows = if split { Windows::of(request) } else { None };
        if paging.item_key.is_none() && windows.as_ref().is_some_and(Windows::are_several) {
            return Err(PagingError::NoItemKey { field: None });
        }
        let (first, start) = (Place::first(&paging, request), Place::own(&paging, request));
        let mut pager = Self {
            info,
            paging,
            request: key_of_request(request),
            windows,
            max_pages: MAX_PAGES,
            confirm: false,
            size: paging.size.and_then(|path| at(request, path).and_then(int)).filter(|size| *size > 0),
            place: start.clone(),
            first,
            start: start.clone(),
            probing: false,
            skip: 0,
            previous: Seen::default(),
            tally: Tally::new(Way::Forward),
            repeats: Repeats::default(),
            fell_at: None,
            mark: None,
            delivered: Vec::new(),
            state: State::More,
        };
        pager.begin_window(start);
        Ok(pager)
    }

    pub(crate) fn set_max_pages(&mut self, max_pages: u32) {
        self.max_pages = max_pages;
    }

    /// Settles a list only when it was read twice to the same end.
    pub(crate) fn confirm(&mut self) -> Result<(), PagingError> {
        if self.paging.item_key.is_none() {
            return Err(PagingError::NoItemKey { field: None });
        }
        self.confirm = true;
        Ok(())
    }

    /// Writes where the next page begins, and the window's dates, into the request. `false`: all is read.
    pub(crate) fn write_page_params(&mut self, request: &mut dyn Table) -> Result<bool, PagingError> {
        if self.state == State::WindowOver {
            self.next_window();
        }
        match &self.state {
            State::Over => return Ok(false),
            State::Broken(error) => return Err(error.clone()),
            State::More | State::WindowOver => {}
        }
        self.place.write(&self.paging, request);
        if let Some(windows) = &self.windows {
            windows.write(request);
        }
        Ok(true)
    }

    /// Takes an answer in. `dropped`: items that did not fit and were left out.
    pub(crate) fn accept(&mut self, response: &dyn Table, dropped: usize) -> Result<PageMeta, PagingError> {
        let answer = Answer::read(self.paging, response, dropped);
        if self.probing && !self.is_whole_list(&answer)? {
            return Ok(self.meta(vec![false; answer.keys.len()], true, &self.first, answer.total));
        }
        let page = self.place.number(self.tally.pages.saturating_add(1));
        let digest =
            answer.items.and_then(|items| self.repeats.digest(items, &answer.keys, self.paging.item_key.is_some()));
        if self.repeats.is_page_before(digest) {
            return Err(PagingError::Repeated { page });
        }
        self.check(&answer, page)?;
        let next = self.next_place(&answer, page)?;
        if next.is_some() && self.tally.pages.saturating_add(1) >= self.max_pages {
            return Err(PagingError::TooMany { max_pages: self.max_pages });
        }

        // Nothing fails from here on.
        self.mark = Some(self.standing());
        self.probing = false;
        self.repeats.keep_page(digest);
        if self.tally.change(answer.total) < 0 {
            self.fell_at = Some(self.place.clone());
        }
        if self.tally.way == Way::Forward && self.place == self.start && next.is_some() && answer.length > 0 {
            self.size = Some(answer.length);
        }
        self.tally.unkeyed |= answer.is_unkeyed;
        let keep = self.tally.take(&answer.keys, answer.length, answer.total);
        let keep = self.undelivered(&answer.keys, keep);
        let hidden = self.tally.rounds > 1 && !keep.contains(&true);
        let (place, is_over) = (self.place.clone(), next.is_none());
        self.place = next.unwrap_or_else(|| place.clone());
        self.go_on(is_over);
        Ok(self.meta(keep, hidden, &place, answer.total))
    }

    fn meta(&self, keep: Vec<bool>, hidden: bool, place: &Place, total: Option<i64>) -> PageMeta {
        PageMeta {
            keep,
            hidden,
            number: place.number(self.tally.pages),
            window: self.windows.as_ref().map(Windows::present),
            total_items: total.filter(|_| matches!(self.paging.end, PagingEnd::TotalItems(_))),
        }
    }

    /// Whether the first page, asked for its total, is the whole list. Otherwise the last one is next.
    fn is_whole_list(&mut self, answer: &Answer<'_>) -> Result<bool, PagingError> {
        let total = answer.total.ok_or(PagingError::NoTotal)?;
        if total <= answer.length {
            return Ok(true);
        }
        if answer.length == 0 {
            return Err(PagingError::Short { page: self.place.number(1), came: 0, total });
        }
        (self.size, self.tally.total) = (Some(answer.length), Some(total));
        (self.place, self.probing) = (self.first.last(total, answer.length), false);
        Ok(false)
    }

    /// Refuses a page by which nothing could be told.
    fn check(&self, answer: &Answer<'_>, page: i64) -> Result<(), PagingError> {
        let field = answer.key_name();
        let is_needed = self.confirm || self.windows.as_ref().is_some_and(Windows::are_several);
        if answer.is_unkeyed && is_needed {
            return Err(PagingError::NoItemKey { field });
        }
        if answer.has_key_twice() {
            return Err(PagingError::KeyNotUnique { page, field });
        }
        if let (true, Some(before), Some(now)) =
            (self.tally.unkeyed || answer.is_unkeyed, self.tally.total, answer.total)
            && before != now
        {
            return Err(PagingError::Changed { page, before, now, field });
        }
        if self.tally.seen.len().saturating_add(answer.keys.len()) > MAX_KEYS {
            return Err(PagingError::TooManyItems { max_items: MAX_KEYS });
        }
        Ok(())
    }

    /// The page after this one in its round. `None`: it was the last.
    fn next_place(&mut self, answer: &Answer<'_>, page: i64) -> Result<Option<Place>, PagingError> {
        match self.tally.way {
            Way::Back => return Ok(self.place.before(&self.first, self.size.unwrap_or(1))),
            Way::BackFromFall => return Ok(self.place.before(&self.start, self.size.unwrap_or(1))),
            Way::Forward => {}
        }
        let size = self.size.unwrap_or(answer.length);
        let pages = match self.place {
            Place::Number(_) => self.place.items_before(&self.first, 1).saturating_add(1),
            Place::Offset(_) | Place::Cursor(_) => i64::from(self.tally.pages) + 1,
        };
        let before = self.start.items_before(&self.first, size).saturating_add(self.tally.slots);
        if answer.is_last(Standpoint { page, before, pages })? {
            return Ok(None);
        }
        let next = self.place.next(answer.length, answer.next.as_deref());
        let Some(Place::Cursor(Some(cursor))) = &next else { return Ok(next) };
        if next.as_ref() == Some(&self.place) && answer.length == 0 {
            // The same question would have the same answer: nothing is left.
            return Ok(None);
        }
        if self.repeats.is_new_cursor(cursor) { Ok(next) } else { Err(PagingError::RepeatedCursor { page }) }
    }

    /// Which items are delivered: those that neither this window nor the one before has delivered.
    fn undelivered(&mut self, keys: &[Option<ItemKey>], mut keep: Vec<bool>) -> Vec<bool> {
        self.delivered.clear();
        let mut skip = std::mem::take(&mut self.skip);
        for (keep, key) in keep.iter_mut().zip(keys) {
            match *key {
                Some(key) => *keep &= !self.previous.contains(key),
                None => {
                    *keep = skip == 0;
                    skip = skip.saturating_sub(1);
                }
            }
            if *keep {
                self.delivered.extend(*key);
            }
        }
        keep
    }
}
