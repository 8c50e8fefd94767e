#![allow(clippy::unwrap_used, clippy::panic)]
//! Names that are given by order, or that come of several facts: what `opentop_model::diff` alone cannot know.

use opentop_model::diagnostic::SourceFile;
use opentop_model::diff::{Class, Kind};
use opentop_model::load;
use opentop_model::model::Model;

use super::changes;

const SPEC: &str = "\
api: alibaba.example.gift.redeem
category: example
title: 兑换
session: none
effect: write
outcome: { ok: result.success, code: result.code }
request:
  fields:
    req: { type: Req, required: true }
    name: { type: String }
response:
  fields:
    result: { type: Result }
types:
  Req:
    fields:
      itemId: { type: Number, required: true, example: 1 }
      type: { type: String }
      channel: { type: String, values: [ { value: A-B }, { value: B }, { value: '！' } ] }
  Result:
    fields:
      success: { type: Boolean }
      code: { type: String }
      gifts: { type: 'Gift []' }
  Gift:
    fields:
      id: { type: Number }
";

fn model(spec: &str) -> Model {
    let sources = [
        SourceFile { path: "example/alibaba.example.gift.redeem.yaml".to_owned(), text: spec.to_owned() },
        SourceFile { path: "example/category.yaml".to_owned(), text: "title: 示例\n".to_owned() },
    ];
    let loaded = load(&sources);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.model
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SPEC.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from:?}");
        text.replace(from, to)
    })
}

/// What is told of names: path, what was, what is.
fn names(old: &str, new: &str) -> Vec<(String, String, String)> {
    let told = changes(&model(old), &model(new));
    let of_names = told.into_iter().filter(|change| change.kind == Kind::RustNameChanged);
    of_names
        .map(|change| {
            assert_eq!(change.class, Class::Breaking);
            (change.path, change.before.unwrap_or_default(), change.after.unwrap_or_default())
        })
        .collect()
}

#[test]
fn an_element_that_takes_the_name_of_another_is_told() {
    for (edits, path, was) in [
        // `Channel::AB` would send another value.
        (
            &[("{ value: A-B }", "{ value: A_b, name: AB }, { value: A-B }")][..],
            "types.Req.channel.values.A-B",
            "Channel::AB: A-B",
        ),
        // A value that makes no name has its position.
        (&[("{ value: B }, ", "")], "types.Req.channel.values.！", "Channel::Value3"),
        (
            &[("      itemId: {", "      item_id: { type: String }\n      itemId: {")],
            "types.Req.itemId",
            "Req::item_id(): i64, itemId on the wire",
        ),
        (
            &[("      type: {", "      maybe_type: { type: Number }\n      type: {")],
            "types.Req.type",
            "Req::builder().maybe_type(): Option<String>, type on the wire",
        ),
        (
            &[
                ("  Gift:\n", "  GIFT:\n    fields:\n      a: { type: String }\n  Gift:\n"),
                ("gifts: {", "other: { type: GIFT }\n      gifts: {"),
            ],
            "types.Gift",
            "Gift",
        ),
        // A type takes the name from an enum.
        (
            &[
                ("  Gift:\n", "  Channel:\n    fields:\n      a: { type: String }\n  Gift:\n"),
                ("gifts: {", "other: { type: Channel }\n      gifts: {"),
            ],
            "types.Req.channel",
            "Channel: enum Channel of texts",
        ),
        // Fields of the flattened object come first.
        (
            &[
                ("effect: write", "effect: write\nflatten: true"),
                ("      type: {", "      name: { type: String, wire: Name }\n      type: {"),
            ],
            "request.name",
            "Request::builder().name(): String, name on the wire",
        ),
    ] {
        let old = if edits[0].1.contains("flatten") { edited(&edits[..1]) } else { SPEC.to_owned() };
        let told = names(&old, &edited(edits));
        assert!(told.iter().any(|(at, before, _)| at == path && before == was), "{was} at {path}: {told:#?}");
    }
}

#[test]
fn where_a_name_went_is_said() {
    let told = names(SPEC, &edited(&[("{ value: B }, ", "")]));
    let said = |path: &str, before: &str, after: &str| (path.to_owned(), before.to_owned(), after.to_owned());
    assert_eq!(told, [said("types.Req.channel.values.！", "Channel::Value3", "Channel::Value2")]);
}

#[test]
fn a_field_behind_another_takes_no_name_from_it() {
    // Import puts what might take a name at the end.
    for edits in [
        &[("      channel: {", "      maybe_type: { type: Number }\n      channel: {")][..],
        &[("      channel: {", "      item_id: { type: String }\n      channel: {")],
        &[("{ value: '！' }", "{ value: '！' }, { value: A_b, name: AB }")],
    ] {
        assert_eq!(names(SPEC, &edited(edits)), [], "{edits:?}");
    }
}

#[test]
fn what_another_change_tells_is_not_told_twice() {
    for edits in [
        &[("effect: write", "effect: read")][..],
        &[("      id: { type: Number }", "      id: { type: String }")],
        &[("      code: { type: String }\n", ""), (", code: result.code", "")],
        &[("effect: write", "module: redeem\neffect: write")],
        &[("effect: write", "effect: write\nflatten: true")],
        &[("name: { type: String }", "name: { type: String }\n    gift: { type: Gift }")],
        &[("      id: { type: Number }", "      id: { type: Number }\n      next: { type: Gift }")],
    ] {
        let told = changes(&model(SPEC), &model(&edited(edits)));
        assert!(told.iter().any(|change| change.class == Class::Breaking), "{edits:?}");
        assert_eq!(names(SPEC, &edited(edits)), [], "{edits:?}");
    }
}

#[test]
fn a_category_whose_feature_changes_is_told() {
    let many = |count: usize| {
        let sources = (0..count).flat_map(|at| {
            let (folder, method) = (format!("c{at:04}"), format!("taobao.c{at:04}.get"));
            let text = format!(
                "api: {method}\ncategory: {folder}\ntitle: x\nsession: none\neffect: read\nrequest: {{ fields: {{}} }}\nresponse: {{ fields: {{}} }}\n"
            );
            [
                SourceFile { path: format!("{folder}/{method}.yaml"), text },
                SourceFile { path: format!("{folder}/category.yaml"), text: "title: x\n".to_owned() },
            ]
        });
        load(&sources.collect::<Vec<_>>()).model
    };
    let told = changes(&many(250), &many(251));
    let features: Vec<_> = told.iter().filter(|change| change.path == "feature").collect();
    assert_eq!(features.len(), 250);
    assert_eq!((features[0].before.as_deref(), features[0].after.as_deref()), (Some("api-c0000"), Some("api-c000")));
    assert!(changes(&many(249), &many(250)).iter().all(|change| change.class == Class::Additive));
}

#[test]
fn equal_catalogues_have_no_changes() {
    assert_eq!(changes(&model(SPEC), &model(SPEC)), []);
    let turned = edited(&[
        ("      code: { type: String }\n", ""),
        ("      success: {", "      code: { type: String }\n      success: {"),
    ]);
    assert_eq!(changes(&model(SPEC), &model(&turned)), []);
}
