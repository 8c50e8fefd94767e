//! The hand-written crates of this repository: every target of every package, generated packages left out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Workspaces of this repository.
const WORKSPACES: [&str; 4] = ["Cargo.toml", "bench/Cargo.toml", "fuzz/Cargo.toml", ".ci/modules/Cargo.toml"];

/// One target.
pub struct Target {
    /// Its package, its kind and, where the package has several of that kind, its own name.
    pub name: String,
    /// Its root file, relative to the repository.
    pub root: PathBuf,
}

/// The repository's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Every target, in the order of its name.
pub fn packages(root: &Path) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for manifest in WORKSPACES {
        let output = Command::new("cargo")
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
            .arg(root.join(manifest))
            .output()
            .context("cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata of {manifest}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        for package in list(&metadata, "packages") {
            let manifest = std::fs::read_to_string(text(package, "manifest_path"))?;
            if !manifest.starts_with("# @generated") {
                add(root, package, &mut targets);
            }
        }
    }
    targets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(targets)
}

fn add(root: &Path, package: &Value, targets: &mut Vec<Target>) {
    for target in list(package, "targets") {
        let kind = list(target, "kind").first().and_then(Value::as_str).unwrap_or_default();
        let path = Path::new(text(target, "src_path"));
        let name = match kind {
            "lib" => text(package, "name").to_owned(),
            _ => format!("{} ({kind} {})", text(package, "name"), text(target, "name")),
        };
        targets.push(Target { name, root: path.strip_prefix(root).unwrap_or(path).to_path_buf() });
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
