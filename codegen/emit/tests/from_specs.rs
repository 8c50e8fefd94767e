//! What generation says of specs that were read from YAML.
#![allow(clippy::unwrap_used)]

use insta::assert_snapshot;
use opentop_codegen::{Generated, Options, generate};
use opentop_model::diagnostic::{RenderOptions, SourceFile, render_human};
use opentop_model::load;

const SAMPLE: &str = include_str!("../src/explain/sample.yaml");
const METHOD: &str = "example/alibaba.example.gift.redeem.yaml";

/// Loads the files of one category and generates the crate.
fn generated(files: &[(&str, &str)]) -> (Generated, Vec<SourceFile>) {
    let category = ("example/category.yaml", "title: 示例API\n");
    let sources: Vec<SourceFile> = [category]
        .iter()
        .chain(files)
        .map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() })
        .collect();
    let loaded = load(&sources);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    (generate(&loaded.model, &sources, &Options::default()), sources)
}

#[test]
fn the_documentation_of_the_method_says_what_was_corrected_and_why() {
    let correction = "corrects: alibaba.example.gift.redeem\n\
        because: an answer of 2024-03-01 shows it\n\
        set:\n  types.RedeemResult.fields.code.type: Number\nremove: [errors]\n";
    let (generated, _) =
        generated(&[(METHOD, SAMPLE), ("example/alibaba.example.gift.redeem.override.yaml", correction)]);
    let said =
        "Corrected against the page: `types.RedeemResult.fields.code.type`, `errors` (an answer of 2024-03-01 shows it";
    for path in ["docs/example/alibaba.example.gift.redeem.md", "src/api/example/gift_redeem.rs"] {
        let lines: Vec<&str> = generated.files.0[path].lines().filter(|line| line.contains(said)).collect();
        assert_eq!(lines.len(), 1, "{path}");
    }
}

/// The method's page and module, and the line of the index, of the sample with other words for its effect.
fn said_of_effect(effect: &str) -> (Vec<String>, String) {
    assert_eq!(SAMPLE.matches("effect: write\n").count(), 1);
    let (generated, _) = generated(&[(METHOD, &SAMPLE.replace("effect: write\n", effect))]);
    let said = |path: &str, words: &[&str]| {
        let lines = generated.files.0[path].lines().filter(|line| words.iter().any(|word| line.contains(word)));
        lines.map(|line| line.trim_start_matches("//! ").to_owned()).collect::<Vec<_>>().join("\n")
    };
    let words = ["Changes data", "Only reads", "Effect not confirmed"];
    let pages = ["docs/example/alibaba.example.gift.redeem.md", "src/api/example/gift_redeem.rs"];
    (
        pages.iter().map(|path| said(path, &words)).collect(),
        said("docs/example/README.md", &["alibaba.example.gift.redeem"]),
    )
}

#[test]
fn a_session_with_a_suggestion_is_not_confirmed() {
    assert_eq!(SAMPLE.matches("session: none\n").count(), 1);
    for (session, said) in [
        ("session: none\n", "- Needs no session."),
        (
            "session: none\nsuggested: { session: required }\n",
            "- Session not confirmed: its words suggest that it needs one, and",
        ),
        (
            "session: optional\nsuggested: { session: optional }\n",
            "- Session not confirmed: nothing shows whether it needs one, and",
        ),
        ("session: required\nsuggested: { session: of-course }\n", "- Needs a session: the access token of a user."),
    ] {
        let (generated, _) = generated(&[(METHOD, &SAMPLE.replace("session: none\n", session))]);
        for path in ["docs/example/alibaba.example.gift.redeem.md", "src/api/example/gift_redeem.rs"] {
            assert!(generated.files.0[path].contains(said), "{path}: {session}");
        }
    }
}

#[test]
fn an_effect_with_a_suggestion_is_not_confirmed() {
    for (effect, page, index) in [
        ("effect: write\n", "- Changes data. ", "| writes |"),
        ("effect: read\n", "- Only reads.", "| reads |"),
        ("effect: write\nsuggested: { effect: read }\n", "- Effect not confirmed: ", "| effect not confirmed |"),
        ("effect: read\nsuggested: { effect: write }\n", "- Effect not confirmed: ", "| effect not confirmed |"),
        // Nothing shows what it should be.
        ("effect: write\nsuggested: { effect: write }\n", "- Effect not confirmed: ", "| effect not confirmed |"),
        ("effect: write\nsuggested: { session: none }\n", "- Changes data. ", "| writes |"),
        ("effect: write\nsuggested: perhaps\n", "- Changes data. ", "| writes |"),
    ] {
        let (pages, line) = said_of_effect(effect);
        for said in &pages {
            assert!(said.starts_with(page) && said.lines().count() == 1, "{effect}: {said}");
        }
        assert!(line.ends_with(index), "{effect}: {line}");
    }
}

/// Names are decided when the crate is planned: keywords quietly take a rule, collisions are told, with what the name became.
#[test]
fn keyword_and_colliding_names() {
    let text = "\
api: alibaba.example.gift.redeem
category: example
title: names
session: none
effect: read
request:
  fields:
    type: { type: String, description: 关键字 }
    self: { type: String, description: no raw identifier }
    itemId: { type: String, description: 驼峰 }
    item_id: { type: String, description: 蛇形 }
    channel: { type: String, values: [{ value: A }], description: one list }
response:
  fields:
    channel: { type: String, values: [{ value: B }], description: another list of the same name }
    gift: { type: Gift, description: 礼品 }
    other: { type: GIFT, description: 礼品 }
types:
  Gift: { fields: { a: { type: String, description: a } } }
  GIFT: { fields: { b: { type: String, description: b } } }
";
    let (generated, sources) = generated(&[(METHOD, text)]);
    let options = RenderOptions { prefix: "spec/".to_owned(), color: false };
    assert_snapshot!("keyword_and_colliding_names", render_human(&generated.diagnostics, &sources, &options));
}
