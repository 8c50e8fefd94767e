//! A journal in a folder: one small file for every pending write, readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Journal, JournalError};
use crate::call::stored_write::StoredWrite;

/// What entries end in, and what unfinished ones do.
const ENTRY: &str = "json";
const UNFINISHED: &str = "tmp";

/// Keeps every pending write in a file of its own: written whole, synced to the disk, then renamed. Several clients and processes may
/// share a folder, since every write has its own name.
///
/// The files hold the business parameters in the clear, and neither the application's secret nor a session. On Unix they have mode
/// 0600, the folder 0700.
///
/// ```no_run
/// # async fn example<R>(client_builder: opentop_runtime::ClientBuilder) -> Result<(), Box<dyn std::error::Error>>
/// # where R: opentop_runtime::WriteRequest + opentop_runtime::NoSessionRequest {
/// use std::sync::Arc;
/// use opentop_runtime::journal::{FileJournal, Journal};
///
/// let journal = Arc::new(FileJournal::open("journal")?);
/// let client = client_builder.journal(Arc::clone(&journal)).build()?;
///
/// // After a restart: what was under way?
/// for write in journal.pending()? {
///     println!("{write}");
///     // Ask the server what became of it. Where it recognises the key: `write.resume::<R>(&client).await`.
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileJournal {
    folder: PathBuf,
}

impl FileJournal {
    /// The journal in this folder, which is made where it is not there, and is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be made, or others than its owner may write into it: what they put there would be sent as a write.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let folder = folder.into();
        make_folder(&folder)
            .and_then(|()| refuse_writers(&folder))
            .map_err(|error| JournalError::at(&folder, error))?;
        Ok(Self { folder })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn entry(&self, write: &StoredWrite) -> PathBuf {
        self.folder.join(write.id()).with_extension(ENTRY)
    }

    /// `sync`: makes the folder's names safe.
    pub(super) fn save_with(&self, write: &StoredWrite, sync: fn(&Path) -> io::Result<()>) -> Result<(), JournalError> {
        let entry = self.entry(write);
        // One that is replaced was sent: it stays, whatever becomes of its new text.
        let is_new = !entry.exists();
        let unfinished = entry.with_extension(UNFINISHED);
        let saved = store(&unfinished, &entry, write.to_json().as_bytes()).and_then(|()| sync(&self.folder));
        if saved.is_err() && is_new {
            // Nothing is sent after this: found later, the entry would be taken for a write that was.
            drop(fs::remove_file(&entry));
        }
        saved.map_err(|error| JournalError::at(&entry, error))
    }
}

impl Journal for FileJournal {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.save_with(write, sync_folder)
    }

    fn forget(&self, write: &StoredWrite) -> Result<(), JournalError> {
        let entry = self.entry(write);
        match fs::remove_file(&entry) {
            Ok(()) => sync_folder(&self.folder).map_err(|error| JournalError::at(&entry, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(JournalError::at(&entry, error)),
        }
    }

    fn pending(&self) -> Result<Vec<StoredWrite>, JournalError> {
        let mut found = Vec::new();
        let failed = |error| JournalError::at(&self.folder, error);
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            // A file without its final name was never followed by the wire.
            if path.extension().is_some_and(|extension| extension == ENTRY) {
                let text = fs::read_to_string(&path).map_err(|error| JournalError::at(&path, error))?;
                found.push(StoredWrite::from_json(&text).map_err(|error| JournalError::at(&path, error))?);
            }
        }
        found.sort_by_key(|write| (write.started(), write.id().to_owned()));
        Ok(found)
    }
}

/// Whole or not at all: the name appears when the content is on the disk.
fn store(unfinished: &Path, entry: &Path, content: &[u8]) -> io::Result<()> {
    // What a crash left under this name is ours and unfinished.
    match fs::remove_file(unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = new_file(unfinished)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    drop(file);
    let stored = written.and_then(|()| fs::rename(unfinished, entry));
    if stored.is_err() {
        // It says nothing, and takes room on a disk that may be full.
        drop(fs::remove_file(unfinished));
    }
    stored
}

#[cfg(unix)]
fn new_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Makes what is missing of the way to a folder. Each is a name in the one above, which a power cut loses as it does an entry's.
fn make_folder(folder: &Path) -> io::Result<()> {
    let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.is_dir();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    for path in missing.into_iter().rev() {
        match make_one(path) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            made => made?,
        }
        let above = path.parent().filter(|above| !above.as_os_str().is_empty());
        sync_folder(above.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_one(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_one(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

#[cfg(unix)]
fn refuse_writers(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let problem =
        format!("others may write into the folder (mode {:o}): take that from them with chmod go-w", mode & 0o7777);
    Err(io::Error::new(io::ErrorKind::PermissionDenied, problem))
}

#[cfg(not(unix))]
fn refuse_writers(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A new name is safe once its folder is synced.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
