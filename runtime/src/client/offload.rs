//! A blocking journal as an async client calls it: off the executor. A blocking client calls it in place, in the same way.

use std::sync::Arc;

use crate::call::journal::error::JournalError;
use crate::call::journal::{AsyncJournal, Journal, JournalFuture, Owner};
use crate::call::stored_write::StoredWrite;
use crate::client::io::{Io, unblock};

/// A blocking journal, behind the interface of an async one.
pub(super) struct Offloaded {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) io: Arc<dyn Io>,
}

impl Offloaded {
    /// Runs one step. It runs to its end even if its future is dropped.
    fn run<T: Send + 'static>(
        &self,
        step: impl FnOnce(&dyn Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> JournalFuture<'_, T> {
        let journal = Arc::clone(&self.journal);
        Box::pin(async move {
            let done = unblock(&*self.io, move || step(&*journal)).await;
            done.unwrap_or_else(|| Err(JournalError::new("the journal panicked")))
        })
    }
}

impl AsyncJournal for Offloaded {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        let write = write.clone();
        self.run(move |journal| journal.save(&write))
    }

    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        let (old, new) = (old.clone(), new.clone());
        self.run(move |journal| journal.replace(&old, &new))
    }

    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        let id = id.to_owned();
        self.run(move |journal| journal.remove(&id))
    }

    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        self.run(|journal| journal.list())
    }

    fn owner(&self) -> &Owner {
        self.journal.owner()
    }

    fn is_dead<'a>(&'a self, owner: &'a Owner) -> JournalFuture<'a, bool> {
        let owner = owner.clone();
        self.run(move |journal| journal.is_dead(&owner))
    }

    fn pending(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        self.run(|journal| journal.pending())
    }
}
