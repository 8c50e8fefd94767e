//! A write and its entry in the client's journal: saved, claimed, answered, let go, removed. Without a journal, nothing of that happens.
//!
//! See [`crate::journal`] for what each instant is safe for.

use std::time::{Duration, SystemTime};

use crate::call::error::{ConfigError, Error};
use crate::call::journal::AsyncJournal;
use crate::call::journal::error::JournalError;
use crate::call::stored_write::{Answer, GRACE, Lease, StoredWrite};

/// How a write ended that did not end well.
pub(crate) enum WriteFailure {
    /// It was not done.
    Failed(Error),
    /// Nobody knows.
    Unknown(StoredWrite, Error),
}

/// A write that this call may send and whose entry it may change.
pub(super) struct Entry<'a> {
    journal: Option<&'a dyn AsyncJournal>,
    /// As the journal holds it.
    write: StoredWrite,
    /// How long the call may take.
    time: Duration,
}

impl<'a> Entry<'a> {
    /// Saves a new write. What is not saved is not sent.
    pub(super) async fn save(
        journal: Option<&'a dyn AsyncJournal>,
        write: StoredWrite,
        time: Duration,
    ) -> Result<Self, ConfigError> {
        let Some(held) = journal else { return Ok(Self { journal, write, time }) };
        let write = write.held(Lease::new(held.owner(), SystemTime::now(), time));
        if let Err(error) = held.save(&write).await {
            // It may be there in spite of the error. Found later, it would be resumed although it is told as failed.
            warn_if_kept(&write, held.remove(write.id()).await);
            return Err(ConfigError::Journal(error.to_string()));
        }
        Ok(Self { journal, write, time })
    }

    /// Takes over a stored write that nobody holds. What cannot be claimed is not sent.
    pub(super) async fn claim(
        journal: Option<&'a dyn AsyncJournal>,
        write: &StoredWrite,
        time: Duration,
    ) -> Result<Self, ConfigError> {
        let mut entry = Self { journal, write: write.clone(), time };
        if let Some(journal) = journal {
            refuse_held(journal, write).await?;
            entry.renew(journal).await?;
        }
        Ok(entry)
    }

    /// Puts a lease that begins now in the place of what the journal holds, if that is still what this call knows.
    async fn renew(&mut self, journal: &dyn AsyncJournal) -> Result<(), ConfigError> {
        let held = self.write.clone().held(Lease::new(journal.owner(), SystemTime::now(), self.time));
        if journal.replace(&self.write, &held).await.map_err(refused)? {
            self.write = held;
            return Ok(());
        }
        let stored = journal.list().await.map_err(refused)?;
        match stored.iter().find(|write| write.id() == self.write.id()) {
            None => Err(ConfigError::WriteEnded),
            Some(write) => {
                refuse_held(journal, write).await?;
                Err(ConfigError::WriteChanged)
            }
        }
    }

    /// Makes sure that the call still holds the entry: a process can be stopped for longer than its lease. Until that is near its end,
    /// nothing is asked of the journal.
    pub(super) async fn hold(&mut self) -> Result<(), ConfigError> {
        match self.journal {
            Some(journal) if self.write.held_for(SystemTime::now()) < GRACE / 2 => self.renew(journal).await,
            _ => Ok(()),
        }
    }

    /// The write as the journal holds it.
    pub(super) fn write(&self) -> &StoredWrite {
        &self.write
    }

    /// Whether a journal keeps it.
    pub(super) fn is_kept(&self) -> bool {
        self.journal.is_some()
    }

    /// Stores the answer of a write that was done, before its caller learns of it. The entry's name, if there is one to acknowledge.
    ///
    /// If the answer cannot be stored, the entry stays as it is: the write was done all the same.
    pub(super) async fn done(self, answer: Option<Answer>) -> Option<String> {
        let ((journal, answer), id) = (self.journal.zip(answer)?, self.write.id().to_owned());
        let lease = Lease::new(journal.owner(), SystemTime::now(), Duration::ZERO);
        let answered = self.write.clone().answered(answer, lease);
        warn_if_unchanged(&self.write, journal.replace(&self.write, &answered).await);
        Some(id)
    }

    /// Ends a write that was not done, for certain. If somebody else holds its entry by now, nobody knows.
    pub(super) async fn failed(mut self, error: Error) -> WriteFailure {
        let Some(journal) = self.journal else { return WriteFailure::Failed(error) };
        if self.hold().await.is_err() {
            return WriteFailure::Unknown(self.write.released(error.to_string()), error);
        }
        warn_if_kept(&self.write, journal.remove(self.write.id()).await);
        WriteFailure::Failed(error)
    }

    /// Adds to the entry why the outcome is unknown, and lets it go.
    pub(super) async fn unknown(self, error: Error) -> WriteFailure {
        let released = self.write.clone().released(error.to_string());
        if let Some(journal) = self.journal {
            warn_if_unchanged(&self.write, journal.replace(&self.write, &released).await);
        }
        WriteFailure::Unknown(released, error)
    }
}

/// Removes the entry of a write whose outcome its caller has dealt with.
pub(super) async fn acknowledge(journal: Option<&dyn AsyncJournal>, id: &str) -> Result<(), Error> {
    let Some(journal) = journal else {
        return Err(ConfigError::Acknowledge("this client has no journal".to_owned()).into());
    };
    journal.remove(id).await.map_err(|error| ConfigError::Acknowledge(error.to_string()).into())
}

async fn refuse_held(journal: &dyn AsyncJournal, write: &StoredWrite) -> Result<(), ConfigError> {
    let now = SystemTime::now();
    match write.holder(now) {
        Some(owner) if !journal.is_dead(owner).await.map_err(refused)? => {
            Err(ConfigError::WriteHeld { owner: owner.to_string(), left: write.held_for(now) })
        }
        _ => Ok(()),
    }
}

fn refused(error: JournalError) -> ConfigError {
    ConfigError::Journal(error.to_string())
}

/// A stale entry only costs a lookup; a missing one could lose money. That one stays is therefore logged and otherwise ignored.
fn warn_if_kept(write: &StoredWrite, removed: Result<(), JournalError>) {
    if let Err(error) = removed {
        tracing::warn!(method = write.method(), id = write.id(), %error, "the journal keeps a write that is over");
    }
}

fn warn_if_unchanged(write: &StoredWrite, replaced: Result<bool, JournalError>) {
    let (method, id) = (write.method(), write.id());
    match replaced {
        Ok(true) => {}
        Ok(false) => tracing::warn!(method, id, "the entry of a write was changed or removed while it was under way"),
        Err(error) => tracing::warn!(method, id, %error, "the journal cannot store how a write ended"),
    }
}

#[cfg(test)]
mod tests;
