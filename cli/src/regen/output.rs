//! Compares the output folder with what it is to become, by hash. Only what must be shown is held in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use opentop_model::files::{Changes, is_edited, is_ours};

use super::codec::Files;
use crate::apply::{Out, Prepared};
use crate::hash;

/// What is made of an output folder.
pub(super) struct Output<'a> {
    out: &'a Out,
    /// The hash of every file that stands there.
    existing: &'a HashMap<String, u128>,
    /// Where changed files go.
    changed: Changed<'a>,
    /// Every file that is made, with whether it differs from what stands there.
    made: Mutex<HashMap<String, bool>>,
}

/// Where changed files go.
enum Changed<'a> {
    /// Beside their places.
    Prepared(Box<Prepared<'a>>),
    /// Into memory, to be compared.
    Kept(Mutex<BTreeMap<String, String>>),
}

impl<'a> Output<'a> {
    /// `check`: nothing is to be written.
    pub(super) fn new(out: &'a Out, existing: &'a HashMap<String, u128>, check: bool) -> Self {
        let changed = if check { Changed::Kept(Mutex::default()) } else { Changed::Prepared(Box::new(out.prepare())) };
        Self { out, existing, changed, made: Mutex::default() }
    }

    /// Whether these files stand there as they were remembered.
    pub(super) fn holds(&self, files: &Files) -> bool {
        files.iter().all(|(path, hash)| self.existing.get(path) == Some(hash))
    }

    /// Files that stand there as they are to be.
    pub(super) fn same(&self, files: &Files) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.extend(files.iter().map(|(path, _)| (path.clone(), false)));
    }

    /// Files that were made. `wanted`: whether they are to be written where they differ.
    pub(super) fn put(&self, files: &[(String, String)], wanted: bool) -> Result<Files> {
        let mut hashes = Vec::with_capacity(files.len());
        for (path, text) in files {
            let hash = hash::of(text.as_bytes());
            let differs = self.existing.get(path) != Some(&hash);
            if differs && wanted {
                match &self.changed {
                    Changed::Prepared(prepared) => prepared.write(path, text)?,
                    Changed::Kept(kept) => {
                        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                        kept.insert(path.clone(), text.clone());
                    }
                }
            }
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.insert(path.clone(), differs && wanted);
            hashes.push((path.clone(), hash));
        }
        Ok(hashes)
    }

    /// What changes. `all`: whatever is ours and not made any more is deleted.
    pub(super) fn changes(&self, all: bool) -> Result<Changes> {
        let mut changes = Changes::default();
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let different = made.iter().filter(|(_, differs)| **differs).map(|(path, _)| path);
        for path in different.collect::<BTreeSet<_>>() {
            if !self.existing.contains_key(path) {
                changes.create.push(path.clone());
            } else {
                let old = self.out.old(path)?;
                if !is_ours(&old) {
                    changes.foreign.push(path.clone());
                    continue;
                }
                if is_edited(&old) {
                    changes.edited.push(path.clone());
                }
                changes.update.push(path.clone());
            }
        }
        changes.same = made.iter().filter(|(_, differs)| !**differs).map(|(path, _)| path.clone()).collect();
        let others = self.existing.keys().filter(|path| all && !made.contains_key(*path));
        for path in others.collect::<BTreeSet<_>>() {
            let old = self.out.old(path)?;
            if is_ours(&old) {
                if is_edited(&old) {
                    changes.edited.push(path.clone());
                }
                changes.delete.push(path.clone());
            }
        }
        Ok(changes)
    }

    /// The text that stands at a path; empty where there is none.
    pub(super) fn old(&self, path: &str) -> Result<String> {
        self.out.old(path)
    }

    /// The text that is to stand at the path of a changed file; empty where there is to be none.
    pub(super) fn new_text(&self, path: &str) -> Result<String> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).contains_key(path);
        match &self.changed {
            _ if !made => Ok(String::new()),
            Changed::Prepared(prepared) => prepared.text(path),
            Changed::Kept(kept) => {
                let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(kept.get(path).cloned().unwrap_or_default())
            }
        }
    }

    /// Carries the changes out.
    pub(super) fn commit(self, changes: &Changes) -> Result<()> {
        match self.changed {
            Changed::Prepared(prepared) => prepared.commit(&changes.delete),
            Changed::Kept(_) => Ok(()),
        }
    }
}
