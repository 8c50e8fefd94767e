//! Writes every new file beside its place before the first one takes it: what a run needs of the disk is reserved by then.
//!
//! A run that fails until then takes back what it wrote, and the folder is as it was. What a killed run leaves is swept by the next.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Behind the name of a file that waits beside its place.
const WAITING: &str = ".opentop-new";
/// In the state folder while files may wait.
const MARK: &str = "staging";
/// In the state folder: space that is freed before the first rename, for what renames themselves may need.
const RESERVE: &str = "reserve";
const RESERVED: usize = 64 * 1024;

/// Files that wait beside their places. Dropped, they and the folders made for them are gone.
pub(super) struct Staged {
    state: PathBuf,
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    kept: bool,
}

/// Where the text of `file` waits.
pub(super) fn waiting(file: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(WAITING);
    file.with_file_name(name)
}

/// Makes a folder and those above it; `made` are those that were not there, even if a later one fails.
pub(super) fn create_folders(path: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder)?;
        made.push(folder.to_path_buf());
    }
    Ok(())
}

impl Staged {
    /// Begins, with nothing written.
    pub(super) fn begin(state: &Path) -> Result<Staged> {
        let staged = Staged { state: state.to_path_buf(), files: Vec::new(), folders: Vec::new(), kept: false };
        fs::write(state.join(MARK), "")
            .and_then(|()| fs::write(state.join(RESERVE), vec![b' '; RESERVED]))
            .context("nothing was changed")?;
        Ok(staged)
    }

    /// The place beside `file`, to be written by the caller.
    pub(super) fn place(&mut self, file: &Path) -> PathBuf {
        let place = waiting(file);
        self.files.push(place.clone());
        place
    }

    /// Makes the folder of `file`.
    pub(super) fn folder(&mut self, file: &Path) -> io::Result<()> {
        create_folders(file.parent().unwrap_or(Path::new(".")), &mut self.folders)
    }

    /// Leaves the files for those who rename them, and frees what was reserved.
    pub(super) fn keep(mut self) {
        self.kept = true;
        let _ = fs::remove_file(self.state.join(RESERVE));
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Best effort, as everything that is taken back: what stays is hidden, and swept by the next run.
        if !self.kept {
            self.files.iter().for_each(|file| drop(fs::remove_file(file)));
            self.folders.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
            done(&self.state);
        }
    }
}

/// Says that no file waits any more.
pub(super) fn done(state: &Path) {
    let _ = fs::remove_file(state.join(RESERVE));
    let _ = fs::remove_file(state.join(MARK));
}

/// Removes what a killed run left beside the files' places.
pub(super) fn sweep(dir: &Path, state: &Path) {
    if !state.join(MARK).exists() {
        return;
    }
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !name.starts_with('.') && !(folder == dir && name == "target") {
                open.push(entry.path());
            } else if !is_folder && name.starts_with('.') && name.ends_with(WAITING) {
                let _ = fs::remove_file(entry.path());
                let inside = entry.path();
                let above = inside.ancestors().skip(1).take_while(|above| *above != dir);
                // Ends at the first folder that is not empty.
                let _ = above.map(fs::remove_dir).find(std::result::Result::is_err);
            }
        }
    }
    done(state);
}
