#![allow(clippy::unwrap_used, clippy::panic)]
use super::testing::*;
use super::*;
use opentop_model::diagnostic::{Code, Severity};
use opentop_model::model::{Dialect, ErrorRow, Executed, Protocol, Rule, Scalar, Type, TypeId};

fn planned(api: opentop_model::model::Api) -> (ApiPlan, Vec<Diagnostic>) {
    let (mut plan, findings) = plan(&model(vec![api]), &[]);
    (plan.categories.remove(0).apis.remove(0), findings)
}

fn codes(findings: &[Diagnostic]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_method_takes_the_vendors_names() {
    let (api, findings) = planned(sample());
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(api.module.as_str(), "gift_redeem");
    assert_eq!(api.aliases, ["alibaba.example.gift.redeem", "AlibabaExampleGiftRedeemRequest", "兑换礼品"]);
    assert_eq!(api.request.builder.as_ref().unwrap().name.as_str(), "RequestBuilder");
    let types: Vec<_> = api.types.iter().map(|ty| (ty.name.as_str(), ty.side)).collect();
    assert_eq!(types, [("RedeemReq", Side::Request), ("RedeemResult", Side::Response), ("Gift", Side::Response)]);
    assert_eq!(api.idempotency_key.unwrap().text, "redeem_req.request_id");
}

#[test]
fn equal_fields_are_numbered_in_the_order_of_the_spec() {
    let mut api = api("a.b", "c");
    api.response.fields = ["aB", "a_b", "A_b", "+", "self", "Self"].map(text).to_vec();
    let (api, findings) = planned(api);
    let idents: Vec<_> = api.response.fields.iter().map(|field| field.ident.as_str()).collect();
    assert_eq!(idents, ["a_b", "a_b_2", "a_b_3", "field_4", "self_", "self_2"]);
    assert_eq!(codes(&findings), [Code::RenamedField; 4]);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Warning));
}

#[test]
fn equal_types_are_numbered_and_verbatim_names_come_first() {
    let mut api = api("a.b", "c");
    let names = ["item", "Item", "ITEM", "Request", "Foo", "FooBuilder", "RequestBuilder", "CheckedResponse"];
    api.types = names.iter().map(|name| named(name, vec![text("x")], true, false)).collect();
    let (api, findings) = planned(api);
    let names: Vec<_> = api.types.iter().map(|ty| ty.name.as_str()).collect();
    assert_eq!(
        names,
        ["Item3", "Item", "ITEM2", "Request2", "Foo", "FooBuilder2", "RequestBuilder2", "CheckedResponse2"]
    );
    assert_eq!(codes(&findings), [Code::RenamedType; 6]);
}

#[test]
fn a_type_called_content_gives_way_to_the_messages_content() {
    let mut message = api("example_box_Moved", "c");
    message.dialect = Some(Dialect { protocol: Protocol::Tmc, because: String::new() });
    message.types = vec![named("Content", vec![text("sku")], false, true)];
    message.response.fields = vec![field("lines", Type::Objects(TypeId(0)))];
    let (message, findings) = planned(message);
    assert_eq!((message.response.name.as_str(), message.types[0].name.as_str()), ("Content", "Content2"));
    assert_eq!(codes(&findings), [Code::RenamedType]);
}

#[test]
fn a_type_of_both_sides_has_a_twin_for_responses() {
    let mut api = api("a.b", "c");
    api.types = vec![
        named("Both", vec![field("next", Type::Object(TypeId(1)))], true, true),
        named("Out", vec![text("x")], true, true),
    ];
    api.request.fields = vec![field("both", Type::Object(TypeId(0)))];
    api.response.fields = vec![field("both", Type::Objects(TypeId(0)))];
    let (api, _) = planned(api);
    let scopes: Vec<_> = api.types.iter().map(|ty| (ty.name.as_str(), ty.scope, ty.side)).collect();
    assert_eq!(scopes[..2], [("Both", Scope::Root, Side::Request), ("Both", Scope::ResponseModule, Side::Response)]);
    assert_eq!(api.request.fields[0].ty.object().unwrap().scope, Scope::Root);
    assert_eq!(api.response.fields[0].ty.object().unwrap().scope, Scope::ResponseModule);
    assert_eq!(api.types[1].fields[0].ty.object().unwrap().scope, Scope::ResponseModule);
}

#[test]
fn equal_enums_are_shared_and_unequal_ones_are_an_error() {
    let values = [("1", Some("One"), ""), ("2", Some("Two"), "")];
    let mut same = api("a.b", "c");
    same.request.fields = vec![text("kind").listed(&values)];
    same.response.fields = vec![text("kind").listed(&values)];
    let (plan, findings) = planned(same.clone());
    assert!(findings.is_empty());
    assert_eq!(plan.enums.len(), 1);

    same.response.fields = vec![text("kind").listed(&values[..1])];
    let (_, findings) = planned(same);
    assert!(codes(&findings).contains(&Code::EnumConflict));
    assert_eq!(findings[0].help.as_deref(), Some("name one of them: `enum: KindKind`"));
}

#[test]
fn an_enum_named_like_a_type_gets_value_behind() {
    let mut api = api("a.b", "c");
    api.types = vec![named("Kind", vec![text("x")], false, true)];
    api.response.fields = vec![field("k", Type::Object(TypeId(0))), text("kind").listed(&[("1", None, "")])];
    let (api, findings) = planned(api);
    assert_eq!(api.enums[0].name.as_str(), "KindValue");
    assert_eq!(api.enums[0].variants[0].name.as_str(), "V1");
    assert_eq!(codes(&findings), [Code::RenamedEnum]);
}

#[test]
fn two_methods_of_one_module_are_an_error_at_both() {
    let (_, findings) = plan(&model(vec![api("taobao.a.b_c", "x"), api("a.b.c", "x")]), &[]);
    assert_eq!(codes(&findings), [Code::ModuleConflict]);
    assert_eq!(findings[0].also.len(), 1);
    let (_, findings) = plan(&model(vec![api("a.b", "x-y"), api("a.b", "x_y")]), &[]);
    assert_eq!(codes(&findings), [Code::ModuleConflict]);
    let (_, findings) = plan(&model(vec![api("a.b", "x"), api("a.b", "y")]), &[]);
    assert!(findings.is_empty());
}

#[test]
fn names_of_a_method_depend_on_no_other() {
    let alone = planned(sample()).0;
    let (together, _) = plan(&model(vec![list(), sample()].into_iter().chain(obstacles()).collect()), &[]);
    let among = together.apis().map(|(_, api)| api).find(|api| api.method == alone.method).unwrap();
    assert_eq!(*among, alone);
}

#[test]
fn types_follow_the_side_and_the_depth() {
    let mut api = api("a.b", "c");
    let mut node = named(
        "Node",
        vec![field("next", Type::Object(TypeId(0))), field("file", Type::Scalar(Scalar::Bytes))],
        true,
        false,
    );
    node.recursive = true;
    api.types = vec![node];
    api.request.fields = vec![
        field("file", Type::Scalar(Scalar::Bytes)),
        field("map", Type::Scalar(Scalar::Map)),
        field("node", Type::Object(TypeId(0))),
    ];
    let (api, _) = planned(api);
    assert_eq!(api.request.fields[0].ty, RustType::One(Kind::File));
    assert_eq!(api.request.fields[1].ty, RustType::One(Kind::Json));
    assert!(matches!(api.request.fields[2].ty, RustType::Object(_, true)));
    assert!(matches!(api.types[0].fields[0].ty, RustType::Object(_, true)));
    assert_eq!(api.types[0].fields[1].ty, RustType::One(Kind::Text));
}

#[test]
fn setters_never_collide() {
    let mut api = api("a.b", "c");
    api.request.fields = ["x", "maybe_x", "maybe_maybe_x", "build", "type"].map(text).to_vec();
    let (api, _) = planned(api);
    let setters = &api.request.builder.as_ref().unwrap().setters;
    let setters: Vec<_> =
        setters.iter().flat_map(|setter| [Some(&setter.name), setter.maybe.as_ref()]).flatten().collect();
    let names: Vec<_> = setters.iter().map(|name| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "x",
            "maybe_x",
            "maybe_x_2",
            "maybe_maybe_x_2",
            "maybe_maybe_x",
            "maybe_maybe_maybe_x",
            "build_",
            "maybe_build",
            "r#type",
            "maybe_type"
        ]
    );
}

#[test]
fn examples_become_a_request_that_keeps_its_rules() {
    let (api, _) = planned(sample());
    let wire = &api.wire;
    assert_eq!(wire.len(), 1);
    assert_eq!(wire[0].0, "redeem_req");
    assert_eq!(
        wire[0].1,
        r#"{"request_id":"a1","gift_ids":[1,2],"amount":12.30,"biz_channel":"CS","at":"2019-07-30 14:24:45"}"#
    );

    let mut only = self::api("a.b", "c");
    only.request.fields = vec![text("a").example("1"), text("b").example("2"), text("c"), text("d")];
    only.request.rules = vec![Rule::ExactlyOneOf(vec![0, 1])];
    let pairs = planned(only).0.wire;
    assert_eq!(pairs, [("a".to_owned(), "1".to_owned())]);
}

#[test]
fn top_level_lists_are_joined_and_nothing_unusable_is_sent() {
    let mut api = api("a.b", "c");
    let list = field("list", Type::Scalars(Scalar::Number)).example("[1, 2]");
    api.request.fields = vec![
        list,
        field("broken", Type::Scalars(Scalar::Number)).example("1,x"),
        text("null").example("null"),
        text("bidi").example("a\u{202E}b"),
        number("must").required().example("many"),
        field("date", Type::Scalar(Scalar::Date)).example("2019-02-30 00:00:00"),
    ];
    let pairs = planned(api).0.wire;
    assert_eq!(pairs, [("list".to_owned(), "1,2".to_owned()), ("must".to_owned(), "1".to_owned())]);
}

#[test]
fn invisible_characters_on_the_wire_are_refused() {
    let mut api = api("a.b", "c");
    api.request.fields = vec![text("a\u{202E}b"), text("x").listed(&[("\u{200B}", None, "")])];
    let (_, findings) = planned(api);
    assert_eq!(codes(&findings).iter().filter(|code| **code == Code::InvisibleCharacter).count(), 2);
}

#[test]
fn an_error_code_that_is_compared_holds_no_invisible_character() {
    for (executed, expected) in [(Some(Executed::No), &[Code::InvisibleCharacter][..]), (None, &[])] {
        let mut api = api("a.b", "c");
        api.errors = vec![ErrorRow {
            code: "isv.\u{200B}x".to_owned(),
            message: String::new(),
            solution: String::new(),
            executed,
        }];
        assert_eq!(codes(&planned(api).1), expected);
    }
}
