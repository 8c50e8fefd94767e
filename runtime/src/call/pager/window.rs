//! Splits the span of time of a request with a `max_span` rule into windows that the method allows.

use std::time::Duration;

use crate::wire::table::{FieldMut, FieldRef, Rule, Table, set_at};
use crate::wire::value::DateTime;

/// Where a request's span stands, and which window of it is the present one.
#[derive(Debug, Clone)]
pub(super) struct Windows {
    start_path: Vec<u16>,
    end_path: Vec<u16>,
    longest: Duration,
    /// The span's own ends.
    first: DateTime,
    last: DateTime,
    /// The present window's start.
    start: DateTime,
}

impl Windows {
    /// The windows of a request's span. `None` where it has no span rule, or lacks a date: then there is nothing to split.
    pub(super) fn of(request: &dyn Table) -> Option<Self> {
        span(request, &[]).filter(|windows| windows.first <= windows.last && !windows.longest.is_zero())
    }

    /// The present window, both ends included.
    pub(super) fn present(&self) -> (DateTime, DateTime) {
        (self.start, (self.start + self.longest).min(self.last))
    }

    /// Whether the span is longer than one window.
    pub(super) fn are_several(&self) -> bool {
        self.first + self.longest < self.last
    }

    /// The start of the next window: the end of the present one.
    pub(super) fn next_start(&self) -> Option<DateTime> {
        let (_, end) = self.present();
        (end < self.last).then_some(end)
    }

    /// Goes on to the window that starts then. `false` where that is outside the span.
    pub(super) fn go_to(&mut self, start: DateTime) -> bool {
        let inside = (self.first..=self.last).contains(&start);
        if inside {
            self.start = start;
        }
        inside
    }

    /// Writes the present window into the request.
    pub(super) fn write(&self, request: &mut dyn Table) {
        let (start, end) = self.present();
        for (path, date) in [(&self.start_path, start), (&self.end_path, end)] {
            set_at(request, path, |slot| {
                if let FieldMut::Date(slot) = slot {
                    *slot = Some(date);
                }
            });
        }
    }
}

/// The first span rule whose dates are both there, at the root or below.
fn span(table: &dyn Table, way: &[u16]) -> Option<Windows> {
    let below = |index: u16| way.iter().copied().chain([index]).collect::<Vec<u16>>();
    let date = |index: u16| match table.field(index.into()) {
        FieldRef::Date(date) => *date,
        _ => None,
    };
    let here = table.info().rules.iter().find_map(|rule| {
        let Rule::MaxSpan { start, end, seconds } = *rule else { return None };
        let (first, last) = (date(start)?, date(end)?);
        let longest = Duration::from_secs(seconds);
        Some(Windows { start_path: below(start), end_path: below(end), longest, first, last, start: first })
    });
    here.or_else(|| {
        (0..u16::try_from(table.info().fields.len()).ok()?).find_map(|index| match table.field(index.into()) {
            FieldRef::Object(object) => span(object.get()?, &below(index)),
            _ => None,
        })
    })
}
