#![allow(clippy::unwrap_used, clippy::panic)]

use super::code::Code;
use super::*;
use crate::plan::testing::{Build as _, HOSTILE, api, hostile, list, model, obstacles, sample, text};
use opentop_model::diagnostic::Severity;
use opentop_model::files::{is_edited, is_ours};
use opentop_model::model::{Dialect, Protocol};

fn generated(apis: Vec<opentop_model::model::Api>) -> FileSet {
    let options = Options { verify: true, ..Options::default() };
    let generated = generate(&model(apis), &[], &options);
    let errors: Vec<_> = generated.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    generated.files
}

#[test]
fn one_small_method_in_full() {
    let files = generated(vec![sample()]);
    let names: Vec<_> = files.0.keys().cloned().collect();
    insta::assert_snapshot!("files", names.join("\n"));
    for (name, path) in [
        ("method", "src/api/example/gift_redeem.rs"),
        ("category", "src/api/example/mod.rs"),
        ("apis", "src/api/mod.rs"),
        ("page", "docs/example/alibaba.example.gift.redeem.md"),
        ("manifest", "Cargo.toml"),
        ("wire", "tests/wire/example.rs"),
        ("demo", "examples/demo.rs"),
    ] {
        insta::assert_snapshot!(name, files.0[path]);
    }
}

#[test]
fn a_list_method_in_full() {
    let files = generated(vec![list()]);
    insta::assert_snapshot!("list_method", files.0["src/api/example/bills_get.rs"]);
    insta::assert_snapshot!("list_page", files.0["docs/example/taobao.example.bills.get.md"]);
}

#[test]
fn a_message_has_a_content_and_no_request() {
    let mut moved = api("taobao_example_box_Moved", "example");
    moved.title = "盒子移动".to_owned();
    moved.dialect = Some(Dialect { protocol: Protocol::Tmc, because: String::new() });
    moved.response.fields = vec![text("box_id").said("盒子编号").example("7")];
    moved.samples.response_json = Some("{ \"box_id\": \"7\" }".to_owned());
    let files = generated(vec![moved.clone()]);
    insta::assert_snapshot!("message", files.0["src/api/example/box_moved.rs"]);
    insta::assert_snapshot!("message_page", files.0["docs/example/taobao_example_box_Moved.md"]);
    assert!(!files.0.contains_key("tests/wire/example.rs"), "there is no request to test");
    // Beside a method, which has one.
    let files = generated(vec![sample(), moved]);
    insta::assert_snapshot!("message_in_category", files.0["src/api/example/mod.rs"]);
    assert_eq!(files.0["tests/wire/example.rs"].matches("#[test]").count(), 1);
}

#[test]
fn every_file_carries_our_mark() {
    for (path, text) in &generated(vec![sample(), list()]).0 {
        assert!(is_ours(text) && !is_edited(text), "{path}");
        assert!(text.ends_with('\n') && !text.contains('\r'), "{path}");
    }
}

#[test]
fn hard_names_are_written_as_planned() {
    let files = generated(obstacles());
    let text = &files.0["src/api/example/obstacle_course.rs"];
    for item in [
        "pub struct Result {",
        "pub struct Result2 {",
        "pub struct SelfType {",
        "pub struct 商品 {",
        "pub mod response {",
        "pub struct P0Type {",
    ] {
        assert!(text.contains(item), "{item}");
    }
    assert!(files.0.contains_key("src/api/mod_/mod__.rs"));
}

#[test]
fn no_text_becomes_code() {
    let plain = generated(vec![sample()]);
    for text in HOSTILE {
        let files = generated(vec![hostile(text)]);
        assert_eq!(files.0.keys().collect::<Vec<_>>(), plain.0.keys().collect::<Vec<_>>());
        for (path, written) in files.0.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let found = items::of(written).unwrap();
            assert!(!found.join("\n").contains("fn canary"), "{path}: {found:?}");
        }
        for (path, written) in &files.0 {
            let bad = written.chars().find(|letter| *letter != '\n' && crate::doctext::is_invisible(*letter));
            assert_eq!(bad, None, "{path}");
            assert!(!written.contains("\\u{202e}") && !written.contains("\\u{2066}"), "{path}");
        }
    }
}

/// Whether a line of documentation is of the call that we write ourselves: from its fence to the end of the fence.
fn is_example(line: &str, inside: &mut bool) -> bool {
    let fence = if *inside { line == " ```" } else { line == " ```ignore" || line == " ```toml" };
    let of_example = *inside || fence;
    *inside ^= fence;
    of_example
}

#[test]
fn documentation_holds_no_block_that_rustdoc_would_run() {
    for text in HOSTILE {
        for (path, written) in generated(vec![hostile(text)]).0.iter().filter(|(path, _)| path.starts_with("src/")) {
            let mut inside = false;
            for line in written
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("//").map(|doc| doc.trim_start_matches(['/', '!'])))
                .filter(|line| !is_example(line, &mut inside))
            {
                assert!(
                    !line.trim_start().starts_with("```") && !line.trim_start().starts_with("~~~"),
                    "{path}: {line}"
                );
                assert!(!line.starts_with("     "), "{path}: {line}");
                assert!(!line.contains("<script"), "{path}: {line}");
            }
        }
    }
}

#[test]
fn output_is_the_same_whatever_the_order_of_methods() {
    let forth = generated(vec![sample(), list()].into_iter().chain(obstacles()).collect());
    let mut apis: Vec<_> = vec![sample(), list()].into_iter().chain(obstacles()).collect();
    apis.reverse();
    assert_eq!(generated(apis), forth);
}

#[test]
fn several_crates_have_the_code_and_the_paths_of_one() {
    let apis = || vec![sample(), list(), api("taobao.other-place.get", "other-place")];
    let options = Options { verify: true, standalone: true, ..Options::default() };
    let generate = |write: fn(&Model, &[SourceFile], &Options) -> Generated| write(&model(apis()), &[], &options);
    let (one, several) = (generate(generate_one), generate(crates));
    assert!(!several.has_errors(), "{:?}", several.diagnostics);
    let methods = |path: &&String| path.starts_with("src/api/") && !path.ends_with("mod.rs");
    for path in one.files.0.keys().filter(methods) {
        let category = path.split('/').nth(2).unwrap().replace('_', "-");
        assert_eq!(several.files.0[&format!("crates/api-{category}/{path}")], one.files.0[path]);
    }
    assert_eq!(one.files.0["tests/wire/example.rs"], several.files.0["tests/wire/example.rs"]);
    let names: Vec<_> = several.files.0.keys().cloned().collect();
    let shown = ["src/api/mod.rs", "crates/api-other-place/Cargo.toml", "crates/api-other-place/src/lib.rs"];
    let shown = shown.map(|path| format!("{path}:\n{}", several.files.0[path]));
    let manifest = &several.files.0["Cargo.toml"];
    let features = &manifest[manifest.find("# Every category").unwrap()..];
    insta::assert_snapshot!(
        "several_crates",
        [&[names.join("\n")][..], &shown[..], &[features.to_owned()]].concat().join("\n\n")
    );
}

fn generate_one(model: &Model, sources: &[SourceFile], options: &Options) -> Generated {
    generate(model, sources, options)
}

#[test]
fn an_error_means_no_files() {
    let generated = generate(&model(vec![api("a.b", "x"), api("a_b", "x")]), &[], &Options::default());
    assert!(generated.has_errors());
    assert!(generated.files.0.is_empty());
}

#[test]
fn an_item_that_was_not_planned_is_an_internal_error() {
    let file = RustFile {
        path: "x.rs".to_owned(),
        source: "x".to_owned(),
        code: Ok(Code::fixed("pub struct A;\nfn extra() {}")),
        expected: vec!["struct A {}".to_owned()],
    };
    assert_eq!(file.text(true).unwrap_err(), "`fn extra` was not planned");
    let file = RustFile { code: Ok(Code::fixed("#[cold]\nfn a() {}")), expected: vec!["fn a".to_owned()], ..file };
    assert_eq!(file.text(true).unwrap_err(), "`#[cold]` was not planned");
    let file = RustFile { code: Ok(Code::fixed("fn a() { ) }")), ..file };
    assert!(file.text(true).unwrap_err().starts_with("not Rust"), "{file:?}");
}

#[test]
fn a_crate_of_its_own_says_so() {
    let options = Options { standalone: true, runtime: Runtime::Version("0.1".to_owned()), ..Options::default() };
    let files = generate(&model(vec![sample()]), &[], &options).files;
    assert!(files.0["Cargo.toml"].contains("\n[workspace]\n"));
    assert!(files.0["Cargo.toml"].contains("opentop-runtime = { version = \"0.1\", default-features = false }"));
}

#[test]
fn nothing_makes_a_crate_too() {
    let files = generated(Vec::new());
    assert!(files.0.contains_key("src/lib.rs"));
}

#[test]
fn three_hundred_and_twenty_categories_fit_into_one_crate_and_keep_their_paths() {
    let name = |at: usize| format!("{}{}", char::from(b'a' + u8::try_from(at % 20).unwrap()), at / 20);
    let many = |count: usize| (0..count).map(|at| api("taobao.example.get", &name(at)));
    let apis = many(320).map(|mut api| {
        api.method = format!("taobao.example.{}.get", api.category);
        api
    });
    let files = generated(apis.collect());
    let manifest = &files.0["Cargo.toml"];
    let features: Vec<&str> = manifest
        .lines()
        .skip_while(|line| *line != "[features]")
        .filter_map(|line| line.split_once(" = ["))
        .map(|(name, _)| name)
        .collect();
    assert!(features.len() <= 290, "{}", features.len());
    let modules = &files.0["src/api/mod.rs"];
    for at in 0..320 {
        let name = name(at);
        assert!(modules.contains(&format!("pub mod {name};")), "{name}");
        assert!(files.0.contains_key(&format!("src/api/{name}/example_{name}_get.rs")), "{name}");
        let listed = |line: &str| line.strip_prefix("# ").is_some_and(|names| names.split(", ").any(|n| n == name));
        assert!(manifest.lines().any(|line| line == format!("api-{name} = []") || listed(line)), "{name}");
    }
    for feature in modules.lines().filter_map(|line| line.strip_prefix("#[cfg(feature = \"")?.strip_suffix("\")]")) {
        assert!(features.contains(&feature), "{feature}");
    }
    insta::assert_snapshot!("families", manifest[manifest.find("# The registry allows").unwrap()..].to_owned());
}

#[test]
fn a_lint_is_silenced_only_where_an_object_requires_more_than_six_fields() {
    let requiring = |count: usize| {
        let mut api = api("taobao.example.wide.add", "example");
        api.request.fields = (0..count).map(|at| text(&format!("field_{at}")).required().example("1")).collect();
        generated(vec![api]).0["Cargo.toml"].contains("= \"allow\"")
    };
    assert!(!requiring(6));
    assert!(requiring(7));
}

#[test]
fn an_object_that_is_the_only_parameter_lends_its_builder() {
    let mut api = sample();
    api.flatten = Some(0);
    let files = generated(vec![api]);
    insta::assert_snapshot!("flattened", files.0["src/api/example/gift_redeem.rs"]);
}

#[test]
fn an_object_among_others_is_flattened_into_the_requests_builder() {
    let mut api = sample();
    api.flatten = Some(0);
    api.request.fields.push(text("operator").required().example("o1"));
    api.request.fields.push(text("amount").example("later"));
    let files = generated(vec![api]);
    let text = &files.0["src/api/example/gift_redeem.rs"];
    for line in [
        "pub struct RequestBuilder<S = (missing::request_id, missing::amount, missing::operator)> {",
        "        self.built.redeem_req.get_or_insert_default().request_id = ",
        "    pub fn amount_2(mut self, value: impl Into<String>) -> Self {",
        ".filter(|object| !rt::is_empty(object))",
        "    pub fn from_object(mut self, object: RedeemReq) -> RequestBuilder<(rt::Set, rt::Set, P2)> {",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(files.0["tests/wire/example.rs"].contains(".operator(\"o1\")"));
}
