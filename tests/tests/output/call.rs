//! `cargo xtask call`, as a process: what it prints and how it ends.

use std::fs;
use std::process::Command;

use opentop_sandbox::{Fault, HangUp, Sandbox};

use crate::support::repository::{output, root, xtask};

const BILLS: [&str; 5] = [
    "taobao.bill.book.bills.get",
    "fields=bid,amount",
    "account_id=1",
    "start_time=2013-01-14 00:00:00",
    "end_time=2013-01-15 00:00:00",
];

const DEDUCTION: [&str; 8] = [
    "alibaba.alsc.crm.recharge.dedut.update",
    "param_dedut_open_req.request_id=key-1",
    "param_dedut_open_req.operator_id=1",
    "param_dedut_open_req.outer_order_id=2",
    "param_dedut_open_req.value=3",
    "param_dedut_open_req.biz_channel=CS",
    "param_dedut_open_req.brand_id=4",
    "param_dedut_open_req.shop_id=5",
];

fn sandbox() -> Sandbox {
    Sandbox::builder().spec_dir(root().join("spec")).start_blocking().unwrap()
}

fn command(sandbox: &Sandbox, words: &[&str], more: &[&str]) -> Command {
    let mut command = xtask(&[&["call"], words, &["--endpoint", &sandbox.url()], more].concat());
    command.env("OPENTOP_APP_KEY", sandbox.app_key());
    command.env("OPENTOP_APP_SECRET", sandbox.app_secret());
    command.env("OPENTOP_SESSION", sandbox.session());
    command
}

#[test]
fn an_answer_comes_as_a_table_as_json_or_as_it_came() {
    let sandbox = sandbox();
    let (code, table) = output(&mut command(&sandbox, &BILLS, &[]));
    assert_eq!(code, 0, "{table}");
    assert!(
        table.contains("has_next       false\n") && table.contains("amount  bid\n10000   20423101520012\n"),
        "{table}"
    );
    // The answer alone is on standard output, fit for a pipe.
    let ended = command(&sandbox, &BILLS, &["--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((ended.status.code(), &json["bills"][0]["bid"]), (Some(0), &20_423_101_520_012_u64.into()));
    let (code, raw) = output(&mut command(&sandbox, &BILLS, &["--format", "raw"]));
    assert_eq!(code, 0);
    assert!(raw.starts_with(r#"{"has_next":false,"#), "{raw}");
}

#[test]
fn how_a_call_ends_is_its_exit_code() {
    let sandbox = sandbox();
    let run = |words: &[&str]| output(&mut command(&sandbox, words, &[]));

    let broken = run(&[&BILLS[..3], &["page_size=101", "nope=1"]].concat());
    assert_eq!(broken.0, 1);
    for line in
        ["nope: unknown parameter", "start_time: required", "end_time: required", "page_size: must be at most 100"]
    {
        assert!(broken.1.contains(line), "{}", broken.1);
    }
    assert!(sandbox.received().is_empty(), "it was sent");

    assert_eq!(run(&["taobao.bill.book.bill.get"]).0, 2);
    assert_eq!(run(&[BILLS[0], "fields"]).0, 2);
    assert_eq!(output(command(&sandbox, &BILLS, &[]).env("OPENTOP_APP_KEY", "")).0, 2);

    let rejected = output(command(&sandbox, &BILLS, &[]).env("OPENTOP_APP_SECRET", "canary"));
    assert_eq!(rejected.0, 3);
    assert!(rejected.1.contains("error 25") && !rejected.1.contains("canary"), "{}", rejected.1);

    sandbox.push_faults(vec![Fault::CutResponse { after: 0, how: HangUp::Rst }]);
    let unknown = run(&DEDUCTION);
    assert_eq!(unknown.0, 4);
    assert!(unknown.1.contains("the outcome is unknown") && unknown.1.contains("key-1"), "{}", unknown.1);
    assert_eq!(sandbox.executions(DEDUCTION[0]), [("key-1".to_owned(), 1)], "a write is sent once");
    assert_eq!(run(&DEDUCTION).0, 0);
}

/// What the spec of a method says of an error decides how a write that ends with it is reported.
#[test]
fn a_specs_word_on_an_error_decides_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("alsc");
    fs::create_dir(&spec).unwrap();
    let name = format!("{}.yaml", DEDUCTION[0]);
    for file in ["category.yaml", &name] {
        let text = fs::read_to_string(root().join("spec/alsc").join(file)).unwrap();
        let rows = "errors:\n  - { code: isv.gift-gone, executed: no }\n  - { code: isv.invalid-parameter, executed: maybe }\n";
        let text = text.replace("errors:\n  - { code: isv.invalid-parameter, message: 非法参数 }\n", rows);
        assert!(file != name || text.contains(rows), "{text}");
        fs::write(spec.join(file), text).unwrap();
    }
    let sandbox = sandbox();
    let spec = folder.path().to_str().unwrap();
    for (sub_code, with_spec, without) in [
        ("isv.gift-gone", (3, "rejected: "), (4, "the outcome is unknown: ")),
        ("isv.invalid-parameter", (4, "the outcome is unknown: "), (3, "rejected: ")),
        ("isv.other", (4, "the outcome is unknown: "), (4, "the outcome is unknown: ")),
    ] {
        for (more, expected) in [(&["--spec", spec][..], with_spec), (&[], without)] {
            sandbox.push_faults(vec![Fault::Isv { sub_code: sub_code.to_owned() }]);
            let (code, said) = output(&mut command(&sandbox, &DEDUCTION, more));
            assert_eq!(code, expected.0, "{sub_code} {more:?}: {said}");
            assert!(said.contains(expected.1) && said.contains(sub_code), "{said}");
        }
    }
    let (code, page) = output(&mut xtask(&["describe", DEDUCTION[0], "--spec", spec]));
    assert_eq!(code, 0, "{page}");
    assert!(page.contains("isv.gift-gone") && page.contains("; the write was not done"), "{page}");
    assert!(page.contains("; the write may have been done"), "{page}");
}

/// The write was done: a program that reads the exit code must not take it for one that crashed.
#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_printed_changes_nothing_of_how_the_call_ended() {
    let sandbox = sandbox();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (code, said) = output(command(&sandbox, &DEDUCTION, &[]).stdout(full()));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("the call is over, and its answer cannot be shown"), "{said}");
    assert_eq!(sandbox.executions(DEDUCTION[0]), [("key-1".to_owned(), 1)]);
    sandbox.push_faults(vec![Fault::CutResponse { after: 0, how: HangUp::Rst }]);
    assert_eq!(output(command(&sandbox, &DEDUCTION, &[]).stdout(full()).stderr(full())).0, 4);
}

#[cfg(unix)]
#[test]
fn parameters_and_credentials_come_from_files_too() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, folder) = (sandbox(), tempfile::tempdir().unwrap());
    let (request, credentials) = (folder.path().join("req.json"), folder.path().join("credentials"));
    fs::write(&request, r#"{"fields":["bid"],"account_id":1,"start_time":"2013-01-01 00:00:00"}"#).unwrap();
    let (key, secret, session) = (sandbox.app_key(), sandbox.app_secret(), sandbox.session());
    fs::write(&credentials, format!("app_key={key}\napp_secret={secret}\nsession={session}\n")).unwrap();
    let run = |mode: u32| {
        fs::set_permissions(&credentials, fs::Permissions::from_mode(mode)).unwrap();
        let files = ["--file", request.to_str().unwrap(), "--credentials", credentials.to_str().unwrap()];
        let mut command = command(&sandbox, &[BILLS[0], BILLS[4]], &files);
        output(command.env_remove("OPENTOP_APP_KEY").env_remove("OPENTOP_APP_SECRET").env_remove("OPENTOP_SESSION"))
    };
    let (code, text) = run(0o600);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(0o644);
    assert_eq!(code, 2);
    assert!(text.contains("chmod 600") && !text.contains(secret), "{text}");
}
