//! The file that an export makes of its spool: written beside the old one, which it replaces in one step.

mod csv;
mod jsonl;
mod options;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs::File;
use std::path::{Path, PathBuf};

use super::columns::Column;
use super::spool::Spool;
use super::stop::Stop;
pub(crate) use options::{Decimals, Format, Headings};

/// What to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) path: &'a Path,
    pub(crate) format: Format,
    pub(crate) headings: Headings,
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "Parquet alone has several ways"))]
    pub(crate) decimals: Decimals,
}

/// Writes all rows of a spool.
pub(crate) fn write(spool: &Spool, columns: &[Column], wanted: Wanted<'_>) -> Result<(), Stop> {
    let headings: Vec<&str> = columns
        .iter()
        .map(|column| if wanted.headings == Headings::Zh { column.title.as_str() } else { column.name.as_str() })
        .collect();
    // The spool's lock keeps others from this name.
    let new = beside(wanted.path, ".new");
    let failed = |error: &dyn std::fmt::Display| Stop::Broken(format!("cannot write {}: {error}", new.display()));
    let file = File::create(&new).map_err(|error| failed(&error))?;
    let written = match wanted.format {
        Format::Csv => csv::write(spool, &headings, wanted.headings == Headings::Zh, &file),
        Format::Jsonl => jsonl::write(spool, columns, &headings, &file),
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::write(spool, columns, &headings, wanted.decimals, &file),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => wanted.format.check(),
    };
    let replaced = written.and_then(|()| {
        file.sync_all().map_err(|error| failed(&error))?;
        drop(file);
        let replaced = std::fs::rename(&new, wanted.path);
        replaced.map_err(|error| Stop::Broken(format!("cannot replace {}: {error}", wanted.path.display())))
    });
    if replaced.is_err() {
        // What cannot be deleted is overwritten by the next run.
        let _ = std::fs::remove_file(&new);
    }
    replaced
}

/// A file beside another, with an ending more.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
