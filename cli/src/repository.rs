//! The repository that a command was called in.

use std::path::{Path, PathBuf};

/// This project's repository, if the command was called in it or below it; else the folder it was called in.
pub(crate) fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    here.ancestors().find(|folder| is_ours(folder)).map_or_else(|| here.clone(), Path::to_path_buf)
}

/// Whether a folder is the root of this project's repository.
pub(crate) fn is_ours(folder: &Path) -> bool {
    folder.join("codegen").is_dir() && holds_runtime(&folder.join("runtime"))
}

/// Whether a folder holds the crate `opentop-runtime`.
pub(crate) fn holds_runtime(folder: &Path) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    manifest.lines().any(|line| line.split_whitespace().eq(["name", "=", "\"opentop-runtime\""]))
}
