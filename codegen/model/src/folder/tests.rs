#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{files, read, text};

fn put(dir: &Path, path: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "title: x\n").unwrap();
}

fn paths(dir: &Path) -> Vec<String> {
    read(dir).unwrap().into_iter().map(|source| source.path).collect()
}

#[test]
fn yaml_files_are_read_sorted_by_path_and_hidden_ones_are_not() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["b/x.yaml", "a/x.yml", "a/readme.md", ".git/x.yaml", "a/.x.yaml", "a.yaml"] {
        put(dir.path(), path);
    }
    assert_eq!(paths(dir.path()), ["a.yaml", "a/x.yml", "b/x.yaml"]);
}

#[test]
fn links_to_files_and_folders_are_followed_wherever_they_lead() {
    let store = tempfile::tempdir().unwrap();
    let dir = tempfile::tempdir().unwrap();
    for path in ["one.yaml", "folder/two.yaml", "folder/deep/three.yaml"] {
        put(store.path(), path);
    }
    fs::create_dir(dir.path().join("a")).unwrap();
    symlink(store.path().join("one.yaml"), dir.path().join("a/one.yaml")).unwrap();
    symlink("one.yaml", dir.path().join("a/again.yaml")).unwrap();
    symlink(store.path().join("folder"), dir.path().join("b")).unwrap();
    assert_eq!(paths(dir.path()), ["a/again.yaml", "a/one.yaml", "b/deep/three.yaml", "b/two.yaml"]);
    let root = dir.path().join("root");
    symlink(store.path(), &root).unwrap();
    assert_eq!(paths(&root), ["folder/deep/three.yaml", "folder/two.yaml", "one.yaml"]);
}

#[test]
fn a_circular_link_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a/one.yaml");
    symlink("..", dir.path().join("a/up")).unwrap();
    symlink(".", dir.path().join("a/same")).unwrap();
    symlink(dir.path().join("b"), dir.path().join("a/b")).unwrap();
    fs::create_dir(dir.path().join("b")).unwrap();
    symlink(dir.path().join("a"), dir.path().join("b/a")).unwrap();
    assert_eq!(paths(dir.path()), ["a/one.yaml", "b/a/one.yaml"]);
}

#[test]
fn every_link_that_leads_nowhere_is_an_error_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a/one.yaml");
    symlink("/nonexistent/two.yaml", dir.path().join("a/two.yaml")).unwrap();
    symlink("/nonexistent/category", dir.path().join("b")).unwrap();
    symlink("self.yaml", dir.path().join("a/self.yaml")).unwrap();
    let error = read(dir.path()).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 3, "{error}");
    assert!(lines[0].contains("a/self.yaml: this link to self.yaml cannot be followed"), "{error}");
    assert!(lines[1].contains("a/two.yaml: this link leads nowhere: there is no /nonexistent/two.yaml"), "{error}");
    assert!(lines[2].contains("/b: this link leads nowhere"), "{error}");
}

#[test]
fn one_folder_by_many_ways_ends_with_an_error() {
    let dir = tempfile::tempdir().unwrap();
    for level in 0..24 {
        fs::create_dir(dir.path().join(level.to_string())).unwrap();
        for name in ["a", "b"] {
            let next = dir.path().join((level + 1).to_string());
            symlink(next, dir.path().join(format!("{level}/{name}"))).unwrap();
        }
    }
    fs::create_dir(dir.path().join("24")).unwrap();
    assert!(read(&dir.path().join("0")).unwrap_err().to_string().contains("at most 8 deep"));
}

#[test]
fn what_is_no_text_file_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("latin.yaml"), b"a: 1\nb: \xe9\n").unwrap();
    fs::create_dir(dir.path().join("folder.yaml")).unwrap();
    put(dir.path(), "good.yaml");
    let error = read(dir.path()).unwrap_err().to_string();
    assert!(error.ends_with("latin.yaml:2: this is not UTF-8 (byte 8): save the file as UTF-8"), "{error}");
    assert!(read(&dir.path().join("good.yaml")).unwrap_err().to_string().contains("expected a folder, found a file"));
    assert!(text(&dir.path().join("folder.yaml")).unwrap_err().to_string().contains("expected a file"));
    let missing = read(&dir.path().join("none")).unwrap_err();
    let source = std::error::Error::source(&missing).map(ToString::to_string).unwrap_or_default();
    assert!(!source.is_empty() && !missing.to_string().contains(&source), "{missing}");
    assert!(files(dir.path(), &["md"]).unwrap().is_empty());
}
