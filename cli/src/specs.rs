//! Finds and reads the specs of a command.
//!
//! They are in the folder that `--spec` names. Without it, in `top/` or `spec/` of the current folder or of one above, up to
//! the repository's root; else the specs built into the sandbox are used. Only the current folder is ever written to unasked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_model::diagnostic::SourceFile;
use opentop_model::folder;
use opentop_model::model::{Api, Dialect, Model, Protocol};
use opentop_model::{Loaded, load};

use crate::{report, resemble};

/// The default names of a spec folder.
const NAMES: [&str; 2] = ["top", "spec"];

/// Every YAML file below `dir`, links followed, sorted by path.
pub(crate) fn read(dir: &Path) -> Result<Vec<SourceFile>> {
    if !dir.exists() {
        bail!("there is no folder {}: name the spec folder with --spec DIR", dir.display());
    }
    folder::read(dir).context("the specs cannot be read; nothing was written")
}

/// The text of a file; one that is too large or not UTF-8 is an error that says where.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    Ok(folder::text(path)?)
}

/// The specifications that a command works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Specs {
    /// In a folder.
    Folder(PathBuf),
    /// Those of the sandbox.
    BuiltIn,
}

impl Specs {
    /// Finds them, and says on standard error which they are unless `--spec` said it.
    pub(crate) fn find(given: Option<&Path>) -> Result<Specs> {
        let specs = Specs::silently(given)?;
        if given.is_none() {
            // Where nobody listens, nothing is lost.
            let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("specs: {}\n", specs.shown()));
        }
        Ok(specs)
    }

    /// Finds them without a word.
    pub(crate) fn silently(given: Option<&Path>) -> Result<Specs> {
        if let Some(folder) = given {
            if !folder.is_dir() {
                bail!("there is no folder {}: name the spec folder with --spec DIR", folder.display());
            }
            return Ok(Specs::Folder(folder.to_path_buf()));
        }
        Ok(above(Path::new("."), |folder| NAMES.map(|name| folder.join(name)).into_iter().find(|at| holds_specs(at)))?
            .map_or(Specs::BuiltIn, Specs::Folder))
    }

    /// The folder, for a command that cannot work on the built-in ones.
    pub(crate) fn folder(given: Option<&Path>) -> Result<PathBuf> {
        match Specs::find(given)? {
            Specs::Folder(folder) => Ok(folder),
            Specs::BuiltIn => bail!(
                "there is no spec folder here: expected `top/` or `spec/` with `<category>/category.yaml` in it, in this folder or one \
                 above it in its repository; name the spec folder with --spec DIR"
            ),
        }
    }

    /// The folder to write into: the one that was named, else the one of this very folder, which need not be there yet.
    pub(crate) fn to_write(given: Option<&Path>) -> Result<PathBuf> {
        if let Some(folder) = given {
            return Ok(folder.to_path_buf());
        }
        if let Some(here) = NAMES.iter().map(PathBuf::from).find(|folder| folder.is_dir()) {
            return Ok(here);
        }
        match Specs::silently(None)? {
            Specs::Folder(above) => {
                let shown = above.display();
                bail!(
                    "the spec folder is {shown}, outside this folder: run the command beside it, or say --spec {shown}"
                )
            }
            Specs::BuiltIn if Path::new("Cargo.toml").is_file() => Ok(PathBuf::from(NAMES[0])),
            Specs::BuiltIn => bail!(
                "this is no crate and holds no spec folder: make one with `opentop new NAME`, or name a folder with --spec DIR"
            ),
        }
    }

    /// What messages call them.
    pub(crate) fn shown(&self) -> String {
        match self {
            Specs::Folder(folder) => format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR),
            Specs::BuiltIn => "the four built in (no `top/` or `spec/` here or above)".to_owned(),
        }
    }

    /// What stands before the path of a source in a message.
    fn prefix(&self) -> String {
        match self {
            Specs::Folder(folder) => folder.display().to_string(),
            Specs::BuiltIn => "(built in)".to_owned(),
        }
    }

    /// Every file.
    pub(crate) fn sources(&self) -> Result<Vec<SourceFile>> {
        match self {
            Specs::Folder(folder) => read(folder),
            Specs::BuiltIn => Ok(opentop_sandbox::built_in_specs()),
        }
    }

    /// Everything, or `None` where there are errors, which were shown.
    pub(crate) fn model(&self) -> Result<Option<(Model, Vec<SourceFile>)>> {
        let sources = self.sources()?;
        let loaded = load(&sources);
        Ok(self.sound(loaded, &sources).map(|model| (model, sources)))
    }

    fn sound(&self, loaded: Loaded, sources: &[SourceFile]) -> Option<Model> {
        if loaded.has_errors() {
            report::show(&loaded.diagnostics, sources, &self.prefix(), report::Format::Human);
            return None;
        }
        Some(loaded.model)
    }

    /// The names of all methods, sorted: those of their files. No file is read.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = match self {
            Specs::Folder(folder) => folders(folder)?
                .iter()
                .map(|folder| files(folder))
                .collect::<Result<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect(),
            Specs::BuiltIn => opentop_sandbox::built_in_specs().into_iter().map(|source| source.path).collect(),
        };
        for name in &mut names {
            let stem = stem(name);
            *name = stem.rsplit_once('/').map_or(stem, |(_, name)| name).to_owned();
        }
        names.sort_unstable();
        names.dedup();
        names.retain(|name| name != "category");
        Ok(names)
    }

    /// That no specification describes a method, and which it was probably meant to be.
    pub(crate) fn unknown(&self, typed: &str) -> Result<String> {
        let names = self.names()?;
        Ok(format!("no spec describes `{typed}`{}", resemble::question(typed, names.iter().map(String::as_str))))
    }

    /// One method, read from its own files alone.
    pub(crate) fn method(&self, name: &str) -> Result<Found> {
        let sources = match self {
            Specs::Folder(folder) => of_method(folder, name)?,
            Specs::BuiltIn => {
                let mut sources = opentop_sandbox::built_in_specs();
                let own = |source: &SourceFile| source.path.rsplit('/').next() == Some(&format!("{name}.yaml"));
                let category = sources.iter().find(|source| own(source)).and_then(|source| folder_of(&source.path));
                let category = category.map(|category| format!("{category}/category.yaml"));
                sources.retain(|source| own(source) || category.as_deref() == Some(&*source.path));
                sources
            }
        };
        if sources.is_empty() {
            return Ok(Found::Nowhere);
        }
        let loaded = load(&sources);
        Ok(match self.sound(loaded, &sources) {
            Some(model) => model.apis.into_iter().next().map_or(Found::Nowhere, |api| Found::Api(Box::new(api))),
            None => Found::Broken,
        })
    }
}

/// What became of looking for a method.
pub(crate) enum Found {
    /// Its specification is sound.
    Api(Box<Api>),
    /// It has errors, which were shown.
    Broken,
    /// No specification describes it.
    Nowhere,
}

/// Why the gateway does not serve a method, in a sentence; `None` where it does.
pub(crate) fn not_served(api: &Api) -> Option<String> {
    let Dialect { protocol, because } = api.dialect.as_ref()?;
    let (method, because) = (&api.method, because.trim().trim_end_matches(['.', '。']));
    Some(match protocol {
        Protocol::Spi => format!(
            "`{method}` is a call that the platform makes to an application ({because}): `opentop spi send` makes it"
        ),
        Protocol::Tmc => format!("`{method}` is a message that the platform sends: `opentop tmc push` publishes one"),
        Protocol::Qimen => format!(
            "`{method}` cannot be called through the gateway: it speaks qimen ({because}); call it from a program whose client has `.qimen(…)`"
        ),
    })
}

fn folder_of(path: &str) -> Option<String> {
    path.rsplit_once('/').map(|(folder, _)| folder.to_owned())
}

/// `item/a.b` for all of `item/a.b.yaml`, `item/a.b.override.yaml` and `item/a.b.note.override.yaml`.
fn stem(path: &str) -> &str {
    path.strip_suffix(".yaml").or_else(|| path.strip_suffix(".yml")).unwrap_or(path)
}

/// The first thing that `look` finds in this folder or in one above, up to the repository's root. Outside a repository only in this one.
pub(crate) fn above<T>(from: &Path, look: impl Fn(&Path) -> Option<T>) -> Result<Option<T>> {
    let real = fs::canonicalize(from).with_context(|| format!("cannot read {}", from.display()))?;
    let depth = real.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    let mut at = PathBuf::new();
    for _ in 0..=depth {
        if let Some(found) = look(&at) {
            return Ok(Some(found));
        }
        at.push("..");
    }
    Ok(None)
}

/// Whether a folder is one of specs: a folder in it describes a category.
fn holds_specs(folder: &Path) -> bool {
    folders(folder).is_ok_and(|folders| folders.iter().any(|folder| folder.join("category.yaml").is_file()))
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok())
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .filter(|entry| {
            entry.file_type().is_ok_and(|kind| kind.is_dir() || (kind.is_symlink() && entry.path().is_dir()))
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    Ok(found)
}

/// The names of the files that describe methods.
fn files(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| name.ends_with(".yaml") && !name.ends_with(OVERRIDE) && !name.starts_with('.')).collect())
}

const OVERRIDE: &str = ".override.yaml";

/// The specification of a method, the overrides beside it, and the category's file.
fn of_method(folder: &Path, name: &str) -> Result<Vec<SourceFile>> {
    // A name is part of a path here, and no way out of the folder.
    if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
        return Ok(Vec::new());
    }
    for category in folders(folder)? {
        let own = category.join(format!("{name}.yaml"));
        if !own.is_file() {
            continue;
        }
        let entries = fs::read_dir(&category).with_context(|| format!("cannot read {}", category.display()))?;
        // `a.get.more.override.yaml` belongs to `a.get.more` where there is such a method, else to `a.get`.
        let beside = |file: &String| {
            let word = file.strip_prefix(name).and_then(|rest| rest.strip_suffix(OVERRIDE));
            word.is_some_and(|word| word.is_empty() || !category.join(format!("{name}{word}.yaml")).is_file())
        };
        let overrides = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).filter(beside);
        let mut files: Vec<String> = overrides.chain([format!("{name}.yaml")]).collect();
        if category.join("category.yaml").is_file() {
            files.push("category.yaml".to_owned());
        }
        files.sort();
        files.dedup();
        let in_category = category.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return files
            .into_iter()
            .map(|file| Ok(SourceFile { text: text_of(&category.join(&file))?, path: format!("{in_category}/{file}") }))
            .collect();
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests;
