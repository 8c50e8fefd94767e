//! The file that an export makes of its spool: written beside the old one, which it replaces in one step.

mod csv;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::columns::Column;
use super::spool::Spool;
use super::stop::Stop;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text with a line of headings, in UTF-8.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// Apache Parquet: every column has its type.
    Parquet,
}

/// What columns are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Headings {
    /// By the names of the API.
    Names,
    /// In Chinese, by the first words of the spec's descriptions. A CSV then begins with a byte order mark, for Excel.
    Zh,
}

/// How decimals are kept in Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decimals {
    /// As DECIMAL(38, 9). A value with more decimals is an error.
    Decimal,
    /// As text, with exactly the digits that came.
    Text,
}

/// What to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) path: &'a Path,
    pub(crate) format: Format,
    pub(crate) headings: Headings,
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "Parquet alone has several ways"))]
    pub(crate) decimals: Decimals,
}

impl Format {
    /// The format that a file's name ends with.
    pub(crate) fn of(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?;
        Format::value_variants().iter().copied().find(|format| {
            format.to_possible_value().is_some_and(|value| value.get_name().eq_ignore_ascii_case(ending))
        })
    }

    /// That this build can write it.
    pub(crate) fn check(self) -> Result<(), Stop> {
        if self == Format::Parquet && !cfg!(feature = "parquet") {
            return Err(Stop::Usage(
                "this opentop was built without Parquet: install it with `cargo install opentop-cli --features parquet`".to_owned(),
            ));
        }
        Ok(())
    }
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
