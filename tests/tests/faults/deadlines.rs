//! One deadline over all of a call: attempts, waits between them, and the last byte of the body, under random faults.
//!
//! `OPENTOP_SCHEDULES` sets how many schedules each row runs (100), `OPENTOP_SEED` which ones, `OPENTOP_TOLERANCE_MS` how far beyond
//! the deadline a call may end (3000, for machines that are busy with other things); all are printed.

use std::thread;
use std::time::{Duration, Instant};

use opentop::retry::RetryPolicy;
use opentop_sandbox::{Fault, RandomFaults, Sandbox};

use crate::support::scripted::{APP, Either, SESSION, Wish};
use crate::support::settings::number;

const DEADLINE: Duration = Duration::from_millis(120);
const WORKERS: u64 = 4;

/// The faults of one schedule: whatever chance brings, and slowness that outlasts the deadline in every second one.
fn schedule(seed: u64, index: u64) -> Vec<Fault> {
    let faults = RandomFaults::new(seed.wrapping_mul(1_000_003).wrapping_add(index)).longest_delay(DEADLINE * 2);
    let slow = match index % 6 {
        1 => Fault::SlowBytes(Duration::from_millis(2)),
        3 => Fault::DelayBefore(DEADLINE / 2),
        5 => Fault::DelayAfter(DEADLINE * 2),
        _ => return faults.take(60).collect(),
    };
    // Some attempts fail at once, so that the slow one comes when half of the time is gone.
    let failures = usize::try_from(index % 3).unwrap();
    faults.take(failures).chain(std::iter::repeat_n(slow, 60)).collect()
}

/// A way of making one call.
type Make = fn(&Either, &str);

fn sandbox() -> Sandbox {
    crate::support::deduction::builder(true).app(APP.0, APP.1).session(SESSION).start_blocking().unwrap()
}

/// Runs the schedules; gives the longest time that a call took beyond the deadline, and how often one did by more than `tolerance`.
fn run(row: &Row, count: u64, tolerance: Duration, faults: fn(u64, u64) -> Vec<Fault>) -> u64 {
    let (name, at, make) = *row;
    let seed = number("OPENTOP_SEED", 20_261_123);
    // So many attempts that a deadline for each of them would take far longer than one for all.
    let retries =
        RetryPolicy::default().max_attempts(60).initial_backoff(Duration::from_millis(20)).max_backoff(DEADLINE / 4);
    let wish = Wish { timeout: DEADLINE, retries, retry_writes: true, ..Wish::patient() };
    let worker = |worker: u64| {
        let sandbox = sandbox();
        let caller = &Either::both(&sandbox.endpoint(), wish.clone())[at];
        let overrun = |index: u64| {
            sandbox.clear_faults();
            sandbox.push_faults(faults(seed, index));
            let begun = Instant::now();
            make(caller, &format!("deadline-{index}"));
            begun.elapsed().saturating_sub(DEADLINE)
        };
        let overruns: Vec<Duration> = (worker..count).step_by(usize::try_from(WORKERS).unwrap()).map(overrun).collect();
        assert!(sandbox.settle(Duration::from_secs(30)));
        overruns
    };
    let overruns: Vec<Duration> = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|index| {
                scope.spawn({
                    let worker = &worker;
                    move || worker(index)
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let late = overruns.iter().filter(|overrun| **overrun > tolerance).count() as u64;
    let used = overruns.iter().filter(|overrun| !overrun.is_zero()).count();
    let worst = overruns.iter().max().unwrap();
    println!(
        "{count} schedules, seed {seed}, {name}: {used} met the deadline of {DEADLINE:?}, {late} passed it by more than \
         {tolerance:?}, the worst by {worst:?}"
    );
    assert!(used > 0, "no call came near the deadline");
    late
}

fn tolerance() -> Duration {
    Duration::from_millis(number("OPENTOP_TOLERANCE_MS", 3_000))
}

/// What is called, by which client, and how.
type Row = (&'static str, usize, Make);

const ROWS: [Row; 4] = [
    ("read, async", 0, |caller, _| drop(caller.read())),
    ("read, blocking", 1, |caller, _| drop(caller.read())),
    ("write, async", 0, |caller, key| drop(caller.write(key))),
    ("write, blocking", 1, |caller, key| drop(caller.write(key))),
];

#[test]
fn no_call_outlasts_its_deadline() {
    let count = number("OPENTOP_SCHEDULES", 100);
    for row in ROWS {
        assert_eq!(run(&row, count, tolerance(), schedule), 0, "{}", row.0);
    }
}

/// The control: a deadline for each attempt, as most clients have it, on schedules of which every attempt uses it up.
#[test]
fn a_deadline_for_each_attempt_is_seen_to_outlast_it() {
    let slow: fn(u64, u64) -> Vec<Fault> = |_, _| vec![Fault::DelayAfter(DEADLINE * 3 / 2); 200];
    let per_attempt: Make = |caller, _| {
        let begun = Instant::now();
        while begun.elapsed() <= DEADLINE + tolerance() && caller.read().is_err() {}
    };
    let row = ("a deadline for each attempt", 0, per_attempt);
    assert_eq!(run(&row, 4, tolerance(), slow), 4);
}
