//! A journal in a folder: one small file for every entry, readable by its owner alone.
//!
//! | file | what it is | it goes |
//! |---|---|---|
//! | `<id>.json` | an entry | when the entry is removed |
//! | `<id>.<token>.tmp` | an entry that is being written by the owner `<token>` | when it is renamed, or swept after its owner's death |
//! | `<token>.owner` | an open journal, which holds a lock on it | when the journal is closed, or swept after its owner's death |
//! | `lock` | on systems that cannot lock a folder: keeps two changes apart | never |

mod owners;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, mem};

use self::owners::OwnerLock;
use super::Journal;
use super::error::JournalError;
use crate::call::stored_write::{Owner, StoredWrite, is_id};
use crate::disk::{lock_folder, make_folder, refuse_writers, sync_folder, write_synced};

/// What the names of entries end in.
const ENTRY: &str = "json";

/// Keeps every entry in a file of its own: written whole, synced to the disk, then renamed. Several clients and processes of one
/// machine may share a folder on a local disk.
///
/// After a crash or a `kill -9`, [`pending`](Journal::pending) yields the entries of the dead process at once: an open journal holds a
/// lock that the system takes from it. [`open`](Self::open) and `pending` also sweep the unfinished files that the dead left.
///
/// The files hold the business parameters and answers in the clear, and neither the application's secret nor a session. On Unix they
/// have mode 0600, the folder 0700.
///
/// ```no_run
/// # async fn example<R>(client_builder: opentop_runtime::ClientBuilder, request: R) -> Result<(), Box<dyn std::error::Error>>
/// # where R: opentop_runtime::WriteRequest + opentop_runtime::NoSessionRequest {
/// use opentop_runtime::{FileJournal, Journal};
///
/// let journal = FileJournal::open("journal")?;
/// let client = client_builder.journal(journal.clone()).build()?;
///
/// // After a restart: what was under way?
/// for write in journal.pending()? {
///     println!("{write}");
///     if write.is_done() {
///         // Nothing is sent: this is the answer that came before the crash.
///         let reply = write.typed::<R>()?.resume(&client).await?;
///         // Book it, then:
///         reply.acknowledge(&client).await?;
///     } else {
///         // Ask the server what became of it. If it knows of the write, or you have dealt with it otherwise:
///         journal.remove(write.id())?;
///         // If the server recognises the key, sending it again is an answer too: `write.typed::<R>()?.resume(&client)`.
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileJournal(Arc<Open>);

#[derive(Debug)]
struct Open {
    folder: PathBuf,
    owner: Owner,
    /// Held while the journal is open.
    lock: Option<OwnerLock>,
}

impl FileJournal {
    /// Opens the journal in this folder, and sweeps what the dead left there. A folder that is missing is made, and is on the disk when
    /// this returns.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made or locked, or others than its owner may write into it: what they put there would be sent as a write.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let (folder, owner) = (folder.into(), Owner::new());
        let opened =
            make_folder(&folder).and_then(|()| refuse_writers(&folder)).and_then(|()| OwnerLock::take(&folder, &owner));
        let lock = opened.map_err(|error| JournalError::at(&folder, error))?;
        let journal = Self(Arc::new(Open { folder, owner, lock: Some(lock) }));
        journal.0.sweep()?;
        Ok(journal)
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// `sync`: makes the folder's names safe.
    pub(super) fn save_with(&self, write: &StoredWrite, sync: fn(&Path) -> io::Result<()>) -> Result<(), JournalError> {
        let entry = self.0.entry(write.id());
        // One that is replaced was sent: it stays, whatever becomes of its new text.
        let is_new = !entry.exists();
        let saved =
            self.0.write(write).and_then(|unfinished| rename(&unfinished, &entry)).and_then(|()| sync(&self.0.folder));
        if saved.is_err() && is_new {
            // Nothing is sent after this: found later, the entry would be taken for a write that was.
            drop(fs::remove_file(&entry));
        }
        saved.map_err(|error| JournalError::at(&entry, error))
    }

    fn replace_in(&self, old: &StoredWrite, new: &StoredWrite, entry: &Path) -> io::Result<bool> {
        let unfinished = self.0.write(new)?;
        let swapped = lock_folder(&self.0.folder).and_then(|_locked| {
            let is_old = match fs::read_to_string(entry) {
                Ok(text) => text == old.to_json(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => false,
                Err(error) => return Err(error),
            };
            if is_old { rename(&unfinished, entry).map(|()| true) } else { Ok(false) }
        });
        match swapped {
            Ok(true) => sync_folder(&self.0.folder).map(|()| true),
            other => {
                drop(fs::remove_file(&unfinished));
                other
            }
        }
    }
}

impl Journal for FileJournal {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.save_with(write, sync_folder)
    }

    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        let entry = self.0.entry(old.id());
        self.replace_in(old, new, &entry).map_err(|error| JournalError::at(&entry, error))
    }

    fn remove(&self, id: &str) -> Result<(), JournalError> {
        if !is_id(id) {
            return Err(JournalError::new(format!("expected the id of a write, 32 hexadecimal digits, got `{id}`")));
        }
        let entry = self.0.entry(id);
        // Under the lock, so that no `replace` is between its look at the entry and its rename.
        let removed = lock_folder(&self.0.folder).and_then(|_locked| fs::remove_file(&entry));
        match removed.and_then(|()| sync_folder(&self.0.folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(JournalError::at(&entry, error)),
            _ => Ok(()),
        }
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.0.list()
    }

    fn owner(&self) -> &Owner {
        &self.0.owner
    }

    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        self.0.is_dead(owner)
    }

    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.0.sweep()?;
        super::pending(self)
    }
}

impl Open {
    fn entry(&self, id: &str) -> PathBuf {
        self.folder.join(id).with_extension(ENTRY)
    }

    /// Writes an entry under a name that says whose unfinished file it is.
    fn write(&self, write: &StoredWrite) -> io::Result<PathBuf> {
        let unfinished = owners::unfinished(&self.folder, write.id(), &self.owner);
        write_synced(&unfinished, write.to_json().as_bytes())?;
        Ok(unfinished)
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        let mut found = Vec::new();
        let failed = |error| JournalError::at(&self.folder, error);
        for file in fs::read_dir(&self.folder).map_err(failed)? {
            let path = file.map_err(failed)?.path();
            // A file without its final name was never followed by the wire.
            if path.extension().is_none_or(|extension| extension != ENTRY) {
                continue;
            }
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                // Its write ended since the folder was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(JournalError::at(&path, error)),
            };
            let write = StoredWrite::from_json(&text).map_err(|error| JournalError::at(&path, error))?;
            if path.file_stem().is_none_or(|stem| stem != write.id()) {
                return Err(JournalError::at(
                    &path,
                    format!("this is the entry {}: give it back its name", write.id()),
                ));
            }
            found.push(write);
        }
        found.sort_by_cached_key(|write| (write.started(), write.id().to_owned()));
        Ok(found)
    }

    /// Whether the lock of an owner can be taken. Of another machine's owners, and of those without a file, nothing is known.
    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        if owner.host() != self.owner.host() || owner.token() == self.owner.token() {
            return Ok(false);
        }
        let is_dead = owners::is_dead(&self.folder, owner.token());
        is_dead.map(|dead| dead == Some(true)).map_err(|error| JournalError::at(&self.folder, error))
    }

    /// Removes the unfinished files of the dead, and their locks unless an entry names them.
    fn sweep(&self) -> Result<(), JournalError> {
        let named = || Some(self.list().ok()?.iter().filter_map(StoredWrite::last_holder).collect());
        owners::sweep(&self.folder, named)
    }
}

/// The last one to leave sweeps its own lock too.
impl Drop for Open {
    fn drop(&mut self) {
        drop(mem::take(&mut self.lock));
        if let Err(error) = self.sweep() {
            tracing::warn!(%error, "the lock of a closed journal stays in its folder");
        }
    }
}

/// An unfinished file that cannot take its name says nothing, and takes room on a disk that may be full.
fn rename(unfinished: &Path, entry: &Path) -> io::Result<()> {
    fs::rename(unfinished, entry).inspect_err(|_| drop(fs::remove_file(unfinished)))
}
