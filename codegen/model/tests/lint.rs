//! What is legal and unwise.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{bent, load_method, shown_findings};
use insta::assert_snapshot;
use opentop_model::diagnostic::{RenderOptions, render_human};
use opentop_model::lint::lint;

fn advice(text: &str) -> String {
    let (loaded, sources) = load_method(text);
    assert!(!loaded.has_errors(), "{}", shown_findings(&loaded, &sources));
    render_human(&lint(&sources).1, &sources, &RenderOptions::default())
}

#[test]
fn a_wise_spec_gets_no_advice() {
    assert_eq!(advice(common::REDEEM), "");
}

#[test]
fn each_piece_of_advice_has_its_code_and_place() {
    let text = bent("idempotency_key: redeem_req.request_id\n", "")
        .replacen("paging:\n  page: redeem_req.page_no\n  total_items: result.total\n  items: result.gifts\n  item_key: gift_id\n", "", 1)
        .replacen("description: 品牌 }", "description: 'see <a href=\"x\">here</a>' }", 1)
        .replacen("example: 87, description: 礼品id", "example: 87, suggested: { values: [1] }", 1)
        .replacen("total: { type: Number, example: 1, description: 总数", "total: { type: Number, example: many, description: 总数", 1)
        .replacen("as: BigDecimal, unit: yuan, min: 0.01, max: 99.5, example: 12", "example: 12", 1);
    assert_snapshot!(advice(&text));
}

#[test]
fn an_error_that_may_leave_a_write_done_is_not_called_failed_unseen() {
    let said = |code: &str, executed: &str| {
        let row = format!("code: '{code}', message: m, executed: {executed}");
        advice(&bent("code: isv.gift-not-found, message: 礼品不存在", &row))
    };
    for code in ["isp.gift-broken", "isv.gift-service-error", "isv.gift-TIMEOUT", "isv.biz-error:BIZ_ERROR", "15", "50"]
    {
        assert!(said(code, "no").contains("TOP0308"), "{code}");
        assert_eq!(said(code, "maybe"), "", "{code}");
    }
    for code in ["isv.gift-not-found", "isv.invalid-parameter", "41", "6001"] {
        assert_eq!(said(code, "no"), "", "{code}");
    }
    let read =
        bent("effect: write", "effect: read").replacen("solution: 换一个 }", "solution: 换一个, executed: no }", 1);
    assert!(advice(&read).contains("only reads, and says `executed` of the error `isv.gift-not-found`"));
}

#[test]
fn an_object_is_documented_at_its_field_or_at_its_type() {
    let silent = bent("result: { type: RedeemResult, description: 结果 }", "result: { type: RedeemResult }");
    assert!(advice(&silent).contains("TOP0301"));
    let at_the_type = silent.replacen("  RedeemResult:\n", "  RedeemResult:\n    description: 结果\n", 1);
    assert_eq!(advice(&at_the_type), "");
}

#[test]
fn markup_is_found_wherever_the_page_is_quoted() {
    for (from, to) in [
        ("title: 兑换礼品\n", "title: <b>兑换礼品</b>\n"),
        ("{ value: 101 }", "{ value: 101, description: a<br>b }"),
        ("solution: 换一个", "solution: 换<i>一个</i>"),
    ] {
        assert!(advice(&bent(from, to)).contains("TOP0302"), "{to}");
    }
}
