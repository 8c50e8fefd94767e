//! Reads a crate from its root file: every module, what it defines and imports, and every path its code mentions.
//!
//! Code that exists only for tests (`#[cfg(test)]`) is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::scan::{Mention, Scan, Submodule, scan};

/// One module. Its number is its place in [`Crate::modules`]; number 0 is the root.
#[derive(Default)]
pub struct Module {
    /// The file it is written in: a place in [`Crate::files`].
    pub file: usize,
    /// The module above; none for the root.
    pub parent: Option<usize>,
    /// Modules below, by name.
    pub children: BTreeMap<String, usize>,
    /// Names of items that are defined here.
    pub defined: BTreeSet<String>,
    /// Names that `use` brings in, and what they stand for.
    pub imported: Vec<(String, Vec<String>)>,
    /// Modules whose whole content `use path::*` brings in.
    pub globs: Vec<Vec<String>>,
    /// Every path that is mentioned, with its line.
    pub mentions: Vec<Mention>,
}

/// A file of a crate.
pub struct File {
    /// Its path, relative to the repository where it lies in it.
    pub path: PathBuf,
    /// How many lines it has.
    pub lines: usize,
}

/// A crate: one target of a package.
pub struct Crate {
    /// Its files; the root is the first.
    pub files: Vec<File>,
    /// Its modules; the root is the first.
    pub modules: Vec<Module>,
    /// Which file defines a `macro_rules!` macro.
    pub macros: BTreeMap<String, usize>,
}

/// Reads a file, or says that there is none.
pub type Read<'a> = &'a dyn Fn(&Path) -> Option<String>;

impl Crate {
    /// Reads the crate whose root is `root`.
    pub fn read(root: &Path, read: Read<'_>) -> Result<Self> {
        let mut krate = Self { files: Vec::new(), modules: Vec::new(), macros: BTreeMap::new() };
        let folder = root.parent().unwrap_or(Path::new("")).to_path_buf();
        krate.add_file(root.to_path_buf(), &folder, None, read)?;
        Ok(krate)
    }

    /// Adds a file as a module. `folder` is where its own modules are looked for.
    fn add_file(&mut self, path: PathBuf, folder: &Path, parent: Option<usize>, read: Read<'_>) -> Result<usize> {
        let text = read(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
        let syntax = syn::parse_file(&text).with_context(|| format!("{}: cannot be parsed", path.display()))?;
        let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let file = self.files.len();
        self.files.push(File { path, lines: text.lines().count() });
        self.add_module(scan(&syntax.items), file, Folders { own: folder, beside: &beside }, parent, read)
    }

    fn add_module(
        &mut self,
        scan: Scan,
        file: usize,
        folders: Folders<'_>,
        parent: Option<usize>,
        read: Read<'_>,
    ) -> Result<usize> {
        let number = self.modules.len();
        for name in scan.macros {
            self.macros.insert(name, file);
        }
        self.modules.push(Module {
            file,
            parent,
            children: BTreeMap::new(),
            defined: scan.defined,
            imported: scan.imported,
            globs: scan.globs,
            mentions: scan.mentions,
        });
        for Submodule { name, path, content } in scan.submodules {
            let below = folders.own.join(&name);
            let child = match content {
                Some(content) => {
                    self.add_module(content, file, Folders { own: &below, beside: &below }, Some(number), read)?
                }
                None => {
                    let (found, own) = find(&name, path.as_deref(), folders, read)
                        .with_context(|| format!("{}: mod {name}", self.files[file].path.display()))?;
                    self.add_file(found, &own, Some(number), read)?
                }
            };
            self.modules[number].children.insert(name, child);
        }
        Ok(number)
    }
}

/// Where a module's own modules are looked for.
#[derive(Clone, Copy)]
struct Folders<'a> {
    /// For `mod x;`.
    own: &'a Path,
    /// For `#[path = "…"] mod x;`.
    beside: &'a Path,
}

/// The file of `mod name;`, and the folder of its own modules.
fn find(name: &str, path: Option<&str>, folders: Folders<'_>, read: Read<'_>) -> Result<(PathBuf, PathBuf)> {
    let own = folders.own;
    if let Some(path) = path {
        let file = normal(&folders.beside.join(path));
        let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
        return Ok((file, folder));
    }
    for file in [own.join(format!("{name}.rs")), own.join(name).join("mod.rs")] {
        if read(&file).is_some() {
            return Ok((file, own.join(name)));
        }
    }
    bail!("expected {name}.rs or {name}/mod.rs in {}", own.display())
}

/// Takes `a/../` out of a path.
fn normal(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                whole.pop();
            }
            std::path::Component::CurDir => {}
            other => whole.push(other),
        }
    }
    whole
}
