//! Reads a spec folder, and says how to name one.

use std::path::Path;

use anyhow::{Context, Result, bail};
use opentop_model::diagnostic::SourceFile;
use opentop_model::folder;

/// Every YAML file below `dir`, links followed, sorted by path.
pub(crate) fn read(dir: &Path) -> Result<Vec<SourceFile>> {
    if !dir.exists() {
        bail!("there is no folder {}: name the spec folder with --spec DIR", dir.display());
    }
    folder::read(dir).context("the specs cannot be read; nothing was written")
}

/// The text of a file; one that is too large or not UTF-8 is an error that says where.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    Ok(folder::text(path)?)
}
