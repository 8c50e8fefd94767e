//! Prepares the spec folder to compare on, from a folder of specs, a folder of JSON descriptions, or a size; and copies of it
//! ten times as large.

mod random;
pub(crate) mod synthetic;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_model::diagnostic::SourceFile;

use crate::catalogue::read_sources;
use crate::measure;
use crate::work::{Work, remove};

/// Where the methods come from.
pub(crate) enum Origin {
    /// A folder of specs.
    Specs(PathBuf),
    /// A folder of JSON descriptions.
    Descriptions(PathBuf),
    /// So many invented methods.
    Synthetic(usize),
}

impl Origin {
    /// Names the working folder.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Specs(_) => "specs".to_owned(),
            Self::Descriptions(_) => "corpus".to_owned(),
            Self::Synthetic(size) => format!("synthetic-{size}"),
        }
    }

    /// For the report.
    pub(crate) fn said(&self) -> String {
        match self {
            Self::Specs(dir) => format!("specs in {}", dir.display()),
            Self::Descriptions(dir) => format!("descriptions in {}", dir.display()),
            Self::Synthetic(size) => format!("a synthetic corpus of {size} methods, seed {:#x}", synthetic::SEED),
        }
    }
}

/// The folder of specs, imported where it has to be.
pub(crate) fn specs(origin: &Origin, work: &Work) -> Result<PathBuf> {
    let descriptions = match origin {
        Origin::Specs(dir) => return std::path::absolute(dir).context("the spec folder"),
        Origin::Descriptions(dir) => std::path::absolute(dir)?,
        Origin::Synthetic(size) => {
            let dir = work.dir.join("descriptions");
            remove(&dir)?;
            synthetic::emit(*size).write(&dir)?;
            dir
        }
    };
    let specs = work.dir.join("specs");
    remove(&specs)?;
    let mut import = work.import();
    import.arg("--out").arg(&specs).arg(&descriptions);
    if let Err(error) = measure::run(&mut import) {
        if !specs.is_dir() {
            return Err(error.context("the descriptions cannot be imported; compare on specs with --spec DIR"));
        }
        eprintln!("import: {error:#}");
    }
    Ok(specs)
}

/// Every spec `times` times, the copies under other method names, in a folder of their own.
pub(crate) fn copies(specs: &Path, times: usize, work: &Work) -> Result<PathBuf> {
    let out = work.dir.join(format!("specs-x{times}"));
    remove(&out)?;
    let mut sources = Vec::new();
    read_sources(specs, specs, &mut sources)?;
    for source in &sources {
        write(&out, &source.path, &source.text)?;
        for copy in 1..times {
            if let Some(renamed) = renamed(source, copy) {
                write(&out, &renamed.path, &renamed.text)?;
            }
        }
    }
    Ok(out)
}

/// A spec under another method name; `None` for what describes no method.
fn renamed(source: &SourceFile, copy: usize) -> Option<SourceFile> {
    // An override names no method: it corrects the one that it stands beside.
    let line = source.text.lines().find(|line| line.starts_with("api: "))?;
    let method = line.trim_start_matches("api: ").trim().trim_matches(['"', '\'']);
    let (folder, _) = source.path.rsplit_once('/')?;
    Some(SourceFile {
        path: format!("{folder}/{method}.c{copy}.yaml"),
        text: source.text.replacen(line, &format!("api: {method}.c{copy}"), 1),
    })
}

/// Changes one spec so that its output changes; every call another way. Returns what it was.
pub(crate) fn touch(specs: &Path, turn: usize) -> Result<(PathBuf, String)> {
    let mut sources = Vec::new();
    read_sources(specs, specs, &mut sources)?;
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    let usable = |source: &&SourceFile| source.text.contains("\napi: ") || source.text.starts_with("api: ");
    let Some(source) = sources.iter().filter(usable).find(|source| !source.text.contains("\ndeprecated:")) else {
        bail!("no spec to touch in {}", specs.display());
    };
    let path = specs.join(&source.path);
    fs::write(&path, format!("{}\ndeprecated: touched {turn}\n", source.text.trim_end()))?;
    Ok((path, source.text.clone()))
}

fn write(out: &Path, path: &str, text: &str) -> Result<()> {
    let path = out.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_copy_is_the_same_method_under_another_name() {
        let text = "# head\napi: alibaba.example.gift.get\ntitle: api: x\n".to_owned();
        let source = SourceFile { path: "example/alibaba.example.gift.get.yaml".to_owned(), text };
        let copy = renamed(&source, 3).unwrap();
        assert_eq!(copy.path, "example/alibaba.example.gift.get.c3.yaml");
        assert_eq!(copy.text, "# head\napi: alibaba.example.gift.get.c3\ntitle: api: x\n");
    }

    #[test]
    fn a_category_is_not_copied() {
        assert!(renamed(&SourceFile { path: "example/category.yaml".into(), text: "title: x\n".into() }, 1).is_none());
    }
}
