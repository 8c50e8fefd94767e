//! A store for blocking clients.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use opentop_runtime::error::LimiterError;
use opentop_runtime::journal::{JournalError, Owner};
use opentop_runtime::limit::{AsyncSlotSource, Claim, Lease, Outage, SlotSource};
use opentop_runtime::tokens::{AsyncTokenStore, TokenStore, TokenStoreError};
use opentop_runtime::{AsyncJournal, Journal, StoredWrite};
use tokio::runtime::Runtime;

/// A store for blocking clients. It has a thread of its own for the store's connections. Clones share it.
///
/// ```no_run
/// # #[cfg(feature = "redis")]
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use opentop_runtime::blocking;
/// use opentop_stores::{Blocking, Redis};
///
/// let redis = Blocking::start(Redis::connect("redis://localhost"))?;
/// let client = blocking::Client::builder().app_key("12345678").app_secret("…").journal(redis).build()?;
/// # Ok(())
/// # }
/// ```
///
/// Its methods must not be called on a thread that runs async code: use the store itself there.
pub struct Blocking<S>(Arc<Shared<S>>);

struct Shared<S> {
    store: S,
    /// Taken when the last clone is dropped.
    runtime: Option<Runtime>,
}

impl<S> Blocking<S> {
    /// Makes the store in the thread of its connections.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started, or the store cannot be made.
    pub fn start<E: From<std::io::Error>>(store: impl Future<Output = Result<S, E>>) -> Result<Self, E> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let store = runtime.block_on(store)?;
        Ok(Self(Arc::new(Shared { store, runtime: Some(runtime) })))
    }

    fn run<T>(&self, operation: impl Future<Output = T>) -> T {
        let runtime = self.0.runtime.as_ref().expect("invariant: it is taken on drop alone");
        runtime.block_on(operation)
    }
}

impl<S> Drop for Shared<S> {
    // Dropping a runtime waits, which async code must not.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl<S: AsyncJournal> Journal for Blocking<S> {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.run(self.0.store.save(write))
    }

    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        self.run(self.0.store.replace(old, new))
    }

    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.run(self.0.store.remove(id))
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.run(self.0.store.list())
    }

    fn owner(&self) -> &Owner {
        self.0.store.owner()
    }

    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        self.run(self.0.store.is_dead(owner))
    }

    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.run(self.0.store.pending())
    }
}

impl<S: AsyncTokenStore> TokenStore for Blocking<S> {
    fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError> {
        self.run(self.0.store.load(user))
    }

    fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError> {
        self.run(AsyncTokenStore::replace(&self.0.store, user, old, new))
    }
}

impl<S: AsyncSlotSource> SlotSource for Blocking<S> {
    fn lend(&self, key: &str, calls: u32, claim: &Claim) -> Result<Lease, LimiterError> {
        self.run(self.0.store.lend(key, calls, claim))
    }

    fn tell_claim(&self, key: &str, calls: u32, claim: &Claim) {
        self.0.store.tell_claim(key, calls, claim);
    }

    fn tell_ban(&self, key: &str, lasts: Duration) -> Result<(), LimiterError> {
        self.run(self.0.store.tell_ban(key, lasts))
    }

    fn told_bans(&self) -> Vec<(String, Duration)> {
        self.0.store.told_bans()
    }

    fn outage(&self) -> Outage {
        self.0.store.outage()
    }
}

impl<S> Clone for Blocking<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: fmt::Debug> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.0.store).finish()
    }
}
