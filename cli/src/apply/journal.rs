//! The journal of a run: all its steps in one file, which is there wholly or not at all.
//!
//! Layout: a line `opentop-journal 1 <number of steps>`, then per step a line `write <path length> <text length>` or
//! `delete <path length> 0`, and behind it the path and the text, as they are.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::step::Step;

const NAME: &str = "journal";
const HEAD: &str = "opentop-journal 1 ";

/// Whether a run was cut short after its journal was complete.
pub(super) fn exists(state: &Path) -> bool {
    state.join(NAME).is_file()
}

/// Writes the journal and flushes it to disk; it takes its name only when it is complete.
pub(super) fn write(state: &Path, steps: &[Step<'_>]) -> Result<()> {
    let staged = state.join("journal.new");
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::with_capacity(1 << 16, File::create(&staged)?);
        writeln!(file, "{HEAD}{}", steps.len())?;
        for step in steps {
            let (word, path, text) = match step {
                Step::Write { path, text } => ("write", path, &**text),
                Step::Delete { path } => ("delete", path, ""),
            };
            write!(file, "{word} {} {}\n{path}{text}", path.len(), text.len())?;
        }
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&staged, state.join(NAME))?;
        // The rename itself must be on disk too. Not every system can flush a folder.
        let _ = File::open(state).and_then(|folder| folder.sync_all());
        Ok(())
    };
    write().inspect_err(|_| drop(fs::remove_file(&staged))).context("cannot write the journal; nothing was changed")
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
    let (head, mut rest) = text.split_once('\n')?;
    let count: usize = head.strip_prefix(HEAD)?.parse().ok()?;
    let mut steps = Vec::new();
    for _ in 0..count {
        let (line, after) = rest.split_once('\n')?;
        let mut words = line.split(' ');
        let word = words.next()?;
        let path_length: usize = words.next()?.parse().ok()?;
        let text_length: usize = words.next()?.parse().ok()?;
        let path = after.get(..path_length)?.to_owned().into();
        let text = after.get(path_length..path_length.checked_add(text_length)?)?.to_owned().into();
        rest = after.get(path_length + text_length..)?;
        steps.push(match word {
            "write" => Step::Write { path, text },
            "delete" => Step::Delete { path },
            _ => return None,
        });
    }
    rest.is_empty().then_some(steps)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn two_steps() -> Vec<Step<'static>> {
        vec![
            Step::Write { path: "src/中.rs".into(), text: "line\nwrite 3 4\n".into() },
            Step::Delete { path: "docs/old.md".into() },
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &two_steps()).unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(two_steps()));
        remove(folder.path()).unwrap();
        assert_eq!(read(folder.path()).unwrap(), None);
    }

    #[test]
    fn a_journal_cut_anywhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &two_steps()).unwrap();
        let whole = fs::read_to_string(folder.path().join(NAME)).unwrap();
        for (cut, _) in whole.char_indices() {
            assert_eq!(parse(&whole[..cut]), None, "cut at {cut}");
        }
    }
}
