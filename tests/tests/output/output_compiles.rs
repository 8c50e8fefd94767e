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

/// Runs cargo in a generated crate. It gets our lock file, so that no registry is asked for versions.
fn cargo(out: &Path, target: &Path, arguments: &[&str]) -> String {
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(out).env("CARGO_TARGET_DIR", target);
    command.env("RUSTFLAGS", "-Dwarnings").env("RUSTDOCFLAGS", "-Dwarnings");
    let (code, text) = output(&mut command);
    assert_eq!(code, 0, "cargo {} in {}:\n{text}", arguments.join(" "), out.display());
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
    // The examples of a crate elsewhere are shown, not run: one at the root, one at each request. No text of a spec becomes a test.
    assert!(doctests.contains("0 passed; 0 failed; 12 ignored"), "{doctests}");

    let several = outside.path().join("several");
    regen(&spec, &several, &["--layout", "crates"]);
    cargo(&several, &target, &["check", "--offline", "--all-features", "--all-targets"]);
    cargo(&several, &target, &["check", "--offline", "--no-default-features", "--features", "api-hostile"]);

    let inside = root().join("target/inside");
    fs::create_dir_all(&inside).unwrap();
    regen(&root().join("spec"), &inside, &[]);
    cargo(&inside, &target, &["check", "--offline"]);
}

/// Generated code, the runtime's pager and the sandbox agree on what each kind of list is.
#[test]
fn lists_of_every_kind_are_read_to_their_end() {
    let target = root().join("target/golden");
    let outside = tempfile::tempdir().unwrap();
    let spec = outside.path().join("spec");
    lists_of_every_kind(&spec);
    let out = outside.path().join("sdk");
    regen(&spec, &out, &[]);
    fs::copy(root().join("tests/fixtures/walk/walk.rs"), out.join("walk.rs")).unwrap();
    let manifest = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    fs::write(out.join("Cargo.toml"), manifest + "\n[[example]]\nname = \"walk\"\npath = \"walk.rs\"\n").unwrap();
    fetch(&out, &target);

    // More than two pages of the size that the sandbox takes where the request says none.
    let keys: Vec<u32> = (1..=45).collect();
    let records: Vec<_> = keys.iter().map(|key| serde_json::json!({ "gift_id": key })).collect();
    let kinds = ["last_list", "offset_list", "cursor_list", "scroll_list", "pages_list"];
    let sandbox = kinds.iter().fold(opentop_sandbox::Sandbox::builder().spec_dir(&spec), |sandbox, kind| {
        sandbox.with_records(format!("alibaba.paging.{}", kind.replace('_', ".")), records.clone())
    });
    let sandbox = sandbox.start_blocking().unwrap();
    let arguments = [&sandbox.endpoint(), sandbox.app_key(), sandbox.app_secret()];
    let run = ["run", "--quiet", "--offline", "--features", "full,ureq", "--example", "walk", "--"];
    let said = cargo(&out, &target, &[&run[..], &arguments[..]].concat());

    let last_first: Vec<u32> = (41..=45).chain(21..=40).chain(1..=20).collect();
    for (at, kind) in kinds.iter().enumerate() {
        let keys: Vec<String> = if at == 0 { &last_first } else { &keys }.iter().map(u32::to_string).collect();
        assert!(said.contains(&format!("{kind}: {}\n", keys.join(" "))), "{kind}: {said}");
    }
}
