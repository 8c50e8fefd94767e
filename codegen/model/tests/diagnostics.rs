//! What a person reads when a spec is wrong: each mistake has a code, a place, the line itself and a cure.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{PATH, REDEEM, bent, category, load_method, shown, shown_findings, shown_text, source};
use insta::assert_snapshot;
use opentop_model::diagnostic::{Code, RenderOptions, render_human, render_json};
use opentop_model::load;

fn codes(text: &str) -> Vec<&'static str> {
    load_method(text).0.diagnostics.iter().map(|finding| finding.code.id()).collect()
}

#[test]
fn the_sound_spec_has_no_findings() {
    assert_eq!(shown_text(REDEEM), "");
}

/// One snapshot each: the sound spec with one piece replaced.
macro_rules! mistakes {
    ($($name:ident: $from:expr => $to:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_snapshot!(stringify!($name), shown($from, $to));
        })*
    };
}

mistakes! {
    unknown_key: "type: String, required: true, max_length" => "type: String, requird: true, max_length";
    unknown_key_after_chinese_text: "type: Boolean, example: 'true', description: 成功" => "description: 成功了吗, typ: Boolean, example: 'true'";
    unknown_type: "type: RedeemResult, description" => "type: RedemResult, description";
    unknown_type_of_another_language: "request_id: { type: String" => "request_id: { type: Long";
    duplicate_key: "      code: { type: String, example: 200" => "      success: { type: String, example: 200";
    wrong_indentation: "      page_no: {" => "     page_no: {";
    wrong_indentation_under_a_value: "category: example\n" => "category: example\n  extra: 1\n";
    wrong_indentation_puts_keys_elsewhere: "      gift_id: { type: String, example: 87, description: 礼品id }\n      parent:" => "    gift_id: { type: String, example: 87, description: 礼品id }\n    parent:";
    a_block_that_ends_too_early: "    rules:\n      - at_least_one_of" => "rules:\n      - at_least_one_of";
    a_key_of_another_place: "samples:\n" => "rules: []\nsamples:\n";
    missing_type: "parent: { type: Gift, description" => "parent: { description";
    missing_session_and_effect: "session: none\neffect: write\n" => "";
    a_rule_names_an_unknown_field: "[brand_id, out_brand_id]" => "[brand_id, outbrand_id]";
    a_rule_over_one_field: "[brand_id, out_brand_id]" => "[brand_id]";
    a_span_of_no_dates: "start: start_time" => "start: brand_id";
    a_span_without_length: ", days: 30" => "";
    a_path_leads_nowhere: "idempotency_key: redeem_req.request_id" => "idempotency_key: redeem_req.requestid";
    a_path_into_the_other_side: "ok: result.success" => "ok: redeem_req.success";
    a_path_of_the_wrong_type: "ok: result.success" => "ok: result.code";
    a_path_crosses_a_list: "code: result.code" => "code: result.gifts.gift_id";
    two_ways_to_end: "  total_items: result.total\n" => "  total_items: result.total\n  has_next: result.success\n";
    two_ways_to_begin: "  page: redeem_req.page_no\n" => "  page: redeem_req.page_no\n  offset: redeem_req.page_no\n";
    no_way_to_begin: "  page: redeem_req.page_no\n" => "";
    a_next_cursor_without_a_cursor: "  page: redeem_req.page_no\n" => "  page: redeem_req.page_no\n  next_cursor: result.code\n";
    a_cursor_without_its_next: "  page: redeem_req.page_no\n  total_items: result.total\n" => "  cursor: redeem_req.request_id\n";
    a_cursor_beside_a_total_and_a_first_page: "  page: redeem_req.page_no\n  total_items: result.total\n" => "  cursor: redeem_req.request_id\n  next_cursor: result.code\n  first: 0\n  total_items: result.total\n";
    a_cursor_of_another_type: "  page: redeem_req.page_no\n  total_items: result.total\n" => "  cursor: redeem_req.page_no\n  next_cursor: result.code\n";
    the_last_page_of_a_cursor: "  page: redeem_req.page_no\n  total_items: result.total\n" => "  cursor: redeem_req.request_id\n  next_cursor: result.code\n  order: last_first\n";
    the_last_page_without_a_total_and_a_key: "  total_items: result.total\n  items: result.gifts\n  item_key: gift_id\n" => "  has_next: result.success\n  items: result.gifts\n  order: last_first\n";
    an_order_that_is_none: "  total_items: result.total\n" => "  total_items: result.total\n  order: backwards\n";
    anchor: "example: a1, description" => "example: &first a1, description";
    alias: "title: 兑换礼品\n" => "title: *title\n";
    tag: "example: a1, description" => "example: !text a1, description";
    merge_key: "  Gift:\n    fields:\n" => "  Gift:\n    <<: { description: x }\n    fields:\n";
    several_documents: "types:\n" => "---\ntypes:\n";
    tab: "      page_no: {" => "\tpage_no: {";
    control_character: "description: 幂等" => "description: 幂\u{8}等";
    executed_yes: "code: isv.gift-not-found," => "code: isv.gift-not-found, executed: yes,";
    one_error_with_two_meanings: "errors:\n" => "errors:\n  - { code: isv.gift-not-found, executed: no }\n  - { code: isv.gift-not-found, executed: maybe }\n";
    required_yes: "type: String, required: true, max_length" => "type: String, required: yes, max_length";
    a_number_with_a_leading_zero: "max_length: 32" => "max_length: 032";
    a_limit_of_another_type: "type: String, required: true, max_length: 32" => "type: String, required: true, max_items: 32";
    bounds_in_the_wrong_order: "min: 0.01, max: 99.5" => "min: 100, max: 99.5";
    a_default_of_another_type: "default: 1, example: 1" => "default: first, example: 1";
    as_that_changes_the_wire: "type: Number, as: BigDecimal" => "type: Number, as: Date";
    a_value_listed_twice: "{ value: 102 }" => "{ value: 101 }";
    a_listed_value_that_is_no_number: "{ value: 102 }" => "{ value: two }";
    only_parameter_optional: "required: true, vendor_required: false, description: 入参" => "description: 入参";
    example_too_long: "example: a1, description: 幂等" => "example: 0123456789abcdef0123456789abcdef0, description: 幂等";
    examples_break_a_span: "example: '2019-08-01 13:12:31'" => "example: '2019-07-01 13:12:31'";
    examples_leave_a_rule_unmet: "type: String, example: 3724809629, description: 品牌" => "type: String, example: 'null', description: 品牌";
    a_type_never_used: "  Gift:\n" => "  Unused:\n    fields:\n      a: { type: String }\n  Gift:\n";
    a_type_without_fields: "parent: { type: Gift," => "extra: { type: Extra, description: x }\n      parent: { type: Gift,";
    two_fields_of_one_wire_name: "parent: { type: Gift," => "parent: { type: Gift, wire: gift_id,";
    a_type_requires_itself: "parent: { type: Gift," => "parent: { type: Gift, required: true,";
    a_common_parameter: "    redeem_req: {" => "    session: { type: String }\n    redeem_req: {";
    an_element_of_no_list: "description: 礼品id }" => "description: 礼品id, element: gift }";
    a_full_width_colon: "title: 兑换礼品\n" => "title：兑换礼品\n";
    a_full_width_comma: "type: String, required: true, max_length" => "type: String， required: true, max_length";
    text_in_the_first_column: "title: 兑换礼品\n" => "title: 兑换\n礼品\n";
    a_syntax_error_and_others_behind_it: "session: none\neffect: write\n" => "description: a: b\nsession: nope\neffect: write\n";
    readers_disagree: "title: 兑换礼品\n" => "title: 兑换\u{2028}礼品\n";
}

#[test]
fn people_see_a_hundred_findings_of_a_kind_and_how_many_more_there_are() {
    let fields: String = (0..150).map(|at| format!("    f{at}: {{ type: Unknown{at} }}\n")).collect();
    let text = shown_text(&bent("response:\n  fields:\n", &format!("response:\n  fields:\n{fields}")));
    assert_eq!(text.matches("error[TOP0101]").count(), 100);
    assert!(text.ends_with("TOP0101: 50 more in spec/example/alibaba.example.gift.redeem.yaml\n"), "{text}");
}

#[test]
fn listed_values_may_be_bare() {
    let short = bent("[{ value: 101 }, { value: 102 }]", "[101, 102]");
    assert_eq!(shown_text(&short), "");
    let types = load_method(&short).0.model.apis.remove(0).types;
    let values = types.iter().flat_map(|ty| &ty.object.fields).flat_map(|field| &field.values);
    assert_eq!(values.map(|listed| listed.value.as_str()).collect::<Vec<_>>(), ["101", "102"]);
}

#[test]
fn an_empty_type_becomes_json() {
    let text =
        bent("  Gift:\n", "  Extra: {}\n  Gift:\n").replacen("parent: { type: Gift,", "parent: { type: Extra,", 1);
    assert_snapshot!(shown_text(&text));
}

#[test]
fn a_method_in_two_files_points_at_both() {
    let sources = [category(), source(PATH, REDEEM), source("example/copy.yaml", REDEEM)];
    assert_snapshot!(shown_findings(&load(&sources), &sources));
}

#[test]
fn a_file_in_the_wrong_place_is_told_where_to_go() {
    let sources = [
        category(),
        source("example/redeem.yaml", &bent("category: example", "category: gifts")),
        source("x.yaml", "a: 1\n"),
    ];
    assert_snapshot!(shown_findings(&load(&sources), &sources));
}

#[test]
fn a_category_needs_its_file() {
    let sources = [source(PATH, REDEEM)];
    assert_snapshot!(shown_findings(&load(&sources), &sources));
}

#[test]
fn all_errors_of_all_files_come_in_one_run() {
    let first = bent("session: none", "session: nope")
        .replacen("type: RedeemResult, description", "type: Missing, description", 1)
        .replacen("required: true, max_length", "required: yes, max_length", 1);
    let second = REDEEM.replacen("alibaba.example.gift.redeem\n", "alibaba.example.gift.list\n", 1).replacen(
        "effect: write\n",
        "",
        1,
    );
    let sources = [
        category(),
        source(PATH, &first),
        source("example/alibaba.example.gift.list.yaml", &second),
        source("other/category.yaml", "name: x\n"),
    ];
    assert_snapshot!(shown_findings(&load(&sources), &sources));
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut sources = vec![
        category(),
        source(PATH, &bent("type: RedeemResult, description", "type: Missing, description")),
        source("example/b.yaml", "api: 1\n"),
        source("other/c.yaml", "x: &a 1\n"),
    ];
    let forward = shown_findings(&load(&sources), &sources);
    sources.reverse();
    assert_eq!(shown_findings(&load(&sources), &sources), forward);
}

#[test]
fn the_caret_stands_under_its_word_behind_chinese_text() {
    let text = bent(
        "type: Boolean, example: 'true', description: 成功",
        "description: 成功了吗, typ: Boolean, example: 'true'",
    );
    let (loaded, sources) = load_method(&text);
    let human = shown_findings(&loaded, &sources);
    let lines: Vec<&str> = human.lines().collect();
    let at = lines.iter().position(|line| line.contains('^')).unwrap();
    let before = &lines[at - 1][..lines[at - 1].find("typ:").unwrap()];
    // On a terminal, Chinese characters are two columns wide.
    let width: usize = before.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    assert_eq!(lines[at].find('^').unwrap(), width);
    let line = text.lines().find(|line| line.contains("typ:")).unwrap();
    let column = line[..line.find("typ:").unwrap()].chars().count() + 1;
    assert!(human.contains(&format!(":{column}\n")), "{human}");
}

#[test]
fn machines_get_one_json_object_a_line() {
    let (loaded, sources) = load_method(&bent(
        "type: Boolean, example: 'true', description: 成功",
        "description: 成功\"了, typ: Boolean, example: 'true'",
    ));
    let json = render_json(&loaded.diagnostics, &sources, &RenderOptions { prefix: "spec/".to_owned(), color: false });
    assert_snapshot!(json);
    for line in json.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["code"], "TOP0004");
    }
}

#[test]
fn colour_is_an_option_and_off_by_default() {
    let (loaded, sources) = load_method(&bent("session: none", "session: nope"));
    assert!(!shown_findings(&loaded, &sources).contains('\u{1b}'));
    let options = RenderOptions { color: true, ..RenderOptions::default() };
    assert!(render_human(&loaded.diagnostics, &sources, &options).contains('\u{1b}'));
}

#[test]
fn text_of_a_spec_cannot_move_the_cursor() {
    let (loaded, sources) = load_method(&bent("session: none", "\"ses\\u001b[2Jsion\\u202e\\n\": none"));
    let human = shown_findings(&loaded, &sources);
    assert!(!human.contains(['\u{1b}', '\u{202e}']), "{human}");
}

#[test]
fn words_of_yaml_stay_text_and_booleans_are_two_words() {
    for (value, sound) in
        [("true", true), ("false", true), ("yes", false), ("True", false), ("on", false), ("1", false), ("~", false)]
    {
        let text = bent("vendor_required: false", &format!("vendor_required: {value}"));
        assert_eq!(codes(&text).is_empty(), sound, "{value}");
    }
    for value in ["no", "012", "1e3", "~", "null", "0x1F", "2019-01-01", "'a: b'", "\"\\u0041\""] {
        let (loaded, _) = load_method(&bent("example: a1, description", &format!("example: {value}, description")));
        let field = &loaded.model.apis[0].types[0].object.fields[0];
        let text = value.trim_matches('\'').replace("\"\\u0041\"", "A");
        assert_eq!(field.example.as_deref(), Some(text.as_str()), "{value}");
    }
}

#[test]
fn numbers_are_digits() {
    for (value, sound) in [
        ("32", true),
        ("'32'", true),
        ("1e3", false),
        ("0x20", false),
        ("+32", false),
        ("3_2", false),
        ("32.0", false),
        ("4294967296", false),
    ] {
        assert_eq!(codes(&bent("max_length: 32", &format!("max_length: {value}"))).is_empty(), sound, "{value}");
    }
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let (plain, _) = load_method(REDEEM);
    let (crlf, _) = load_method(&REDEEM.replace('\n', "\r\n"));
    let (marked, _) = load_method(&format!("\u{feff}{REDEEM}"));
    for other in [crlf, marked] {
        assert!(other.diagnostics.is_empty());
        assert_eq!(other.model.apis[0].samples, plain.model.apis[0].samples);
        let keys = |loaded: &opentop_model::Loaded| {
            loaded.model.apis[0]
                .types
                .iter()
                .flat_map(|named| named.object.fields.clone())
                .map(|field| (field.key, field.ty, field.description))
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&other), keys(&plain));
    }
    // And places still point at their words.
    let text = format!("\u{feff}{}", bent("session: none", "session: nope").replace('\n', "\r\n"));
    assert_snapshot!(shown_text(&text));
}

#[test]
fn suggestions_are_inert_wherever_they_stand() {
    let text = bent("request_id: { type: String,", "request_id: { type: String, suggested: { values: [a, { b: c }] },")
        + "suggested:\n  anything: [1, 2]\n";
    let (loaded, sources) = load_method(&text);
    assert_eq!(shown_findings(&loaded, &sources), "");
    let advice = opentop_model::lint::lint(&sources).1;
    assert_eq!(advice.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::Suggested; 2]);
}

#[test]
fn every_example_that_breaks_a_rule_is_cured_by_example_used() {
    let text = bent(
        "example: '2019-08-01 13:12:31'",
        "example: '2019-07-01 13:12:31', example_used: { value: '2019-08-01 00:00:00', because: the page's end is before its start }",
    );
    assert_eq!(shown_text(&text), "");
}

#[test]
fn a_mistake_makes_one_finding_and_no_cascade() {
    for (from, to) in [
        ("type: RedeemResult, description", "type: Missing, description"),
        ("required: true, max_length: 32, example: a1", "requird: true, max_length: 32, example: a1"),
        ("  RedeemReq:\n    fields:\n", "  RedeemReq:\n    feilds:\n"),
        ("request_id: { type: String,", "request_id: { typo: String,"),
        ("request_id: { type: String,", "request_id: [ type, "),
        ("types:\n", "typos:\n"),
    ] {
        let found = load_method(&bent(
            from,
            &if to.ends_with("[ type, ") { to.replace("[ type, ", "{ tpye: String, ") } else { to.to_owned() },
        ))
        .0;
        assert!((1..=3).contains(&found.diagnostics.len()), "{to}: {:#?}", found.diagnostics);
    }
}

#[test]
fn a_list_may_name_its_elements() {
    let (loaded, _) = load_method(&bent("type: 'Gift []', description", "type: 'Gift []', element: item, description"));
    let result = loaded.model.apis[0].types.iter().find(|named| named.name == "RedeemResult").unwrap();
    let elements: Vec<_> = result.object.fields.iter().filter_map(|field| field.element.as_deref()).collect();
    assert_eq!(elements, ["item"]);
}

#[test]
fn flatten_needs_a_parameter_that_is_an_object() {
    let (loaded, sources) = load_method(&bent("session: none", "flatten: true\nsession: none"));
    assert_eq!(shown_findings(&loaded, &sources), "");
    assert_eq!(loaded.model.apis[0].flatten, Some(0));
    let (loaded, _) = load_method(&bent("session: none", "flatten: false\nsession: none"));
    assert_eq!(loaded.model.apis[0].flatten, None);
    assert_snapshot!(shown_text(
        "api: alibaba.example.gift.redeem\ncategory: example\ntitle: t\nsession: none\neffect: read\nflatten: true\n\
         request: { fields: { id: { type: Number, description: d } } }\nresponse: {}\n"
    ));
}

#[test]
fn a_module_is_named_by_an_identifier() {
    let (loaded, sources) = load_method(&bent("session: none", "module: redeem\nsession: none"));
    assert_eq!(shown_findings(&loaded, &sources), "");
    assert_eq!(loaded.model.apis[0].module.as_deref(), Some("redeem"));
    assert_snapshot!(shown("session: none", "module: Redeem-Gift\nsession: none"));
}
