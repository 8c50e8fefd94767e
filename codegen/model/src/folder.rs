//! Reads a folder of specs from disk: every `*.yaml` file below it, sorted by path.
//!
//! Links are followed, to files and to folders. A link back to a folder that it lies in adds nothing and is passed over; a link that
//! leads nowhere is an error. This is the one module that reads files; everything else works on texts.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diagnostic::SourceFile;

/// The largest file that is read. A spec may have 1 MiB; a larger one is reported with its place when it is loaded.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Folders within folders. Specs need one level.
const MAX_DEPTH: usize = 8;
/// Files and folders that are looked at: links may lead to one folder by many ways.
const MAX_ENTRIES: usize = 200_000;

/// What is wrong with a folder or with files in it; every problem is named with its path.
#[derive(Debug)]
pub struct FolderError {
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct Problem {
    /// The path, and the line where one is known: `spec/a.yaml:3`.
    place: String,
    what: String,
    cause: Option<io::Error>,
}

impl Problem {
    fn new(path: &Path, what: impl Into<String>) -> Self {
        Problem { place: path.display().to_string(), what: what.into(), cause: None }
    }

    fn io(path: &Path, what: &str, cause: io::Error) -> Self {
        Problem { place: path.display().to_string(), what: what.to_owned(), cause: Some(cause) }
    }
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}: {}", problem.place, problem.what)?;
            // One cause is left to `source`; of several, each stands behind its problem.
            if let (Some(cause), true) = (&problem.cause, self.problems.len() > 1) {
                write!(f, ": {cause}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for FolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problems[..] {
            [Problem { cause: Some(cause), .. }] => Some(cause),
            _ => None,
        }
    }
}

impl From<Problem> for FolderError {
    fn from(problem: Problem) -> Self {
        FolderError { problems: vec![problem] }
    }
}

/// Every `*.yaml` and `*.yml` file below `dir`, sorted by its path from there (with `/` on every system). Hidden files and folders are
/// passed over.
///
/// # Errors
/// If `dir` is no folder, or if files in it cannot be read: too large, not UTF-8, neither file nor folder, or a link that leads nowhere.
pub fn read(dir: &Path) -> Result<Vec<SourceFile>, FolderError> {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for (path, relative) in files(dir, &["yaml", "yml"])? {
        match text(&path) {
            Ok(text) => sources.push(SourceFile { path: relative, text }),
            Err(error) => problems.extend(error.problems),
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(FolderError { problems }) }
}

/// The files below `dir` whose names end in one of `extensions`: each with its path from `dir`, with `/`, by which they are sorted.
///
/// # Errors
/// If `dir` is no folder, a folder in it cannot be read, or a link leads nowhere.
pub fn files(dir: &Path, extensions: &[&str]) -> Result<Vec<(PathBuf, String)>, FolderError> {
    let real = match fs::canonicalize(dir) {
        Ok(real) if real.is_dir() => real,
        Ok(_) => return Err(Problem::new(dir, "expected a folder, found a file").into()),
        Err(cause) => return Err(Problem::io(dir, "cannot read this folder", cause).into()),
    };
    let mut walk = Walk { extensions, above: vec![real], files: Vec::new(), problems: Vec::new(), left: MAX_ENTRIES };
    walk.folder(dir, "");
    if !walk.problems.is_empty() {
        return Err(FolderError { problems: walk.problems });
    }
    walk.files.sort_by(|(_, a), (_, b)| a.cmp(b));
    Ok(walk.files)
}

/// The text of a file.
///
/// # Errors
/// If it cannot be read, is not a file, is larger than 8 MiB, or is not UTF-8; then the line is told.
pub fn text(path: &Path) -> Result<String, FolderError> {
    let cannot = |cause| Problem::io(path, "cannot read this file", cause);
    let metadata = fs::metadata(path).map_err(cannot)?;
    if !metadata.is_file() {
        return Err(Problem::new(path, "expected a file, found something else").into());
    }
    if metadata.len() > MAX_BYTES {
        let what =
            format!("the file must have at most {MAX_BYTES} bytes (got {}): shorten it, or split it", metadata.len());
        return Err(Problem::new(path, what).into());
    }
    // One byte more than it had: then the end is seen without growing.
    let mut raw = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    let file = fs::File::open(path).map_err(cannot)?;
    file.take(MAX_BYTES).read_to_end(&mut raw).map_err(cannot)?;
    String::from_utf8(raw).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let place = format!("{}:{line}", path.display());
        let what = format!("this is not UTF-8 (byte {at}): save the file as UTF-8");
        Problem { place, what, cause: None }.into()
    })
}

struct Walk<'a> {
    extensions: &'a [&'a str],
    /// The real paths of the folders we are inside of.
    above: Vec<PathBuf>,
    files: Vec<(PathBuf, String)>,
    problems: Vec<Problem>,
    left: usize,
}

impl Walk<'_> {
    fn folder(&mut self, dir: &Path, prefix: &str) {
        let entries = fs::read_dir(dir).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(cause) => return self.problems.push(Problem::io(dir, "cannot read this folder", cause)),
        };
        // Sorted, so that problems are told in the same order everywhere.
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            if self.left == 0 {
                let what = format!(
                    "expected at most {MAX_ENTRIES} files and folders: do links lead to one folder by many ways?"
                );
                return self.problems.push(Problem::new(dir, what));
            }
            self.entry(&entry, &name, prefix);
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, name: &str, prefix: &str) {
        let path = entry.path();
        // Follows links, as many as there are.
        let kind = match entry.file_type() {
            Ok(kind) if !kind.is_symlink() => Ok(kind),
            _ => fs::metadata(&path).map(|metadata| metadata.file_type()),
        };
        let kind = match kind {
            Ok(kind) => kind,
            Err(cause) => return self.problems.push(unreadable(&path, cause)),
        };
        if kind.is_dir() {
            self.subfolder(&path, &format!("{prefix}{name}/"));
        } else if self.extensions.iter().any(|known| path.extension().is_some_and(|extension| extension == *known)) {
            // Anything but a file, a pipe for instance, is refused when it is read.
            self.files.push((path, format!("{prefix}{name}")));
        }
    }

    fn subfolder(&mut self, path: &Path, prefix: &str) {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(cause) => return self.problems.push(Problem::io(path, "cannot read this folder", cause)),
        };
        // What a circular link leads to is read already.
        if self.above.contains(&real) {
            return;
        }
        if self.above.len() > MAX_DEPTH {
            let what = format!("folders must be nested at most {MAX_DEPTH} deep: a spec is `<category>/<method>.yaml`");
            // Where links make such a path, they make thousands: the first is enough.
            self.left = 0;
            return self.problems.push(Problem::new(path, what));
        }
        self.above.push(real);
        self.folder(path, prefix);
        self.above.pop();
    }
}

fn unreadable(path: &Path, cause: io::Error) -> Problem {
    match fs::read_link(path) {
        Ok(target) if cause.kind() == io::ErrorKind::NotFound => {
            let what =
                format!("this link leads nowhere: there is no {}; mend the link, or remove it", target.display());
            Problem::new(path, what)
        }
        Ok(target) => Problem::io(path, &format!("this link to {} cannot be followed", target.display()), cause),
        Err(_) => Problem::io(path, "cannot read this file", cause),
    }
}

#[cfg(all(test, unix))]
mod tests;
