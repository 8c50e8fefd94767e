//! The spec of a message: a topic and its content.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{category, shown_findings, source};
use insta::assert_snapshot;
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::{Effect, Protocol, Session};
use opentop_model::{lint::lint, load};

const MOVED: &str = "\
topic: example_box_Moved
category: example
title: 盒子移动
description: 盒子移动时
content:
  fields:
    box_id: { type: Number, required: true, example: 7, description: 盒子编号 }
    lines: { type: 'Line []', description: 内容 }
types:
  Line:
    description: 一行
    fields:
      sku: { type: String, description: 货号 }
sample: '{ \"box_id\": 7 }'
";

fn sources(path: &str, text: &str) -> Vec<SourceFile> {
    vec![category(), source(path, text)]
}

fn shown(from: &str, to: &str) -> String {
    assert!(MOVED.contains(from), "{from}");
    let sources = sources("example/example_box_Moved.yaml", &MOVED.replacen(from, to, 1));
    shown_findings(&load(&sources), &sources)
}

#[test]
fn a_message_is_what_is_received_and_needs_no_more_than_its_topic_and_content() {
    let (loaded, advice) = lint(&sources("example/example_box_Moved.yaml", MOVED));
    assert_eq!((loaded.diagnostics, advice), (vec![], vec![]));
    let [api] = &loaded.model.apis[..] else { panic!("{:?}", loaded.model) };
    assert_eq!((api.method.as_str(), api.protocol()), ("example_box_Moved", Some(Protocol::Tmc)));
    assert_eq!((api.session, api.effect), (Session::None, Effect::Read));
    assert!(api.request.fields.is_empty() && api.response.fields.len() == 2);
    assert!(api.types[0].in_response && !api.types[0].in_request);
    assert_eq!(api.samples.response_json.as_deref(), Some("{ \"box_id\": 7 }"));
}

#[test]
fn mistakes_have_a_place_and_a_cure() {
    let mistakes = [
        ("content:", "request:"),
        ("title: 盒子移动\n", "title: 盒子移动\nsession: none\n"),
        ("topic: example_box_Moved\n", "topic: example_box_Moved\napi: example.box.moved\n"),
        ("topic: example_box_Moved", "topic: example_box_Moves"),
        ("topic: example_box_Moved", "topic: 'example box'"),
        ("Line []", "Lines []"),
    ];
    let all: Vec<String> = mistakes.iter().map(|(from, to)| shown(from, to)).collect();
    assert_snapshot!("message_mistakes", all.join("\n"));
}

#[test]
fn lint_and_overrides_look_at_messages_too() {
    let markup = MOVED.replace("货号", "<b>货号</b>").replace("description: 盒子编号", "description: ''");
    let (loaded, advice) = lint(&sources("example/example_box_Moved.yaml", &markup));
    assert!(!loaded.has_errors());
    let codes: Vec<&str> = advice.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(codes.len(), 2, "{advice:?}");
    let mut sources = sources("example/example_box_Moved.yaml", MOVED);
    sources.push(source(
        "example/example_box_Moved.override.yaml",
        "corrects: example_box_Moved\nbecause: a message of 2024-03-01\nset:\n  content.fields.box_id.type: String\n",
    ));
    let loaded = load(&sources);
    assert_eq!(loaded.diagnostics, []);
    assert_eq!(loaded.model.apis[0].response.fields[0].vendor_type, "String");
    assert_eq!(loaded.model.apis[0].corrections[0].paths, ["content.fields.box_id.type"]);
}
