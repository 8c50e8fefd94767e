//! Emitters: the same model as other crates.
//!
//! They make [`Files`] in memory from a [`Catalogue`](crate::catalogue::Catalogue). [`structs`] writes the serde derive and the
//! miniserde baselines, [`openapi`] the document that progenitor reads, [`answer`] the bytes to decode, [`program`] programs that use
//! what was generated.

pub(crate) mod answer;
pub(crate) mod names;
pub(crate) mod openapi;
pub(crate) mod program;
pub(crate) mod structs;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Paths below a folder, and what stands there.
#[derive(Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, String>);

impl Files {
    pub(crate) fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// Makes `dir` hold these files. Unchanged files are not touched, so that cargo does not rebuild it.
    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        for (path, text) in &self.0 {
            let path = dir.join(path);
            if fs::read_to_string(&path).is_ok_and(|there| there == *text) {
                continue;
            }
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// The manifest of an emitted crate. It is no member of any workspace, and has cargo's own profiles: the crates that are compared are
/// dependencies of the programs, and a user's dev build does not optimise dependencies.
pub(crate) fn manifest(name: &str, dependencies: &[(&str, String)]) -> String {
    let dependencies: String = dependencies.iter().map(|(name, what)| format!("{name} = {what}\n")).collect();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}\n\
         [profile.release]\nstrip = true\n"
    )
}

/// A dependency by path, with these features alone.
pub(crate) fn path_dependency(path: &Path, features: &[&str]) -> String {
    format!("{{ path = {:?}, default-features = false, features = {features:?} }}", path.display().to_string())
}
