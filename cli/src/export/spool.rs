//! The rows of an export on their way: `FILE.part`, from which a killed export goes on.
//!
//! It is text. The first line says what it is a spool of. Then come rows, each a JSON array of cells, and between them marks:
//! `#cursor …` says where the page behind it begins, `#end` that all pages are read. A mark is written only when all rows before it are on
//! the disk, so whatever kills the process or the machine, the rows before the last whole mark are whole. What stands behind it is cut
//! off and asked for again.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use opentop_runtime::paging::Cursor;
use serde::{Deserialize, Serialize};

use super::rows::Sender;
use super::stop::Stop;

const BEGIN: &str = "#opentop-export/1 ";
const CURSOR: &str = "#cursor ";
const END: &str = "#end\n";

/// The shortest time between two marks: each waits for the disk.
const BETWEEN_MARKS: Duration = Duration::from_millis(200);

/// What a page counts at least when marks are weighed against rows: asking for it again costs time, even if it is empty.
const PAGE_WEIGHT: usize = 4096;

/// What a spool belongs to. It holds no secret and no parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version that began it.
    pub(crate) opentop: String,
    pub(crate) method: String,
    pub(crate) endpoint: String,
    pub(crate) app_key: String,
    /// Names and kinds of the columns.
    pub(crate) columns: Vec<String>,
    /// The cursor before the first page: it holds a digest of the request.
    pub(crate) start: String,
}

/// A spool that this process alone writes to.
#[derive(Debug)]
pub(crate) struct Spool {
    path: PathBuf,
    file: File,
    rows: u64,
    marked: Instant,
    /// Bytes since the last mark, and how long that one was.
    unmarked: usize,
    mark: usize,
    is_whole: bool,
}

/// What a spool held when it was opened.
#[derive(Debug, Default)]
struct Found {
    header: Option<Header>,
    cursor: Option<Cursor>,
    is_whole: bool,
    /// Rows and bytes up to the last whole mark.
    rows: u64,
    bytes: u64,
}

impl Spool {
    /// A new spool, or with `resume` the one that is there. `Some`: it goes on at this cursor.
    pub(crate) fn open(path: &Path, header: &Header, resume: bool) -> Result<(Spool, Option<Cursor>), Stop> {
        let shown = path.display();
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        if resume {
            options.create(true)
        } else {
            options.create_new(true)
        };
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Stop::Usage(format!(
                "{shown} is there: an export to this file was interrupted. Go on with --resume, or delete it to begin anew"
            )),
            _ => Stop::Broken(format!("cannot write {shown}: {error}")),
        })?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Stop::Usage(format!("another export is writing {shown}: wait for its end")),
            TryLockError::Error(error) => Stop::Broken(format!("cannot lock {shown}: {error}")),
        })?;
        let failed = |error| Stop::Broken(format!("cannot write {shown}: {error}"));
        let found = Found::read(&file).map_err(failed)?;
        let is_empty = file.metadata().map_err(failed)?.len() == 0;
        let mut spool = Spool {
            path: path.to_path_buf(),
            file: file.try_clone().map_err(failed)?,
            rows: 0,
            marked: Instant::now(),
            unmarked: 0,
            mark: 0,
            is_whole: false,
        };
        match found.header {
            Some(begun) if found.cursor.is_some() || found.is_whole => {
                begun.check(header, path)?;
                file.set_len(found.bytes).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
                (spool.rows, spool.is_whole) = (found.rows, found.is_whole);
                Ok((spool, found.cursor))
            }
            None if !is_empty && !is_beginning(&file).map_err(failed)? => Err(Stop::Usage(format!(
                "{shown} is in the way: it is no spool of an export. Move it, or choose another --out"
            ))),
            _ => {
                spool.begin(header).map_err(failed)?;
                Ok((spool, None))
            }
        }
    }

    fn begin(&mut self, header: &Header) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        let json = serde_json::to_string(header)?;
        self.file.write_all(format!("{BEGIN}{json}\n{CURSOR}{}\n", header.start).as_bytes())?;
        self.file.sync_all()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How many rows it holds.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether it holds all rows.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Appends the rows of a page: `rows` lines.
    pub(crate) fn append(&mut self, lines: &[u8], rows: u64) -> std::io::Result<()> {
        self.file.write_all(lines)?;
        self.rows += rows;
        self.unmarked += lines.len().max(PAGE_WEIGHT);
        Ok(())
    }

    /// Whether it is time for a mark: not after every page, since each waits for the disk, and a cursor may be long.
    pub(crate) fn is_due(&self) -> bool {
        self.marked.elapsed() >= BETWEEN_MARKS && self.unmarked >= self.mark
    }

    /// Records where the next page begins.
    pub(crate) fn mark(&mut self, cursor: &Cursor) -> std::io::Result<()> {
        let mark = format!("{CURSOR}{cursor}\n");
        self.file.sync_data()?;
        self.file.write_all(mark.as_bytes())?;
        (self.marked, self.unmarked, self.mark) = (Instant::now(), 0, mark.len());
        Ok(())
    }

    /// Records that all pages are read.
    pub(crate) fn end(&mut self) -> std::io::Result<()> {
        self.file.sync_data()?;
        self.file.write_all(END.as_bytes())?;
        self.file.sync_data()?;
        self.is_whole = true;
        Ok(())
    }

    /// Hands on every line that it holds, and stands at its end again.
    pub(crate) fn hand_on(&self, rows: &Sender) -> Result<(), Stop> {
        let failed = |error| Stop::Broken(format!("cannot read {}: {error}", self.path.display()));
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut lines = Vec::new();
        loop {
            let is_end = reader.read_until(b'\n', &mut lines).map_err(failed)? == 0;
            if lines.len() >= 1 << 16 || is_end {
                rows.send(std::mem::take(&mut lines));
            }
            if is_end {
                return file.seek(SeekFrom::End(0)).map(drop).map_err(failed);
            }
        }
    }

    /// Deletes it.
    pub(crate) fn remove(self) -> std::io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}

impl Found {
    fn read(mut file: &File) -> std::io::Result<Found> {
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let (mut found, mut line, mut rows, mut bytes) = (Found::default(), Vec::new(), 0, 0);
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            bytes += line.len() as u64;
            let text = |mark: &str| line.strip_prefix(mark.as_bytes()).and_then(|rest| std::str::from_utf8(rest).ok());
            if found.header.is_none() {
                found.header = text(BEGIN).and_then(|json| serde_json::from_str(json).ok());
                if found.header.is_none() {
                    break;
                }
            } else if line.starts_with(b"[") {
                rows += 1;
            } else if line == END.as_bytes() {
                found = Found { cursor: None, is_whole: true, rows, bytes, ..found };
                break;
            } else if let Some(cursor) = text(CURSOR).and_then(|text| text.trim_end().parse().ok()) {
                found = Found { cursor: Some(cursor), rows, bytes, ..found };
            } else {
                // What a crash of the machine left.
                break;
            }
            line.clear();
        }
        Ok(found)
    }
}

/// Whether a file without a whole first line is one that was killed while it was begun.
fn is_beginning(mut file: &File) -> std::io::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let mut line = Vec::new();
    BufReader::new(file).read_until(b'\n', &mut line)?;
    let common = line.len().min(BEGIN.len());
    Ok(!line.ends_with(b"\n") && line[..common] == BEGIN.as_bytes()[..common])
}

impl Header {
    /// That a spool which was begun with this header goes on with `now`.
    fn check(&self, now: &Header, path: &Path) -> Result<(), Stop> {
        let what = if self.method != now.method {
            format!("it is of {}", self.method)
        } else if self.endpoint != now.endpoint {
            format!("it was read from {}", self.endpoint)
        } else if self.app_key != now.app_key {
            format!("it was read by the application {}", self.app_key)
        } else if self.columns != now.columns {
            "the method's spec has changed since".to_owned()
        } else if self.start == now.start {
            return Ok(());
        } else if self.opentop != now.opentop {
            format!("opentop {} began it, this is {}", self.opentop, now.opentop)
        } else {
            "it was read with other parameters, or another --since or --until".to_owned()
        };
        let path = path.display();
        Err(Stop::Usage(format!(
            "{path} belongs to another export: {what}. Give the same arguments, or delete it to begin anew"
        )))
    }
}
