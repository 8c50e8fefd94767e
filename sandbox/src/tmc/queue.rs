//! The queues of messages, one for each application and group.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::fault::Faults;
use super::options::TmcOptions;

/// The most failures that are remembered.
const MOST_FAILURES: usize = 1_000;

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PushedMessage {
    /// `taobao_trade_TradeBuyerPay`
    pub topic: String,
    /// JSON text.
    pub content: String,
    /// The business id. Without one, it is the id of the delivery.
    pub data_id: Option<String>,
    /// The user's name.
    pub user_nick: Option<String>,
}

impl PushedMessage {
    /// A message of this topic and content.
    #[must_use]
    pub fn new(topic: impl Into<String>, content: impl Into<String>) -> Self {
        PushedMessage { topic: topic.into(), content: content.into(), ..PushedMessage::default() }
    }
}

/// What a server has sent and what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TmcCounts {
    /// Messages that were put into queues.
    pub pushed: u64,
    /// Messages that were sent, redeliveries included.
    pub sent: u64,
    /// Messages that were confirmed, each counted once.
    pub confirmed: u64,
    /// Failures that were told.
    pub failed: u64,
    /// Confirmations of messages that were confirmed before.
    pub confirmed_again: u64,
    /// Connections that were accepted.
    pub connections: u64,
    /// Pull requests.
    pub pulls: u64,
    /// Messages that wait or are unanswered.
    pub open: u64,
}

/// A message in a queue.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: i64,
    pub(crate) message: PushedMessage,
    pub(crate) published: i64,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Arc<Stored>>,
    /// Sent and not answered, or failed: when each comes again.
    open: HashMap<i64, (Instant, Arc<Stored>)>,
    /// The keys of `open` by time, the next one first.
    due: BTreeSet<(Instant, i64)>,
}

impl Queue {
    fn send(&mut self, stored: Arc<Stored>, until: Instant) {
        self.due.insert((until, stored.id));
        self.open.insert(stored.id, (until, stored));
    }

    /// Changes when a message comes again, if it is open.
    fn defer(&mut self, id: i64, until: Instant) {
        if let Some(stored) = self.take(id) {
            self.send(stored, until);
        }
    }

    fn take(&mut self, id: i64) -> Option<Arc<Stored>> {
        let (at, stored) = self.open.remove(&id)?;
        self.due.remove(&(at, id));
        Some(stored)
    }
}

#[derive(Debug, Default)]
struct Inner {
    next_id: i64,
    queues: HashMap<(String, String), Queue>,
    counts: TmcCounts,
    failures: VecDeque<(i64, String)>,
}

/// All queues, and what every connection needs.
pub(crate) struct Hub {
    pub(crate) options: TmcOptions,
    pub(super) faults: Faults,
    inner: Mutex<Inner>,
    /// Wakes connections: there is something to send.
    pub(super) news: Notify,
    /// Ends connections.
    pub(super) ends: Notify,
}

impl Hub {
    pub(super) fn new(options: TmcOptions) -> Self {
        Hub { options, faults: Faults::default(), inner: Mutex::default(), news: Notify::new(), ends: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, app: &str, group: &str, message: PushedMessage) -> i64 {
        let published = opentop_runtime::DateTime::now().unix_millis();
        let mut inner = self.lock();
        inner.next_id += 1;
        inner.counts.pushed += 1;
        let id = inner.next_id;
        let queue = inner.queues.entry((app.to_owned(), group.to_owned())).or_default();
        queue.waiting.push_back(Arc::new(Stored { id, message, published }));
        drop(inner);
        self.news.notify_waiters();
        id
    }

    /// The next message to send, if there is one, and else how long to wait for one that comes again.
    pub(crate) fn next(&self, key: &(String, String)) -> Result<Arc<Stored>, Duration> {
        let now = Instant::now();
        let mut inner = self.lock();
        let queue = inner.queues.entry(key.clone()).or_default();
        while let Some(&(_, id)) = queue.due.first().filter(|(at, _)| *at <= now) {
            if let Some(stored) = queue.take(id) {
                queue.waiting.push_front(stored);
            }
        }
        let is_full = queue.open.len() >= self.options.window;
        let stored = if is_full { None } else { queue.waiting.pop_front() };
        let Some(stored) = stored else {
            let due = queue.due.first().map(|(at, _)| at.saturating_duration_since(now));
            return Err(due.unwrap_or(Duration::from_secs(60)).max(Duration::from_millis(1)));
        };
        queue.send(Arc::clone(&stored), now + self.options.redeliver_after);
        inner.counts.sent += 1;
        Ok(stored)
    }

    pub(crate) fn confirm(&self, key: &(String, String), id: i64) {
        let mut inner = self.lock();
        let queue = inner.queues.entry(key.clone()).or_default();
        let was_full = queue.open.len() >= self.options.window;
        // It may wait for being sent again.
        let known = queue.take(id).is_some() || {
            let at = queue.waiting.iter().take(self.options.window).position(|stored| stored.id == id);
            at.and_then(|at| queue.waiting.remove(at)).is_some()
        };
        if known {
            inner.counts.confirmed += 1;
        } else {
            inner.counts.confirmed_again += 1;
        }
        drop(inner);
        if was_full {
            self.news.notify_waiters();
        }
    }

    pub(super) fn fail(&self, key: &(String, String), id: i64, reason: String) {
        let mut inner = self.lock();
        inner.counts.failed += 1;
        if inner.failures.len() == MOST_FAILURES {
            inner.failures.pop_front();
        }
        inner.failures.push_back((id, reason));
        let until = Instant::now() + self.options.retry_after;
        let queue = inner.queues.entry(key.clone()).or_default();
        queue.defer(id, until);
        drop(inner);
        self.news.notify_waiters();
    }

    pub(super) fn count(&self, add: impl FnOnce(&mut TmcCounts)) {
        add(&mut self.lock().counts);
    }

    pub(super) fn restart(&self) {
        let now = Instant::now();
        let mut inner = self.lock();
        for queue in inner.queues.values_mut() {
            let ids: Vec<i64> = queue.open.keys().copied().collect();
            ids.into_iter().for_each(|id| queue.defer(id, now));
        }
        drop(inner);
        self.ends.notify_waiters();
    }

    pub(super) fn counts(&self) -> TmcCounts {
        let inner = self.lock();
        let open: usize = inner.queues.values().map(|queue| queue.waiting.len() + queue.open.len()).sum();
        TmcCounts { open: open as u64, ..inner.counts }
    }

    pub(super) fn failures(&self) -> Vec<(i64, String)> {
        self.lock().failures.iter().cloned().collect()
    }
}
