//! A small, sound spec that tests bend in one place each, and how findings are shown in snapshots.
#![allow(dead_code, clippy::panic)]

use opentop_codegen::diagnostic::{RenderOptions, SourceFile, render_human};
use opentop_codegen::{Loaded, load};

/// A method with most of what the format has.
pub(crate) const REDEEM: &str = "\
api: alibaba.example.gift.redeem
category: example
title: 兑换礼品
description: 兑换礼品接口
session: none
effect: write
idempotency_key: redeem_req.request_id
outcome: { ok: result.success, code: result.code, message: result.message }
paging:
  page: redeem_req.page_no
  total_items: result.total
  items: result.gifts
  item_key: gift_id
request:
  fields:
    redeem_req: { type: RedeemReq, required: true, vendor_required: false, description: 入参 }
response:
  fields:
    result: { type: RedeemResult, description: 结果 }
types:
  RedeemReq:
    fields:
      request_id: { type: String, required: true, max_length: 32, example: a1, description: 幂等 }
      page_no: { type: Number, min: 1, default: 1, example: 1, description: '页码,从1开始' }
      brand_id: { type: String, example: 3724809629, description: 品牌 }
      out_brand_id: { type: String, description: 外部品牌 }
      channels: { type: 'Number []', max_items: 2, values: [{ value: 101 }, { value: 102 }], example: '101,102', description: 渠道 }
      start_time: { type: Date, example: '2019-07-30 14:24:45', description: 开始 }
      end_time: { type: Date, example: '2019-08-01 13:12:31', description: 结束 }
      amount: { type: Number, as: BigDecimal, unit: yuan, min: 0.01, max: 99.5, example: 12, description: 金额(元) }
    rules:
      - at_least_one_of: [brand_id, out_brand_id]
      - max_span: { start: start_time, end: end_time, days: 30 }
  RedeemResult:
    fields:
      success: { type: Boolean, example: 'true', description: 成功 }
      code: { type: String, example: 200, description: 结果码 }
      message: { type: String, example: 成功, description: 描述 }
      total: { type: Number, example: 1, description: 总数 }
      gifts: { type: 'Gift []', description: 礼品 }
  Gift:
    fields:
      gift_id: { type: String, example: 87, description: 礼品id }
      parent: { type: Gift, description: 上级 }
samples:
  response_xml: |
    <alibaba_example_gift_redeem_response><result><success>true</success></result></alibaba_example_gift_redeem_response>
errors:
  - { code: isv.gift-not-found, message: 礼品不存在, solution: 换一个 }
";

/// Its file.
pub(crate) const PATH: &str = "example/alibaba.example.gift.redeem.yaml";

pub(crate) fn source(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

pub(crate) fn category() -> SourceFile {
    source("example/category.yaml", "title: 示例API\n")
}

/// Loads the category and one method of this text.
pub(crate) fn load_method(text: &str) -> (Loaded, Vec<SourceFile>) {
    let sources = vec![category(), source(PATH, text)];
    (load(&sources), sources)
}

/// The sound spec with one piece replaced; the piece must be there.
pub(crate) fn bent(from: &str, to: &str) -> String {
    assert!(REDEEM.contains(from), "the sound spec has no {from:?}");
    REDEEM.replacen(from, to, 1)
}

/// What a person sees of the sound spec with one piece replaced.
pub(crate) fn shown(from: &str, to: &str) -> String {
    shown_text(&bent(from, to))
}

/// What a person sees of a method of this text.
pub(crate) fn shown_text(text: &str) -> String {
    let (loaded, sources) = load_method(text);
    shown_findings(&loaded, &sources)
}

pub(crate) fn shown_findings(loaded: &Loaded, sources: &[SourceFile]) -> String {
    let options = RenderOptions { prefix: "spec/".to_owned(), color: false };
    render_human(&loaded.diagnostics, sources, &options)
}
