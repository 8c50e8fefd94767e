//! The sandbox over specification files: what is written down is served, without recompiling.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::sync::{Arc, Mutex};

use opentop_sandbox::gateway::{HttpRequest, State, answer};
use opentop_sandbox::{Sandbox, SandboxBuilder, StartError};

const SPEC: &str = "\
api: alibaba.example.gift.get
category: example
title: 查询礼品
description: 查询礼品
session: none
effect: read
request:
  fields:
    gift_id: { type: Number, required: true, example: 1, description: 礼品 }
response:
  fields:
    name: { type: String, example: 拿铁, description: 名称 }
";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("example")).unwrap();
    fs::write(folder.path().join("example/category.yaml"), "title: 示例\n").unwrap();
    fs::write(folder.path().join("README.md"), "no specification").unwrap();
    fs::write(folder.path().join("example/.hidden.yaml"), "no specification").unwrap();
    folder
}

fn body(state: &opentop_sandbox::gateway::State) -> String {
    answer(state, &HttpRequest::form("method=alibaba.example.gift.get&format=json")).body
}

/// The methods that are served, but for the platform's own.
fn described(state: &State) -> Vec<&str> {
    state.methods().filter(|method| !method.starts_with("taobao.top.auth.token.")).collect()
}

#[test]
fn a_new_file_is_served_after_a_restart() {
    let folder = folder();
    let before = SandboxBuilder::default().built_in(false).spec_dir(folder.path()).build_state().unwrap();
    assert!(body(&before).contains(r#""code":22"#));
    fs::write(folder.path().join("example/alibaba.example.gift.get.yaml"), SPEC).unwrap();
    let after = SandboxBuilder::default().built_in(false).spec_dir(folder.path()).build_state().unwrap();
    assert!(body(&after).contains(r#""code":32"#), "the method is known, the version is missing");
    assert_eq!(described(&after), ["alibaba.example.gift.get"]);
}

#[test]
fn a_specification_with_errors_does_not_start_and_says_where_and_why() {
    let folder = folder();
    let broken = SPEC.replace("type: String", "type: Strin");
    fs::write(folder.path().join("example/alibaba.example.gift.get.yaml"), broken).unwrap();
    let error = SandboxBuilder::default().built_in(false).spec_dir(folder.path()).build_state().unwrap_err();
    assert!(matches!(error, StartError::Specs { .. }));
    let text = error.to_string();
    assert!(text.contains("alibaba.example.gift.get.yaml:12:"), "{text}");
    assert!(text.contains("String"), "the cure is told: {text}");
}

#[test]
fn without_being_told_it_serves_the_built_in_specifications_whose_samples_fit_their_types() {
    let sandbox = Sandbox::start_blocking().unwrap();
    assert_eq!(described(sandbox.state()).len(), 4);
    assert_eq!(sandbox.state().warnings(), [""; 0]);
}

#[test]
fn folders_are_added_to_the_built_in_specifications_and_the_users_method_wins_with_a_notice() {
    let (first, second) = (folder(), folder());
    fs::write(first.path().join("example/alibaba.example.gift.get.yaml"), SPEC).unwrap();
    fs::write(second.path().join("example/alibaba.example.gift.get.yaml"), SPEC.replace("拿铁", "美式")).unwrap();
    let notices = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&notices);
    let builder = Sandbox::builder().on_event(move |event| kept.lock().unwrap().push(event.to_string()));
    let state = builder.spec_dir(first.path()).spec_dir(second.path()).build_state().unwrap();
    assert_eq!(described(&state).len(), 5);
    let expected =
        format!("{} replaces `alibaba.example.gift.get` of {}", second.path().display(), first.path().display());
    assert_eq!(*notices.lock().unwrap(), [expected]);
}
