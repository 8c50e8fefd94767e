//! For most codes, a spec that is right and the edit that makes it wrong. The page shows the message that the generator then
//! gives.

use crate::plan;
use opentop_model::diagnostic::{Code, Diagnostic, RenderOptions, SourceFile, render_human};
use opentop_model::{lint, load};

/// A method with most of what the format has, and nothing wrong.
pub(super) const SAMPLE: &str = include_str!("sample.yaml");
const SPEC: &str = "example/alibaba.example.gift.redeem.yaml";
const OVERRIDE: &str = "example/alibaba.example.gift.redeem.override.yaml";

/// What makes the sample wrong.
enum Wrong {
    /// This piece replaced by that.
    Piece(&'static str, &'static str),
    /// This override beside it, after its first two lines.
    Override(&'static str),
    /// The sample in a file of this path, instead of its own or beside it.
    At(&'static str, bool),
    /// Its category left out.
    Alone,
}
use Wrong::{Alone, At, Override, Piece};

/// The sample made wrong, one line for a code.
const EXAMPLES: &[(Code, Wrong)] = &[
    (Code::InvalidYaml, Piece("title: 兑换礼品\n", "title: 兑换礼品: 积分\n")),
    (Code::WrongIndentation, Piece("      page_no: {", "     page_no: {")),
    (Code::TabIndentation, Piece("      page_no: {", "\tpage_no: {")),
    (Code::UnknownKey, Piece("required: true, max_length", "requird: true, max_length")),
    (
        Code::DuplicateKey,
        Piece("      code: { type: String, example: 200", "      success: { type: String, example: 200"),
    ),
    (Code::MissingKey, Piece("session: none\n", "")),
    (Code::WrongKind, Piece("title: 兑换礼品\n", "title: [兑换礼品]\n")),
    (Code::InvalidValue, Piece("required: true, max_length", "required: yes, max_length")),
    (Code::Anchor, Piece("example: a1, description", "example: &first a1, description")),
    (Code::Alias, Piece("title: 兑换礼品\n", "title: *title\n")),
    (Code::MergeKey, Piece("  Gift:\n    fields:\n", "  Gift:\n    <<: { description: x }\n    fields:\n")),
    (Code::Tag, Piece("example: a1, description", "example: !text a1, description")),
    (Code::SeveralDocuments, Piece("types:\n", "---\ntypes:\n")),
    (Code::ComplexKey, Piece("title: 兑换礼品\n", "[title]: 兑换礼品\n")),
    (Code::ControlCharacter, Piece("description: 幂等", "description: 幂\u{8}等")),
    (Code::ReadersDisagree, Piece("title: 兑换礼品\n", "title: 兑换\u{2028}礼品\n")),
    (Code::UnknownType, Piece("type: RedeemResult, description", "type: RedemResult, description")),
    (Code::DuplicateMethod, At("example/copy.yaml", true)),
    (Code::MisplacedFile, At("example/redeem.yaml", false)),
    (Code::MissingCategory, Alone),
    (Code::InvalidName, Piece("gift_id: { type: String", "gift id: { type: String")),
    (Code::DanglingPath, Piece("idempotency_key: redeem_req.request_id", "idempotency_key: redeem_req.requestid")),
    (Code::PathType, Piece("ok: result.success", "ok: result.code")),
    (Code::InvalidRule, Piece("[brand_id, out_brand_id]", "[brand_id]")),
    (Code::RuleType, Piece("start: start_time", "start: brand_id")),
    (Code::InvalidLimit, Piece("min: 0.01, max: 99.5", "min: 100, max: 99.5")),
    (Code::IncompatibleAs, Piece("type: Number, as: BigDecimal", "type: Number, as: Date")),
    (Code::InvalidListedValue, Piece("{ value: 102 }", "{ value: 101 }")),
    (Code::ExampleBreaksRules, Piece("example: '2019-08-01 13:12:31'", "example: '2019-07-01 13:12:31'")),
    (Code::DuplicateWireName, Piece("parent: { type: Gift,", "parent: { type: Gift, wire: gift_id,")),
    (Code::UnusedType, Piece("  Gift:\n", "  Unused:\n    fields:\n      a: { type: String }\n  Gift:\n")),
    (Code::EmptyType, Piece("  Gift:\n", "  Extra: {}\n  Gift:\n")),
    (
        Code::OptionalOnlyParameter,
        Piece("required: true, vendor_required: false, description: 入参", "description: 入参"),
    ),
    (Code::InvalidDefault, Piece("default: 1, example: 1", "default: first, example: 1")),
    (Code::InfiniteType, Piece("parent: { type: Gift,", "parent: { type: Gift, required: true,")),
    (Code::CommonParameter, Piece("    redeem_req: {", "    session: { type: String }\n    redeem_req: {")),
    (Code::OverrideTarget, Override("x")),
    (Code::OverridePath, Override("set: { types.RedeemReq.fields.amout.required: true }\n")),
    (Code::OverrideWithoutEffect, Override("set: { types.RedeemReq.fields.request_id.max_length: 32 }\n")),
    (
        Code::OverrideConflict,
        Override("set: { types.RedeemReq.fields.amount.min: 1 }\nremove: [types.RedeemReq.fields.amount]\n"),
    ),
    (Code::RenamedField, Piece("gift_id: { type: String", "giftId: { type: String }\n      gift_id: { type: String")),
    (
        Code::RenamedType,
        Piece(
            "parent: { type: Gift, description: 上级 }\n",
            "parent: { type: gift, description: 上级 }\n  gift:\n    fields: { a: { type: String, description: 甲 } }\n",
        ),
    ),
    (Code::RenamedVariant, Piece("{ value: 101 }, ", "{ value: 101, name: V102 }, ")),
    (Code::RenamedEnum, Piece("values: [{ value: 101 }", "enum: Gift, values: [{ value: 101 }")),
    (
        Code::EnumConflict,
        Piece(
            "  Gift:\n    fields:\n",
            "  Gift:\n    fields:\n      channels: { type: Number, values: [{ value: 1 }] }\n",
        ),
    ),
    (Code::UndocumentedField, Piece("example: 87, description: 礼品id", "example: 87")),
    (Code::HtmlInDescription, Piece("description: 品牌 }", "description: 'see <a href=\"x\">here</a>' }")),
    (Code::NoIdempotencyKey, Piece("idempotency_key: redeem_req.request_id\n", "")),
    (
        Code::NoPaging,
        Piece(
            "paging:\n  page: redeem_req.page_no\n  total_items: result.total\n  items: result.gifts\n  item_key: gift_id\n",
            "",
        ),
    ),
    (
        Code::Suggested,
        Piece("example: 87, description: 礼品id", "example: 87, description: 礼品id, suggested: { max_length: 32 }"),
    ),
    (Code::UnreadableExample, Piece("total: { type: Number, example: 1", "total: { type: Number, example: many")),
    (Code::MoneyAsNumber, Piece("as: BigDecimal, unit: yuan, min: 0.01, max: 99.5, example: 12", "example: 12")),
    (Code::DoubtfulExecuted, Piece("code: isv.gift-not-found,", "code: isp.http-read-timeout, executed: no,")),
];

/// What a person sees of the code's example.
pub(super) fn message(code: Code) -> Option<String> {
    let (_, wrong) = EXAMPLES.iter().find(|(of, _)| *of == code)?;
    let sources = sources(code, wrong);
    let found: Vec<Diagnostic> =
        findings(&sources).into_iter().filter(|finding| finding.code == code).take(1).collect();
    let shown = render_human(&found, &sources, &RenderOptions { prefix: "spec/".to_owned(), color: false });
    // Some of these specs hold characters that no page should.
    let visible =
        |letter: char| if letter == '\n' || !opentop_model::text::is_invisible(letter) { letter } else { '\u{fffd}' };
    (!shown.is_empty()).then(|| shown.chars().map(visible).collect())
}

fn sources(code: Code, wrong: &Wrong) -> Vec<SourceFile> {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let category = file("example/category.yaml", "title: 示例API\n");
    match wrong {
        Piece(from, to) => vec![category, file(SPEC, &SAMPLE.replacen(from, to, 1))],
        Override(body) => {
            let (method, body) = match code {
                Code::OverrideTarget => ("alibaba.example.gift.redem", "set: { session: required }\n"),
                _ => ("alibaba.example.gift.redeem", *body),
            };
            let text = format!("corrects: {method}\nbecause: seen in an answer of 2024-03-01\n{body}");
            vec![category, file(SPEC, SAMPLE), file(OVERRIDE, &text)]
        }
        At(path, beside) => {
            let own = beside.then(|| file(SPEC, SAMPLE));
            [category, file(path, SAMPLE)].into_iter().chain(own).collect()
        }
        Alone => vec![file(SPEC, SAMPLE)],
    }
}

/// Everything that the generator and lint have to say.
fn findings(sources: &[SourceFile]) -> Vec<Diagnostic> {
    let loaded = load(sources);
    if loaded.has_errors() {
        return loaded.diagnostics;
    }
    let named = plan::plan(&loaded.model, sources).1;
    let advice = lint::lint(sources).1;
    loaded.diagnostics.into_iter().chain(named).chain(advice).collect()
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLES, SAMPLE, Wrong, findings, message, sources};
    use opentop_model::diagnostic::Code;

    #[test]
    fn the_sample_has_nothing_wrong() {
        assert_eq!(findings(&sources(Code::Internal, &Wrong::Piece("", ""))), []);
    }

    #[test]
    fn every_example_has_its_code_and_the_first_error_is_it() {
        for (code, wrong) in EXAMPLES {
            if let Wrong::Piece(from, _) = wrong {
                assert!(SAMPLE.contains(from), "{code}: the sample has no {from:?}");
            }
            assert!(message(*code).is_some(), "{code}: {:?}", findings(&sources(*code, wrong)));
        }
    }

    #[test]
    fn only_codes_that_no_spec_of_this_kind_can_show_have_no_example() {
        let without: Vec<&str> = Code::ALL
            .iter()
            .filter(|code| message(**code).is_none())
            .map(|code| code.id())
            .filter(|id| *id < "TOP04")
            .collect();
        assert_eq!(without, ["TOP0016", "TOP0017", "TOP0019", "TOP0206", "TOP0207", "TOP0208", "TOP0299"]);
    }
}
