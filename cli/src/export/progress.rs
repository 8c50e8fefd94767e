//! How far an export is: on a terminal a line with rows, rate and time left; elsewhere nothing.

use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use opentop_runtime::__private::engine::TablePage;
use opentop_runtime::DateTime;

/// The steps of a bar whose share is known, not its number of rows.
const STEPS: u64 = 10_000;

pub(crate) struct Progress {
    bar: ProgressBar,
    /// Rows of earlier runs: they tell nothing of this run's rate.
    before: u64,
    /// The start of the first window.
    since: Option<DateTime>,
    until: Option<DateTime>,
}

impl Progress {
    /// Drawn on standard error, if that is a terminal. `before`: the rows that an earlier run kept.
    pub(crate) fn new(before: u64, span: Option<(DateTime, DateTime)>) -> Progress {
        let bar = ProgressBar::new_spinner().with_style(style("{spinner} {msg}"));
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        bar.set_message("asking for the first page");
        Progress { bar, before, since: span.map(|span| span.0), until: span.map(|span| span.1) }
    }

    /// After a page; `rows` in all.
    pub(crate) fn page(&self, page: &TablePage, rows: u64) {
        let elapsed = self.bar.elapsed().as_secs_f64().max(0.001);
        let rate = (rows - self.before) as f64 / elapsed;
        self.bar.set_message(format!("{} rows, {rate:.0}/s", HumanCount(rows)));
        let total = page.total_items.and_then(|total| u64::try_from(total).ok());
        match (page.window, self.since, self.until, total) {
            (Some((_, end)), Some(since), Some(until), _) if since < until => {
                let share = end.seconds_since(since) as f64 / until.seconds_since(since) as f64;
                self.known(STEPS, (share * STEPS as f64) as u64);
            }
            (None, _, _, Some(total)) if total > 0 => self.known(total, rows.min(total)),
            _ => {}
        }
    }

    fn known(&self, length: u64, position: u64) {
        if self.bar.length() != Some(length) {
            self.bar.set_style(style("{wide_bar} {percent}% {msg}, {eta} left"));
            self.bar.set_length(length);
            self.bar.set_position(position);
            // What an earlier run read must not count as this run's speed.
            self.bar.reset_eta();
        }
        self.bar.set_position(position);
    }

    pub(crate) fn writing(&self) {
        self.bar.set_style(style("{spinner} {msg}"));
        self.bar.set_message("writing the file");
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
