//! The journal of a run: all its steps in one file, which is there wholly or not at all.
//!
//! Layout: a line `opentop-journal 2`, then per step a line `write <path length> <text length>` or `delete <path length> 0`, and behind
//! it the path and the text, as they are; a line `end <number of steps> 0`.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::step::Step;

const NAME: &str = "journal";
const HEAD: &str = "opentop-journal 2\n";

/// Whether a run was cut short after its journal was complete.
pub(super) fn exists(state: &Path) -> bool {
    state.join(NAME).is_file()
}

/// A journal that is being written. It takes its name only when it is complete; dropped before, it is gone.
pub(super) struct Writer {
    state: PathBuf,
    file: BufWriter<File>,
    steps: usize,
}

impl Writer {
    /// Begins a journal.
    pub(super) fn begin(state: &Path) -> Result<Self> {
        let create = || {
            let mut file = BufWriter::with_capacity(1 << 16, File::create(staged(state))?);
            file.write_all(HEAD.as_bytes()).map(|()| file)
        };
        let file = create().inspect_err(|_| drop(fs::remove_file(staged(state)))).context(FAILED)?;
        Ok(Self { state: state.to_path_buf(), file, steps: 0 })
    }

    /// Adds a step.
    pub(super) fn add(&mut self, step: &Step<'_>) -> Result<()> {
        self.steps += 1;
        let (word, path, text) = match step {
            Step::Write { path, text } => ("write", path, &**text),
            Step::Delete { path } => ("delete", path, ""),
        };
        write!(self.file, "{word} {} {}\n{path}{text}", path.len(), text.len()).context(FAILED)
    }

    /// Completes the journal and flushes it to disk.
    pub(super) fn finish(mut self) -> Result<()> {
        let mut finish = || -> std::io::Result<()> {
            writeln!(self.file, "end {} 0", self.steps)?;
            self.file.flush()?;
            self.file.get_ref().sync_all()?;
            fs::rename(staged(&self.state), self.state.join(NAME))?;
            // The rename itself must be on disk too. Not every system can flush a folder.
            let _ = File::open(&self.state).and_then(|folder| folder.sync_all());
            Ok(())
        };
        finish().context(FAILED)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = fs::remove_file(staged(&self.state));
    }
}

const FAILED: &str = "cannot write the journal; nothing was changed";

fn staged(state: &Path) -> PathBuf {
    state.join("journal.new")
}

/// The steps of a run that was cut short.
pub(super) fn read(state: &Path) -> Result<Option<Vec<Step<'static>>>> {
    if !exists(state) {
        return Ok(None);
    }
    let text = fs::read_to_string(state.join(NAME)).context("cannot read the journal")?;
    match parse(&text) {
        Some(steps) => Ok(Some(steps)),
        None => bail!("the journal {} is damaged: delete it and run again", state.join(NAME).display()),
    }
}

/// Forgets the journal: its steps are done.
pub(super) fn remove(state: &Path) -> Result<()> {
    fs::remove_file(state.join(NAME)).context("cannot remove the journal")
}

fn parse(text: &str) -> Option<Vec<Step<'static>>> {
    let mut rest = text.strip_prefix(HEAD)?;
    let mut steps = Vec::new();
    loop {
        let (line, after) = rest.split_once('\n')?;
        let mut words = line.split(' ');
        let word = words.next()?;
        let length: usize = words.next()?.parse().ok()?;
        let text_length: usize = words.next()?.parse().ok()?;
        if word == "end" {
            return (length == steps.len() && after.is_empty()).then_some(steps);
        }
        let path = after.get(..length)?.to_owned().into();
        let text = after.get(length..length.checked_add(text_length)?)?.to_owned().into();
        rest = after.get(length + text_length..)?;
        steps.push(match word {
            "write" => Step::Write { path, text },
            "delete" => Step::Delete { path },
            _ => return None,
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn write(state: &Path) {
        let mut journal = Writer::begin(state).unwrap();
        two_steps().iter().for_each(|step| journal.add(step).unwrap());
        journal.finish().unwrap();
    }

    fn two_steps() -> Vec<Step<'static>> {
        vec![
            Step::Write { path: "src/中.rs".into(), text: "line\nwrite 3 4\nend 1 0\n".into() },
            Step::Delete { path: "docs/old.md".into() },
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        assert_eq!(read(folder.path()).unwrap(), Some(two_steps()));
        remove(folder.path()).unwrap();
        assert_eq!(read(folder.path()).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_journal_that_is_given_up_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Writer::begin(folder.path()).unwrap();
        journal.add(&two_steps()[0]).unwrap();
        drop(journal);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_journal_cut_anywhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let whole = fs::read_to_string(folder.path().join(NAME)).unwrap();
        for (cut, _) in whole.char_indices() {
            assert_eq!(parse(&whole[..cut]), None, "cut at {cut}");
        }
    }
}
