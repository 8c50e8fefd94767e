//! `cargo xtask diff` over a git repository, and `cargo xtask docs`, as their users meet them: as commands.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::repository::{output, root, specs, xtask};

const METHOD: &str = "\
api: alibaba.example.gift.list
category: example
title: 礼品
session: none
effect: read
request:
  fields:
    page_size: { type: Number, max: 100, description: 每页 }
response: { fields: { total: { type: Number, description: 总数 } } }
";

/// Where git is not there, that is said, and the test proves nothing.
fn git_is_there() -> bool {
    let there = Command::new("git").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("SKIPPED: git is not on the PATH, so nothing of `cargo xtask diff` was tested");
    }
    there
}

/// Git in a folder, whatever the machine's own settings are.
fn git(dir: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir);
    command.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]);
    command.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    let (code, text) = output(&mut command);
    assert_eq!(code, 0, "git {arguments:?}: {text}");
}

fn write(spec: &Path, method: &str) {
    fs::create_dir_all(spec.join("example")).unwrap();
    fs::write(spec.join("example/category.yaml"), "title: 示例\n").unwrap();
    fs::write(spec.join("example/alibaba.example.gift.list.yaml"), method).unwrap();
}

fn commit(dir: &Path, tag: &str) {
    git(dir, &["add", "--all"]);
    git(dir, &["commit", "--quiet", "--message", tag]);
    git(dir, &["tag", tag]);
}

fn diff(spec: &Path, more: &[&str]) -> (i32, String) {
    let mut command = xtask(&[&["diff", "--spec", spec.to_str().unwrap()], more].concat());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    output(&mut command)
}

/// A link is an entry of its own in git: what it led to at the revision is what counts.
#[cfg(unix)]
#[test]
fn links_are_followed_at_the_revision_as_they_are_on_disk() {
    use std::os::unix::fs::symlink;
    if !git_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (repository, spec) = (folder.path(), folder.path().join("spec"));
    git(repository, &["init", "--quiet"]);
    write(&repository.join("store"), METHOD);
    fs::create_dir(&spec).unwrap();
    symlink("../store/example", spec.join("example")).unwrap();
    commit(repository, "v1");
    let (code, text) = diff(&spec, &["--against", "v1"]);
    assert!(code == 0 && text.contains("1 method, none changed since v1"), "{text}");
    write(&repository.join("store"), &METHOD.replace("max: 100", "max: 50"));
    let (code, text) = diff(&spec, &["--against", "v1"]);
    assert!(code == 0 && text.contains("limit tightened"), "{text}");

    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a.yaml"), METHOD).unwrap();
    let name = "example/alibaba.example.gift.list.yaml";
    fs::remove_file(spec.join("example")).unwrap();
    fs::create_dir(spec.join("example")).unwrap();
    fs::write(spec.join("example/category.yaml"), "title: 示例\n").unwrap();
    symlink(outside.path().join("a.yaml"), spec.join(name)).unwrap();
    symlink("gone.yaml", spec.join("example/draft.yaml")).unwrap();
    commit(repository, "v2");
    fs::remove_file(spec.join("example/draft.yaml")).unwrap();
    let (code, text) = diff(&spec, &["--against", "v2"]);
    assert_eq!(code, 1, "{text}");
    for line in [
        "at `v2` links cannot be followed",
        &format!("spec/{name}: this link leads out of the repository"),
        "spec/example/draft.yaml: this link leads nowhere: there is no gone.yaml",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[test]
fn what_changed_since_a_revision_is_told_by_method_breaking_first() {
    if !git_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (repository, spec) = (folder.path(), folder.path().join("方法/spec"));
    git(repository, &["init", "--quiet"]);
    fs::write(repository.join("README.md"), "no spec yet\n").unwrap();
    commit(repository, "v0");
    write(&spec, &METHOD.replace("type: Number, max", "type: Nummer, max"));
    commit(repository, "v1");
    write(&spec, METHOD);
    commit(repository, "v2");

    let (code, text) = diff(&spec, &["--check-breaking"]);
    assert!(code == 0 && text.contains("1 method, none changed since HEAD"), "{text}");

    let later = METHOD.replace("max: 100", "max: 50").replace("title: 礼品", "title: 礼品列表");
    write(
        &spec,
        &later.replace("response:", "response: # 应答\n ").replace(" }\nresponse", ", default: \"20\" }\nresponse"),
    );
    fs::write(spec.join("example/.draft.yaml"), "not: read\n").unwrap();
    let (code, text) = diff(&spec, &["--against", "v2"]);
    assert_eq!(code, 0, "a breaking change is told, and is no failure: {text}");
    let told: Vec<&str> = text.lines().take(4).collect();
    assert_eq!(
        told,
        [
            "alibaba.example.gift.list",
            "  breaking  request.page_size  limit tightened: `max: 100` → `max: 50`",
            "  words     request.page_size  server's default changed: `20`",
            "  words     title              title changed: `礼品` → `礼品列表`",
        ]
    );
    assert!(text.contains("1 method changed: 1 breaking, 0 additive, 2 of words since v2"), "{text}");
    assert_eq!(diff(&spec, &["--against", "v2", "--check-breaking"]).0, 1);

    let (code, json) = diff(&spec, &["--against", "v2", "--message-format", "json"]);
    let lines: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (0, 4), "{json}");
    assert_eq!((&lines[0]["kind"], &lines[3]["reason"]), (&"limit_tightened".into(), &"finished".into()));

    let (code, text) = diff(&spec, &["--against", "v1"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains(":8:24") && text.contains("`Nummer`"), "the old spec's place: {text}");
    assert!(text.contains("spec at v1 cannot be read") && text.contains("nothing was compared"), "{text}");

    let (code, text) = diff(&spec, &["--against", "v0"]);
    assert!(code == 1 && text.contains("there was no folder 方法/spec at `v0`"), "{text}");
}

#[test]
fn a_revision_or_a_checkout_that_is_not_there_is_an_error_with_its_cure() {
    if !git_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec");
    write(&spec, METHOD);
    let (code, text) = diff(&spec, &[]);
    assert!(code == 1 && text.contains("is in no git checkout"), "{text}");
    git(folder.path(), &["init", "--quiet"]);
    commit(folder.path(), "v1");
    let (code, text) = diff(&spec, &["--against", "v9"]);
    assert!(code == 1 && text.contains("git knows no revision `v9`") && text.contains("tags: v1"), "{text}");
    let (code, text) = diff(&spec, &["--against=--output=x"]);
    assert!(code == 1 && text.contains("is not a git revision"), "{text}");
}

#[test]
fn the_reference_is_served_on_this_machine_with_a_page_for_every_method() {
    let mut command = xtask(&["docs", "--serve", "--port", "0"]);
    let mut server = Server(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = lines.next().unwrap().unwrap();
    let get = |path: &str| {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let (index, escape) = (get("/"), get("/../../Cargo.toml"));
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert!(index.starts_with("HTTP/1.1 200 ") && index.contains("<h1"), "{index}");
    assert!(escape.starts_with("HTTP/1.1 404 "), "{escape}");
    let model = opentop_model::load(&specs()).model;
    let mut methods = 0;
    for api in &model.apis {
        let page = get(&format!("/{}/{}.html", api.category, api.method));
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains(&api.title), "{page}");
        methods += usize::from(!api.is_message());
    }
    drop(server);
    let written = root().join(first.split_once(": ").unwrap().1);
    assert!(first.starts_with(&format!("{methods} ")) && written.is_file(), "{first}");
}

/// A command that would run for ever. `cargo run` becomes the command itself (on Unix), so ending the one ends the other.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
