//! Tokens in a folder: one small file for each user, readable by its owner alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::store::{TokenStore, TokenStoreError};
use crate::disk::{lock_folder, make_folder, refuse_writers, sync_folder, write_synced};

/// The longest name of a file that every system takes.
const LONGEST: usize = 200;

/// Keeps the token of each user in a file of its own: written whole, synced to the disk, then renamed. Processes of one machine may
/// share a folder on a local disk. On Unix, the files have mode 0600 and the folder 0700.
///
/// Without [`Tokens::encrypted`](super::Tokens::encrypted), the files hold the tokens in the clear.
///
/// ```
/// use opentop_runtime::tokens::{FileTokenStore, OAuth, TokenKey, TokenStoreError, Tokens};
///
/// # fn example(oauth: OAuth<opentop_runtime::Async>, key: [u8; 32]) -> Result<(), TokenStoreError> {
/// let store = FileTokenStore::open("/var/lib/shop/tokens")?;
/// let tokens = Tokens::new(oauth, store).encrypted(TokenKey::new(key));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    folder: Arc<Path>,
}

impl FileTokenStore {
    /// Opens the store in this folder. A folder that is missing is made.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made or locked, or others than its owner may write into it.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, TokenStoreError> {
        let folder = folder.into();
        let swept = make_folder(&folder).and_then(|()| refuse_writers(&folder)).and_then(|()| sweep(&folder));
        swept.map_err(|error| at(&folder, &error))?;
        Ok(Self { folder: folder.into() })
    }

    fn file(&self, user: &str) -> Result<PathBuf, TokenStoreError> {
        let mut name = String::new();
        for byte in user.bytes() {
            if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_' {
                name.push(char::from(byte));
            } else {
                name.push_str(&format!("%{byte:02x}"));
            }
        }
        if user.is_empty() || name.len() > LONGEST {
            return Err(TokenStoreError::new(
                "expected the name of a user, up to 66 characters of Chinese, got none or a longer one",
            ));
        }
        Ok(self.folder.join(name).with_extension("token"))
    }
}

impl TokenStore for FileTokenStore {
    fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError> {
        let file = self.file(user)?;
        read(&file).map_err(|error| at(&file, &error))
    }

    fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError> {
        let file = self.file(user)?;
        let unfinished = file.with_extension("tmp");
        let swap = || {
            let _locked = lock_folder(&self.folder)?;
            if read(&file)?.as_deref() != old {
                return Ok(false);
            }
            write_synced(&unfinished, new.as_bytes())?;
            fs::rename(&unfinished, &file).inspect_err(|_| drop(fs::remove_file(&unfinished)))?;
            sync_folder(&self.folder).map(|()| true)
        };
        swap().map_err(|error| at(&file, &error))
    }
}

fn read(file: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes what crashes left unfinished.
fn sweep(folder: &Path) -> io::Result<()> {
    let _locked = lock_folder(folder)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn at(path: &Path, error: &io::Error) -> TokenStoreError {
    TokenStoreError::new(format!("{}: {error}", path.display()))
}
