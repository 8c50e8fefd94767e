//! Suggests rules that a field's description states in words. A person accepts or deletes them.
//!
//! Suggestions use the keys of the spec format. They have no effect by themselves.

use std::collections::HashSet;

use super::code::squeeze;
use super::described::Param;
use super::listed;
use super::tree::{Map, Tree};
use super::vendor_type::{Base, VendorType};

/// Fields are compared with each other; objects with more fields get no suggestions.
const MAX_FIELDS: usize = 1_000;

/// Suggestions for each of `params`, whose keys are `keys`.
pub(super) fn of(params: &[&Param], keys: &[String], request: bool) -> Vec<Map> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    if params.len() > MAX_FIELDS {
        return vec![Map::default(); params.len()];
    }
    (0..params.len())
        .map(|at| {
            let mut map = Map::default();
            if request {
                one_of(params, keys, at, &mut groups, &mut map);
                span(params, keys, at, &mut map);
                bound(params[at], &mut map);
            }
            listed::values(params[at], &mut map);
            map
        })
        .collect()
}

/// Words by which a description says that one of several fields must be there.
const ONE_OF: [&str; 13] = [
    "同时为空",
    "必传一",
    "必填一",
    "必选一",
    "选一",
    "选其一",
    "至少填",
    "至少传",
    "至少有一个",
    "至少一个",
    "都为空",
    "全为空",
    "均为空",
];

/// `at_least_one_of`, at the first field whose words say so.
fn one_of(params: &[&Param], keys: &[String], at: usize, groups: &mut Vec<Vec<usize>>, map: &mut Map) {
    let text = &params[at].description;
    if !ONE_OF.iter().any(|words| text.contains(words))
        || text.contains("可同时为空") && !text.contains("不可同时为空")
        || text.contains("如果都为空")
        || text.contains("可都为空") && !text.contains("不可都为空")
    {
        return;
    }
    let named = words(text);
    let mut group: Vec<usize> =
        (0..params.len()).filter(|&other| other != at && named.contains(&squeeze(&params[other].name))).collect();
    if group.is_empty() {
        group = labelled(params, text, at);
    }
    if group.is_empty() || group.len() > 5 {
        return;
    }
    group.push(at);
    group.sort_unstable();
    if !groups.contains(&group) {
        map.push("at_least_one_of", Tree::texts(group.iter().map(|&index| keys[index].as_str())));
        groups.push(group);
    }
}

/// The names that a text may hold, without what spelling changes (`out_brand_id`, `outBrandId`, `outbrandid`).
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.map(squeeze).filter(|word| !word.is_empty()).collect()
}

/// The fields whose own label a text repeats: `和门店ID必传一` means the one described as `SaaS门店ID(…)`.
fn labelled(params: &[&Param], text: &str, at: usize) -> Vec<usize> {
    let end = ONE_OF.iter().filter_map(|words| text.find(words)).min().unwrap_or(text.len());
    let before = text[..end].trim_end_matches(['不', '能', '可', '二', '者', '至', '少', ' ']);
    let partner = before
        .rsplit(['和', '与', '跟', '及', ',', '，', '。', ';', '；', '(', '（', ':', '：'])
        .next()
        .unwrap_or("")
        .trim();
    if partner.chars().count() < 2 {
        return Vec::new();
    }
    let is_label = |other: &Param| {
        let label =
            other.description.split([',', '，', '。', '(', '（', ';', '；', ':', '：', ' ']).next().unwrap_or("");
        !label.is_empty() && (label.ends_with(partner) || partner.ends_with(label) && label.chars().count() > 1)
    };
    let others: Vec<usize> = (0..params.len()).filter(|&other| other != at && is_label(params[other])).collect();
    if others.len() == 1 { others } else { Vec::new() }
}

/// The number behind some words, and what follows it; a few words may stand between.
fn number_after<'a>(text: &'a str, words: &[&str]) -> Option<(&'a str, &'a str)> {
    for word in words {
        for (at, _) in text.match_indices(word) {
            let rest = &text[at + word.len()..];
            let Some(from) = rest.find(|letter: char| letter.is_ascii_digit()) else { continue };
            let between = &rest[..from];
            if between.chars().count() > 6 || between.contains(['。', ';', '；', ',', '，', '(', '（', '"', '“'])
            {
                continue;
            }
            let digits = &rest[from..];
            let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
            let behind = digits[end..].trim_start();
            if behind.starts_with(['.', '%', '_']) || end > 9 {
                continue;
            }
            return Some((&digits[..end], behind));
        }
    }
    None
}

/// `max_span`: two dates at most so far apart.
fn span(params: &[&Param], keys: &[String], at: usize, map: &mut Map) {
    let Some((unit, number)) = super::spans::longest(&params[at].description) else { return };
    let is_date = |index: &usize| VendorType::read(&params[*index].ty).base == Base::Scalar("Date");
    let first = |words: &[&str]| {
        let named = |index: &usize| words.iter().any(|word| params[*index].name.to_lowercase().contains(word));
        (0..params.len()).filter(is_date).find(named)
    };
    let (Some(start), Some(end)) = (first(&["start", "begin", "from"]), first(&["end", "stop", "to_"])) else { return };
    if start == end || (start != at && end != at) {
        return;
    }
    let mut rule = Map::default();
    rule.push("start", keys[start].as_str());
    rule.push("end", keys[end].as_str());
    rule.push(unit, number.to_string());
    map.push("max_span", rule);
}

/// `max`, `max_items` or `max_length`.
fn bound(param: &Param, map: &mut Map) {
    let text = &param.description;
    if super::spans::longest(text).is_some() {
        return;
    }
    let Some((number, behind)) =
        number_after(text, &["不能超过", "不得超过", "不超过", "最多", "最大不超过", "不能大于"])
    else {
        return;
    };
    if number == "0" || number.starts_with('0') {
        return;
    }
    let ty = VendorType::read(&param.ty);
    let letters = ["个字", "字", "位", "个中文", "汉字", "个汉字"].iter().any(|unit| behind.starts_with(unit));
    let key = match ty.base {
        _ if letters => {
            if ty.list || ty.base != Base::Scalar("String") {
                return;
            } else {
                "max_length"
            }
        }
        _ if ty.list => "max_items",
        Base::Scalar("Number" | "Price" | "BigDecimal") => "max",
        // Text in which commas part the elements has none that a rule could count.
        Base::Scalar("Field List") if ["个", "条", "张", "家", "项"].iter().any(|unit| behind.starts_with(unit)) => {
            "max_items"
        }
        _ => return,
    };
    map.push(key, number);
}

#[cfg(test)]
mod tests {
    use super::{Param, of};
    use crate::tree::Tree;

    fn suggestions(fields: &[(&str, &str, &str)]) -> Vec<String> {
        let params: Vec<Param> = fields
            .iter()
            .map(|(name, ty, description)| Param {
                name: (*name).to_owned(),
                ty: (*ty).to_owned(),
                description: (*description).to_owned(),
                ..Param::default()
            })
            .collect();
        let keys: Vec<String> = params.iter().map(|param| param.name.clone()).collect();
        of(&params.iter().collect::<Vec<_>>(), &keys, true)
            .into_iter()
            .map(|map| Tree::Map(map).to_json().replace('"', ""))
            .collect()
    }

    #[test]
    fn one_of_several_fields_must_be_there() {
        let found = suggestions(&[
            ("brand_id", "String", "品牌ID(不能和outbrandid同时为空)"),
            ("out_brand_id", "String", "外部品牌ID(不能和brandid同时为空)"),
            ("shop_id", "String", "SaaS门店ID"),
            ("out_shop_id", "String", "外部门店ID,和门店ID必传一"),
            ("x", "String", "可同时为空"),
        ]);
        assert_eq!(
            found,
            ["{at_least_one_of:[brand_id,out_brand_id]}", "{}", "{}", "{at_least_one_of:[shop_id,out_shop_id]}", "{}"]
        );
        let found = suggestions(&[
            ("mobile", "String", "手机号码（手机号和固定电话不能同时为空）"),
            ("phone", "String", "固定电话（手机号和固定电话不能同时为空）"),
        ]);
        assert_eq!(found[0], "{at_least_one_of:[mobile,phone]}");
    }

    #[test]
    fn bounds_in_words_fit_their_type() {
        for (ty, text, expected) in [
            ("Number", "每页大小,建议40~100,不能超过100", "{max:100}"),
            ("String []", "最多10个", "{max_items:10}"),
            ("String", "以逗号分隔，最多20个", "{}"),
            ("Field List", "以逗号分隔，最多20个", "{max_items:20}"),
            ("String", "活动名称，不能超过32字符", "{max_length:32}"),
            ("String", "最多包含两位小数", "{}"),
            ("Price", "不能超过0.5", "{}"),
        ] {
            assert_eq!(suggestions(&[("a", ty, text)]), [expected], "{text}");
        }
    }

    #[test]
    fn dates_may_be_so_far_apart() {
        let found = suggestions(&[
            ("end_time", "Date", "end_time与start_time相差不能超过30天"),
            ("start_time", "Date", "开始"),
        ]);
        assert_eq!(found[0], "{max_span:{start:start_time,end:end_time,days:30}}");
        let found = suggestions(&[("start", "Date", "跨度不能大于一天"), ("end", "Date", "结束")]);
        assert_eq!(found[0], "{max_span:{start:start,end:end,days:1}}");
    }

    #[test]
    fn values_are_listed_in_many_ways() {
        for (ty, text, expected) in [
            ("Number", "流水类型:101-可用金充值;102-可用金扣除", "101:可用金充值 102:可用金扣除"),
            ("Number []", "流水类型:101、可用金充值;102、可用金扣除", "101:可用金充值 102:可用金扣除"),
            ("String", "CS是辰森,KRY是客如云", "CS:辰森 KRY:客如云"),
            ("Number", "交易类型编码 * 88 - 销售 * 99 - 退款", "88:销售 99:退款"),
            ("String", "0:否 1:是", "0:否 1:是"),
            ("Number", "枚举：1-已付款，待发货；2-平台（自营）；3-关闭", "1:已付款，待发货 2:平台（自营） 3:关闭"),
            ("String", "1、不可为空2、可填写：1PC", ""),
            ("String", "例：2014-04-01~2014-06-30,2014-09-01", ""),
            ("Number", "A-好;B-坏", ""),
            ("String", "只有一个: A-好", ""),
        ] {
            let found = suggestions(&[("a", ty, text)]);
            let shown = found[0]
                .trim_matches(['{', '}'])
                .replace("values:[{value:", "")
                .replace("},{value:", " ")
                .replace(",description:", ":")
                .replace("}]", "");
            assert_eq!(shown, expected, "{text}");
        }
    }
}
