//! `cargo xtask regen` as its users meet it: as a command over folders.

use std::fs;
use std::path::Path;

use crate::support::repository::{copy_of_specs, output, regen, regen_command, root, tree, xtask};

const NEW_METHOD: &str = "\
api: taobao.time.get
category: util
title: 获取前台展示的服务器时间
session: none
effect: read
request: { fields: {} }
response:
  fields:
    time: { type: Date, example: '2000-01-01 00:00:00', description: 服务器时间 }
";

fn add_method(spec: &Path) {
    fs::create_dir_all(spec.join("util")).unwrap();
    fs::write(spec.join("util/category.yaml"), "title: 工具类\n").unwrap();
    fs::write(spec.join("util/taobao.time.get.yaml"), NEW_METHOD).unwrap();
}

#[test]
fn the_committed_crate_is_what_the_committed_specs_make() {
    let (code, text) = output(&mut xtask(&["regen", "--check"]));
    assert_eq!(code, 0, "{text}");
}

#[test]
fn a_second_run_writes_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    regen(&spec, &out, &[]);
    let first = tree(&out);
    let said = regen(&spec, &out, &[]);
    assert!(said.contains("nothing written"), "{said}");
    assert_eq!(tree(&out), first, "texts and times of change");
    assert!(!out.join(".opentop-regen").exists(), "a finished run leaves nothing behind");
}

#[test]
fn locale_zone_folder_and_threads_do_not_show_in_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, elsewhere) = (copy_of_specs(folder.path()), folder.path().join("很 深/out"));
    let near = folder.path().join("out");
    regen(&spec, &near, &["--runtime", "0.1"]);
    let mut command = regen_command(&spec, &elsewhere, &["--runtime", "0.1"]);
    command.env("LANG", "zh_CN.UTF-8").env("LC_ALL", "tr_TR.UTF-8").env("TZ", "America/St_Johns");
    command.env("RAYON_NUM_THREADS", "1");
    assert_eq!(output(&mut command).0, 0);
    let texts = |dir: &Path| tree(dir).into_iter().map(|(path, text, _)| (path, text)).collect::<Vec<_>>();
    assert_eq!(texts(&near), texts(&elsewhere));
}

#[test]
fn check_lists_missing_extra_and_changed_files_and_the_command_to_run() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    regen(&spec, &out, &[]);
    let lib = fs::read_to_string(out.join("src/lib.rs")).unwrap();
    fs::write(out.join("src/orphan.rs"), &lib).unwrap();
    fs::write(out.join("src/lib.rs"), lib.replace("pub mod api", "pub mod apis")).unwrap();
    fs::remove_file(out.join("src/api/mod.rs")).unwrap();
    let before = tree(&out);
    let (code, text) = output(&mut regen_command(&spec, &out, &["--check"]));
    assert_eq!(code, 1, "{text}");
    for line in [
        "missing  src/api/mod.rs",
        "extra    src/orphan.rs",
        "changed  src/lib.rs",
        "-    1, \"0.1.0\", pub mod apis;",
        "+    1, \"0.1.0\", pub mod api;",
        "cargo xtask regen --spec",
    ] {
        assert!(text.contains(line), "{line:?} is not in:\n{text}");
    }
    assert_eq!(tree(&out), before, "--check writes nothing");
}

#[test]
fn a_file_edited_by_hand_is_refused_with_the_edit_shown_and_force_overrides() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    regen(&spec, &out, &[]);
    let lib = out.join("src/lib.rs");
    let text = fs::read_to_string(&lib).unwrap();
    fs::write(&lib, format!("{text}\npub fn by_hand() {{}}\n")).unwrap();
    add_method(&spec);
    let before = tree(&out);
    let (code, said) = output(&mut regen_command(&spec, &out, &[]));
    assert_eq!(code, 1);
    assert!(said.contains("src/lib.rs was edited by hand") && said.contains("+pub fn by_hand()"), "{said}");
    assert_eq!(tree(&out), before, "nothing was written");
    regen(&spec, &out, &["--force"]);
    assert!(!fs::read_to_string(&lib).unwrap().contains("by_hand"));
}

#[test]
fn files_that_are_not_ours_are_neither_overwritten_nor_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    fs::create_dir_all(out.join("src/api")).unwrap();
    fs::write(out.join("src/api/mod.rs"), "// mine\n").unwrap();
    let (code, said) = output(&mut regen_command(&spec, &out, &["--force"]));
    assert_eq!(code, 1);
    assert!(said.contains("src/api/mod.rs is not a generated file"), "{said}");
    fs::rename(out.join("src/api/mod.rs"), out.join("src/api/notes.rs")).unwrap();
    regen(&spec, &out, &[]);
    assert_eq!(fs::read_to_string(out.join("src/api/notes.rs")).unwrap(), "// mine\n");
}

#[test]
fn a_removed_spec_takes_its_files_with_it_but_never_under_only() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    add_method(&spec);
    regen(&spec, &out, &[]);
    let module = out.join("src/api/util/time_get.rs");
    assert!(module.is_file());
    fs::remove_dir_all(spec.join("util")).unwrap();
    regen(&spec, &out, &["--only", "taobao.*"]);
    assert!(module.is_file(), "--only never deletes");
    regen(&spec, &out, &[]);
    assert!(!out.join("src/api/util").exists());
}

#[test]
fn only_writes_the_methods_that_match() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    regen(&spec, &out, &[]);
    for file in tree(&spec).into_iter().filter(|(path, ..)| !path.ends_with("category.yaml")) {
        let path = spec.join(&file.0);
        fs::write(&path, file.1.replacen("title: ", "title: 〇", 1)).unwrap();
    }
    regen(&spec, &out, &["--only", "taobao.bill.*"]);
    let renewed: Vec<_> = tree(&out)
        .into_iter()
        .filter(|(path, text, _)| path.starts_with("src/api/") && !path.ends_with("mod.rs") && text.contains('〇'))
        .map(|(path, ..)| path)
        .collect();
    assert_eq!(renewed, ["src/api/bill/book_bills_get.rs"]);
}

#[test]
fn a_spec_with_errors_shows_all_of_them_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    add_method(&spec);
    let file = spec.join("util/taobao.time.get.yaml");
    fs::write(&file, NEW_METHOD.replace("type: Date", "type: Dat").replace("effect: read", "efect: read")).unwrap();
    let (code, said) = output(&mut regen_command(&spec, &out, &[]));
    assert_eq!(code, 1, "{said}");
    for expected in ["taobao.time.get.yaml:5:1", "taobao.time.get.yaml:9:19", "nothing was written"] {
        assert!(said.contains(expected), "{expected:?} is not in:\n{said}");
    }
    assert!(!out.exists(), "not even the folder");
    let (_, json) = output(&mut regen_command(&spec, &out, &["--message-format", "json"]));
    let first: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(first["line"], 5);
}

#[test]
fn an_interrupted_run_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    regen(&spec, &out, &[]);
    let state = out.join(".opentop-regen");
    fs::create_dir_all(&state).unwrap();
    let (path, text) = ("notes.txt", "from the journal\n");
    fs::write(
        state.join("journal"),
        format!("opentop-journal 2\nwrite {} {}\n{path}{text}end 1 0\n", path.len(), text.len()),
    )
    .unwrap();
    let (code, said) = output(&mut regen_command(&spec, &out, &["--check"]));
    assert!(code == 1 && said.contains("interrupted"), "{said}");
    let said = output(&mut regen_command(&spec, &out, &["--force"])).1;
    assert!(said.contains("finishing an interrupted run"), "{said}");
    assert!(!state.exists());
    assert_eq!(fs::read_to_string(out.join(path)).unwrap(), text);
}

#[test]
fn bad_usage_ends_with_2() {
    assert_eq!(output(&mut xtask(&["regen", "--no-such-flag"])).0, 2);
    assert_eq!(output(xtask(&["regen", "--spec", "no/such/folder"]).current_dir(root())).0, 1);
}

#[tokio::test]
async fn one_new_yaml_file_gives_module_feature_docs_page_and_sandbox_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (copy_of_specs(folder.path()), folder.path().join("out"));
    add_method(&spec);
    regen(&spec, &out, &[]);
    assert!(out.join("src/api/util/time_get.rs").is_file(), "module");
    assert!(fs::read_to_string(out.join("Cargo.toml")).unwrap().contains("api-util"), "feature");
    assert!(out.join("docs/util/taobao.time.get.md").is_file(), "docs page");
    assert!(fs::read_to_string(out.join("docs/README.md")).unwrap().contains("util/README.md"), "docs index");
    assert!(
        fs::read_to_string(out.join("docs/util/README.md")).unwrap().contains("taobao.time.get"),
        "docs of its category"
    );
    let sandbox = opentop_sandbox::Sandbox::builder().spec_dir(&spec).start().await.unwrap();
    let answer = crate::support::signed_by_hand::post(&sandbox, "taobao.time.get", &[]);
    assert_eq!(answer["time"], "2000-01-01 00:00:00");
}
