//! Remembers what a finished run read and left, so that the next one with nothing to do ends at once.
//!
//! Takes the sources, the options, the generator's own binary, and the output folder's files. Returns whether all of them are as they were, by hash.
//! The memory stands beside the binary in cargo's target folder: who deletes it loses nothing but the shortcut, and `--check` never asks it.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use opentop_codegen::Options;
use opentop_model::diagnostic::SourceFile;

/// The memory of one output folder.
pub(crate) struct Fingerprint {
    file: PathBuf,
    inputs: u64,
}

/// What was remembered of a run after which nothing changed.
pub(crate) struct Remembered {
    /// How many methods it had.
    pub(crate) methods: usize,
    /// The warnings it gave, as they were shown.
    pub(crate) warnings: String,
}

impl Fingerprint {
    /// `None` where the binary cannot be found: then nothing is remembered.
    pub(crate) fn of(sources: &[SourceFile], shown: &str, options: &Options, out: &Path) -> Option<Self> {
        let binary = std::env::current_exe().ok()?;
        let generator = fs::metadata(&binary).ok()?;
        let out = std::path::absolute(out).ok()?;
        let mut inputs = DefaultHasher::new();
        (generator.len(), generator.modified().ok()?, format!("{options:?}"), shown).hash(&mut inputs);
        for source in sources {
            (&source.path, &source.text).hash(&mut inputs);
        }
        let mut name = DefaultHasher::new();
        out.hash(&mut name);
        let file = binary.parent()?.join("opentop-regen").join(format!("{:016x}", name.finish()));
        Some(Self { file, inputs: inputs.finish() })
    }

    /// What the last run said, where neither its inputs nor the files it left have changed.
    pub(crate) fn unchanged(&self, existing: &BTreeMap<String, String>) -> Option<Remembered> {
        let text = fs::read_to_string(&self.file).ok()?;
        let (head, warnings) = text.split_once('\n')?;
        let mut words = head.split(' ');
        let mut same = |hash: u64| words.next() == Some(format!("{hash:016x}").as_str());
        if !same(self.inputs) || !same(outputs(existing)) {
            return None;
        }
        Some(Remembered { methods: words.next()?.parse().ok()?, warnings: warnings.to_owned() })
    }

    /// Remembers a finished run by the files it left.
    pub(crate) fn remember(&self, left: &BTreeMap<&str, &str>, run: &Remembered) {
        let Remembered { methods, warnings } = run;
        let text = format!("{:016x} {:016x} {methods}\n{warnings}", self.inputs, outputs(left));
        // Only a shortcut: where it cannot be kept, the next run does the whole work.
        let _ = self.file.parent().map(fs::create_dir_all);
        let _ = fs::write(&self.file, text);
    }
}

/// The hash of texts by path, the same whoever owns them.
fn outputs<Text: Hash>(files: &BTreeMap<Text, Text>) -> u64 {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_change_of_any_input_or_output_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let source = |text: &str| vec![SourceFile { path: "a.yaml".into(), text: text.into() }];
        let of = |text: &str, options: &Options| Fingerprint::of(&source(text), "spec", options, &out).unwrap();
        let files = BTreeMap::from([("lib.rs".to_owned(), "// one".to_owned())]);
        let options = Options::default();
        let first = of("a", &options);
        let left = BTreeMap::from([("lib.rs", "// one")]);
        first.remember(&left, &Remembered { methods: 4, warnings: "warning: w\n".into() });
        let again = of("a", &options).unchanged(&files).unwrap();
        assert_eq!((again.methods, again.warnings.as_str()), (4, "warning: w\n"));
        assert!(of("b", &options).unchanged(&files).is_none(), "a spec");
        assert!(of("a", &Options { standalone: true, ..options }).unchanged(&files).is_none(), "an option");
        let edited = BTreeMap::from([("lib.rs".to_owned(), "// two".to_owned())]);
        assert!(first.unchanged(&edited).is_none(), "an output");
        fs::remove_file(&first.file).unwrap();
        assert!(first.unchanged(&files).is_none(), "the memory");
    }
}
