//! Rounds: where the reading of a list begins, and whether it is read once more, after the last page of it.

use crate::call::method::{PageOrder, PagingEnd};
use crate::call::pager::error::PagingError;
use crate::call::pager::place::Place;
use crate::call::pager::tally::{Proof, Tally, Way};
use crate::call::pager::window::Windows;
use crate::call::pager::{MAX_ROUNDS, Pager, State};

impl Pager {
    /// The way of a window's first round.
    fn way(&self) -> Way {
        match self.paging.order {
            PageOrder::FirstFirst => Way::Forward,
            PageOrder::LastFirst => Way::Back,
        }
    }

    /// Begins a window, or the whole list.
    pub(super) fn begin_window(&mut self, start: Place) {
        self.start = start;
        self.tally = Tally::new(self.way());
        self.tally.unkeyed = self.paging.item_key.is_none();
        self.begin_round();
    }

    /// Begins a round of the tally's way, where that way begins.
    pub(super) fn begin_round(&mut self) {
        let is_part = self.start != self.first;
        self.probing = self.tally.way == Way::Back && !is_part && self.tally.total.zip(self.size).is_none();
        self.place = match (self.tally.way, self.tally.total.zip(self.size)) {
            (Way::Back, Some((total, size))) if !is_part => self.first.last(total, size),
            _ => self.start.clone(),
        };
        (self.skip, self.fell_at) = (0, None);
        self.repeats.clear();
        if let Place::Cursor(Some(cursor)) = &self.place {
            self.repeats.is_new_cursor(cursor);
        }
        self.state = State::More;
    }

    /// Reads the list again: items may be missing.
    fn read_again(&mut self, proof: Proof) {
        if self.tally.rounds >= MAX_ROUNDS {
            self.state = State::Broken(PagingError::Changing { came: self.tally.seen.len(), rounds: MAX_ROUNDS });
            return;
        }
        let fell_at = self.fell_at.take().and_then(|place| place.before(&self.start, self.size.unwrap_or(1)));
        let is_counted = matches!(proof, Proof::Count(_));
        let (way, place) = match (self.tally.way, fell_at) {
            (Way::Forward, Some(place)) if is_counted => (Way::BackFromFall, Some(place)),
            (Way::Forward, _) => (Way::Forward, None),
            (Way::Back | Way::BackFromFall, _) => (Way::Back, None),
        };
        self.tally.again(way, proof);
        self.begin_round();
        self.place = place.unwrap_or_else(|| self.place.clone());
    }

    pub(super) fn next_window(&mut self) {
        let next = self.windows.as_mut().and_then(|windows| {
            let start = windows.next_start()?;
            windows.go_to(start).then_some(())
        });
        if next.is_none() {
            self.state = State::Over;
            return;
        }
        self.previous = std::mem::take(&mut self.tally.seen);
        self.begin_window(self.first.clone());
    }

    /// What the answers prove of the whole list.
    pub(super) fn proof(&self) -> Proof {
        match (self.paging.end, self.tally.total) {
            _ if self.confirm => Proof::TwoRounds,
            (PagingEnd::TotalItems(_), Some(total)) if self.start == self.first => match self.paging.order {
                PageOrder::FirstFirst => Proof::Count(total),
                PageOrder::LastFirst => Proof::Leaving(total),
            },
            _ => Proof::Uncounted,
        }
    }

    /// After a page: on to the next one, to another round, to the next window, or to the end.
    pub(super) fn go_on(&mut self, is_over: bool) {
        let proof = self.proof();
        let is_whole = self.start == self.first && self.tally.way != Way::BackFromFall;
        if self.tally.is_settled(proof, is_over, is_whole) {
            let next = self.windows.as_ref().and_then(Windows::next_start);
            self.state = if next.is_some() { State::WindowOver } else { State::Over };
        } else if is_over && self.tally.unkeyed {
            self.state = State::Broken(PagingError::NoItemKey { field: None });
        } else if is_over {
            self.read_again(proof);
        }
    }
}
