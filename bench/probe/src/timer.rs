//! A timer for comparisons: the subjects take turns, and each figure is the median of its turns.
//!
//! Figures are nanoseconds of this thread's CPU. CPU time and turns together make the ratios steady on a
//! machine that does other things as well.

use rustix::time::{ClockId, clock_gettime};

/// One subject of a comparison.
pub struct Case<'a> {
    /// Who does the work.
    pub subject: &'static str,
    /// The work.
    pub work: Box<dyn FnMut() + 'a>,
}

impl<'a> Case<'a> {
    /// A subject and its work.
    pub fn new(subject: &'static str, work: impl FnMut() + 'a) -> Self {
        Self { subject, work: Box::new(work) }
    }
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Turns of each subject.
    pub turns: usize,
    /// Nanoseconds of each turn.
    pub turn: u64,
}

/// Nanoseconds that one run of each case takes, in the order of `cases`.
pub fn compare(cases: &mut [Case<'_>], effort: Effort) -> Vec<f64> {
    let runs: Vec<u64> = cases.iter_mut().map(|case| calibrate(case, effort.turn)).collect();
    let mut figures = vec![Vec::with_capacity(effort.turns); cases.len()];
    for _ in 0..effort.turns {
        for ((case, &runs), figures) in cases.iter_mut().zip(&runs).zip(&mut figures) {
            figures.push(turn(case, runs) as f64 / runs as f64);
        }
    }
    figures.into_iter().map(median).collect()
}

/// The median; 0 of nothing.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => figures[odd / 2],
        even => (figures[even / 2 - 1] + figures[even / 2]) / 2.0,
    }
}

/// How many runs fill a turn.
fn calibrate(case: &mut Case<'_>, wanted: u64) -> u64 {
    let mut runs = 1;
    loop {
        let took = turn(case, runs).max(1);
        if took >= wanted / 2 || runs >= 1 << 24 {
            return (runs * wanted / took).max(1);
        }
        runs *= 2;
    }
}

fn turn(case: &mut Case<'_>, runs: u64) -> u64 {
    let before = cpu();
    for _ in 0..runs {
        (case.work)();
    }
    cpu().saturating_sub(before)
}

/// CPU nanoseconds of this thread.
fn cpu() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
