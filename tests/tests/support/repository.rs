//! What several tests need: the repository's folders, the specs, the command line as a process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use opentop_model::diagnostic::SourceFile;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every file below `dir`, as (path with `/`, text, time of last change), sorted; `target` and hidden names left out.
pub(crate) fn tree(dir: &Path) -> Vec<(String, String, SystemTime)> {
    fn walk(dir: &Path, base: &Path, into: &mut Vec<(String, String, SystemTime)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if name.starts_with('.') || name == "target" || name == "Cargo.lock" {
                continue;
            }
            if path.is_dir() {
                walk(&path, base, into);
            } else {
                let relative = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
                let changed = entry.metadata().unwrap().modified().unwrap();
                into.push((relative, fs::read_to_string(&path).unwrap(), changed));
            }
        }
    }
    let mut files = Vec::new();
    walk(dir, dir, &mut files);
    files.sort();
    files
}

/// The committed specs.
pub(crate) fn specs() -> Vec<SourceFile> {
    sources_of(&root().join("spec"))
}

/// Every YAML file below a folder.
pub(crate) fn sources_of(dir: &Path) -> Vec<SourceFile> {
    tree(dir)
        .into_iter()
        .filter(|(path, ..)| path.ends_with(".yaml"))
        .map(|(path, text, _)| SourceFile { path, text })
        .collect()
}

/// A copy of the committed specs that a test may change.
pub(crate) fn copy_of_specs(to: &Path) -> PathBuf {
    let dir = to.join("spec");
    for source in specs() {
        let path = dir.join(&source.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, source.text).unwrap();
    }
    dir
}

/// `cargo xtask …`, from the repository's root.
pub(crate) fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--package", "xtask", "--"]).args(arguments).current_dir(root());
    command
}

/// The output of `command`, whatever its exit code.
pub(crate) fn output(command: &mut Command) -> (i32, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.code().unwrap_or(-1), text)
}

/// Runs `cargo xtask regen` and expects exit code 0.
pub(crate) fn regen(spec: &Path, out: &Path, more: &[&str]) -> String {
    let (code, text) = output(&mut regen_command(spec, out, more));
    assert_eq!(code, 0, "{text}");
    text
}

pub(crate) fn regen_command(spec: &Path, out: &Path, more: &[&str]) -> Command {
    let (spec, out) = (spec.to_str().unwrap(), out.to_str().unwrap());
    xtask(&[&["regen", "--spec", spec, "--out", out], more].concat())
}
