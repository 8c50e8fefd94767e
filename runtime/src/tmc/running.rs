//! A consumer at work.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::error::TmcError;

/// What a consumer has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Messages that were received, redeliveries included.
    pub received: u64,
    /// Messages whose handler returned `Ok`.
    pub handled: u64,
    /// Messages whose handler failed or panicked, or that could not be read.
    pub failed: u64,
    /// Confirmations and failures that were sent to the server.
    pub answered: u64,
    /// Connections that were accepted.
    pub connections: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) received: AtomicU64,
    pub(super) handled: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) answered: AtomicU64,
    pub(super) connections: AtomicU64,
}

impl Counters {
    pub(super) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn stats(&self) -> Stats {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            received: of(&self.received),
            handled: of(&self.handled),
            failed: of(&self.failed),
            answered: of(&self.answered),
            connections: of(&self.connections),
        }
    }
}

/// Tells when the consumer is stopped.
#[derive(Debug, Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Returns once it is. Dropping the future loses nothing.
    pub(super) async fn stopped(&mut self) {
        // An error: the consumer was dropped.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

/// What the tasks of a consumer share with it.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    pub(super) counters: Arc<Counters>,
    pub(super) stop: Stop,
    /// How many groups are connected.
    connected: watch::Sender<usize>,
}

impl Shared {
    pub(super) fn connected(&self) -> Connected<'_> {
        Counters::add(&self.counters.connections);
        self.connected.send_modify(|groups| *groups += 1);
        Connected(self)
    }
}

/// A group is connected as long as this lives.
pub(super) struct Connected<'a>(&'a Shared);

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.connected.send_modify(|groups| *groups -= 1);
    }
}

/// A consumer at work. Dropping it ends its connections at once; messages that were not confirmed come again. See [`stop`](Self::stop).
///
/// ```no_run
/// # use opentop_runtime::tmc::{Running, TmcError};
/// # async fn signal() {}
/// # async fn example(mut running: Running) -> Result<(), TmcError> {
/// running.connected().await?;                     // an error here is, for example, a wrong secret
/// tokio::select! {
///     () = signal() => {}
///     ended = running.wait() => return ended,     // it was refused again and again
/// }
/// println!("{} messages handled", running.stats().handled);
/// running.stop().await                            // waits for the handlers that run
/// # }
/// ```
#[must_use = "a consumer works as long as this lives"]
pub struct Running {
    tasks: JoinSet<Result<(), TmcError>>,
    groups: usize,
    stop: watch::Sender<bool>,
    connected: watch::Receiver<usize>,
    counters: Arc<Counters>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("groups", &self.groups).field("stats", &self.stats()).finish_non_exhaustive()
    }
}

impl Running {
    /// Starts one task for each element of `each`.
    pub(super) fn start<T, F>(each: impl IntoIterator<Item = T>, run: impl Fn(T, Shared) -> F) -> Self
    where
        F: Future<Output = Result<(), TmcError>> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        let (connected, connections) = watch::channel(0);
        let shared = Shared { counters: Arc::default(), stop: Stop(stopped), connected };
        let mut tasks = JoinSet::new();
        for one in each {
            tasks.spawn(run(one, shared.clone()));
        }
        Self { groups: tasks.len(), tasks, stop, connected: connections, counters: shared.counters }
    }

    /// Returns once every group is connected. With [`HttpConsumer`](super::HttpConsumer): once a call was answered.
    ///
    /// # Errors
    ///
    /// The error that ended the consumer.
    pub async fn connected(&mut self) -> Result<(), TmcError> {
        let groups = self.groups;
        tokio::select! {
            all = self.connected.wait_for(|connected| *connected >= groups) => all.map(drop).map_err(|_| TmcError::Aborted),
            ended = ended(&mut self.tasks) => ended,
        }
    }

    /// Whether every group is connected at the moment.
    pub fn is_connected(&self) -> bool {
        *self.connected.borrow() >= self.groups
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        self.counters.stats()
    }

    /// Returns once the consumer cannot go on: it was refused several times in a row. Lost connections are made anew and never end it.
    ///
    /// # Errors
    ///
    /// Always; the error that ended it.
    pub async fn wait(&mut self) -> Result<(), TmcError> {
        ended(&mut self.tasks).await
    }

    /// Stops: no more messages are taken, handlers that run are waited for, what they did is confirmed, the connections are closed.
    ///
    /// # Errors
    ///
    /// If the consumer had ended before, the error that ended it.
    pub async fn stop(mut self) -> Result<(), TmcError> {
        self.stop.send_replace(true);
        ended(&mut self.tasks).await
    }
}

/// Waits for all tasks. The first error ends the others.
async fn ended(tasks: &mut JoinSet<Result<(), TmcError>>) -> Result<(), TmcError> {
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tasks.shutdown().await;
                return Err(error);
            }
            Err(_) => return Err(TmcError::Aborted),
        }
    }
    Ok(())
}
