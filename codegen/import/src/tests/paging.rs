//! What is suggested of how a list pages, from descriptions of our own; each suggestion is accepted, and loads.

use super::support::{context, file};
use crate::{Context, accept, import};
use opentop_model::diagnostic::Severity;

/// A parameter: name, type, description.
type Parameter = (&'static str, &'static str, &'static str);

fn parameters(list: &[Parameter]) -> String {
    let one = |(name, ty, says): &Parameter| format!(r#"{{"name":"{name}","type":"{ty}","description":"{says}"}}"#);
    list.iter().map(one).collect::<Vec<_>>().join(",")
}

/// The `paging` that is suggested for a list with these parameters, as it is written; it has been accepted and loads.
fn suggested(description: &str, request: &[Parameter], item: &[Parameter], response: &[Parameter]) -> Option<String> {
    let items =
        format!(r#"{{"name":"gifts","type":"Gift []","description":"礼品","subParams":[{}]}}"#, parameters(item));
    let response: Vec<String> = [items, parameters(response)].into_iter().filter(|part| !part.is_empty()).collect();
    let text = format!(
        r#"{{"id":1,"name":"alibaba.example.gifts.get","apiChineseName":"查询礼品","description":"{description}",
        "requestParams":[{}],"responseParams":[{}]}}"#,
        parameters(request),
        response.join(",")
    );
    let imported =
        import(&[file("example/gifts.json", &text)], &Context { category: Some("example".to_owned()), ..context() });
    let [ready] = imported.files.as_slice() else { panic!("{:#?}", imported.refused) };
    let spec = file(&ready.path, &ready.text);
    let accepted = accept(&spec, |_, key| key == "paging" || key == "effect")?;
    let change = accepted.changes.iter().find(|change| change.contains("paging"))?.clone();
    let specs = [file("example/category.yaml", "title: 示例\n"), file(&ready.path, &accepted.text)];
    let findings = opentop_model::load(&specs).diagnostics;
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{}", accepted.text);
    Some(change)
}

const GIFT: &[Parameter] = &[("gift_id", "Number", "礼品ID"), ("name", "String", "名称")];
const TOTAL: Parameter = ("total_count", "Number", "总数");
const HAS_NEXT: Parameter = ("has_next", "Boolean", "是否有下一页");
const SIZE: Parameter = ("page_size", "Number", "每页条数");

#[test]
fn every_kind_of_list_is_recognised() {
    let shown = [
        suggested("查询", &[("page_no", "Number", "页码"), SIZE], GIFT, &[TOTAL, HAS_NEXT]),
        suggested("查询", &[("page_no", "Number", "页码,从0开始"), SIZE], GIFT, &[TOTAL]),
        suggested("请从最后一页往前翻页", &[("page_no", "Number", "页码"), SIZE], GIFT, &[HAS_NEXT, TOTAL]),
        suggested("查询", &[("offset", "Number", "起始位置"), ("limit", "Number", "条数")], GIFT, &[TOTAL]),
        suggested("查询", &[("start", "Number", "起始位置,从1开始"), ("limit", "Number", "条数")], GIFT, &[HAS_NEXT]),
        suggested(
            "查询",
            &[("next_id", "Number", "上次返回的next_id,首次传0")],
            GIFT,
            &[("next_id", "Number", "下次的入参,为-1时没有更多"), TOTAL],
        ),
        suggested(
            "查询",
            &[("cursor", "String", "游标"), SIZE],
            GIFT,
            &[("next_cursor", "String", "下一页游标"), ("has_more", "Boolean", "还有吗")],
        ),
        suggested(
            "查询",
            &[("start", "Number", "起始值"), ("page_no", "Number", "页码")],
            GIFT,
            &[("next_start", "Number", "下一页起始值"), HAS_NEXT],
        ),
    ];
    insta::assert_snapshot!("paging_suggested", shown.map(|one| one.unwrap_or_default()).join("\n"));
}

#[test]
fn what_the_names_do_not_say_is_not_suggested() {
    // A start without a size may be anything; a cursor needs the response's next one of the same type.
    assert_eq!(suggested("查询", &[("start", "Number", "起始楼层")], GIFT, &[TOTAL]), None);
    let other = ("next_cursor", "Number", "下一页游标");
    assert_eq!(suggested("查询", &[("cursor", "String", "游标")], GIFT, &[other]), None);
    // Without a key or a total nobody can walk from the last page back.
    let nameless = &[("name", "String", "名称")];
    for (item, response) in [(&nameless[..], &[TOTAL][..]), (GIFT, &[HAS_NEXT][..])] {
        let shown = suggested("从后往前翻页", &[("page_no", "Number", "页码")], item, response).unwrap();
        assert!(!shown.contains("last_first"), "{shown}");
    }
}
