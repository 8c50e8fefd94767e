//! Writes the generated files of the repository's own spec folder: the schemas for editors, and the page of diagnostics.
//!
//! They are written and checked like the generated crate. Spec folders elsewhere belong to their owners; `import` gives them
//! the schema.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use opentop_codegen::explain;
use opentop_model::files::{Changes, FileSet};
use opentop_model::schema;

use crate::apply::{self, Out};
use crate::outcome::Outcome;
use crate::report::{Format, many};
use crate::repository::root;

/// The files of one spec folder, and what stands there.
pub(crate) struct Documents {
    dir: PathBuf,
    files: FileSet,
    existing: BTreeMap<String, String>,
}

impl Documents {
    /// Those of `spec`; `None` if that is not the repository's own folder.
    pub(crate) fn of(spec: &Path) -> Option<Documents> {
        let own = root().join("spec");
        if spec.canonicalize().ok()? != own.canonicalize().ok()? {
            return None;
        }
        let schemas = schema::files().map(|(name, text)| (name.to_owned(), text));
        let files: BTreeMap<String, String> =
            schemas.into_iter().chain([(explain::PAGE.to_owned(), explain::page())]).collect();
        let text = |name: &String| Some((name.clone(), fs::read_to_string(spec.join(name)).ok()?));
        let existing = files.keys().filter_map(text).collect();
        Some(Documents { dir: spec.to_path_buf(), files: FileSet(files), existing })
    }

    fn changes(&self) -> Changes {
        Changes::between(&self.files, &self.existing, false)
    }

    /// Lists what would change, and says whether anything would.
    pub(crate) fn differ(&self) -> bool {
        let changes = self.changes();
        for path in &changes.create {
            println!("missing  spec/{path}");
        }
        for path in changes.update.iter().chain(&changes.foreign) {
            println!("changed  spec/{path}");
            print!("{}", self.diff(path));
        }
        !changes.is_empty()
    }

    /// Writes what changed, and says so where anything did.
    pub(crate) fn write(&self, force: bool, format: Format) -> Result<Outcome> {
        let changes = self.changes();
        let lost: Vec<&String> = changes.edited.iter().filter(|_| !force).chain(&changes.foreign).collect();
        for path in &lost {
            eprintln!("error: spec/{path} is a generated file and was edited by hand; the edit would be lost:");
            eprint!("{}", self.diff(path));
        }
        if !lost.is_empty() {
            eprintln!("it was not written: overwrite the edit with --force, or move the file away");
            return Ok(Outcome::ProblemsFound);
        }
        let steps = apply::steps(&changes, &self.files);
        if !steps.is_empty() {
            Out::open(&self.dir, true)?.apply(&steps)?;
            if format == Format::Human {
                println!("spec: {} {} written", steps.len(), many(steps.len(), "file"));
            }
        }
        Ok(Outcome::Done)
    }

    fn diff(&self, path: &str) -> String {
        let old = self.existing.get(path).map_or("", String::as_str);
        crate::report::text_diff(path, old, self.files.0.get(path).map_or("", String::as_str))
    }
}
