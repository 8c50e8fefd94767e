//! What the last run knew of each method: the hash of what it was made from, the hashes of the files it made, and what the rest of the
//! output says of it. The next run reads and writes only what has another hash.
//!
//! Stands in cargo's target folder ([`place`]); where there is none, nothing is remembered. Whoever deletes it loses nothing but time.
//! It counts only for the very generator, options and output folder that it was made with, and only whole.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use opentop_codegen::{Layout, Listed, Options};
use opentop_model::diagnostic::{Diagnostic, SourceFile};

use super::codec::{Files, Reader, Writer};
use crate::hash::{self, Texts};

/// Says that a folder is cargo's own, or another tool's cache.
const TAG: &str = "CACHEDIR.TAG";

/// The memory of one output folder.
pub(super) struct Memory {
    place: Option<PathBuf>,
    /// What all of it depends on.
    key: u128,
    known: Known,
}

/// What is remembered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// By the path of the method's spec.
    pub(super) methods: HashMap<String, Record>,
    /// The files that speak of all methods: the hash of what they were made from, and their own hashes.
    pub(super) rest: (u128, Files),
}

/// One method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The hash of everything that its files were made from.
    pub(super) key: u128,
    /// Its files.
    pub(super) files: Files,
    /// Where its spec says the category. Where it says the name, `listed` has.
    pub(super) category_at: (usize, usize),
    /// What the rest says of it.
    pub(super) listed: Listed,
    /// Warnings of reading it, and of naming what is in it.
    pub(super) warnings: [Vec<Diagnostic>; 2],
}

impl Memory {
    /// What is remembered of `out`; nothing where anything differs.
    pub(super) fn of(out: &Path, layout: Layout, options: &Options, sources: &[SourceFile]) -> Self {
        let place = place(out);
        let generator =
            place.as_ref().and_then(|_| hash::of_file(&std::env::current_exe().ok()?, &mut hash::buffer()).ok());
        let (Some(place), Some(generator)) = (place, generator) else {
            return Self { place: None, key: 0, known: Known::default() };
        };
        let mut key = Texts::default();
        key.add(&format!("{:032x}", generator)).add(&format!("{layout:?} {options:?}"));
        let key = key.finish();
        let known = fs::read(&place).ok().and_then(|bytes| read(&bytes, key, sources)).unwrap_or_default();
        Self { place: Some(place), key, known }
    }

    /// A memory of nothing, that remembers nothing.
    pub(super) fn none() -> Self {
        Self { place: None, key: 0, known: Known::default() }
    }

    pub(super) fn known(&self) -> &Known {
        &self.known
    }

    /// Remembers a finished run. Only a shortcut: where it cannot be kept, the next run does the whole work.
    pub(super) fn remember(&self, known: &Known, sources: &[SourceFile]) {
        let Some(place) = self.place.as_ref().filter(|_| *known != self.known) else { return };
        let Some(folder) = place.parent() else { return };
        let write = || {
            fs::create_dir_all(folder)?;
            let file = tempfile::NamedTempFile::new_in(folder)?;
            fs::write(file.path(), written(known, self.key, sources))?;
            file.persist(place).map_err(std::io::Error::from)
        };
        let _ = write();
    }
}

/// Where the memory of an output folder stands: in the nearest target folder of cargo, from the output folder up to the repository's
/// root.
fn place(out: &Path) -> Option<PathBuf> {
    let out = fs::canonicalize(out).ok()?;
    let root = out.ancestors().position(|folder| folder.join(".git").exists());
    let above = out.ancestors().take(root.map_or(usize::MAX, |depth| depth + 1));
    let target = above.map(|folder| folder.join("target")).find(|target| target.join(TAG).is_file())?;
    Some(target.join("opentop-regen").join(format!("{:032x}", hash::of(out.as_os_str().as_encoded_bytes()))))
}

/// A memory as bytes: the hash of all that follows, the key, the methods, the rest.
fn written(known: &Known, key: u128, sources: &[SourceFile]) -> Vec<u8> {
    let mut out = Writer::new(sources);
    out.hash(key);
    out.number(known.methods.len());
    let sorted: BTreeMap<&String, &Record> = known.methods.iter().collect();
    for (path, record) in sorted {
        out.text(path);
        out.hash(record.key);
        out.files(&record.files);
        out.number(record.category_at.0);
        out.number(record.category_at.1);
        out.listed(&record.listed);
        record.warnings.iter().for_each(|warnings| out.diagnostics(warnings));
    }
    out.hash(known.rest.0);
    out.files(&known.rest.1);
    let body = out.finish();
    [&hash::of(&body).to_le_bytes()[..], &body].concat()
}

fn read(bytes: &[u8], key: u128, sources: &[SourceFile]) -> Option<Known> {
    let (sum, body) = bytes.split_first_chunk()?;
    if u128::from_le_bytes(*sum) != hash::of(body) {
        return None;
    }
    let mut reader = Reader::new(body, sources);
    if reader.hash()? != key {
        return None;
    }
    let mut known = Known::default();
    for _ in 0..reader.number()? {
        let path = reader.text()?.to_owned();
        let (key, files) = (reader.hash()?, reader.files()?);
        let category_at = (reader.number()?, reader.number()?);
        let listed = reader.listed()?;
        let warnings = [reader.diagnostics()?, reader.diagnostics()?];
        // Of a spec that is gone, nothing is of use; places in it lead nowhere.
        if let (Some(listed), [Some(one), Some(two)]) = (listed, warnings) {
            let record = Record { key, files, category_at, listed, warnings: [one, two] };
            known.methods.insert(path, record);
        }
    }
    known.rest = (reader.hash()?, reader.files()?);
    reader.is_at_end().then_some(known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use opentop_codegen::plan::{ModuleName, WireName};
    use opentop_model::diagnostic::{Code, Place};
    use opentop_model::model::{Effect, Protocol};

    use super::*;

    fn sources() -> Vec<SourceFile> {
        ["a/x.yaml", "a/y.yaml"].map(|path| SourceFile { path: path.into(), text: String::new() }).to_vec()
    }

    fn known() -> Known {
        let at = Place { file: 1, start: 5, end: 9 };
        let listed = Listed {
            at,
            category: "a".into(),
            method: WireName::new("a.y"),
            module: ModuleName::given("y"),
            title: "标题".into(),
            protocol: Some(Protocol::Tmc),
            effect: Effect::Write,
            effect_confirmed: false,
            complex: true,
            strictness: 3,
            test: "#[test]\nfn y() {}".into(),
        };
        let warning = Diagnostic::warning(Code::OtherDialect, at, "said").label("here").also(at, "there").help("cure");
        let files = vec![("src/y.rs".to_owned(), u128::MAX)];
        let record = Record { key: 7, files, category_at: (1, 2), listed, warnings: [vec![warning], Vec::new()] };
        Known { methods: HashMap::from([("a/y.yaml".to_owned(), record)]), rest: (9, vec![("Cargo.toml".into(), 1)]) }
    }

    #[test]
    fn what_is_remembered_is_read_back_and_nothing_else() {
        let bytes = written(&known(), 5, &sources());
        assert_eq!(read(&bytes, 5, &sources()), Some(known()));
        assert_eq!(read(&bytes, 6, &sources()), None, "another generator, or other options");
        for cut in 0..bytes.len() {
            assert_eq!(read(&bytes[..cut], 5, &sources()), None, "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged, 5, &sources()), None, "damaged at {at}");
        }
    }

    #[test]
    fn places_follow_their_files_and_what_is_of_a_file_that_is_gone_is_forgotten() {
        let bytes = written(&known(), 5, &sources());
        let [_, y] = sources().try_into().unwrap();
        let moved = read(&bytes, 5, &[y]).unwrap();
        assert_eq!(moved.methods["a/y.yaml"].listed.at.file, 0);
        assert!(read(&bytes, 5, &sources()[..1]).unwrap().methods.is_empty());
    }

    #[test]
    fn the_memory_stands_in_the_nearest_target_folder_within_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("repository/crate/out");
        fs::create_dir_all(&out).unwrap();
        let tag = |target: &str| {
            fs::create_dir_all(folder.path().join(target)).unwrap();
            fs::write(folder.path().join(target).join(TAG), "").unwrap();
        };
        fs::create_dir_all(folder.path().join("repository/.git")).unwrap();
        tag("target");
        assert_eq!(place(&out), None, "beyond the repository's root");
        tag("repository/target");
        assert!(place(&out).unwrap().starts_with(folder.path().canonicalize().unwrap().join("repository/target")));
        tag("repository/crate/target");
        assert!(
            place(&out).unwrap().starts_with(folder.path().canonicalize().unwrap().join("repository/crate/target"))
        );
    }
}
