//! Where writes are kept from before the first byte until their caller has acknowledged the outcome: what a restart finds.
//!
//! [`FileJournal`] keeps them in a folder. A table of your own database, with the two columns `id` and `body`, is a [`Journal`] or an
//! [`AsyncJournal`] in a few lines. The client decides everything else.
//!
//! # The life of an entry
//!
//! ```text
//!       save committed     first byte            answer stored     Ok returned      acknowledged
//! ────────────┼────────────────┼───────────────────────┼────────────────┼────────────────┼───────────▶
//!       A             B                   C                            D                      E
//! ```
//!
//! | the process dies at | the write | the entry | what to do after the restart |
//! |---|---|---|---|
//! | A, before `save` has committed | was not sent | none, or one without an answer | as for B, if there is one |
//! | B, saved and not sent | was not sent | without an answer | ask the server, or resume it |
//! | C, sent and the answer not stored | may have been done | without an answer | ask the server, or resume it |
//! | D, the answer stored | was done | with the answer | resume it: that sends nothing and returns the answer |
//! | E, acknowledged | was done, and you know it | none | nothing |
//!
//! A write that failed for certain loses its entry before the call returns. So a write of which there is neither an entry nor an
//! acknowledgement was not done.
//!
//! Which instant is safe for what:
//!
//! - **Saving commits on its own.** Never let `save` join a transaction of yours: if that rolled back, the write would be sent, and
//!   nobody would know. Give the journal a connection of its own.
//! - **Acknowledging may join your transaction.** Book the outcome and delete the entry, whose name is
//!   [`Reply::write_id`](crate::Reply::write_id), in one commit. Or book first, then call
//!   [`Reply::acknowledge`](crate::Reply::acknowledge). Between the two, a crash makes the outcome come back: book by `write_id` or by
//!   the idempotency key, so that booking twice does nothing.
//! - **Dropping a reply acknowledges nothing.** The entry stays, and [`Journal::pending`] yields it.
//! - **Dropping the future of a call** leaves the entry too. It is pending when its lease is over.
//!
//! # Several processes
//!
//! A call holds its entry by a lease: the call's timeout and one minute. After `Ok`, the caller has one more minute to acknowledge.
//! [`Journal::pending`] yields the entries that nobody alive holds: the lease is over, or its owner is known to be dead. Resuming
//! claims the entry first, by one [`Journal::replace`]: of several processes that try, one sends. The machines' clocks may differ by
//! half a minute.

pub(crate) mod error;
mod file;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

pub use error::JournalError;
pub use file::FileJournal;

pub use crate::call::stored_write::Owner;
use crate::call::stored_write::StoredWrite;

/// Keeps writes that may have been sent. For an async client, see also [`AsyncJournal`].
///
/// A blocking client calls it in the thread that makes the call, an async one through
/// [`Transport::unblock`](crate::transport::Transport::unblock).
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
/// use opentop_runtime::{Journal, StoredWrite, error::JournalError};
///
/// /// A table of two columns: `id` and `body`. It forgets everything with its process: for tests.
/// #[derive(Default)]
/// struct InMemory(Mutex<BTreeMap<String, String>>);
///
/// impl Journal for InMemory {
///     // insert into writes (id, body) values ($1, $2) on conflict (id) do update set body = excluded.body
///     fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
///         self.0.lock().map_err(|_| JournalError::new("poisoned"))?.insert(write.id().to_owned(), write.to_json());
///         Ok(())
///     }
///     // update writes set body = $3 where id = $1 and body = $2
///     fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
///         let mut rows = self.0.lock().map_err(|_| JournalError::new("poisoned"))?;
///         match rows.get_mut(old.id()).filter(|body| **body == old.to_json()) {
///             Some(body) => *body = new.to_json(),
///             None => return Ok(false),
///         }
///         Ok(true)
///     }
///     // delete from writes where id = $1
///     fn remove(&self, id: &str) -> Result<(), JournalError> {
///         self.0.lock().map_err(|_| JournalError::new("poisoned"))?.remove(id);
///         Ok(())
///     }
///     // select body from writes
///     fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
///         let rows = self.0.lock().map_err(|_| JournalError::new("poisoned"))?;
///         rows.values().map(|body| StoredWrite::from_json(body).map_err(JournalError::from_source)).collect()
///     }
/// }
/// ```
///
/// Keep the body in a column of plain text: `jsonb` rewrites it, and it is compared as a whole.
pub trait Journal: Send + Sync {
    /// Stores a write, or replaces what is stored under its [`id`](StoredWrite::id). When this returns, it is committed, and a power
    /// cut does not lose it: the write is sent next.
    ///
    /// # Errors
    ///
    /// If it cannot be stored. The write is then not sent, and [removed](Self::remove), in case it is there all the same.
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError>;

    /// Stores `new` in the place of `old` if the stored text is that of `old`, in one step that cannot be interrupted: a compare and
    /// swap. Says whether it did. As durable as [`save`](Self::save).
    ///
    /// # Errors
    ///
    /// If it cannot be stored, or nobody knows whether it was.
    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError>;

    /// Removes the entry of this name. That there is none is no error.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    fn remove(&self, id: &str) -> Result<(), JournalError>;

    /// Every entry, the oldest first. An entry that ends meanwhile may be there or not.
    ///
    /// # Errors
    ///
    /// If the journal cannot be read, or holds something that is no write. Nothing is skipped: it is somebody's money.
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError>;

    /// In whose name this process holds entries.
    fn owner(&self) -> &Owner {
        Owner::this_process()
    }

    /// Whether an owner is known to have ended. Unless a journal has a way to know, an owner is dead when its leases are over.
    ///
    /// # Errors
    ///
    /// If the way to know fails.
    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        let _ = owner;
        Ok(false)
    }

    /// The entries that nobody alive holds, the oldest first: what crashes left, what was not acknowledged in time, and writes whose
    /// outcome is unknown.
    ///
    /// # Errors
    ///
    /// See [`list`](Self::list).
    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
        pending(self)
    }
}

fn pending<J: Journal + ?Sized>(journal: &J) -> Result<Vec<StoredWrite>, JournalError> {
    let (now, mut free) = (SystemTime::now(), Vec::new());
    for write in journal.list()? {
        let dead = match write.holder(now) {
            Some(owner) => journal.is_dead(owner)?,
            None => true,
        };
        if dead {
            free.push(write);
        }
    }
    Ok(free)
}

impl<J: Journal + ?Sized> Journal for Arc<J> {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        (**self).save(write)
    }

    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        (**self).replace(old, new)
    }

    fn remove(&self, id: &str) -> Result<(), JournalError> {
        (**self).remove(id)
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        (**self).list()
    }

    fn owner(&self) -> &Owner {
        (**self).owner()
    }

    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        (**self).is_dead(owner)
    }

    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
        (**self).pending()
    }
}

/// What a step of an [`AsyncJournal`] brings, to come.
pub type JournalFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'a>>;

/// The same as a [`Journal`], for async clients: a table behind an async driver. Each method promises what that of the same name does.
///
/// A future that is dropped may have done its step or not.
pub trait AsyncJournal: Send + Sync {
    /// See [`Journal::save`].
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()>;

    /// See [`Journal::replace`].
    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool>;

    /// See [`Journal::remove`].
    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()>;

    /// See [`Journal::list`].
    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>>;

    /// See [`Journal::owner`].
    fn owner(&self) -> &Owner {
        Owner::this_process()
    }

    /// See [`Journal::is_dead`].
    fn is_dead<'a>(&'a self, owner: &'a Owner) -> JournalFuture<'a, bool> {
        let _ = owner;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// See [`Journal::pending`].
    fn pending(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        Box::pin(async move {
            let (now, mut free) = (SystemTime::now(), Vec::new());
            for write in self.list().await? {
                let dead = match write.holder(now) {
                    Some(owner) => self.is_dead(owner).await?,
                    None => true,
                };
                if dead {
                    free.push(write);
                }
            }
            Ok(free)
        })
    }
}

impl<J: AsyncJournal + ?Sized> AsyncJournal for Arc<J> {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        (**self).save(write)
    }

    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        (**self).replace(old, new)
    }

    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        (**self).remove(id)
    }

    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        (**self).list()
    }

    fn owner(&self) -> &Owner {
        (**self).owner()
    }

    fn is_dead<'a>(&'a self, owner: &'a Owner) -> JournalFuture<'a, bool> {
        (**self).is_dead(owner)
    }

    fn pending(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        (**self).pending()
    }
}
