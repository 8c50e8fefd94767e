#![allow(clippy::unwrap_used, clippy::panic)]
//! One row per kind and class: an edit of a spec, and every change it is told as.

use std::collections::BTreeSet;

use super::{Change, Class, Kind, Summary, diff, render_human, render_json};
use crate::diagnostic::SourceFile;
use crate::load;
use crate::model::Model;

const CATEGORY: &str = "title: 示例\n";

const SPEC: &str = r#"api: alibaba.example.gift.redeem
category: example
title: 兑换礼品
description: 兑换礼品接口
session: optional
effect: write
idempotency_key: req.request_id
outcome: { ok: result.success, code: result.code }
request:
  fields:
    req: { type: RedeemReq, required: true, description: 入参 }
    page_no: { type: Number, description: 页 }
    page_size: { type: Number, max: 100, min: 1, default: "40", description: 每页 }
response:
  fields:
    result: { type: RedeemResult, description: 结果 }
types:
  RedeemReq:
    description: 请求
    fields:
      request_id: { type: String, required: true, example: a1, description: 幂等 }
      gift_id: { type: String, max_length: 20, example: g1, description: 礼品 }
      gift_code: { type: String, description: 礼品码 }
      gift_name: { type: String, wire: name, description: 名称 }
      amount: { type: Number, unit: yuan, description: 金额 }
      channel: { type: String, values: [ { value: CS, name: CS, description: 辰森 }, { value: KRY } ], description: 渠道 }
      tags: { type: "String []", max_items: 10, description: 标签 }
      start: { type: Date, example: "2024-01-01 00:00:00", description: 起 }
      end: { type: Date, example: "2024-01-02 00:00:00", description: 止 }
    rules:
      - at_least_one_of: [gift_id, gift_code]
      - max_span: { start: start, end: end, days: 30 }
  RedeemResult:
    fields:
      success: { type: Boolean, description: 成功 }
      code: { type: String, description: 码 }
      message: { type: String, description: 消息 }
      has_next: { type: Boolean, description: 下一页 }
      gifts: { type: "Gift []", description: 礼品 }
      level: { type: Number, max: 9, values: [ { value: 1, name: Gold } ], description: 级别 }
  Gift:
    fields:
      id: { type: Number, description: 号 }
      price: { type: Number, description: 价 }
      cost: { type: BigDecimal, description: 本 }
samples:
  response_json: |
    {}
errors:
  - { code: isv.gift-not-found, message: 礼品不存在, solution: 换一个 }
"#;

fn model(specs: &[&str]) -> Model {
    let spec = |text: &&str| {
        let of = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
        SourceFile { path: format!("{}/{}.yaml", of("category: "), of("api: ")), text: (*text).to_owned() }
    };
    let mut sources: Vec<SourceFile> = specs.iter().map(spec).collect();
    let folders: BTreeSet<String> = sources.iter().map(|s| s.path.split_once('/').unwrap().0.to_owned()).collect();
    let category = |folder: &String| SourceFile { path: format!("{folder}/category.yaml"), text: CATEGORY.to_owned() };
    sources.extend(folders.iter().map(category));
    let loaded = load(&sources);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.model
}

/// `SPEC` with pieces replaced; every piece must be there once.
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SPEC.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from:?}");
        text.replace(from, to)
    })
}

fn told(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|c| format!("{} {} {}", c.class, c.kind.id(), c.path).trim_end().to_owned()).collect()
}

type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

/// What is edited, how, and what that is told as; `<` before a change: of the way back.
const ROWS: &[Row] = &[
    (
        "words of the method",
        &[("title: 兑换礼品", "title: 换礼品"), ("description: 兑换礼品接口", "description: 接口")],
        &["words description_changed description", "words title_changed title"],
    ),
    (
        "deprecation",
        &[("session: optional", "deprecated: old\nsession: optional")],
        &["additive deprecated deprecated", "<additive undeprecated deprecated"],
    ),
    (
        "the name of the module",
        &[("session: optional", "module: redeem\nsession: optional")],
        &["breaking module_renamed module"],
    ),
    (
        "the parameter that is flattened",
        &[("session: optional", "flatten: true\nsession: optional")],
        &["breaking flatten_changed flatten"],
    ),
    (
        "session",
        &[("session: optional", "session: required")],
        &["breaking session_changed session", "<additive session_changed session"],
    ),
    (
        "effect",
        &[("effect: write", "effect: read"), ("idempotency_key: req.request_id\n", "")],
        &[
            "breaking effect_changed effect",
            "breaking idempotency_key_changed idempotency_key",
            "<breaking effect_changed effect",
            "<additive idempotency_key_changed idempotency_key",
        ],
    ),
    (
        "the flag of the outcome",
        &[("outcome: { ok: result.success, code: result.code }\n", "")],
        &["breaking outcome_changed outcome", "<breaking outcome_changed outcome"],
    ),
    (
        "the message of the outcome",
        &[("code: result.code }", "code: result.code, message: result.message }")],
        &["additive outcome_changed outcome", "<breaking outcome_changed outcome"],
    ),
    (
        "paging",
        &[("request:\n", "paging: { page: page_no, has_next: result.has_next, items: result.gifts }\nrequest:\n")],
        &["additive paging_changed paging", "<breaking paging_changed paging"],
    ),
    (
        "an optional parameter",
        &[("    page_no:", "    count: { type: Number, description: 数 }\n    page_no:")],
        &["additive field_added request.count", "<breaking field_removed request.count"],
    ),
    (
        "a required parameter",
        &[("    page_no:", "    count: { type: Number, required: true, example: 1, description: 数 }\n    page_no:")],
        &["breaking field_added request.count", "<breaking field_removed request.count"],
    ),
    (
        "a field of the response",
        &[("      id: {", "      name: { type: String, required: true, description: 名 }\n      id: {")],
        &["additive field_added types.Gift.name", "<breaking field_removed types.Gift.name"],
    ),
    (
        "a key over the same wire name",
        &[("gift_name: { type: String, wire: name,", "title: { type: String, wire: name,")],
        &["breaking field_renamed types.RedeemReq.title", "<breaking field_renamed types.RedeemReq.gift_name"],
    ),
    (
        "a key that rules name",
        &[
            ("gift_code: { type: String,", "code: { type: String, wire: gift_code,"),
            ("[gift_id, gift_code]", "[code, gift_id]"),
        ],
        &["breaking field_renamed types.RedeemReq.code", "<breaking field_renamed types.RedeemReq.gift_code"],
    ),
    (
        "a type",
        &[("price: { type: Number,", "price: { type: Price,")],
        &["breaking type_changed types.Gift.price", "<breaking type_changed types.Gift.price"],
    ),
    (
        "a truer type",
        &[("price: { type: Number,", "price: { type: Number, as: BigDecimal,")],
        &["breaking type_changed types.Gift.price"],
    ),
    (
        "the page's word for a type",
        &[("cost: { type: BigDecimal,", "cost: { type: Number, as: BigDecimal,")],
        &["words vendor_type_changed types.Gift.cost"],
    ),
    (
        "requiredness of a parameter",
        &[("page_no: { type: Number,", "page_no: { type: Number, required: true, example: 1,")],
        &[
            "breaking became_required request.page_no",
            "words example_changed request.page_no",
            "<additive became_optional request.page_no",
        ],
    ),
    (
        "requiredness of an answer",
        &[("price: { type: Number,", "price: { type: Number, required: true,")],
        &["words became_required types.Gift.price", "<words became_optional types.Gift.price"],
    ),
    (
        "requiredness that the page says and nobody enforces",
        &[("page_no: { type: Number,", "page_no: { type: Number, vendor_required: true,")],
        &["words page_required_changed request.page_no"],
    ),
    (
        "a bound from above",
        &[("max: 100, min: 1", "max: 50, min: 1")],
        &["breaking limit_tightened request.page_size", "<additive limit_loosened request.page_size"],
    ),
    (
        "a bound from below",
        &[("max: 100, min: 1", "max: 100, min: 2")],
        &["breaking limit_tightened request.page_size", "<additive limit_loosened request.page_size"],
    ),
    (
        "a length and a count",
        &[("max_length: 20, ", ""), ("max_items: 10", "max_items: 9")],
        &["additive limit_loosened types.RedeemReq.gift_id", "breaking limit_tightened types.RedeemReq.tags"],
    ),
    (
        "a bound of an answer",
        &[("max: 9", "max: 5")],
        &["words limit_tightened types.RedeemResult.level", "<words limit_loosened types.RedeemResult.level"],
    ),
    (
        "a wire name",
        &[("gift_code: { type: String,", "gift_code: { type: String, wire: giftCode,")],
        &["breaking wire_name_changed types.RedeemReq.gift_code"],
    ),
    (
        "the wire name of elements",
        &[("gifts: { type: \"Gift []\",", "gifts: { type: \"Gift []\", element: item,")],
        &["breaking element_name_changed types.RedeemResult.gifts"],
    ),
    (
        "listing values",
        &[("gift_code: { type: String,", "gift_code: { type: String, values: [ { value: A } ],")],
        &["breaking values_listed types.RedeemReq.gift_code", "<breaking values_unlisted types.RedeemReq.gift_code"],
    ),
    (
        "an enum's name",
        &[("channel: { type: String,", "channel: { type: String, enum: BizChannel,")],
        &["breaking enum_renamed types.RedeemReq.channel"],
    ),
    ("the name an enum has anyway", &[("channel: { type: String,", "channel: { type: String, enum: Channel,")], &[]),
    (
        "a listed value",
        &[("{ value: KRY }", "{ value: KRY }, { value: X }")],
        &[
            "additive value_added types.RedeemReq.channel.values.X",
            "<breaking value_removed types.RedeemReq.channel.values.X",
        ],
    ),
    (
        "a listed value's name and meaning",
        &[("name: CS, description: 辰森", "name: Chensen, description: 辰")],
        &[
            "breaking value_renamed types.RedeemReq.channel.values.CS",
            "words description_changed types.RedeemReq.channel.values.CS",
        ],
    ),
    ("another unit", &[("unit: yuan", "unit: fen")], &["breaking unit_changed types.RedeemReq.amount"]),
    ("no unit", &[("unit: yuan, ", "")], &["words unit_changed types.RedeemReq.amount"]),
    (
        "what is shown and what is told of a field",
        &[
            (
                "gift_code: { type: String, description: 礼品码",
                "gift_code: { type: String, sensitive: true, description: 码",
            ),
            ("default: \"40\"", "default: \"50\""),
            ("example: a1", "example: a2"),
        ],
        &[
            "words default_changed request.page_size",
            "additive sensitive_changed types.RedeemReq.gift_code",
            "words description_changed types.RedeemReq.gift_code",
            "words example_changed types.RedeemReq.request_id",
        ],
    ),
    (
        "a field's deprecation",
        &[("price: { type: Number,", "price: { type: Number, deprecated: use id,")],
        &["additive deprecated types.Gift.price"],
    ),
    (
        "a type's description",
        &[("    description: 请求\n", "    description: 请\n")],
        &["words description_changed types.RedeemReq"],
    ),
    (
        "a type with its field",
        &[
            ("      id: {", "      maker: { type: Maker, description: 商 }\n      id: {"),
            ("samples:", "  Maker:\n    fields: { id: { type: Number, description: 号 } }\nsamples:"),
        ],
        &[
            "additive field_added types.Gift.maker",
            "additive type_added types.Maker",
            "<breaking type_removed types.Maker",
            "<breaking field_removed types.Gift.maker",
        ],
    ),
    (
        "a response's type that requests use too",
        &[("    page_no:", "    gift: { type: Gift, description: 礼 }\n    page_no:")],
        &[
            "additive field_added request.gift",
            "breaking type_moved types.Gift",
            "<breaking type_moved types.Gift",
            "<breaking field_removed request.gift",
        ],
    ),
    (
        "a type that comes to contain itself",
        &[("      id: {", "      next: { type: Gift, description: 下 }\n      id: {")],
        &["additive field_added types.Gift.next", "breaking type_recursion_changed types.Gift"],
    ),
    (
        "a rule over fields that were there",
        &[("    rules:\n", "    rules:\n      - at_most_one_of: [tags, amount]\n")],
        &["breaking rule_added types.RedeemReq.rules", "<additive rule_removed types.RedeemReq.rules"],
    ),
    (
        "a rule that nobody can break who does not use the new field",
        &[
            ("    rules:\n", "    rules:\n      - at_most_one_of: [tags, extra]\n"),
            ("      tags:", "      extra: { type: String, description: 另 }\n      tags:"),
        ],
        &["additive field_added types.RedeemReq.extra", "additive rule_added types.RedeemReq.rules"],
    ),
    (
        "a rule that follows from an earlier one",
        &[("    rules:\n", "    rules:\n      - at_least_one_of: [gift_id, gift_code, tags]\n")],
        &["additive rule_added types.RedeemReq.rules"],
    ),
    (
        "a wider choice",
        &[("[gift_id, gift_code]", "[gift_id, gift_code, tags]")],
        &["additive rule_changed types.RedeemReq.rules", "<breaking rule_changed types.RedeemReq.rules"],
    ),
    (
        "one where there was one or more",
        &[("at_least_one_of: [gift_id", "exactly_one_of: [gift_id")],
        &["breaking rule_changed types.RedeemReq.rules", "<additive rule_changed types.RedeemReq.rules"],
    ),
    (
        "a shorter span",
        &[("days: 30", "days: 7")],
        &["breaking rule_changed types.RedeemReq.rules", "<additive rule_changed types.RedeemReq.rules"],
    ),
    ("the same span in hours", &[("days: 30", "hours: 720")], &[]),
    ("the order of a choice", &[("[gift_id, gift_code]", "[gift_code, gift_id]")], &[]),
    (
        "samples and errors",
        &[("    {}\n", "    {\"result\":{}}\n"), ("solution: 换一个", "solution: 换")],
        &["words error_changed errors.isv.gift-not-found", "words samples_changed samples.response_json"],
    ),
    (
        "an error",
        &[("errors:\n", "errors:\n  - { code: isv.sold-out, message: 售罄 }\n")],
        &["words error_added errors.isv.sold-out", "<words error_removed errors.isv.sold-out"],
    ),
    (
        "what an error says of the write",
        &[("solution: 换一个 }", "solution: 换一个, executed: no }")],
        &["breaking error_executed_changed errors.isv.gift-not-found.executed"],
    ),
    (
        "what an error says of a read",
        &[("effect: write", "effect: read"), ("solution: 换一个 }", "solution: 换一个, executed: maybe }")],
        &["breaking effect_changed effect", "words error_executed_changed errors.isv.gift-not-found.executed"],
    ),
];

#[test]
fn every_edit_is_told_as_what_it_means() {
    let base = model(&[SPEC]);
    for (name, edits, expected) in ROWS {
        let later = model(&[&edited(edits)]);
        let (back, forth): (Vec<&str>, Vec<&str>) = expected.iter().partition(|change| change.starts_with('<'));
        let sorted = |mut all: Vec<String>| {
            all.sort();
            all
        };
        let wanted = |all: Vec<&str>| sorted(all.iter().map(|c| c.trim_start_matches('<').to_owned()).collect());
        assert_eq!(sorted(told(&diff(&base, &later))), wanted(forth), "{name}");
        let returned = sorted(told(&diff(&later, &base)));
        for change in wanted(back) {
            assert!(returned.contains(&change), "{name}, the way back: {change} is not in {returned:#?}");
        }
    }
}

#[test]
fn equal_catalogues_have_no_changes_whatever_the_order_of_fields() {
    let base = model(&[SPEC]);
    assert_eq!(diff(&base, &model(&[SPEC])), []);
    let (id, price) =
        ("      id: { type: Number, description: 号 }\n", "      price: { type: Number, description: 价 }\n");
    let turned = SPEC.replace(&format!("{id}{price}"), &format!("{price}{id}"));
    assert_ne!(turned, SPEC);
    assert_eq!(diff(&base, &model(&[&turned])), []);
}

fn other() -> String {
    "api: taobao.example.time.get\ncategory: example\ntitle: 时间\nsession: none\neffect: read\n\
     request: { fields: {} }\nresponse: { fields: { time: { type: Date, description: 时 } } }\n"
        .to_owned()
}

#[test]
fn methods_come_go_and_move() {
    let (base, both) = (model(&[SPEC]), model(&[SPEC, &other()]));
    assert_eq!(told(&diff(&base, &both)), ["additive method_added"]);
    assert_eq!(told(&diff(&both, &base)), ["breaking method_removed"]);
    let moved = model(&[SPEC, &other().replace("category: example", "category: util")]);
    let changes = diff(&both, &moved);
    assert_eq!(told(&changes), ["breaking category_moved category"]);
    assert_eq!((changes[0].category.as_str(), changes[0].before.as_deref()), ("util", Some("example")));
}

#[test]
fn titles_of_categories_are_words_and_belong_to_no_method() {
    let base = model(&[SPEC]);
    let mut later = base.clone();
    later.categories[0].vendor_titles.push("样例".to_owned());
    let changes = diff(&base, &later);
    assert_eq!(told(&changes), ["words category_title_changed title"]);
    assert_eq!(changes[0].method, None);
    assert_eq!(
        render_human(&changes),
        "category example\n  words     title  category's title changed: `示例` → `示例, 样例`\n"
    );
}

#[test]
fn reasons_of_deprecation_and_corrections_are_words() {
    let base = model(&[SPEC]);
    let mut later = base.clone();
    later.apis[0].corrections.push(crate::model::Correction {
        paths: vec!["request.fields.req".to_owned()],
        because: "the page says so".to_owned(),
    });
    assert_eq!(told(&diff(&base, &later)), ["words corrections_changed corrections"]);
    let (mut old, mut new) = (base.clone(), base);
    old.apis[0].deprecated = Some("a".to_owned());
    new.apis[0].deprecated = Some("b".to_owned());
    assert_eq!(told(&diff(&old, &new)), ["words deprecation_reworded deprecated"]);
}

#[test]
fn every_kind_has_its_rule_in_the_table_and_a_row_in_the_tests() {
    let (table, rows) = (include_str!("mod.rs"), include_str!("tests.rs"));
    // Names are decided, and their changes tested, in opentop-codegen.
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::RustNameChanged) {
        assert!(table.contains(&format!("//! | `{}` |", kind.id())), "{} has no rule", kind.id());
        assert!(rows.contains(&format!(" {}", kind.id())), "{} has no row", kind.id());
    }
    let told = table.lines().filter(|line| line.starts_with("//! | `")).count();
    assert_eq!(told, Kind::ALL.len(), "every rule is of a kind");
}

#[test]
fn people_read_the_breaking_ones_first_by_method() {
    let base = model(&[SPEC, &other()]);
    let edits = edited(&[("title: 兑换礼品", "title: 兑换\\u202E"), ("max_length: 20", "max_length: 30")]);
    let edits = edits.replace("\\u202E", "品");
    let later = model(&[&edits, &other().replace("type: Date", "type: String").replace("时间", "钟")]);
    let changes = diff(&base, &later);
    assert_eq!(
        render_human(&changes),
        "taobao.example.time.get\n  \
         breaking  response.time  type changed: `Date` → `String`\n  \
         words     title          title changed: `时间` → `钟`\n\
         \n\
         alibaba.example.gift.redeem\n  \
         additive  types.RedeemReq.gift_id  limit loosened: `max_length: 20` → `max_length: 30`\n  \
         words     title                    title changed: `兑换礼品` → `兑换品`\n"
    );
    assert_eq!(Summary::of(&changes).to_string(), "2 methods changed: 1 breaking, 1 additive, 2 of words");
}

#[test]
fn long_texts_are_shown_where_they_differ_on_one_line_without_tricks() {
    let change = |before: &str, after: &str| Change {
        category: "example".to_owned(),
        method: Some("alibaba.example.a".to_owned()),
        path: String::new(),
        kind: Kind::DescriptionChanged,
        class: Class::Words,
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
    };
    let long = "长".repeat(100);
    let shown = render_human(&[change(&format!("{long}甲"), &format!("{long}乙\n\u{202e}{long}"))]);
    assert_eq!(shown.lines().count(), 2, "{shown}");
    let part = "长".repeat(12);
    assert!(shown.contains(&format!("`…{part}甲` → `…{part}乙\\u{{a}}\\u{{202e}}长")), "{shown}");
    assert!(shown.trim_end().ends_with("长…`"), "{shown}");
}

#[test]
fn machines_read_one_object_a_line_with_every_text_in_full() {
    let later = model(&[&edited(&[("max_items: 10", "max_items: 9"), ("title: 兑换礼品", "title: 换")])]);
    let json = render_json(&diff(&model(&[SPEC]), &later));
    let lines: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        serde_json::json!({
            "reason": "change", "class": "breaking", "kind": "limit_tightened", "category": "example",
            "method": "alibaba.example.gift.redeem", "path": "types.RedeemReq.tags",
            "before": "max_items: 10", "after": "max_items: 9",
        })
    );
}
