//! How far a run over many files is: a line on a terminal, nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard error while it is held, if that is a terminal. Short runs show nothing.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Of `count` things, each of which is told by [`Progress::one`].
    pub(crate) fn of(count: usize, what: &'static str) -> Self {
        let bar = ProgressBar::new(count as u64).with_style(style("{wide_bar} {pos} of {len} {msg}, {eta} left"));
        Self(bar.with_message(what))
    }

    /// Of work whose end is not known.
    pub(crate) fn open(what: String) -> Self {
        let bar = ProgressBar::new_spinner().with_style(style("{spinner} {msg}, {elapsed}")).with_message(what);
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self(bar)
    }

    /// One more is done.
    pub(crate) fn one(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn templates_are_read() {
        for template in ["{wide_bar} {pos} of {len} {msg}, {eta} left", "{spinner} {msg}, {elapsed}"] {
            ProgressStyle::with_template(template).unwrap();
        }
    }
}
