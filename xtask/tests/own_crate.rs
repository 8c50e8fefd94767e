//! `regen` for somebody else's crate.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Ended, regen, run, specs, xtask};

struct House {
    folder: tempfile::TempDir,
    spec: PathBuf,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spec = specs(&folder.path().join("top"), &["taobao.one.a.get", "taobao.one.b.get"]);
        House { folder, spec }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn regen(&self, arguments: &[&str]) -> Ended {
        run(regen(&self.spec, &self.out()).args(arguments))
    }

    fn manifest(&self) -> String {
        fs::read_to_string(self.out().join("Cargo.toml")).unwrap()
    }
}

#[test]
fn a_crate_has_the_name_and_version_that_were_asked_for_and_keeps_them() {
    let house = House::new();
    let asked = ["--name", "acme-top", "--version", "2.1.0"];
    assert_eq!(house.regen(&asked).code, Some(0));
    let manifest = house.manifest();
    assert!(manifest.contains("name = \"acme-top\"\nversion = \"2.1.0\"\n"), "{manifest}");
    assert!(manifest.contains("\npublish = false\n"), "{manifest}");
    assert!(!manifest.contains("github.com/opentop-rs") && !manifest.contains("license ="), "{manifest}");
    assert!(fs::read_to_string(house.out().join("examples/demo.rs")).unwrap().contains("acme_top::Client"));
    let again = house.regen(&asked);
    assert!(again.code == Some(0) && again.text.contains("nothing written"), "{}", again.text);
    assert_eq!(house.regen(&[&asked[..], &["--publish"]].concat()).code, Some(0));
    assert!(!house.manifest().contains("publish = false"));
    let check = house.regen(&[&asked[..], &["--check"]].concat());
    assert!(check.code == Some(1) && check.text.contains("--name acme-top --version 2.1.0"), "{}", check.text);
}

#[test]
fn what_cannot_be_a_name_a_version_or_a_runtime_is_refused_and_nothing_is_written() {
    let house = House::new();
    let folder = house.folder.path().display().to_string();
    for (arguments, expected) in [
        (["--name", "9lives"], "--name 9lives cannot be a crate's name: expected letters"),
        (["--name", "std"], "--name std cannot be a crate's name: it is taken"),
        (["--version", "1.0"], "--version 1.0: expected a version such as 1.2.0"),
        (
            ["--runtime", "git+https://x/y"],
            "--runtime git+https://x/y: expected the folder of the crate opentop-runtime, or a version requirement",
        ),
        (["--runtime", "/nonexist"], "--runtime /nonexist: expected the folder"),
        (["--runtime", "9.9"], "--runtime 9.9: expected a requirement that allows 0.1.0"),
        (
            ["--runtime", &folder],
            "expected the folder of the crate opentop-runtime, found no Cargo.toml of that name in it",
        ),
    ] {
        let ended = house.regen(&arguments);
        assert_eq!(ended.code, Some(1), "{arguments:?}");
        assert!(ended.text.contains(expected), "{arguments:?}: {}", ended.text);
        assert!(!house.out().exists(), "{arguments:?}");
    }
    assert_eq!(house.regen(&["--runtime", "0.1"]).code, Some(0));
    assert!(house.manifest().contains("opentop-runtime = { version = \"0.1\", default-features = false }"));
}

#[test]
fn modules_alone_are_written_into_a_crate_that_is_somebodys_own() {
    let house = House::new();
    let out = house.out();
    fs::create_dir_all(out.join("src")).unwrap();
    fs::write(out.join("Cargo.toml"), "# mine\n").unwrap();
    let modules = |spec: &Path| run(xtask().current_dir(&out).args(["regen", "--modules-only", "--spec"]).arg(spec));
    let ended = modules(&house.spec);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let root = fs::read_to_string(out.join("src/api/mod.rs")).unwrap();
    assert!(root.contains("use ::opentop_runtime::__private::v1 as rt;") && root.contains("pub mod one;"), "{root}");
    assert!(!root.contains("cfg"), "{root}");
    let method = fs::read_to_string(out.join("src/api/one/a_get.rs")).unwrap_or_default()
        + &fs::read_to_string(out.join("src/api/one/one_a_get.rs")).unwrap_or_default();
    assert!(method.contains("/// use crate::api::one::"), "{method}");
    assert_eq!(fs::read_to_string(out.join("Cargo.toml")).unwrap(), "# mine\n");
    fs::remove_file(house.spec.join("one/taobao.one.b.get.yaml")).unwrap();
    assert_eq!(modules(&house.spec).code, Some(0));
    assert_eq!(fs::read_dir(out.join("src/api/one")).unwrap().count(), 2);
}

#[test]
fn no_folder_but_the_one_it_was_called_in_is_written() {
    let house = House::new();
    let nested = house.folder.path().join("a/b");
    fs::create_dir_all(&nested).unwrap();
    let ended = run(xtask().current_dir(&nested).arg("regen"));
    assert!(ended.code == Some(1) && ended.text.contains("name the spec folder with --spec DIR"), "{}", ended.text);
    assert_eq!(fs::read_dir(&nested).unwrap().count(), 0);
    // Within a repository, the folder above is found, and named; what is written stands here.
    fs::create_dir(house.folder.path().join(".git")).unwrap();
    let ended = run(xtask().current_dir(&nested).arg("regen"));
    assert!(ended.code == Some(0) && ended.text.contains("specs: ../../top"), "{}", ended.text);
    assert!(nested.join("generated/src/lib.rs").is_file());
    let manifest = fs::read_to_string(nested.join("generated/Cargo.toml")).unwrap();
    assert!(manifest.contains("opentop-runtime = { version = \"0.1.0\""), "{manifest}");
}
