//! Writes the generated files: those that changed, and deletes those of methods that are gone.
//!
//! The root is written last, so that it never names a file that is not there yet. A file that is as it should be is not touched.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use opentop_model::files::FileSet;

/// Writes `files` below `out`, of which `<name>.rs` and the folder `<name>` are those of one SDK.
pub(crate) fn write(out: &Path, name: &str, files: &FileSet) -> Result<(), String> {
    let root = format!("{name}.rs");
    let methods = files.0.iter().filter(|(path, _)| **path != root);
    for (path, text) in methods.chain(files.0.get_key_value(&root)) {
        let file = out.join(path);
        replace(&file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    let wanted: BTreeSet<PathBuf> = files.0.keys().map(|path| out.join(path)).collect();
    delete_others(&out.join(name), &wanted).map_err(|error| format!("cannot clean {}: {error}", out.display()))
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    if fs::read(file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
}

/// Deletes files that are not wanted, and folders that are empty then.
fn delete_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let entries: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    for path in entries {
        if path.is_dir() {
            delete_others(&path, wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    if fs::read_dir(folder)?.next().is_none() {
        fs::remove_dir(folder)?;
    }
    Ok(())
}
