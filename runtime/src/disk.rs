//! Files and folders that survive a power cut, and the lock of a folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a whole file to the disk. A file of this name that a crash left is replaced; one that cannot be written is removed.
pub(crate) fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = new_file(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    drop(file);
    written.inspect_err(|_| drop(fs::remove_file(path)))
}

/// Makes a file that its owner alone may read.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Keeps every other process and thread out of the folder's changes, until what it returns is dropped.
pub(crate) fn lock_folder(folder: &Path) -> io::Result<File> {
    let file = open_to_lock(folder)?;
    lock(&file)?;
    Ok(file)
}

#[cfg(unix)]
fn open_to_lock(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Not every system locks a folder itself.
#[cfg(not(unix))]
fn open_to_lock(folder: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(folder.join("lock"))
}

/// Waits for the lock of a file.
pub(crate) fn lock(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let problem = format!("it cannot be locked ({error}): keep the folder on a local disk");
                return Err(io::Error::new(error.kind(), problem));
            }
            Ok(()) => return Ok(()),
        }
    }
}

/// Makes what is missing of the way to a folder. Each is a name in the one above, which a power cut loses as it does an entry's.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
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
pub(crate) fn refuse_writers(folder: &Path) -> io::Result<()> {
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
pub(crate) fn refuse_writers(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A new name is safe once its folder is synced.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
