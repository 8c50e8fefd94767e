//! Where a walk stands, and how another one goes on there.

use crate::call::pager::cursor::{Cursor, Standing};
use crate::call::pager::error::PagingError;
use crate::call::pager::keys::ItemKey;
use crate::call::pager::tally::Proof;
use crate::call::pager::{MAX_ROUNDS, Pager, State};
use crate::wire::value::DateTime;

impl Pager {
    /// How the walk stands before the next page.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            place: self.place.clone(),
            size: self.size,
            pages: self.tally.pages,
            slots: self.tally.slots,
            skip: self.skip,
            total: self.tally.total,
            left: self.tally.left,
            rounds: self.tally.rounds,
            unkeyed: self.tally.unkeyed,
            again: self.tally.is_disturbed(self.proof()),
            seen: self.tally.seen.len(),
        }
    }

    /// Where the next page begins. `None`: all is read.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        let present = self.windows.as_ref().map(|windows| windows.present().0);
        let (previous, seen) = (self.previous.all(), self.tally.seen.all());
        Some(match &self.state {
            State::Over => return None,
            State::More => self.cursor_at(present, self.standing(), previous, seen.to_vec()),
            State::Broken(_) => {
                // Whoever goes on nevertheless has all the rounds again.
                let standing = Standing { again: true, rounds: 0, ..self.standing() };
                self.cursor_at(present, standing, previous, seen.to_vec())
            }
            State::WindowOver => {
                let next = self.windows.as_ref().and_then(|windows| windows.next_start());
                self.cursor_at(next, Standing::at(self.first.clone()), seen, Vec::new())
            }
        })
    }

    /// Within the page that was read last, after `delivered` of its new items.
    pub(crate) fn cursor_within(&self, delivered: usize) -> Cursor {
        let standing = self.mark.clone().unwrap_or_else(|| self.standing());
        let mut seen = self.tally.seen.first(standing.seen).to_vec();
        seen.extend(self.delivered.iter().take(delivered));
        let window = self.windows.as_ref().map(|windows| windows.present().0);
        // The page is read again, but what it showed of the whole holds.
        let now = self.standing();
        let is_broken = matches!(self.state, State::Broken(_));
        let standing = Standing {
            skip: standing.skip.saturating_add(delivered),
            total: now.total,
            left: now.left,
            rounds: if is_broken { 0 } else { now.rounds },
            again: now.again || is_broken,
            ..standing
        };
        self.cursor_at(window, standing, self.previous.all(), seen)
    }

    fn cursor_at(
        &self,
        window: Option<DateTime>,
        standing: Standing,
        previous: &[ItemKey],
        current: Vec<ItemKey>,
    ) -> Cursor {
        let method = self.info.name.clone().into_owned();
        Cursor { method, request: self.request, window, standing, previous: previous.to_vec(), current }
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
        let mut is_first = true;
        let fits = match (&mut self.windows, cursor.window) {
            (Some(windows), Some(start)) => {
                is_first = windows.present().0 == start;
                windows.go_to(start)
            }
            (None, None) => true,
            _ => false,
        };
        if !fits {
            return Err(PagingError::OtherList { what: "the window" });
        }
        // Only the first window begins at the request's own page.
        self.begin_window(if is_first { self.start.clone() } else { self.first.clone() });
        self.previous = cursor.previous.iter().copied().collect();
        self.size = standing.size.or(self.size);
        self.tally.seen = cursor.current.iter().copied().collect();
        (self.tally.total, self.tally.left, self.tally.rounds) = (standing.total, standing.left, standing.rounds);
        self.tally.unkeyed |= standing.unkeyed;
        if standing.again {
            if self.tally.rounds >= MAX_ROUNDS {
                let came = self.tally.seen.len();
                self.state = State::Broken(PagingError::Changing { came, rounds: MAX_ROUNDS });
                return Ok(());
            }
            let way = self.tally.way;
            self.tally.again(way, Proof::Uncounted);
            self.begin_round();
        } else if standing.place != self.start || standing.pages > 0 || standing.skip > 0 {
            self.probing = false;
            (self.place, self.skip) = (standing.place.clone(), standing.skip);
            (self.tally.pages, self.tally.slots) = (standing.pages, standing.slots);
            let before = cursor.current.len().saturating_sub(standing.skip);
            self.tally.expected = cursor.current.get(before..).unwrap_or_default().to_vec();
        }
        Ok(())
    }
}
