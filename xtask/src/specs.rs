//! Reads a spec folder.
//!
//! In: a folder. Out: its YAML files as sources, sorted by path, with `/` on every system.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_model::diagnostic::SourceFile;

/// The largest file that is read. Real ones have a hundredth of it.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// Every `.yaml` file below `dir`. Hidden files and symbolic links are passed over.
pub(crate) fn read(dir: &Path) -> Result<Vec<SourceFile>> {
    if !dir.is_dir() {
        bail!("{} is not a folder: name the spec folder with --spec DIR", dir.display());
    }
    let mut paths = Vec::new();
    walk(dir, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| source(dir, path)).collect()
}

fn walk(dir: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", dir.display()))?;
        let kind = entry.file_type()?;
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    Ok(())
}

fn source(dir: &Path, path: &Path) -> Result<SourceFile> {
    let relative = path.strip_prefix(dir).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(SourceFile { path: parts.join("/"), text: text_of(path)? })
}

/// The text of a file; one that is too large or not UTF-8 is an error that says where.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    let shown = path.display();
    let bytes = fs::metadata(path).with_context(|| format!("cannot read {shown}"))?.len();
    if bytes > MAX_BYTES {
        bail!("{shown} has {bytes} bytes; at most {MAX_BYTES} are read: split it, or mend it");
    }
    let raw = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
    String::from_utf8(raw).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow::anyhow!("{shown}:{line}: this is not UTF-8 (byte {at}): save the file as UTF-8")
    })
}
