//! Where writes are kept from before the wire until they have ended for certain: what a restart finds.
//!
//! In: a [`StoredWrite`] before it is sent. Out: the same, after a crash. [`FileJournal`] is an example that is fit for use; a table of
//! one's own database, in the transaction of the business, is the better place.

mod file;
#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

pub use file::FileJournal;

use crate::call::stored_write::StoredWrite;
use crate::wire::escape::Escaped;

/// Keeps writes that may have been sent. A client calls it from the thread or task that makes the call.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
/// use opentop_runtime::{StoredWrite, {Journal, error::JournalError}};
///
/// /// Forgets everything with its process: for tests.
/// #[derive(Default)]
/// struct InMemory(Mutex<BTreeMap<String, String>>);
///
/// impl Journal for InMemory {
///     fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
///         self.0.lock().map_err(|_| JournalError::new("poisoned"))?.insert(write.id().to_owned(), write.to_json());
///         Ok(())
///     }
///     fn forget(&self, write: &StoredWrite) -> Result<(), JournalError> {
///         self.0.lock().map_err(|_| JournalError::new("poisoned"))?.remove(write.id());
///         Ok(())
///     }
///     fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
///         let stored = self.0.lock().map_err(|_| JournalError::new("poisoned"))?;
///         stored.values().map(|text| StoredWrite::from_json(text).map_err(JournalError::from_source)).collect()
///     }
/// }
/// ```
pub trait Journal: Send + Sync {
    /// Stores a write, or replaces what is stored under its [`id`](StoredWrite::id). When this returns, a power cut must not lose it:
    /// the write is sent next.
    ///
    /// # Errors
    ///
    /// Where it cannot be stored. The write is then not sent, and [forgotten](Self::forget), in case it is there all the same.
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError>;

    /// Drops a write that has ended for certain. One that is not there is no error.
    ///
    /// # Errors
    ///
    /// Where it cannot be dropped. The outcome of the write stays what it is.
    fn forget(&self, write: &StoredWrite) -> Result<(), JournalError>;

    /// Every write that is stored, the oldest first.
    ///
    /// # Errors
    ///
    /// Where the journal cannot be read, or holds what is no write. Nothing is skipped: it is somebody's money.
    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError>;
}

impl<J: Journal + ?Sized> Journal for Arc<J> {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        (**self).save(write)
    }

    fn forget(&self, write: &StoredWrite) -> Result<(), JournalError> {
        (**self).forget(write)
    }

    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
        (**self).pending()
    }
}

/// Why a journal cannot do its work.
#[derive(Debug)]
pub struct JournalError {
    problem: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl JournalError {
    /// A problem in words. They are shown: they must hold nothing secret.
    pub fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), source: None }
    }

    /// Another error as the cause.
    pub fn from_source(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        Self { problem: source.to_string(), source: Some(source) }
    }

    /// The same, of a place.
    fn at(place: &std::path::Path, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        Self { problem: format!("{}: {source}", place.display()), source: Some(source) }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.problem).fmt(f)
    }
}

impl StdError for JournalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().and_then(StdError::source)
    }
}
