//! Stores writes so that a restart finds those whose outcome nobody has acknowledged.
//!
//! A write is stored before its first byte is sent. Its entry is removed when the caller acknowledges the outcome. [`FileJournal`] keeps
//! the entries in a folder. To keep them in a table of your own database, with the two columns `id` and `body`, implement [`Journal`] or
//! [`AsyncJournal`]; that takes a few lines. The client decides when to store, replace and remove.
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
//! The entry of a write that failed for certain is removed before the call returns. So a write with neither an entry nor an
//! acknowledgement was not done.
//!
//! How to use a journal safely:
//!
//! - **Saving commits on its own.** Never let `save` join a transaction of yours: if that is rolled back after the write was sent, its
//!   entry is lost. Give the journal a connection of its own.
//! - **Acknowledging may join your transaction.** Record the outcome and delete the entry, whose id is
//!   [`Reply::write_id`](crate::Reply::write_id), in one commit. Or record it first, then call
//!   [`Reply::acknowledge`](crate::Reply::acknowledge). After a crash between the two, you get the outcome again: record it under
//!   `write_id` or the idempotency key, so that the second time changes nothing.
//! - **Dropping a reply acknowledges nothing.** The entry stays, and [`Journal::pending`] yields it.
//! - **Dropping the future of a call** leaves the entry too. It is pending once its lease (see below) is over.
//!
//! # Several processes
//!
//! A call holds its entry by a lease, which lasts for the call's timeout plus one minute. When the answer is stored, a new lease of one
//! minute begins, in which the caller acknowledges. [`Journal::pending`] yields the entries that no running process holds: the lease is over,
//! or its owner is known to be dead. Resuming first claims the entry with one [`Journal::replace`], so if several processes try, only
//! one sends. The machines' clocks may differ by up to half a minute.

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
/// Keep the body in a plain text column. `replace` compares the whole text, and a `jsonb` column would rewrite it.
pub trait Journal: Send + Sync {
    /// Stores a write, or replaces what is stored under its [`id`](StoredWrite::id). The write is sent next, so the entry must be
    /// committed when this returns, and survive a power cut.
    ///
    /// # Errors
    ///
    /// If it cannot be stored. The write is then not sent, and its entry is [removed](Self::remove), in case it was stored after all.
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError>;

    /// Replaces `old` by `new` if the stored text is still that of `old`: an atomic compare-and-swap. Returns whether it replaced it.
    /// As durable as [`save`](Self::save).
    ///
    /// # Errors
    ///
    /// If it cannot be stored, or if that is unknown.
    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError>;

    /// Removes the entry with this id. It is no error if there is none.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    fn remove(&self, id: &str) -> Result<(), JournalError>;

    /// Every entry, the oldest first. An entry that is removed meanwhile may be in the list or not.
    ///
    /// # Errors
    ///
    /// If the journal cannot be read, or holds something that is not a stored write. Never skip such an entry: it may stand for money.
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError>;

    /// The owner that this process puts into its leases.
    fn owner(&self) -> &Owner {
        Owner::this_process()
    }

    /// Whether an owner is known to have ended. The default, for a journal that cannot tell, is `false`: entries then become pending only
    /// when their lease is over.
    ///
    /// # Errors
    ///
    /// If that cannot be found out.
    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        let _ = owner;
        Ok(false)
    }

    /// The entries that no running process holds, the oldest first: what crashes left, what was not acknowledged in time, and writes whose
    /// outcome is unknown.
    ///
    /// ```no_run
    /// use opentop_runtime::{Client, FileJournal, Journal};
    ///
    /// # async fn example(client: Client, journal: FileJournal) -> Result<(), Box<dyn std::error::Error>> {
    /// // After a restart: ask the platform about each, or resume it where the server recognises its key.
    /// for write in journal.pending()? {
    ///     println!("{} of {}: {}", write.method(), write.started(), write.cause());
    ///     if let Ok(reply) = write.untyped()?.resume(&client).await {
    ///         // book it, then:
    ///         let _ = reply.acknowledge(&client).await;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
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

/// The future that the methods of an [`AsyncJournal`] return.
pub type JournalFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'a>>;

/// A [`Journal`] for async clients, for example a table behind an async driver. Each method makes the same promises as the method of
/// [`Journal`] with that name.
///
/// If a future is dropped, its step may have been done or not.
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
