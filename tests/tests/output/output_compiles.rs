//! Whatever is generated compiles on its own, with no warning, wherever it is written; hostile text included.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::repository::{copy_of_specs, output, regen, root};

/// Fetches what the features of a generated crate need beyond what this workspace was built with. Where all of it is there, the network
/// is not used.
fn fetch(out: &Path, target: &Path) {
    cargo(out, target, &["fetch"]);
}

/// Runs cargo in a generated crate, and takes no warning. It gets our lock file, so that no registry is asked for versions.
/// Without flags of its own for the compiler, it shares its dependencies with the other tests that compile what is generated.
fn cargo(out: &Path, target: &Path, arguments: &[&str]) -> String {
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(out).env("CARGO_TARGET_DIR", target);
    command.env_remove("RUSTFLAGS").env("RUSTDOCFLAGS", "-Dwarnings");
    let (code, text) = output(&mut command);
    let clean = code == 0 && !text.contains("warning:");
    assert!(clean, "cargo {} in {} ended with {code}:\n{text}", arguments.join(" "), out.display());
    text
}

const HOSTILE: &str = include_str!("../../fixtures/hostile/alibaba.hostile.text.yaml");
const COURSE: &str = include_str!("../../fixtures/hostile/alibaba.hostile.names.yaml");

/// Adds the specs of lists by number, offset and cursor, and from the last page back.
fn lists_of_every_kind(spec: &Path) {
    fs::create_dir_all(spec.join("paging")).unwrap();
    for entry in fs::read_dir(root().join("tests/fixtures/paging")).unwrap() {
        let entry = entry.unwrap();
        fs::write(spec.join("paging").join(entry.file_name()), fs::read(entry.path()).unwrap()).unwrap();
    }
}

#[test]
fn the_crate_compiles_inside_and_outside_the_repository_even_from_hostile_specs() {
    // One target folder, so that the dependencies are built once.
    let target = root().join("target/golden");
    let outside = tempfile::tempdir().unwrap();
    let spec = copy_of_specs(outside.path());
    fs::create_dir_all(spec.join("hostile")).unwrap();
    fs::write(spec.join("hostile/category.yaml"), "title: '*/ \"# <script>alert(1)</script>'\n").unwrap();
    fs::write(spec.join("hostile/alibaba.hostile.text.yaml"), HOSTILE).unwrap();
    fs::write(spec.join("hostile/alibaba.hostile.names.yaml"), COURSE).unwrap();
    lists_of_every_kind(&spec);
    let out = outside.path().join("sdk");
    regen(&spec, &out, &[]);
    fetch(&out, &target);
    cargo(&out, &target, &["check", "--offline", "--all-features", "--all-targets"]);
    cargo(&out, &target, &["check", "--offline", "--no-default-features", "--features", "api-hostile"]);
    cargo(&out, &target, &["doc", "--offline", "--all-features", "--no-deps"]);
    let doctests = cargo(&out, &target, &["test", "--offline", "--all-features", "--doc"]);
    // The examples of a crate elsewhere are shown, not run: one at the root, one at each request and content. No text of a spec becomes a test.
    assert!(doctests.contains("0 passed; 0 failed; 13 ignored"), "{doctests}");

    let several = outside.path().join("several");
    regen(&spec, &several, &["--layout", "crates"]);
    cargo(&several, &target, &["check", "--offline", "--all-features", "--all-targets"]);
    cargo(&several, &target, &["check", "--offline", "--no-default-features", "--features", "api-hostile"]);

    let inside = root().join("target/inside");
    fs::create_dir_all(&inside).unwrap();
    regen(&root().join("spec"), &inside, &[]);
    cargo(&inside, &target, &["check", "--offline"]);
}
