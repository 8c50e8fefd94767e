//! The command as a process, as its users run it: where it looks for specs, what it writes, what it never shows.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
#[cfg(target_os = "linux")]
use std::time::Duration;

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
fn a_method_that_the_gateway_does_not_serve_is_refused_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let spec = "api: taobao.qimen.gift.sync\ncategory: qimen\ntitle: x\nsession: none\neffect: write\n\
        dialect: { name: qimen, because: its name }\nrequest: { fields: {} }\nresponse: { fields: {} }\n";
    fs::create_dir_all(dir.path().join("top/qimen")).unwrap();
    fs::write(dir.path().join("top/qimen/category.yaml"), "title: x\n").unwrap();
    fs::write(dir.path().join("top/qimen/taobao.qimen.gift.sync.yaml"), spec).unwrap();
    // Whatever else is asked: not even a parameter is looked at.
    for words in [&["call"][..], &["call", "--dry-run"], &["call", "--curl"]] {
        let method = ["taobao.qimen.gift.sync"];
        let ended = opentop(dir.path(), &[words, &method].concat());
        let said = text(&ended);
        assert_eq!(ended.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains("cannot be called through the gateway: it speaks qimen (its name)"), "{words:?}: {said}");
    }
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
        assert!(said.contains("\nin Rust: api::"), "{said}");
        assert!(said.contains("to review: see `opentop lint`"), "{said}");
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

/// Nobody writes into these pipes: whoever opens one waits for ever.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_refused_where_a_file_is_expected() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let profiles = folder.join("config/opentop/profiles");
    fs::create_dir_all(&profiles).unwrap();
    for pipe in [folder.join("pipe"), profiles.join("mine")] {
        assert!(Command::new("mkfifo").args(["-m", "600"]).arg(pipe).status().unwrap().success());
    }
    for (option, value, expected) in [
        (
            "--file",
            "pipe",
            "pipe is a folder, a pipe or a device: expected a file; what comes from a pipe is read with `--file -`",
        ),
        (
            "--credentials",
            "pipe",
            "pipe is a folder, a pipe or a device: expected a file of mode 0600, with lines app_key=…, app_secret=…, session=…",
        ),
        ("--profile", "mine", "there is no profile mine"),
        ("--file", "/dev/zero", "/dev/zero is a folder, a pipe or a device"),
        ("--credentials", "/dev/zero", "/dev/zero is a folder, a pipe or a device"),
        ("--file", "config", "config is a folder, a pipe or a device"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opentop"));
        command.current_dir(folder).args([
            "call",
            "taobao.bill.book.bills.get",
            "--dry-run",
            "fields=bid",
            "account_id=1",
        ]);
        command.args(["start_time=2013-01-14 00:00:00", "end_time=2013-01-15 00:00:00", option, value]);
        command
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("OPENTOP_APP_KEY", "1")
            .env("OPENTOP_APP_SECRET", "x");
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
        let ended = (0..1_200).find_map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            child.try_wait().unwrap()
        });
        if ended.is_none() {
            child.kill().unwrap();
        }
        let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
        assert_eq!(ended.and_then(|ended| ended.code()), Some(2), "{option} {value}: {said}");
        assert!(said.contains(expected), "{option} {value}: {said}");
    }
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

/// A spec folder with two methods and their suggestions.
fn with_suggestions() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("top/shop")).unwrap();
    fs::write(dir.path().join("top/shop/category.yaml"), "title: x\n").unwrap();
    for method in ["taobao.shop.gift.get", "taobao.shop.gift.list"] {
        let spec = format!(
            "api: {method}\ncategory: shop\ntitle: 礼品\nsession: none\neffect: write\nsuggested: {{ effect: read, session: required }}\n\
             request:\n  fields:\n    kind: {{ type: String, description: 种, suggested: {{ max_length: 5 }} }}\n\
             response:\n  fields: {{}}\n"
        );
        fs::write(dir.path().join(format!("top/shop/{method}.yaml")), spec).unwrap();
    }
    dir
}

#[test]
fn findings_are_counted_or_filtered_by_their_code() {
    let dir = with_suggestions();
    let summary = opentop(dir.path(), &["lint", "--summary"]);
    let said = text(&summary);
    assert!(said.contains("     4 in     2 files  TOP0305:"), "{said}");
    assert_eq!(summary.status.code(), Some(1));
    // An effect that is not confirmed is asked for first, and then a key.
    assert!(!said.contains("TOP0303"), "{said}");
    let said = text(&opentop(dir.path(), &["lint", "--code", "TOP0305"]));
    assert_eq!(said.matches("warning[").count(), 4, "{said}");
    let none = opentop(dir.path(), &["lint", "--code", "TOP0306"]);
    assert!(none.status.success() && text(&none).contains("nothing to say of 2 methods"), "{}", text(&none));
    let unknown = opentop(dir.path(), &["lint", "--code", "TOP9"]);
    assert!(!unknown.status.success() && text(&unknown).contains("no code TOP9"), "{}", text(&unknown));
}

#[test]
fn suggestions_are_accepted_in_bulk_after_a_look_at_them() {
    let dir = with_suggestions();
    let get = dir.path().join("top/shop/taobao.shop.gift.get.yaml");
    let before = fs::read_to_string(&get).unwrap();
    for (words, count) in [
        (&["TOP0305"][..], "6 suggestions in 2 files"),
        (&["effect"], "2 suggestions in 2 files"),
        (&["effect", "max_length"], "4 suggestions in 2 files"),
        (&["shop/"], "6 suggestions in 2 files"),
        (&["shop/taobao.shop.gift.get.yaml", "effect"], "1 suggestion in 1 file"),
        (&["shop/taobao.shop.gift.get.yaml:request.fields.kind"], "1 suggestion in 1 file"),
    ] {
        let said = text(&opentop(dir.path(), &[&["lint", "--accept"], words].concat()));
        assert!(said.contains(&format!("{count}; nothing is written without --yes")), "{words:?}: {said}");
    }
    assert_eq!(fs::read_to_string(&get).unwrap(), before);
    for (words, said) in [
        (
            &["efect"][..],
            "no suggestion has the key `efect`; the specs have suggestions for `effect`, `max_length` and `session`",
        ),
        (&["shop/taobao.shop.gift.gett.yaml"], "no suggestion is at `shop/taobao.shop.gift.gett.yaml`"),
        (&["TOP0301"], "TOP0301 has nothing to accept"),
    ] {
        let ended = opentop(dir.path(), &[&["lint", "--accept"], words].concat());
        assert!(!ended.status.success() && text(&ended).contains(said), "{words:?}: {}", text(&ended));
    }
    let done = opentop(dir.path(), &["lint", "--accept", "effect", "max_length", "--yes"]);
    assert!(done.status.success() && text(&done).contains("4 suggestions accepted in 2 files"), "{}", text(&done));
    let after = fs::read_to_string(&get).unwrap();
    assert!(
        after.contains("effect: read\nsuggested: { session: required }\n") && after.contains("max_length: 5"),
        "{after}"
    );
    let again = text(&opentop(dir.path(), &["lint", "--summary"]));
    assert!(again.contains("     2 in     2 files  TOP0305:"), "{again}");
}

#[test]
fn a_suggestion_that_cannot_apply_keeps_no_other_from_being_accepted() {
    let dir = with_suggestions();
    let get = dir.path().join("top/shop/taobao.shop.gift.get.yaml");
    let spec = fs::read_to_string(&get).unwrap().replace("type: String", "type: Number");
    fs::write(&get, spec).unwrap();
    let done = opentop(dir.path(), &["lint", "--accept", "effect", "max_length", "--yes"]);
    let said = text(&done);
    assert!(said.contains("3 suggestions accepted in 2 files"), "{said}");
    assert!(
        said.contains("`request.fields.kind.max_length` stays a suggestion: `max_length` is a limit of text"),
        "{said}"
    );
    assert_eq!(done.status.code(), Some(1), "{said}");
    let after = fs::read_to_string(&get).unwrap();
    assert!(after.contains("effect: read\n") && after.contains("suggested: { max_length: 5 }"), "{after}");
}

/// What bash offers for the last of `words`, with the script of `opentop completions bash`.
fn completed(folder: &Path, words: &[&str]) -> String {
    let script = r#"
        set -eu
        source <(opentop completions bash)
        COMP_WORDS=("$@")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE="${COMP_WORDS[*]}"
        COMP_POINT=${#COMP_LINE}
        COMP_TYPE=9
        compopt() { :; }
        function=$(complete -p opentop | sed -E 's/.*-F ([^ ]+).*/\1/')
        "$function" opentop "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let binary = Path::new(env!("CARGO_BIN_EXE_opentop")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(binary.to_path_buf()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
    let mut bash = Command::new("bash");
    let ended = bash.args(["-c", script, "bash"]).args(words).current_dir(folder).env("PATH", path).output().unwrap();
    assert!(ended.status.success(), "{words:?}: {}", text(&ended));
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn bash_completes_commands_methods_and_parameters() {
    if Command::new("bash").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no bash");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (words, offered) in [
        (&["opentop", "exp"][..], "export"),
        (&["opentop", "call", "taobao.bill."], "taobao.bill.book.bills.get"),
        (&["opentop", "export", "taobao.bill."], "taobao.bill.book.bills.get"),
        (&["opentop", "describe", "alibaba.alsc"], "alibaba.alsc.crm.recharge.dedut.update"),
        (&["opentop", "call", "taobao.bill.book.bills.get", "account"], "account_id="),
        (&["opentop", "export", "taobao.bill.book.bills.get", "start"], "start_time="),
    ] {
        let replies = completed(dir.path(), words);
        assert!(replies.lines().any(|reply| reply.trim() == offered), "{words:?}: {replies}");
    }
}
