//! Calls that are dropped: at any of their steps, at any moment. No connection stays open, and a write whose bytes had left is in the
//! journal.
//!
//! `OPENTOP_DROPS` sets how many calls each test drops (300), `OPENTOP_SEED` at which moments; both are printed.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use opentop::{Client, Endpoint};
use opentop_runtime::error::JournalError;
use opentop_runtime::{Journal, StoredWrite};
use opentop_sandbox::{Fault, Sandbox};
use std::sync::{Arc, Mutex};

use crate::support::deduction::{request, sandbox};
use crate::support::scripted::{Either, Step, Wish, answer, done, flows, say, serve};
use crate::support::settings::number;

/// Ends in nothing after this many polls: a call that is dropped at one of the points where it waits.
struct Steps<F>(Pin<Box<F>>, u64);

impl<F: Future> Future for Steps<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.1 == 0 {
            return Poll::Ready(None);
        }
        self.1 -= 1;
        self.0.as_mut().poll(context).map(Some)
    }
}

/// Moments as random as a test needs, the same for the same seed.
struct Moments(u64);

impl Moments {
    fn new() -> (u64, Self) {
        let (count, seed) = (number("OPENTOP_DROPS", 300), number("OPENTOP_SEED", 20_261_123));
        println!("{count} calls dropped, seed {seed}");
        (count, Moments(seed))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// Lets a call go for a number of steps, or for a time; what it ended with, if it did.
    async fn cut_short<F: Future>(&mut self, call: F) -> Option<F::Output> {
        if self.below(2) == 0 {
            Steps(Box::pin(call), self.below(9)).await
        } else {
            tokio::time::timeout(Duration::from_micros(self.below(9_000)), call).await.ok()
        }
    }
}

/// Every entry, by its name.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<BTreeMap<String, StoredWrite>>>);

impl Memory {
    /// The keys of all entries.
    fn keys(&self) -> BTreeSet<String> {
        self.0.lock().unwrap().values().map(|write| write.key().unwrap().to_owned()).collect()
    }
}

impl Journal for Memory {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.0.lock().unwrap().insert(write.id().to_owned(), write.clone());
        Ok(())
    }

    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        let mut entries = self.0.lock().unwrap();
        let found = entries.get_mut(old.id()).filter(|entry| entry.to_json() == old.to_json());
        Ok(found.map(|entry| *entry = new.clone()).is_some())
    }

    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.0.lock().unwrap().remove(id);
        Ok(())
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        Ok(self.0.lock().unwrap().values().cloned().collect())
    }
}

/// A planted defect: a journal that is written when the answer is there.
struct TooLate;

impl Journal for TooLate {
    fn save(&self, _: &StoredWrite) -> Result<(), JournalError> {
        Ok(())
    }

    fn replace(&self, _: &StoredWrite, _: &StoredWrite) -> Result<bool, JournalError> {
        Ok(true)
    }

    fn remove(&self, _: &str) -> Result<(), JournalError> {
        Ok(())
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        Ok(Vec::new())
    }
}

/// What became of deductions that were dropped somewhere.
#[derive(Debug, Default)]
struct Found {
    /// The caller got an answer.
    ended: u64,
    /// Dropped, executed, and in the journal.
    kept: u64,
    /// Dropped, executed, and not in the journal.
    lost: u64,
    /// Ended well and still in the journal.
    stale: u64,
    /// Executed more than once.
    doubles: u64,
}

fn drop_writes(journal: impl Journal + 'static, memory: &Memory) -> Found {
    let sandbox: Sandbox = sandbox(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
    let builder = Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret());
    let client = builder.journal(journal).build().unwrap();
    let (count, mut moments) = Moments::new();
    let mut ended = BTreeSet::new();
    for call in 0..count {
        let delay = Duration::from_millis(moments.below(5));
        sandbox.clear_faults();
        sandbox.push_faults(vec![if call % 2 == 0 { Fault::DelayBefore(delay) } else { Fault::DelayAfter(delay) }]);
        let key = format!("drop-{call}");
        if let Some(result) = runtime.block_on(moments.cut_short(request(&key).send(&client))) {
            runtime.block_on(result.unwrap().acknowledge(&client)).unwrap();
            ended.insert(key);
        }
    }
    assert!(sandbox.settle(Duration::from_secs(30)));
    let in_journal = memory.keys();
    let mut found = Found { ended: ended.len() as u64, ..Found::default() };
    found.stale = ended.intersection(&in_journal).count() as u64;
    let method = <opentop::api::alsc::crm_recharge_dedut_update::Request as opentop::Request>::INFO.name();
    for (key, times) in sandbox.executions(method) {
        found.doubles += u64::from(times > 1);
        found.kept += u64::from(!ended.contains(&key) && in_journal.contains(&key));
        found.lost += u64::from(!ended.contains(&key) && !in_journal.contains(&key));
    }
    println!("{found:?}");
    found
}

#[test]
fn a_write_that_was_dropped_after_bytes_had_left_is_in_the_journal() {
    let memory = Memory::default();
    let found = drop_writes(memory.clone(), &memory);
    assert_eq!((found.lost, found.stale, found.doubles), (0, 0, 0), "{found:?}");
    assert!(found.ended > 0 && found.kept > 0, "nothing was tried: {found:?}");
}

#[test]
fn the_oracle_sees_a_write_that_no_journal_has() {
    let found = drop_writes(TooLate, &Memory::default());
    assert!(found.lost > 0, "{found:?}");
}

/// Waits, inside the loop that connections live in, until at most `most` of them are open.
async fn closes(open: impl Fn() -> usize, most: usize) -> bool {
    for _ in 0..2_000 {
        if open() <= most {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

#[test]
fn dropped_calls_leave_no_connection_open() {
    let server = serve(|turn| {
        let pause = Duration::from_millis(turn as u64 % 5);
        vec![Step::Wait(pause), say(answer(&done(turn), ""))]
    });
    let [Either::Async(runtime, client), _] = server.clients(Wish::patient()) else { panic!() };
    let (count, mut moments) = Moments::new();
    let mut ended = 0;
    for _ in 0..count {
        ended += u64::from(runtime.block_on(moments.cut_short(flows().send(&client))).is_some());
    }
    assert!(ended > 0 && ended < count, "nothing was tried: {ended} of {count}");
    let opened = server.connections();
    // The pool keeps what can be used again. One caller at a time needs one, and a few are made for callers who are gone.
    assert!(runtime.block_on(closes(|| server.open(), 8)), "{} of {opened} connections stay open", server.open());
    // It works as before, and ends with its client.
    runtime.block_on(flows().send(&client)).unwrap();
    drop(client);
    assert!(
        runtime.block_on(closes(|| server.open(), 0)),
        "{} of {opened} connections outlive the client",
        server.open()
    );
}

/// The control: calls that are neither ended nor dropped keep their connections, and the gauge tells.
#[test]
fn the_gauge_sees_connections_that_stay_open() {
    let server = serve(|_| vec![Step::Hold]);
    let [Either::Async(runtime, client), _] = server.clients(Wish::patient()) else { panic!() };
    let mut held = Vec::new();
    for _ in 0..20 {
        let client = client.clone();
        held.push(runtime.spawn(async move { flows().send(&client).await.map(drop) }));
    }
    assert!(runtime.block_on(async {
        while server.requests() < 20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.open() >= 20
    }));
    held.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(runtime.block_on(closes(|| server.open(), 0)));
}
