#![allow(clippy::unwrap_used)]
use super::keywords::KEYWORDS;
use super::*;

fn field(wire: &str) -> String {
    FieldIdent::new(wire).unwrap().to_string()
}

#[test]
fn keywords_are_sorted_so_that_they_are_found() {
    assert!(KEYWORDS.is_sorted());
}

#[test]
fn every_keyword_makes_a_field_and_a_module() {
    for word in KEYWORDS {
        let ident = field(word);
        let expected = if NEVER_RAW.contains(word) { format!("{word}_") } else { format!("r#{word}") };
        assert_eq!(ident, expected);
        assert_eq!(ModuleName::new(word).as_str(), format!("{word}_"));
    }
}

#[test]
fn fields_are_snake_case_of_the_wire_name() {
    let table = [
        ("brand_id", "brand_id"),
        ("itemDTO", "item_dto"),
        ("Nick", "nick"),
        ("item_d_t_o_list", "item_d_t_o_list"),
        ("a.b", "a_b"),
        ("1x", "_1x"),
        ("Self", "self_"),
        ("SELF", "self_"),
        ("crate", "crate_"),
        ("品牌", "品牌"),
        ("type", "r#type"),
        ("gen", "r#gen"),
    ];
    for (wire, ident) in table {
        assert_eq!(field(wire), ident, "{wire}");
    }
    for wire in ["", "_", "é", "ｆｕｌｌ", "a\u{202E}b", "поле"] {
        assert_eq!(FieldIdent::new(wire), None, "{wire}");
    }
}

#[test]
fn derived_names_join_the_bare_identifier() {
    let ty = FieldIdent::new("type").unwrap();
    assert_eq!(ty.prefixed("maybe_").as_str(), "maybe_type");
    assert_eq!(ty.counted(2).as_str(), "type_2");
    assert_eq!(FieldIdent::new("self").unwrap().counted(2).as_str(), "self_2");
}

#[test]
fn modules_and_classes_follow_the_method() {
    let table = [
        ("alibaba.example.gift.redeem", "gift_redeem", "AlibabaExampleGiftRedeemRequest"),
        ("alibaba.other.gift.redeem", "other_gift_redeem", "AlibabaOtherGiftRedeemRequest"),
        ("taobao.example.type", "taobao_example_type", "ExampleTypeRequest"),
        ("alibaba.taobao.get", "taobao_get", "AlibabaTaobaoGetRequest"),
        ("taobao.bill.example.get", "bill_example_get", "BillExampleGetRequest"),
        ("taobao.ABC.d-e.f", "abc_d_e_f", "ABCDEFRequest"),
        ("taobao.1688.get", "taobao_1688_get", "T1688GetRequest"),
        ("mod", "mod_", "ModRequest"),
        ("con", "con_", "ConRequest"),
        ("taobao.", "taobao_", "TaobaoRequest"),
    ];
    for (method, module, class) in table {
        assert_eq!(ModuleName::of_method(method, "example").as_str(), module);
        assert_eq!(TypeName::of_method(method, "Request").as_str(), class);
    }
}

#[test]
fn types_keep_the_vendors_name_where_they_can() {
    let table = [
        ("ItemDTO", Some("ItemDTO")),
        ("Result", Some("Result")),
        ("result", Some("Result")),
        ("order_info", Some("OrderInfo")),
        ("Map<String,X>", Some("MapStringX")),
        ("2Info", Some("T2Info")),
        ("Self", Some("SelfType")),
        ("P1", Some("P1Type")),
        ("商品", Some("商品")),
        ("***", None),
    ];
    for (vendor, rust) in table {
        assert_eq!(TypeName::new(vendor).as_ref().map(TypeName::as_str), rust, "{vendor}");
    }
}

#[test]
fn variants_take_the_name_else_the_value() {
    let table = [
        (Some("CS"), "CS", Some("CS")),
        (None, "CS", Some("CS")),
        (None, "101", Some("V101")),
        (None, "-1", Some("Minus1")),
        (None, "WAIT_BUYER_PAY", Some("WaitBuyerPay")),
        (None, "book_time", Some("BookTime")),
        (Some("TopUp"), "101", Some("TopUp")),
        (Some("Unknown"), "0", Some("UnknownValue")),
        (Some(""), "a", Some("A")),
        (None, "可用", Some("可用")),
        (None, "+", None),
    ];
    for (name, value, variant) in table {
        assert_eq!(VariantName::new(name, value).as_ref().map(VariantName::as_str), variant, "{name:?} {value}");
    }
}

#[test]
fn features_are_the_category_behind_api() {
    assert_eq!(Feature::of_category("example").as_str(), "api-example");
    assert_eq!(Feature::of_category("A_b c").as_str(), "api-a-b-c");
}

#[test]
fn a_message_is_named_by_the_words_of_its_topic() {
    for (topic, category, module) in [
        ("taobao_trade_TradeBuyerPay", "trade", "trade_buyer_pay"),
        ("taobao_trade_TradeBuyerPay", "order", "trade_trade_buyer_pay"),
        ("example_box_Moved", "box", "example_box_moved"),
        ("taobao_trade_Type", "trade", "taobao_trade_type"),
        ("taobao_trade", "trade", "taobao_trade"),
    ] {
        assert_eq!(ModuleName::of_topic(topic, category).as_str(), module);
    }
}

#[test]
fn no_module_is_called_like_the_one_around_it() {
    assert_eq!(ModuleName::of_category("api").as_str(), "api_");
    assert_eq!(ModuleName::of_method("taobao.example", "example").as_str(), "taobao_example");
    assert_eq!(ModuleName::of_method("taobao.example.example", "example").as_str(), "taobao_example_example");
    assert_eq!(ModuleName::of_method("example.example.example", "example").as_str(), "example_example");
    assert_eq!(ModuleName::of_method("mod", "mod").as_str(), "mod__");
}
