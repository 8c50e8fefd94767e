//! Who has a journal open: a locked file for each. The system takes the lock from a process that dies, however it dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::call::journal::error::JournalError;
use crate::call::stored_write::{Owner, is_id};
use crate::disk::{lock, lock_folder, new_file};

/// What the names of locks end in.
const OWNER: &str = "owner";

/// What the names of unfinished entries end in.
const UNFINISHED: &str = "tmp";

/// The lock of an open journal.
#[derive(Debug)]
pub(super) struct OwnerLock {
    /// Locked until it is closed.
    _file: File,
}

impl OwnerLock {
    /// Makes the lock of an owner, and holds it. No sweep comes between the two.
    pub(super) fn take(folder: &Path, owner: &Owner) -> io::Result<Self> {
        let _locked = lock_folder(folder)?;
        let file = new_file(&path(folder, owner.token()))?;
        lock(&file)?;
        Ok(Self { _file: file })
    }
}

/// The name under which an owner writes an entry, before it gets its own.
pub(super) fn unfinished(folder: &Path, id: &str, owner: &Owner) -> PathBuf {
    folder.join(format!("{id}.{}.{UNFINISHED}", owner.token()))
}

fn path(folder: &Path, token: &str) -> PathBuf {
    folder.join(token).with_extension(OWNER)
}

/// Whether an owner has ended. `None` if it has no lock in this folder.
pub(super) fn is_dead(folder: &Path, token: &str) -> io::Result<Option<bool>> {
    let file = match OpenOptions::new().read(true).write(true).open(path(folder, token)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Shared, so that of two who look at once neither takes the other for the owner.
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(true)),
        Err(TryLockError::WouldBlock) => Ok(Some(false)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes the unfinished files of the dead, and the locks of the dead that no entry names. `named` yields the tokens that entries name,
/// unless they cannot be read.
pub(super) fn sweep(folder: &Path, named: impl FnOnce() -> Option<Vec<String>>) -> Result<(), JournalError> {
    let failed = |error| JournalError::at(folder, error);
    let _locked = lock_folder(folder).map_err(failed)?;
    let mut dead = Vec::new();
    for file in fs::read_dir(folder).map_err(failed)? {
        let path = file.map_err(failed)?.path();
        match Found::of(&path) {
            Some(Found::Owner(token)) if is_dead(folder, token).map_err(failed)? == Some(true) => {
                dead.push((token.to_owned(), path));
            }
            Some(Found::Unfinished(token)) if is_dead(folder, token).map_err(failed)? != Some(false) => remove(&path)?,
            _ => {}
        }
    }
    if let Some(named) = (!dead.is_empty()).then(named).flatten() {
        for (_, path) in dead.iter().filter(|(token, _)| !named.contains(token)) {
            remove(path)?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), JournalError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(JournalError::at(path, error)),
        _ => Ok(()),
    }
}

/// A file that a sweep looks at, and the token of its owner.
enum Found<'a> {
    Owner(&'a str),
    Unfinished(&'a str),
}

impl<'a> Found<'a> {
    fn of(path: &'a Path) -> Option<Self> {
        let (stem, kind) = path.file_name()?.to_str()?.rsplit_once('.')?;
        match kind {
            OWNER if is_id(stem) => Some(Self::Owner(stem)),
            UNFINISHED => {
                let (id, token) = stem.split_once('.')?;
                (is_id(id) && is_id(token)).then_some(Self::Unfinished(token))
            }
            _ => None,
        }
    }
}
