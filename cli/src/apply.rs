//! Writes a set of changes as one step that survives a crash and a full disk: the folder is wholly old or wholly new.
//!
//! First every new file is written beside its place ([`stage`]), one by one, and each step into one journal, which is flushed and renamed
//! to its final name at the end. From then on the run counts as done: the files take their places. Whoever opens the folder next and
//! finds a journal carries it out again, since every step may be repeated. A lock keeps a second run out; the system drops it when the
//! process dies.

mod journal;
mod stage;
mod step;

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use opentop_model::files::{Changes, FileSet};
use opentop_model::parallel::each;

use crate::hash;

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

    /// The hash of every file below the folder that could be ours, by path with `/`. `target` and hidden folders are passed over.
    pub(crate) fn hashes(&self) -> Result<HashMap<String, u128>> {
        let mut paths = Vec::new();
        if self.dir.is_dir() {
            collect(&self.dir, "", &mut paths)?;
        }
        let hashed = each(&paths.chunks(AT_ONCE).collect::<Vec<_>>(), |paths| {
            let mut buffer = hash::buffer();
            let hash = |path: &String| {
                let hash = hash::of_file(&self.dir.join(path), &mut buffer);
                hash.with_context(|| format!("cannot read {path}"))
            };
            paths.iter().map(hash).collect::<Result<Vec<_>>>()
        });
        let hashes = hashed.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(paths.into_iter().zip(hashes.into_iter().flatten()).collect())
    }

    /// The text of a file of the folder; empty where it is not there. What is not text is not ours; it still counts as something that
    /// stands there.
    pub(crate) fn old(&self, path: &str) -> Result<String> {
        match fs::read(self.dir.join(path)) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error).with_context(|| format!("cannot read {path}")),
        }
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
        let prepared = self.prepare();
        let mut deleted = Vec::new();
        for step in steps {
            match step {
                Step::Write { path, text } => prepared.write(path, text)?,
                Step::Delete { path } => deleted.push(path.to_string()),
            }
        }
        prepared.commit(&deleted)
    }

    /// Begins changes that take effect all together, or not at all.
    pub(crate) fn prepare(&self) -> Prepared<'_> {
        Prepared {
            out: self,
            state: self.dir.join(STATE),
            changes: Mutex::new(None),
            sound: Mutex::new(HashSet::new()),
        }
    }

    fn carry_out(&self, steps: &[Step<'_>]) -> Result<()> {
        for step in steps {
            match step {
                Step::Write { path, text } => replace(&self.dir.join(&**path), text)?,
                Step::Delete { path } => self.delete(path)?,
            }
        }
        self.done()
    }

    /// Forgets the journal: all its steps are carried out.
    fn done(&self) -> Result<()> {
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

/// Changes that are prepared and do not show yet. Dropped, they and the folders made for them are gone.
pub(crate) struct Prepared<'a> {
    out: &'a Out,
    state: PathBuf,
    /// None until there is one.
    changes: Mutex<Option<Changing>>,
    /// Folders that are no links.
    sound: Mutex<HashSet<PathBuf>>,
}

struct Changing {
    staged: stage::Staged,
    journal: journal::Writer,
    written: Vec<String>,
}

impl Prepared<'_> {
    /// Prepares to put `text` at `path`. May be called from several threads.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        self.look_at(path)?;
        let file = self.out.dir.join(path);
        let failed = || format!("cannot write {}; nothing was changed", file.display());
        let place = self.change(|changing| Ok(changing.staged.place(&file)))?;
        let mut written = fs::write(&place, text);
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            self.change(|changing| changing.staged.folder(&file).with_context(failed))?;
            written = fs::write(&place, text);
        }
        written.with_context(failed)?;
        self.change(|changing| {
            changing.written.push(path.to_owned());
            changing.journal.add(&Step::Write { path: path.into(), text: text.into() })
        })
    }

    /// The text that [`Prepared::write`] was given for a path.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        let place = stage::waiting(&self.out.dir.join(path));
        fs::read_to_string(&place).with_context(|| format!("cannot read {}", place.display()))
    }

    /// Carries everything out, and deletes files.
    pub(crate) fn commit(self, deleted: &[String]) -> Result<()> {
        for path in deleted {
            self.look_at(path)?;
            self.change(|changing| changing.journal.add(&Step::Delete { path: path.into() }))?;
        }
        let changing = self.changes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(Changing { staged, journal, mut written }) = changing else { return Ok(()) };
        journal.finish()?;
        staged.keep();
        written.sort_unstable();
        for path in &written {
            let file = self.out.dir.join(path);
            fs::rename(stage::waiting(&file), &file)
                .with_context(|| format!("cannot write {}; run again to finish", file.display()))?;
        }
        deleted.iter().try_for_each(|path| self.out.delete(path))?;
        self.out.done()
    }

    fn look_at(&self, path: &str) -> Result<()> {
        let mut sound = self.sound.lock().unwrap_or_else(PoisonError::into_inner);
        refuse_links(&self.out.dir, Path::new(path), &mut sound)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Changing) -> Result<T>) -> Result<T> {
        let mut changing = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if changing.is_none() {
            let staged = stage::Staged::begin(&self.state)?;
            let journal = journal::Writer::begin(&self.state)?;
            *changing = Some(Changing { staged, journal, written: Vec::new() });
        }
        changing.as_mut().map_or_else(|| bail!("invariant: it was just begun"), change)
    }
}

/// How many files share a buffer when they are hashed.
const AT_ONCE: usize = 64;

fn collect(dir: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if name.starts_with('.') || (prefix.is_empty() && name == "target") {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &path, paths)?;
        } else if kind.is_file() {
            paths.push(path);
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
