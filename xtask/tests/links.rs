//! Links in a spec folder are followed; what leads nowhere stops the run; a run that would delete most methods asks first.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::process::{regen, run, specs, xtask};

#[test]
fn a_forest_of_links_makes_the_same_crate_as_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let store = specs(&dir.path().join("store"), &["alibaba.a.get", "alibaba.b.get"]);
    let (forest, folders) = (dir.path().join("forest"), dir.path().join("folders"));
    fs::create_dir_all(forest.join("one")).unwrap();
    fs::create_dir_all(&folders).unwrap();
    for file in fs::read_dir(store.join("one")).unwrap() {
        let file = file.unwrap();
        symlink(file.path(), forest.join("one").join(file.file_name())).unwrap();
    }
    symlink(store.join("one"), folders.join("one")).unwrap();
    symlink(&folders, folders.join("loop")).unwrap();
    let out = dir.path().join("out");
    assert_eq!(run(&mut regen(&store, &out)).code, Some(0));
    for links in [forest, folders] {
        let ended = run(regen(&links, &out).arg("--check"));
        assert_eq!(ended.code, Some(0), "{}", ended.text);
    }
}

#[test]
fn a_link_that_leads_nowhere_is_an_error_with_its_place_and_nothing_is_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let spec = specs(&dir.path().join("spec"), &["alibaba.a.get", "alibaba.b.get"]);
    let out = dir.path().join("out");
    assert_eq!(run(&mut regen(&spec, &out)).code, Some(0));
    let linked = spec.join("one/alibaba.b.get.yaml");
    fs::remove_file(&linked).unwrap();
    symlink("/nonexistent/b.yaml", &linked).unwrap();
    for command in ["regen", "lint", "diff"] {
        let mut line = xtask();
        line.arg(command).arg("--spec").arg(&spec);
        if command == "regen" {
            line.arg("--out").arg(&out);
        }
        let ended = run(&mut line);
        assert_eq!(ended.code, Some(1), "{command}: {}", ended.text);
        assert!(ended.text.contains("one/alibaba.b.get.yaml: this link leads nowhere"), "{command}: {}", ended.text);
    }
    assert!(out.join("src/api/one").read_dir().unwrap().count() == 3);
}

#[test]
fn a_run_that_would_delete_more_methods_than_it_writes_asks_for_force() {
    let dir = tempfile::tempdir().unwrap();
    let spec = specs(&dir.path().join("spec"), &["alibaba.a.get", "alibaba.b.get", "alibaba.c.get"]);
    let out = dir.path().join("out");
    assert_eq!(run(&mut regen(&spec, &out)).code, Some(0));
    let modules = || out.join("src/api/one").read_dir().unwrap().count();
    for name in ["b", "c"] {
        fs::remove_file(spec.join(format!("one/alibaba.{name}.get.yaml"))).unwrap();
    }
    let ended = run(&mut regen(&spec, &out));
    assert_eq!((ended.code, modules()), (Some(1), 4), "{}", ended.text);
    assert!(ended.text.contains("would delete 2 methods") && ended.text.contains("--force"), "{}", ended.text);
    assert_eq!((run(regen(&spec, &out).arg("--force")).code, modules()), (Some(0), 2));
}
