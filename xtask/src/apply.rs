//! Writes a set of changes as one step that survives a crash.
//!
//! In: steps (write this text there, delete that). Out: the folder, wholly old or wholly new. All steps are first written into
//! one journal, flushed, and renamed to its final name: from then on the run counts as done. Then each file is written beside
//! its place and renamed. Whoever opens the folder next and finds a journal carries it out again: every step may be repeated.
//! A lock keeps a second run out; the system drops it when the process dies.

mod journal;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_model::files::{Changes, FileSet};

/// Our own folder within the output folder; it is there only while a run goes on, or after one was killed.
const STATE: &str = ".opentop-regen";

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Put this text there.
    Write {
        /// From the output folder, with `/`.
        path: Cow<'a, str>,
        /// The whole new text.
        text: Cow<'a, str>,
    },
    /// Take the file away.
    Delete {
        /// From the output folder, with `/`.
        path: Cow<'a, str>,
    },
}

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
}

impl Out {
    /// Opens the folder. With `write`, locks it and carries out what a killed run left undone.
    pub(crate) fn open(dir: &Path, write: bool) -> Result<Self> {
        let state = dir.join(STATE);
        if !write {
            if journal::exists(&state) {
                bail!("a run on {} was interrupted: finish it with cargo xtask regen", dir.display());
            }
            return Ok(Self { dir: dir.to_path_buf(), lock: None });
        }
        refuse_links(dir, Path::new(STATE), &mut HashSet::new())?;
        fs::create_dir_all(&state).with_context(|| format!("cannot create {}", state.display()))?;
        let lock = File::create(state.join("lock")).context("cannot create the lock")?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => bail!("another run is writing {}: wait for it", dir.display()),
            Err(fs::TryLockError::Error(error)) => return Err(error).context("cannot lock the output folder"),
        }
        let out = Self { dir: dir.to_path_buf(), lock: Some(lock) };
        if let Some(steps) = journal::read(&state)? {
            eprintln!("finishing an interrupted run on {}", dir.display());
            out.carry_out(&steps)?;
        }
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
        journal::write(&self.dir.join(STATE), steps)?;
        self.carry_out(steps)
    }

    fn carry_out(&self, steps: &[Step<'_>]) -> Result<()> {
        for step in steps {
            match step {
                Step::Write { path, text } => replace(&self.dir.join(&**path), text)?,
                Step::Delete { path } => self.delete(path)?,
            }
        }
        journal::remove(&self.dir.join(STATE))
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
        if self.lock.is_some() {
            let state = self.dir.join(STATE);
            if !journal::exists(&state) {
                // Best effort: an empty folder left behind harms nobody.
                let _ = fs::remove_file(state.join("lock"));
                let _ = fs::remove_dir(&state);
            }
        }
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

/// Writes beside the place and renames: the file is wholly old or wholly new at every moment.
fn replace(file: &Path, text: &str) -> Result<()> {
    let shown = file.display();
    let parent = file.parent().with_context(|| format!("{shown} has no folder"))?;
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(".opentop-new");
    let staged = parent.join(name);
    let created = match File::create(&staged) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
            File::create(&staged)
        }
        created => created,
    };
    let written = created.and_then(|mut staged| staged.write_all(text.as_bytes()));
    if let Err(error) = written.and_then(|()| fs::rename(&staged, file)) {
        let _ = fs::remove_file(&staged);
        return Err(error).with_context(|| format!("cannot write {shown}; run again to finish"));
    }
    Ok(())
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
