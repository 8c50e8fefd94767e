//! Overrides: a file beside the spec that corrects it, and says why.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{PATH, REDEEM, category, shown_findings, source};
use insta::assert_snapshot;
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::{Api, Scalar, Type};
use opentop_model::{Loaded, lint, load};

const OVERRIDE: &str = "example/alibaba.example.gift.redeem.override.yaml";
const HEAD: &str =
    "corrects: alibaba.example.gift.redeem\nbecause: an answer of 2024-03-01 shows it, https://open.example.com/a\n";

fn with(overrides: &[(&str, &str)]) -> (Loaded, Vec<SourceFile>) {
    let mut sources = vec![category(), source(PATH, REDEEM)];
    sources.extend(overrides.iter().map(|(path, text)| source(path, text)));
    (load(&sources), sources)
}

/// The method, corrected by one override.
fn corrected(body: &str) -> Api {
    let (loaded, sources) = with(&[(OVERRIDE, &format!("{HEAD}{body}"))]);
    assert_eq!(shown_findings(&loaded, &sources), "");
    loaded.model.apis[0].clone()
}

/// What a person sees of one override.
fn shown(body: &str) -> String {
    let (loaded, sources) = with(&[(OVERRIDE, &format!("{HEAD}{body}"))]);
    assert!(loaded.has_errors() && loaded.model.apis.is_empty());
    shown_findings(&loaded, &sources)
}

fn field<'a>(api: &'a Api, ty: &str, key: &str) -> Option<&'a opentop_model::model::Field> {
    let ty = api.types.iter().find(|named| named.name == ty)?;
    ty.object.fields.iter().find(|field| field.key == key)
}

#[test]
fn set_replaces_a_value_and_adds_a_key() {
    let api = corrected(
        "set:\n  types.RedeemResult.fields.code.type: Number\n  types.RedeemResult.fields.code.sensitive: true\n  session: required\n",
    );
    let code = field(&api, "RedeemResult", "code").unwrap();
    assert_eq!((&code.ty, code.sensitive), (&Type::Scalar(Scalar::Number), true));
    assert_eq!(api.session, opentop_model::model::Session::Required);
}

#[test]
fn a_field_the_page_forgot_is_added_at_the_end() {
    let api = corrected("set:\n  types.Gift.fields.price: { type: Price, description: 价格 }\n");
    assert_eq!(api.types.iter().find(|named| named.name == "Gift").unwrap().object.fields.last().unwrap().key, "price");
}

#[test]
fn remove_takes_keys_out() {
    let api = corrected("remove: [types.RedeemReq.fields.channels, types.RedeemReq.fields.request_id.max_length]\n");
    assert!(field(&api, "RedeemReq", "channels").is_none());
    assert_eq!(field(&api, "RedeemReq", "request_id").unwrap().limits.max_length, None);
}

#[test]
fn a_list_is_replaced_as_a_whole() {
    let api = corrected("set:\n  types.RedeemReq.rules: [{ at_most_one_of: [brand_id, out_brand_id] }]\n");
    assert_eq!(api.types[0].object.rules.len(), 1);
}

#[test]
fn the_longest_key_is_taken_where_a_key_holds_dots() {
    let spec = REDEEM.replace("gift_id: {", "gift.id: {").replace("item_key: gift_id", "item_key: gift.id");
    let text = format!("{HEAD}set: {{ types.Gift.fields.gift.id.sensitive: true }}\n");
    let sources = [category(), source(PATH, &spec), source(OVERRIDE, &text)];
    let loaded = load(&sources);
    assert_eq!(shown_findings(&loaded, &sources), "");
    assert!(field(&loaded.model.apis[0], "Gift", "gift.id").unwrap().sensitive);
}

#[test]
fn several_overrides_of_one_method_each_give_their_reason() {
    let first = format!("{HEAD}set: {{ session: required }}\n");
    let second = "corrects: alibaba.example.gift.redeem\nbecause: the vendor says so\nremove: [errors]\n";
    let other = "example/alibaba.example.gift.redeem.errors.override.yaml";
    let (loaded, sources) = with(&[(OVERRIDE, &first), (other, second)]);
    assert_eq!(shown_findings(&loaded, &sources), "");
    let said: Vec<_> = loaded.model.apis[0].corrections.iter().map(|c| (c.paths.join(), c.because.as_str())).collect();
    let reason = "an answer of 2024-03-01 shows it, https://open.example.com/a";
    assert_eq!(said, [("errors".to_owned(), "the vendor says so"), ("session".to_owned(), reason)]);
}

#[test]
fn a_method_whose_name_ends_like_an_override_is_a_method_and_can_be_corrected() {
    let spec = REDEEM.replacen("alibaba.example.gift.redeem", "alibaba.example.gift.override", 1);
    let text = "corrects: alibaba.example.gift.override\nbecause: seen\nset: { session: required }\n";
    let sources = [
        category(),
        source("example/alibaba.example.gift.override.yaml", &spec),
        source("example/alibaba.example.gift.override.override.yaml", text),
    ];
    let loaded = load(&sources);
    assert_eq!(shown_findings(&loaded, &sources), "");
    assert_eq!(loaded.model.apis[0].corrections.len(), 1);
}

trait Join {
    fn join(&self) -> String;
}
impl Join for Vec<String> {
    fn join(&self) -> String {
        self.as_slice().join(" ")
    }
}

/// One snapshot each: what a person sees of a wrong override.
macro_rules! mistakes {
    ($($name:ident: $body:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_snapshot!(stringify!($name), shown($body));
        })*
    };
}

mistakes! {
    nothing_to_correct: "";
    a_path_that_leads_nowhere: "set: { types.RedeemReq.fields.amout.required: true }\n";
    a_path_into_nothing: "set: { types.Nothing.fields.a: { type: String } }\n";
    a_path_through_a_list: "set: { errors.0.message: x }\n";
    a_path_through_a_value: "remove: [title.zh]\n";
    nothing_there_to_remove: "remove: [types.RedeemReq.fields.amount.max_length]\n";
    a_value_that_stands_there_already: "set: { types.RedeemReq.fields.request_id.max_length: '32' }\n";
    one_path_twice: "set: { types.Gift: { fields: { gift_id: { type: String } } } }\nremove: [types.Gift.fields.parent]\n";
    which_method_it_is: "set: { api: alibaba.example.gift.list }\n";
    a_corrected_value_that_is_wrong: "set: { types.RedeemResult.fields.code.type: Nmber }\n";
    an_added_key_that_the_format_does_not_know: "set: { types.RedeemResult.fields.code.sensitiv: true }\n";
    a_path_that_is_no_text: "remove: [[title]]\n";
}

#[test]
fn the_reason_is_required_and_says_something() {
    let body = "set: { session: required }\n";
    let (loaded, sources) = with(&[(OVERRIDE, &format!("corrects: alibaba.example.gift.redeem\n{body}"))]);
    let missing = shown_findings(&loaded, &sources);
    let (loaded, sources) =
        with(&[(OVERRIDE, &format!("corrects: alibaba.example.gift.redeem\nbecause: ' '\n{body}"))]);
    assert_snapshot!(format!("{missing}\n{}", shown_findings(&loaded, &sources)));
}

#[test]
fn an_override_stands_beside_its_spec_and_bears_its_name() {
    let body = |method: &str| format!("corrects: {method}\nbecause: seen\nset: {{ session: required }}\n");
    let (right, near) = (body("alibaba.example.gift.redeem"), body("alibaba.example.gift.redem"));
    let (loaded, sources) = with(&[
        ("example/alibaba.example.gift.redem.override.yaml", &near),
        ("example/other.override.yaml", &right),
        ("other/alibaba.example.gift.redeem.override.yaml", &right),
        ("top.override.yaml", &right),
    ]);
    assert_snapshot!(shown_findings(&loaded, &sources));
}

#[test]
fn a_broken_override_is_the_only_finding() {
    // The spec is wrong without the correction; whether it is so with it, nobody knows.
    let spec = REDEEM.replace("type: RedeemResult, description", "type: Missing, description");
    let text = format!("{HEAD}set: {{ response.fields.result.type: RedeemResult }}\nsett: 1\n");
    let sources = [category(), source(PATH, &spec), source(OVERRIDE, &text)];
    let loaded = load(&sources);
    let codes: Vec<_> = loaded.diagnostics.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(codes, ["TOP0004"]);
}

#[test]
fn a_suggestion_that_an_override_removes_is_not_shown() {
    let spec = REDEEM.replace("example: 87, description", "example: 87, suggested: { values: [1] }, description");
    let text = format!("{HEAD}remove: [types.Gift.fields.gift_id.suggested]\n");
    let mut sources = vec![category(), source(PATH, &spec)];
    assert_eq!(lint::lint(&sources).1.len(), 1);
    sources.push(source(OVERRIDE, &text));
    assert_eq!(lint::lint(&sources).1, []);
}
