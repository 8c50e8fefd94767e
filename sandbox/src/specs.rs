//! Finding and reading the folder of specifications.
//!
//! In: a folder, or the wish for one. Out: its `*.yaml` files as [`SourceFile`]s, then the model. The only module that reads files.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use opentop_model::diagnostic::{RenderOptions, SourceFile, render_human};
use opentop_model::model::Model;

use crate::error::StartError;

/// The environment variable that names the folder of specifications.
pub const SPEC_VARIABLE: &str = "OPENTOP_SPEC";

/// Folders inside the folder of specifications that are looked into.
const MAX_DEPTH: usize = 8;

/// The folder that [`SPEC_VARIABLE`] names, else the nearest `spec` in the current folder or above it.
pub(crate) fn find() -> Result<PathBuf, StartError> {
    if let Some(named) = env::var_os(SPEC_VARIABLE).filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(named));
    }
    let from = env::current_dir().map_err(|source| StartError::Read { path: PathBuf::from("."), source })?;
    let found = from.ancestors().map(|folder| folder.join("spec")).find(|folder| folder.is_dir());
    found.ok_or(StartError::NoSpecs { variable: SPEC_VARIABLE, from })
}

/// All specifications under `folder`, sorted by path.
pub(crate) fn read(folder: &Path) -> Result<Vec<SourceFile>, StartError> {
    let mut sources = Vec::new();
    collect(folder, "", 0, &mut sources)?;
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(sources)
}

fn collect(folder: &Path, prefix: &str, depth: usize, out: &mut Vec<SourceFile>) -> Result<(), StartError> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| StartError::Read { path, source }
    };
    for entry in fs::read_dir(folder).map_err(fail(folder))? {
        let entry = entry.map_err(fail(folder))?;
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            if depth < MAX_DEPTH {
                collect(&path, &format!("{relative}/"), depth + 1, out)?;
            }
        } else if name.ends_with(".yaml") {
            let text = fs::read_to_string(&path).map_err(fail(&path))?;
            out.push(SourceFile { path: relative, text });
        }
    }
    Ok(())
}

/// The model of `sources`.
pub(crate) fn model(sources: &[SourceFile]) -> Result<Model, StartError> {
    let loaded = opentop_model::load(sources);
    if loaded.has_errors() {
        return Err(StartError::Specs {
            rendered: render_human(&loaded.diagnostics, sources, &RenderOptions::default()),
        });
    }
    Ok(loaded.model)
}
