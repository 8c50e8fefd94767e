//! Where an answer is shown or kept. It is the only copy, so whatever goes wrong here does not lose it.

use std::io::Write as _;
use std::path::Path;

/// How many columns the terminal has that standard output is.
pub(super) fn terminal() -> Option<usize> {
    let columns = console::Term::stdout().size_checked().map(|(_, columns)| columns.into());
    columns.filter(|_| console::user_attended())
}

/// Prints an answer. Where that cannot be done, the call has ended all the same, and its exit code tells how.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        complain(&format!("the call is over, and its answer cannot be shown: {error}"));
    }
}

/// A file that takes the answer.
pub(super) struct Output<'a> {
    path: &'a Path,
    file: tempfile::NamedTempFile,
}

impl<'a> Output<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, String> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder);
        let file = file.map_err(|error| format!("--output {}: {error}; nothing was sent", path.display()))?;
        Ok(Output { path, file })
    }

    /// Where the answer cannot be written, it is shown: the call is over, and there is no other copy.
    pub(super) fn write(mut self, text: &str) {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.as_file().sync_all());
        let kept = written.and_then(|()| self.file.persist(self.path).map(drop).map_err(|error| error.error));
        if let Err(error) = kept {
            print(text);
            complain(&format!("the call is over, and {} cannot be written: {error}", self.path.display()));
        }
    }
}

/// Says something beside the answer, where anybody listens.
pub(super) fn complain(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}
