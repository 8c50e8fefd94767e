//! Writes a set of changes as one step that survives a crash and a full disk: the folder is wholly old or wholly new.
//!
//! First every new file is written beside its place ([`stage`]), and all steps into one journal, which is flushed and renamed to its final
//! name. From then on the run counts as done: the files take their places. Whoever opens the folder next and finds a journal carries it
//! out again, since every step may be repeated. A lock keeps a second run out; the system drops it when the process dies.

mod journal;
mod stage;
mod step;

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_model::files::{Changes, FileSet};

pub(crate) use step::Step;

/// Our own folder within the output folder; it is there only while a run goes on, or after one was killed.
const STATE: &str = ".opentop-regen";

/// The steps that carry out `changes`, in a fixed order.
pub(crate) fn steps<'a>(changes: &'a Changes, files: &'a FileSet) -> Vec<Step<'a>> {
    let written = changes.create.iter().chain(&changes.update);
    let mut steps: Vec<Step<'a>> =
        written.filter_map(|path| Some(Step::Write { path: path.into(), text: files.0.get(path)?.into() })).collect();
    steps.extend(changes.delete.iter().map(|path| Step::Delete { path: path.into() }));
    steps
}

/// What the folder holds once the steps are carried out, given what it held before.
pub(crate) fn after<'a>(existing: &'a BTreeMap<String, String>, steps: &'a [Step<'a>]) -> BTreeMap<&'a str, &'a str> {
    let mut files: BTreeMap<&str, &str> = existing.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    for step in steps {
        match step {
            Step::Write { path, text } => files.insert(path, text),
            Step::Delete { path } => files.remove(&**path),
        };
    }
    files
}

/// An output folder, locked against other runs.
pub(crate) struct Out {
    dir: PathBuf,
    /// Held for as long as the folder is open; `None` when it is only read.
    lock: Option<File>,
    /// Folders that were not there; those that stay empty are removed again.
    made: Vec<PathBuf>,
}

impl Out {
    /// Opens the folder. With `write`, locks it and carries out what a killed run left undone.
    pub(crate) fn open(dir: &Path, write: bool) -> Result<Self> {
        let state = dir.join(STATE);
        if !write {
            if journal::exists(&state) {
                bail!("a run on {} was interrupted: finish it with cargo xtask regen", dir.display());
            }
            return Ok(Self { dir: dir.to_path_buf(), lock: None, made: Vec::new() });
        }
        refuse_links(dir, Path::new(STATE), &mut HashSet::new())?;
        let mut out = Self { dir: dir.to_path_buf(), lock: None, made: Vec::new() };
        stage::create_folders(&state, &mut out.made).with_context(|| format!("cannot create {}", state.display()))?;
        let lock = File::create(state.join("lock")).context("cannot create the lock")?;
        match lock.try_lock() {
            Ok(()) => out.lock = Some(lock),
            Err(fs::TryLockError::WouldBlock) => {
                // The other run's folder, whoever made it.
                out.made.clear();
                bail!("another run is writing {}: wait for it", dir.display())
            }
            Err(fs::TryLockError::Error(error)) => return Err(error).context("cannot lock the output folder"),
        }
        if let Some(steps) = journal::read(&state)? {
            eprintln!("finishing an interrupted run on {}", dir.display());
            out.carry_out(&steps)?;
        }
        stage::sweep(dir, &state);
        Ok(out)
    }

    /// Every file below the folder that could be ours: path with `/` → text. `target` and hidden folders are passed over.
    pub(crate) fn read(&self) -> Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        if self.dir.is_dir() {
            collect(&self.dir, "", &mut files)?;
        }
        Ok(files)
    }

    /// One file of the folder, where it is there and text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.dir.join(path)).ok()
    }

    /// Carries out all steps, or none.
    pub(crate) fn apply(&self, steps: &[Step<'_>]) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        let mut sound = HashSet::new();
        for step in steps {
            refuse_links(&self.dir, Path::new(step.path()), &mut sound)?;
        }
        let state = self.dir.join(STATE);
        let staged = stage::Staged::write(&self.dir, &state, steps)?;
        journal::write(&state, steps)?;
        staged.keep();
        self.carry_out(steps)
    }

    fn carry_out(&self, steps: &[Step<'_>]) -> Result<()> {
        for step in steps {
            match step {
                Step::Write { path, text } => replace(&self.dir.join(&**path), text)?,
                Step::Delete { path } => self.delete(path)?,
            }
        }
        let state = self.dir.join(STATE);
        journal::remove(&state)?;
        stage::done(&state);
        Ok(())
    }

    fn delete(&self, path: &str) -> Result<()> {
        let file = self.dir.join(path);
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot delete {}", file.display())),
        }
        // Folders that this emptied go too; the first that is not empty ends it.
        for parent in Path::new(path).ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
            if fs::remove_dir(self.dir.join(parent)).is_err() {
                break;
            }
        }
        Ok(())
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        let state = self.dir.join(STATE);
        // Best effort: an empty folder left behind harms nobody.
        if self.lock.is_some() && !journal::exists(&state) {
            let _ = fs::remove_file(state.join("lock"));
            let _ = fs::remove_dir(&state);
        }
        self.made.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

impl Step<'_> {
    fn path(&self) -> &str {
        match self {
            Step::Write { path, .. } | Step::Delete { path } => path,
        }
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if name.starts_with('.') || (prefix.is_empty() && name == "target") {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
            // What is not text is not ours; it still counts as something that stands there.
            let text = String::from_utf8(bytes);
            files.insert(path, text.unwrap_or_else(|other| String::from_utf8_lossy(other.as_bytes()).into_owned()));
        }
    }
    Ok(())
}

/// Lets the text that waits beside its place take it; writes it there first if it does not wait. The file is wholly old or wholly new
/// at every moment.
fn replace(file: &Path, text: &str) -> Result<()> {
    let waiting = stage::waiting(file);
    let waits = fs::read(&waiting).is_ok_and(|waits| waits == text.as_bytes());
    let write = || {
        if !waits {
            stage::create_folders(file.parent().unwrap_or(Path::new(".")), &mut Vec::new())?;
            fs::write(&waiting, text)?;
        }
        fs::rename(&waiting, file)
    };
    write().with_context(|| format!("cannot write {}; run again to finish", file.display()))
}

/// Nothing is written through a symbolic link, nor outside the folder. `sound` are folders that were looked at before.
fn refuse_links(dir: &Path, path: &Path, sound: &mut HashSet<PathBuf>) -> Result<()> {
    if path.components().any(|part| !matches!(part, Component::Normal(_))) {
        bail!("{} leads out of the output folder", path.display());
    }
    for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
        if sound.contains(part) {
            break;
        }
        let at = dir.join(part);
        if fs::symlink_metadata(&at).is_ok_and(|found| found.file_type().is_symlink()) {
            bail!("{} is a symbolic link: remove it, nothing is written through links", at.display());
        }
        if part != path {
            sound.insert(part.to_path_buf());
        }
    }
    Ok(())
}
