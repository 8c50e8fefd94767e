//! The file that an export makes of its spool: written beside the old one, which it replaces in one step.

mod csv;
mod jsonl;
mod options;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs::File;
use std::path::{Path, PathBuf};

use super::columns::Column;
use super::rows::Rows;
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

/// The new file, beside the old one. It is deleted where it does not take that one's place.
#[derive(Debug)]
pub(crate) struct New<'a> {
    wanted: Wanted<'a>,
    path: PathBuf,
    file: File,
    is_in_place: bool,
}

impl<'a> New<'a> {
    /// An empty one. What a killed export left of its own is overwritten: the spool's lock keeps others from this name.
    pub(crate) fn create(wanted: Wanted<'a>) -> Result<New<'a>, Stop> {
        let path = beside(wanted.path, ".new");
        let file = File::create(&path);
        let file = file.map_err(|error| Stop::Broken(format!("cannot write {}: {error}", path.display())))?;
        Ok(New { wanted, path, file, is_in_place: false })
    }

    /// Writes all rows, until there will be no more.
    pub(crate) fn write(&self, rows: &Rows, columns: &[Column]) -> Result<(), Stop> {
        let format = self.wanted.format;
        let zh = self.wanted.headings == Headings::Zh;
        let headings = columns.iter().map(|column| if zh { column.title.as_str() } else { column.name.as_str() });
        let headings: Vec<&str> = headings.collect();
        match format {
            Format::Csv => csv::write(rows, &headings, zh, &self.file),
            Format::Jsonl => jsonl::write(rows, columns, &headings, &self.file),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::write(rows, columns, &headings, self.wanted.decimals, &self.file),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => format.check(),
        }
    }

    /// Puts it in the place of the old one, in one step.
    pub(crate) fn replace(mut self) -> Result<(), Stop> {
        let shown = self.path.display();
        self.file.sync_all().map_err(|error| Stop::Broken(format!("cannot write {shown}: {error}")))?;
        let replaced = std::fs::rename(&self.path, self.wanted.path);
        self.is_in_place = replaced.is_ok();
        replaced.map_err(|error| Stop::Broken(format!("cannot replace {}: {error}", self.wanted.path.display())))
    }
}

impl Drop for New<'_> {
    fn drop(&mut self) {
        if !self.is_in_place {
            // What cannot be deleted is overwritten by the next run.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A file beside another, with an ending more.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
