//! The repository that this package is part of.

use std::path::PathBuf;

/// The repository's root: the parent of this package.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
