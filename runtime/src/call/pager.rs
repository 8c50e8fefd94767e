//! Walks a list without I/O: what to ask next, what of an answer is new, whether something may be missing, and when to stop.

pub(crate) mod cursor;
pub(crate) mod error;
mod keys;
mod place;
mod repeat;
mod tally;
mod window;

use crate::call::method::{MethodInfo, PageBy, PageOrder, Paging, PagingEnd};
use crate::wire::table::{FieldRef, ObjectListSlot, Table, at};
use crate::wire::value::DateTime;
use cursor::{Cursor, Standing};
use error::PagingError;
use keys::{ItemKey, Seen, key_of_field, key_of_request};
use place::{Place, flag, int};
use repeat::Repeats;
use tally::{Tally, Way, Whole};
use window::Windows;

/// The default bound of pages in one window.
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
    /// How many items a page has, by the request or the first page.
    step: Option<i64>,
    max_pages: u32,
    /// Whether a list is settled only when it was read twice to the same end.
    confirm: bool,
    /// The list's first page, and the page where this window's walk began.
    first: Place,
    start: Place,
    /// The page to ask for next.
    place: Place,
    /// Whether that page is asked for only to learn which one is the last.
    probing: bool,
    /// Pages read in this round.
    pages: u32,
    /// Items of this window before that page.
    counted: i64,
    /// Items of that page that were delivered before a restart, where they have no keys.
    skip: usize,
    previous: Seen,
    current: Seen,
    /// The keys of the page before that were delivered.
    delivered: Vec<ItemKey>,
    repeats: Repeats,
    tally: Tally,
    /// The page before which items were first missed in this round.
    fell_at: Option<Place>,
    /// Where the page before began, to resume within it.
    mark: Option<Standing>,
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
        let size = paging.size.and_then(|path| at(request, path).and_then(int)).filter(|size| *size > 0);
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
            step: size,
            max_pages: MAX_PAGES,
            confirm: false,
            place: start.clone(),
            first,
            start,
            probing: false,
            pages: 0,
            counted: 0,
            skip: 0,
            previous: Seen::default(),
            current: Seen::default(),
            delivered: Vec::new(),
            repeats: Repeats::default(),
            tally: Tally::new(Way::Forward, 0),
            fell_at: None,
            mark: None,
            state: State::More,
        };
        pager.begin_window(pager.start.clone());
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

    fn is_last_first(&self) -> bool {
        self.paging.order == PageOrder::LastFirst
    }

    /// Begins a window, or the whole list.
    fn begin_window(&mut self, start: Place) {
        let base = match (&start, &self.first) {
            (Place::Number(start), Place::Number(first)) => {
                self.step.map_or(0, |step| step.saturating_mul(start.saturating_sub(*first)))
            }
            (Place::Offset(start), Place::Offset(first)) => start.saturating_sub(*first),
            _ => 0,
        };
        self.start = start;
        self.tally = Tally::new(if self.is_last_first() { Way::LastFirst } else { Way::Forward }, base);
        self.begin_round();
        self.probing = self.is_last_first() && self.start == self.first;
    }

    fn begin_round(&mut self) {
        self.place = self.start.clone();
        (self.pages, self.counted, self.skip, self.fell_at) = (0, self.tally.base, 0, None);
        self.repeats.clear();
        if let Place::Cursor(Some(cursor), _) = &self.place {
            self.repeats.is_new_cursor(cursor);
        }
        self.state = State::More;
    }

    /// Reads the list again: items may be missing. What came is not delivered again.
    fn read_again(&mut self) {
        if self.tally.rounds >= MAX_ROUNDS {
            self.state = State::Broken(PagingError::Changing { came: self.current.len(), rounds: MAX_ROUNDS });
            return;
        }
        let (start, step) = (self.start.clone(), self.step.unwrap_or(1));
        let back = self.fell_at.take().and_then(|place| place.before(&start, step));
        match back.filter(|_| self.tally.way == Way::Forward && self.has_total() && !self.confirm) {
            Some(back) => {
                self.tally.again(Way::Back);
                self.begin_round();
                self.place = back;
            }
            None => {
                self.tally.again(if self.is_last_first() { Way::LastFirst } else { Way::Forward });
                self.begin_round();
                if self.is_last_first() && self.start == self.first {
                    self.go_to_last_page();
                }
            }
        }
    }

    fn has_total(&self) -> bool {
        matches!(self.paging.end, PagingEnd::TotalItems(_)) && self.tally.total.is_some()
    }

    /// Goes to the last page, by the last answer's total; asks for the first one where that is not known.
    fn go_to_last_page(&mut self) {
        let (Place::Number(first), Some(step), Some(total)) = (&self.first, self.step, self.tally.total) else {
            self.probing = true;
            return;
        };
        // `div_ceil` of signed numbers is not stable.
        let pages = total.saturating_add(step - 1) / step;
        self.place = Place::Number(first.saturating_add((pages - 1).max(0)));
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
        self.begin_window(self.first.clone());
    }

    /// Takes an answer in. `dropped`: items that did not fit and were left out.
    pub(crate) fn accept(&mut self, response: &dyn Table, dropped: usize) -> Result<PageMeta, PagingError> {
        let items = match at(response, self.paging.items) {
            Some(FieldRef::Objects(items)) => Some(items),
            _ => None,
        };
        let keys = items.map_or_else(|| Ok(Vec::new()), |items| self.keys(items))?;
        let length = count(keys.len().saturating_add(dropped));
        let total = self.total(response);
        if std::mem::take(&mut self.probing) && !self.is_single_page(total, length)? {
            return Ok(self.meta(vec![false; keys.len()], true, &self.first.clone(), total));
        }
        let digest = items.and_then(|items| self.repeats.digest(items, &keys, self.paging.item_key.is_some()));
        let page = self.place.number(self.pages.saturating_add(1));
        if self.repeats.is_page_before(digest) {
            return Err(PagingError::Repeated { page });
        }
        let is_unkeyed = self.tally.unkeyed || dropped > 0 || keys.iter().any(Option::is_none);
        let change = self.tally.change(total);
        if let (true, Some(before), Some(now)) = (is_unkeyed && change != 0, self.tally.total, total) {
            return Err(PagingError::Changed { page, before, now, field: self.key_name(items) });
        }
        if is_unkeyed && self.confirm {
            return Err(PagingError::NoItemKey { field: self.key_name(items) });
        }
        if self.current.len().saturating_add(keys.len()) > MAX_KEYS {
            return Err(PagingError::TooManyItems { max_items: MAX_KEYS });
        }
        let (counted, base) = self.before_page(length);
        let next = self.place.next(&self.paging, response, length);
        let (next, ended) = match self.tally.way {
            Way::Forward => self.after(response, page, counted, length, next)?,
            Way::Back | Way::LastFirst => {
                let next = self.place.before(if self.tally.way == Way::Back { &self.start } else { &self.first }, length.max(1));
                let ended = next.is_none();
                (next, ended)
            }
        };
        if !ended && self.pages.saturating_add(1) >= self.max_pages {
            return Err(PagingError::TooMany { max_pages: self.max_pages });
        }

        let mark = Standing { counted, ..self.standing() };
        let seen = self.current.len();
        (self.counted, self.tally.base) = (counted, base);
        if change < 0 && self.fell_at.is_none() {
            self.fell_at = Some(self.place.clone());
        }
        self.tally.note_total(total);
        self.tally.unkeyed = is_unkeyed;
        let Ok(mut keep) = self.tally.note_items(&keys, length, &mut self.current, (-change).max(0)) else {
            self.current.truncate(seen);
            return Err(PagingError::KeyNotUnique { page, field: self.key_name(items) });
        };
        self.keep_new(&keys, &mut keep);
        self.mark = Some(Standing { seen, ..mark });
        self.pages += 1;
        self.step = self.step.or((length > 0).then_some(length));
        self.repeats.keep_page(digest);
        self.counted = counted.saturating_add(length);
        let hidden = self.tally.rounds > 1 && !keep.contains(&true);
        let place = match next {
            Some(next) => std::mem::replace(&mut self.place, next),
            None => self.place.clone(),
        };
        let meta = self.meta(keep, hidden, &place, total);
        self.go_on(ended, self.pages == 1 && self.tally.slots == length);
        Ok(meta)
    }

    fn meta(&self, keep: Vec<bool>, hidden: bool, place: &Place, total: Option<i64>) -> PageMeta {
        PageMeta {
            keep,
            hidden,
            number: place.number(self.pages),
            window: self.windows.as_ref().map(Windows::present),
            total_items: total.filter(|_| matches!(self.paging.end, PagingEnd::TotalItems(_))),
        }
    }

    /// Whether the first page, asked for its total, is the whole list. Otherwise the last one is next.
    fn is_single_page(&mut self, total: Option<i64>, length: i64) -> Result<bool, PagingError> {
        let total = total.ok_or(PagingError::NoTotal)?;
        let page = self.place.number(1);
        if total <= length {
            return Ok(true);
        }
        if length == 0 {
            return Err(PagingError::Short { page, came: 0, total });
        }
        self.step = Some(length);
        self.tally.note_total(Some(total));
        self.go_to_last_page();
        Ok(false)
    }

    /// Items before this page, and before the page that the walk began with: known once a page was seen, where the request has no size.
    fn before_page(&self, length: i64) -> (i64, i64) {
        match (&self.start, &self.first) {
            (Place::Number(start), Place::Number(first)) if self.pages == 0 && self.step.is_none() => {
                let base = length.saturating_mul(start.saturating_sub(*first));
                (base, base)
            }
            _ => (self.counted, self.tally.base),
        }
    }

    /// What follows a page on the way forward: the next one, and whether there is none.
    fn after(
        &mut self,
        response: &dyn Table,
        page: i64,
        counted: i64,
        length: i64,
        next: Option<Place>,
    ) -> Result<(Option<Place>, bool), PagingError> {
        let ended = self.ends(response, page, counted, length, next.is_some())?;
        let Some(Place::Cursor(Some(cursor), _)) = &next else { return Ok((next, ended)) };
        let is_same = matches!(&self.place, Place::Cursor(Some(asked), _) if asked == cursor);
        if ended || (is_same && length == 0) {
            // The same question would have the same answer: nothing is left.
            return Ok((next, true));
        }
        if !self.repeats.is_new_cursor(cursor) {
            return Err(PagingError::RepeatedCursor { page });
        }
        Ok((next, false))
    }

    /// Which items are delivered: those that neither this window nor the one before has delivered.
    fn keep_new(&mut self, keys: &[Option<ItemKey>], keep: &mut [bool]) {
        self.delivered.clear();
        let mut skip = std::mem::take(&mut self.skip);
        for (keep, key) in keep.iter_mut().zip(keys) {
            *keep &= key.is_none_or(|key| !self.previous.contains(key));
            if *keep && key.is_none() && skip > 0 {
                skip -= 1;
                *keep = false;
            }
            if let (true, Some(key)) = (*keep, *key) {
                self.delivered.push(key);
            }
        }
    }

    /// After a page: on to the next one, to another round, to the next window, or to the end. `is_first`: nothing was read before it.
    fn go_on(&mut self, is_over: bool, is_first: bool) {
        let whole = match (self.paging.end, self.tally.total) {
            (PagingEnd::TotalItems(_), Some(total)) if !self.is_part() => Whole::Items(total - self.tally.base),
            _ => Whole::Unknown,
        };
        if self.tally.is_settled(whole, &self.current, is_over, is_first, self.confirm)
            && (is_over || self.tally.rounds > 1)
        {
            let next = self.windows.as_ref().and_then(Windows::next_start);
            self.state = if next.is_some() { State::WindowOver } else { State::Over };
        } else if is_over && self.tally.unkeyed {
            self.state = State::Broken(PagingError::NoItemKey { field: None });
        } else if is_over {
            self.tally.remember_round(whole, &self.current);
            self.read_again();
        }
    }

    /// Whether the walk is one from a page in the midst back.
    fn is_part(&self) -> bool {
        self.is_last_first() && self.start != self.first
    }

    /// The keys of a page's items. Between windows every item must have one.
    fn keys(&self, items: &dyn ObjectListSlot) -> Result<Vec<Option<ItemKey>>, PagingError> {
        let needed = self.windows.as_ref().is_some_and(Windows::are_several);
        (0..items.len()).filter_map(|index| items.get(index)).map(|item| self.key(item, needed)).collect()
    }

    fn key(&self, item: &dyn Table, needed: bool) -> Result<Option<ItemKey>, PagingError> {
        let key = self.paging.item_key.and_then(|field| key_of_field(item, field));
        if key.is_none() && needed {
            return Err(PagingError::NoItemKey { field: self.key_name_of(item) });
        }
        Ok(key)
    }

    /// The wire name of the field that identifies an item, where the specification names one.
    fn key_name_of(&self, item: &dyn Table) -> Option<&'static str> {
        self.paging.item_key.and_then(|index| item.info().fields.get(usize::from(index)).copied())
    }

    fn key_name(&self, items: Option<&dyn ObjectListSlot>) -> Option<&'static str> {
        items?.get(0).and_then(|item| self.key_name_of(item))
    }

    /// Whether this page is the last one of its window. Where the answer does not say, only an empty one is: one that is shorter than
    /// asked for may be all that the gateway gives at a time.
    fn ends(
        &self,
        response: &dyn Table,
        page: i64,
        counted: i64,
        length: i64,
        has_cursor: bool,
    ) -> Result<bool, PagingError> {
        let empty = length == 0;
        let by_cursor = matches!(self.paging.by, PageBy::Cursor { .. });
        let number = |path| at(response, path).and_then(int);
        match self.paging.end {
            PagingEnd::NoCursor => Ok(!has_cursor),
            PagingEnd::HasNext(path) => match at(response, path).and_then(flag) {
                Some(true) if by_cursor && !has_cursor => Err(PagingError::NoCursor { page }),
                // A cursor goes on through a page that has nothing.
                Some(true) if empty && !by_cursor => Err(PagingError::Endless { page }),
                Some(has_next) => Ok(!has_next),
                None if by_cursor => Ok(!has_cursor),
                None => Ok(empty),
            },
            PagingEnd::TotalItems(path) => match number(path) {
                Some(total) if counted.saturating_add(length) >= total => Ok(true),
                Some(total) if empty => Err(PagingError::Short { page, came: counted, total }),
                Some(_) => Ok(false),
                None => Ok(empty),
            },
            PagingEnd::TotalPages(path) => match number(path) {
                Some(total) if self.place_in_pages() >= total => Ok(true),
                Some(_) if empty => Err(PagingError::Endless { page }),
                Some(_) => Ok(false),
                None => Ok(empty),
            },
        }
    }

    /// Which page of all pages the present one is, counted from 1.
    fn place_in_pages(&self) -> i64 {
        match (&self.place, &self.first) {
            (Place::Number(page), Place::Number(first)) => page.saturating_sub(*first).saturating_add(1),
            _ => i64::from(self.pages) + 1,
        }
    }

    /// The number of all items, or of all pages, where the answer gives it.
    fn total(&self, response: &dyn Table) -> Option<i64> {
        match self.paging.end {
            PagingEnd::TotalItems(path) | PagingEnd::TotalPages(path) => at(response, path).and_then(int),
            PagingEnd::HasNext(_) | PagingEnd::NoCursor => None,
        }
    }

    /// How the walk stands before the next page.
    fn standing(&self) -> Standing {
        Standing {
            place: self.place.clone(),
            base: self.tally.base,
            counted: self.counted,
            skip: self.skip,
            total: self.tally.total,
            left: self.tally.left,
            fell: self.tally.fell,
            strayed: self.tally.strayed,
            unkeyed: self.tally.unkeyed,
            again: self.tally.rounds > 1 || self.probing,
            seen: self.current.len(),
        }
    }

    /// Where the next page begins. `None`: all is read.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        let present = self.windows.as_ref().map(|windows| windows.present().0);
        let (window, standing, previous, current) = match &self.state {
            State::Over => return None,
            State::More => (present, self.standing(), self.previous.all(), self.current.all()),
            State::Broken(_) => {
                let standing = Standing { again: true, ..self.standing() };
                (present, standing, self.previous.all(), self.current.all())
            }
            State::WindowOver => {
                let standing = Standing::at(self.first.clone(), self.is_last_first());
                (self.windows.as_ref().and_then(Windows::next_start), standing, self.current.all(), [].as_slice())
            }
        };
        Some(self.cursor_at(window, standing, previous.to_vec(), current.to_vec()))
    }

    /// Within the page that was read last, after `delivered` of its new items.
    pub(crate) fn cursor_within(&self, delivered: usize) -> Cursor {
        let standing = self.mark.clone().unwrap_or_else(|| self.standing());
        let mut current = self.current.first(standing.seen).to_vec();
        // What was delivered is told by its keys, and by its number where it has none.
        let is_keyed = self.delivered.len() >= delivered && !self.tally.unkeyed;
        current.extend(self.delivered.iter().take(if is_keyed { delivered } else { 0 }));
        let skip = if is_keyed { standing.skip } else { standing.skip + delivered };
        let window = self.windows.as_ref().map(|windows| windows.present().0);
        self.cursor_at(window, Standing { skip, ..standing }, self.previous.all().to_vec(), current)
    }

    fn cursor_at(
        &self,
        window: Option<DateTime>,
        standing: Standing,
        previous: Vec<ItemKey>,
        current: Vec<ItemKey>,
    ) -> Cursor {
        let (method, request) = (self.info.name.clone().into_owned(), self.request);
        Cursor { method, request, window, standing, previous, current }
    }

    /// Goes on at a cursor.
    pub(crate) fn go_to(&mut self, cursor: &Cursor) -> Result<(), PagingError> {
        if cursor.method != self.info.name {
            return Err(PagingError::OtherList { what: "the method" });
        }
        if cursor.request != self.request {
            return Err(PagingError::OtherList { what: "a parameter" });
        }
        let standing = &cursor.standing;
        if std::mem::discriminant(&standing.place) != std::mem::discriminant(&self.first) {
            return Err(PagingError::OtherList { what: "the way it pages" });
        }
        let is_first = match (&self.windows, cursor.window) {
            (Some(windows), Some(start)) => windows.present().0 == start,
            _ => true,
        };
        let fits = match (&mut self.windows, cursor.window) {
            (Some(windows), Some(start)) => windows.go_to(start),
            (None, None) => true,
            _ => false,
        };
        if !fits {
            return Err(PagingError::OtherList { what: "the window" });
        }
        // Only the first window begins at the request's own page.
        self.begin_window(if is_first { self.start.clone() } else { self.first.clone() });
        self.previous = cursor.previous.iter().copied().collect();
        self.current = cursor.current.iter().copied().collect();
        (self.tally.base, self.tally.left, self.tally.unkeyed) = (standing.base, standing.left, standing.unkeyed);
        self.tally.total = standing.total;
        if standing.again {
            let way = self.tally.way;
            self.tally.again(way);
            self.tally.rounds = 1;
            self.counted = standing.base;
            return Ok(());
        }
        self.probing = false;
        (self.place, self.counted, self.skip) = (standing.place.clone(), standing.counted, standing.skip);
        self.tally.resume(standing.counted.saturating_sub(standing.base), standing.fell, standing.strayed);
        Ok(())
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
