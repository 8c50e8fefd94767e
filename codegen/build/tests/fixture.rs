//! A crate in a folder of its own, and cargo in it. All of them share a target folder beside this workspace's, so that dependencies are
//! compiled once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A manifest. Two fixtures need two names: cargo tells packages in one target folder apart by name alone, where all else is equal.
pub(crate) fn manifest(name: &str, dependencies: &str) -> String {
    let path = |folder: &str| repository().join(folder).display().to_string().replace('\\', "/");
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n{dependencies}\n\
         [build-dependencies]\nopentop-build = {{ path = \"{}\" }}\n",
        path("codegen/build")
    )
    .replace("RUNTIME", &path("runtime"))
    .replace("OPENTOP", &path("generated"))
}

/// Copies categories of the repository's specs.
pub(crate) fn specs(to: &Path, categories: &[&str]) {
    for category in categories {
        let to = to.join(category);
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(repository().join("spec").join(category)).unwrap() {
            let entry = entry.unwrap();
            // Written, not copied: the times are today's.
            fs::write(to.join(entry.file_name()), fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

pub(crate) struct Fixture {
    folder: tempfile::TempDir,
    name: &'static str,
    target: PathBuf,
}

impl Fixture {
    pub(crate) fn new(name: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join(name);
        fs::create_dir_all(&here).unwrap();
        fs::copy(repository().join("Cargo.lock"), here.join("Cargo.lock")).unwrap();
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures");
        Fixture { folder, name, target }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(self.name).join(path)
    }

    /// Where the counting build script counts: outside of the crate.
    pub(crate) fn runs(&self) -> PathBuf {
        self.folder.path().join("runs")
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        let old = fs::read_to_string(self.path(path)).unwrap();
        self.write(path, &(old + text));
    }

    /// Every file, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.path("")]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    }

    /// Runs cargo in the crate's folder, without a network.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (name, _) in std::env::vars_os() {
            let outer =
                ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_PRIMARY_", "OUT_DIR"];
            if name.to_str().is_some_and(|name| outer.iter().any(|outer| name.starts_with(outer))) {
                command.env_remove(name);
            }
        }
        let output = command
            .args(arguments)
            .arg("--offline")
            .current_dir(self.path(""))
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .env("RUSTDOCFLAGS", "-Dwarnings")
            .output()
            .unwrap();
        Run(output)
    }
}

pub(crate) struct Run(Output);

impl Run {
    fn text(&self) -> String {
        format!("{}{}", String::from_utf8_lossy(&self.0.stderr), String::from_utf8_lossy(&self.0.stdout))
    }

    pub(crate) fn success(self) -> String {
        assert!(self.0.status.success(), "{}", self.text());
        self.text()
    }

    pub(crate) fn failure(self) -> String {
        assert!(!self.0.status.success(), "{}", self.text());
        self.text()
    }
}
