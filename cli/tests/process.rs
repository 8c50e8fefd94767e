//! The command as a process, as its users run it: where it looks for specs, what it writes, what it never shows.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PAGE: &str = include_str!("../../tests/fixtures/import/dump_titled.txt");
const DESCRIPTION: &str = include_str!("../../tests/fixtures/import/description.json");

fn opentop(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opentop"));
    command.current_dir(folder).args(words).stdin(Stdio::null());
    for name in ["OPENTOP_APP_KEY", "OPENTOP_APP_SECRET", "OPENTOP_SESSION", "OPENTOP_ENDPOINT"] {
        command.env_remove(name);
    }
    command.env("OPENTOP_APP_KEY", "1").env("OPENTOP_APP_SECRET", "canary-secret").output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path.display().to_string()) }
    }
    found.sort();
    found
}

#[test]
fn without_a_spec_folder_the_built_in_methods_are_used_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let listed = opentop(dir.path(), &["list"]);
    assert!(listed.status.success() && text(&listed).contains("built in"), "{}", text(&listed));
    for words in [&["lint"][..], &["import", "page.txt"], &["add", "page.txt"], &["diff"]] {
        let ended = opentop(dir.path(), words);
        assert!(!ended.status.success(), "{words:?}: {}", text(&ended));
    }
    assert_eq!(files(dir.path()), Vec::<String>::new());
}

#[test]
fn the_spec_folder_above_is_found_up_to_the_root_and_named() {
    let dir = tempfile::tempdir().unwrap();
    assert!(opentop(dir.path(), &["new", "shop"]).status.success());
    let (shop, inner) = (dir.path().join("shop"), dir.path().join("shop/src"));
    let below = opentop(&inner, &["list"]);
    assert!(text(&below).contains("built in"), "no repository, so nothing above counts: {}", text(&below));
    fs::create_dir(shop.join(".git")).unwrap();
    let below = opentop(&inner, &["list"]);
    assert!(text(&below).contains("specs: ../top") && text(&below).contains("gift.get"), "{}", text(&below));
    let before = files(dir.path());
    fs::write(dir.path().join("page.txt"), PAGE).unwrap();
    let added = opentop(&inner, &["add", "../../page.txt"]);
    assert!(!added.status.success() && text(&added).contains("outside this folder"), "{}", text(&added));
    fs::remove_file(dir.path().join("page.txt")).unwrap();
    assert_eq!(files(dir.path()), before);
}

#[test]
fn a_page_and_a_description_become_methods_of_a_new_crate() {
    let dir = tempfile::tempdir().unwrap();
    assert!(opentop(dir.path(), &["new", "shop"]).status.success());
    let shop = dir.path().join("shop");
    fs::create_dir(dir.path().join("vendor")).unwrap();
    fs::write(dir.path().join("vendor/a.txt"), PAGE).unwrap();
    fs::write(dir.path().join("vendor/b.json"), DESCRIPTION).unwrap();
    for input in ["../vendor/a.txt", "../vendor/b.json"] {
        let added = opentop(&shop, &["add", input]);
        assert!(text(&added).contains("1 method added"), "{input}: {}", text(&added));
        let said = text(&added);
        let method = said.rsplit("opentop describe ").next().unwrap().split('`').next().unwrap();
        let described = opentop(&shop, &["describe", method]);
        assert!(described.status.success() && text(&described).contains(method), "{}", text(&described));
        let near = format!("{method}x");
        let of_folder = opentop(&shop, &["add", "../vendor", &near]);
        assert!(text(&of_folder).contains(&format!("did you mean {method}")), "{}", text(&of_folder));
        assert_eq!(of_folder.status.code(), Some(2));
    }
}

#[test]
fn a_dry_run_shows_the_request_and_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    assert!(opentop(dir.path(), &["new", "shop"]).status.success());
    let shop = dir.path().join("shop");
    let shown = opentop(&shop, &["call", "alibaba.example.gift.get", "gift_id=42", "--dry-run"]);
    assert!(shown.status.success() && text(&shown).contains("gift_id=42"), "{}", text(&shown));
    assert!(!text(&shown).contains("canary"), "{}", text(&shown));
    let typo = opentop(&shop, &["call", "alibaba.example.gift.gte", "gift_id=42"]);
    assert!(text(&typo).contains("did you mean alibaba.example.gift.get?"), "{}", text(&typo));
    assert_eq!(typo.status.code(), Some(2));
    let typo = opentop(&shop, &["call", "alibaba.example.gift.get", "gift_di=42"]);
    assert!(text(&typo).contains("did you mean gift_id?"), "{}", text(&typo));
    assert_eq!(typo.status.code(), Some(1));
}

#[test]
fn docs_are_made_of_the_specs_and_replace_only_docs() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("mine")).unwrap();
    fs::write(dir.path().join("mine/index.html"), "precious").unwrap();
    let refused = opentop(dir.path(), &["docs", "--out", "mine"]);
    assert!(!refused.status.success() && text(&refused).contains("not made by this command"), "{}", text(&refused));
    assert_eq!(fs::read_to_string(dir.path().join("mine/index.html")).unwrap(), "precious");
    for _ in 0..2 {
        let made = opentop(dir.path(), &["docs", "--out", "site"]);
        assert!(made.status.success() && dir.path().join("site/index.html").is_file(), "{}", text(&made));
    }
}

#[test]
fn several_runs_of_docs_take_turns_and_a_reader_never_meets_half_a_site() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    assert!(opentop(dir.path(), &["docs", "--out", "site"]).status.success());
    let whole: Vec<_> = fs::read_dir(&site).unwrap().map(|entry| entry.unwrap().path()).collect();
    std::thread::scope(|scope| {
        let run = || {
            for _ in 0..8 {
                let made = opentop(dir.path(), &["docs", "--out", "site"]);
                assert!(made.status.success(), "{}", text(&made));
            }
        };
        let runs = [scope.spawn(run), scope.spawn(run), scope.spawn(run)];
        while runs.iter().any(|run| !run.is_finished()) {
            for path in &whole {
                // Between two sites there is none for a moment.
                let is_half = !path.exists() && site.exists() && !path.exists();
                assert!(!is_half, "there is a site without {}", path.display());
            }
        }
    });
    let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, [".docs-lock", "site"]);
}
