//! Importing again: what a person did to a spec stays, and what the vendor did comes in.

use super::support::{context, file, rendered};
use crate::{Context, Imported, ImportedFile, import, sources, vendor_path};
use opentop_model::diagnostic::{Code, SourceFile};

const PAGE: &str = include_str!("../../../../tests/fixtures/import/bullets.txt");
const PATH: &str = "example/alibaba.example.gift.query.yaml";

fn again(page: &str, spec: &str) -> (Imported, Vec<SourceFile>) {
    again_after(page, spec, &first_file().vendor)
}

fn again_after(page: &str, spec: &str, vendor: &str) -> (Imported, Vec<SourceFile>) {
    let existing = vec![file(PATH, spec), file(&vendor_path(PATH), vendor)];
    let context = Context { existing, ..context() };
    let inputs = [file("page.txt", page)];
    (import(&inputs, &context), sources(&inputs, &context))
}

fn first_file() -> ImportedFile {
    import(&[file("page.txt", PAGE)], &context()).files.remove(0)
}

fn first() -> String {
    first_file().text
}

/// Replaces what must be there.
fn change(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in\n{text}");
    text.replacen(from, to, 1)
}

fn conflicts(imported: &Imported) -> Vec<&str> {
    imported.files[0]
        .warnings
        .iter()
        .filter(|finding| finding.code == Code::MergeConflict)
        .map(|finding| finding.message.as_str())
        .collect()
}

/// The spec as a person left it.
fn edited() -> String {
    let text = change(
        &first(),
        "effect: write\nsuggested: { effect: read, paging: { page: gift_query.page_no, size: gift_query.size, items: result.result.gifts, total_items: result.result.total } }\n",
        "effect: read\nidempotency_key: trace   # agreed with the vendor\n",
    );
    let text = change(
        &text,
        "page_no: { type: Number, required: true,",
        "page_no: { type: Number, required: true, unit: page,",
    );
    let text = change(&text, "      filter: {", "      # the filter is a person's own remark\n      filter: {");
    let text = change(
        &text,
        "    fields:\n      created_from",
        "    description: written by a person\n    fields:\n      created_from",
    );
    let text = change(&text, "  GiftFilter:", "  Filter:");
    change(&text, "type: GiftFilter", "type: Filter")
}

#[test]
fn nothing_new_leaves_the_file_byte_for_byte() {
    for spec in [first(), edited(), change(&first(), "title: 查询礼品", "title:   查询礼品")] {
        let (imported, _) = again(PAGE, &spec);
        assert_eq!(imported.files[0].text, spec);
    }
}

#[test]
fn a_persons_work_survives_a_vendors_changes() {
    let page = change(PAGE, "  • 种类:可空", "  • 种类:可空，新");
    let page = change(
        &page,
        "trace String 可选 a b c 跟踪 标识",
        "trace String 必须 a b c 跟踪 标识\nextra Number 可选 9 新增",
    );
    let page = change(&page, "req.setTrace", "req.setExtra(9L);\n    req.setTrace");
    let (imported, sources) = again(&page, &edited());
    assert!(conflicts(&imported).is_empty(), "{}", rendered(&imported.files[0].warnings, &sources));
    let text = &imported.files[0].text;
    for kept in [
        "effect: read\n",
        "# agreed with the vendor\nidempotency_key: trace\n",
        "unit: page",
        "      # the filter is a person's own remark\n      filter: { type: Filter,",
        "  Filter:\n",
        "description: written by a person",
    ] {
        assert!(text.contains(kept), "{kept} is lost in\n{text}");
    }
    for new in [
        "种类:可空，新",
        "trace: { type: String, required: true,",
        "extra: { type: Number, example: 9, description: 新增 }",
    ] {
        assert!(text.contains(new), "{new} is not in\n{text}");
    }
    assert!(!text.contains("suggested: { effect"), "what a person deleted stays deleted");
    let (repeated, _) = again_after(&page, text, &imported.files[0].vendor);
    assert_eq!(repeated.files[0].text, *text, "the next import changes nothing");
}

#[test]
fn a_vendors_change_under_a_persons_edit_is_a_conflict_at_its_place() {
    let spec = change(
        &first(),
        "trace: { type: String, example: a b c, description: 跟踪 标识 }",
        "trace: { type: String, example: a b c, description: my own words }",
    );
    let page = change(PAGE, "a b c 跟踪 标识", "a b c 跟踪号");
    let (imported, sources) = again(&page, &spec);
    let conflict: Vec<_> =
        imported.files[0].warnings.iter().filter(|finding| finding.code == Code::MergeConflict).cloned().collect();
    insta::assert_snapshot!("conflict", rendered(&conflict, &sources));
    assert!(
        imported.files[0].text.contains("description: my own words\n      suggested: { description: 跟踪号 }"),
        "{}",
        imported.files[0].text
    );
    let (repeated, _) = again_after(&page, &imported.files[0].text, &imported.files[0].vendor);
    assert!(conflicts(&repeated).is_empty() && repeated.files[0].text == imported.files[0].text);
}

#[test]
fn a_field_that_the_vendor_removed_goes_unless_a_person_worked_on_it() {
    let page = change(PAGE, "request_no String r-1 请求号", "");
    let (imported, _) = again(&page, &first());
    assert!(!imported.files[0].text.contains("    request_no:"));
    let worked = change(&first(), "request_no: { type: String,", "request_no: { type: String, sensitive: true,");
    let (imported, _) = again(&page, &worked);
    assert!(imported.files[0].text.contains("request_no: { type: String, sensitive: true,"));
    assert_eq!(conflicts(&imported).len(), 1);
}

#[test]
fn a_changed_sample_comes_in_and_an_edited_one_is_a_conflict() {
    let page = change(PAGE, "<total>1</total>", "<total>2</total>");
    let (imported, _) = again(&page, &first());
    assert!(imported.files[0].text.contains("<total>2</total>") && conflicts(&imported).is_empty());
    let (imported, _) = again(&page, &change(&first(), "<id>7</id>", "<id>8</id>"));
    assert!(imported.files[0].text.contains("<id>8</id>"));
    assert_eq!(conflicts(&imported).len(), 1);
}

#[test]
fn a_spec_that_a_person_wrote_stays_and_remembers_from_now_on() {
    let hand = first();
    let hand = hand.replace("      kind:", "      species:");
    let (imported, sources) = again_after(PAGE, &hand, "");
    assert_eq!(imported.files[0].text, hand);
    let told: Vec<_> =
        imported.files[0].warnings.iter().filter(|finding| finding.code == Code::NeverImported).cloned().collect();
    insta::assert_snapshot!("never_imported", rendered(&told, &sources));
    let (repeated, _) = again_after(PAGE, &imported.files[0].text, &imported.files[0].vendor);
    assert_eq!(repeated.files[0].text, imported.files[0].text);
    assert!(repeated.files[0].warnings.iter().all(|finding| finding.code != Code::NeverImported));
}

#[test]
fn what_a_spec_remembered_in_itself_moves_into_the_file_beside_it() {
    let said = first_file().vendor;
    let line = said.lines().map(str::trim).collect::<String>();
    let start = line.find("\"said\": ").unwrap() + 8;
    let line = line[start..].strip_suffix('}').unwrap();
    let spec = format!("{}vendor:\n  source: page\n  said: '{}'\n", first(), line.replace('\'', "''"));
    let (imported, _) = again_after(PAGE, &spec, "");
    assert_eq!(imported.files[0].text, first());
    assert_eq!(imported.files[0].vendor, said);
}

#[test]
fn corrections_stay_on_their_object_when_another_of_its_type_comes_before_it() {
    let page = |rows: &str, sample: &str| {
        format!(
            "文档中心 > API类目 > 示例API\n\nalibaba.example.gift.query (x)\n\n请求参数\n\n名称 类型 是否必须 示例值 更多限制 描述\n\n响应参数\n\n名称 类型 示例值 描述\n{rows}\n响应示例\n\n<alibaba_example_gift_query_response>{sample}</alibaba_example_gift_query_response>\n\n异常示例\n"
        )
    };
    let row = |name: &str| format!("  • └ {name}\n  • Number\n  • 1\n  • x\n");
    let b = format!("b Result 乙\n{}{}", row("amount"), row("y"));
    let a = format!("a Result 甲\n{}{}", row("amount"), row("n"));
    let old = page(&b, "<b><amount>1</amount><y>1</y></b>");
    let new = page(&format!("{a}{b}"), "<a><amount>1</amount><n>1</n></a><b><amount>1</amount><y>1</y></b>");
    let before = import(&[file("page.txt", &old)], &context()).files.remove(0);
    let spec =
        change(&before.text, "amount: { type: Number,", "amount: { type: Number, as: BigDecimal, sensitive: true,");
    let (imported, sources) = again_after(&new, &spec, &before.vendor);
    assert!(conflicts(&imported).is_empty(), "{}", rendered(&imported.files[0].warnings, &sources));
    let text = &imported.files[0].text;
    for line in [
        "b: { type: Result,",
        "  Result:\n    fields:\n      amount: { type: Number, as: BigDecimal, sensitive: true, example: 1, description: x }\n      'y':",
        "  Result2:\n    fields:\n      amount: { type: Number, example: 1, description: x }\n      'n':",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn a_broken_file_is_refused_and_not_overwritten() {
    let (imported, sources) = again(PAGE, "api: [\n");
    assert!(imported.files.is_empty());
    assert_eq!(sources[imported.refused[0].place.file].path, PATH);
}

#[test]
fn the_category_of_an_existing_spec_is_known() {
    let page = change(PAGE, "文档中心 > API类目 > 示例API", "");
    let (imported, _) = again(&page, &first());
    assert_eq!(imported.files[0].path, PATH);
    assert_eq!(imported.files[0].text, first());
}

#[test]
fn a_source_that_carries_less_takes_nothing_away() {
    let (page, json) = (
        include_str!("../../../../tests/fixtures/import/pair.txt"),
        include_str!("../../../../tests/fixtures/import/pair.json"),
    );
    let path = "example/taobao.example.gift.pair.yaml";
    let context = |existing: &[SourceFile]| Context {
        category: Some("example".to_owned()),
        existing: existing.to_vec(),
        ..context()
    };
    let first = import(&[file("pair.txt", page)], &context(&[])).files.remove(0);
    let existing = [file(path, &first.text), file(&vendor_path(path), &first.vendor)];
    let again = import(&[file("pair.json", json)], &context(&existing)).files.remove(0);
    for kept in ["session: none\n", "response_xml: |\n", "example: 123,", "sub_code"] {
        assert!(first.text.contains(kept) && again.text.contains(kept), "{kept} is lost in\n{}", again.text);
    }
    let shorter = change(
        json,
        r#"{"name": "remark", "type": "String", "description": "备注"}"#,
        r#"{"name": "note", "type": "String", "description": "备注"}"#,
    );
    let again = import(&[file("pair.json", &shorter)], &context(&existing)).files.remove(0);
    assert!(again.text.contains("      note: {") && !again.text.contains("      remark: {"), "{}", again.text);
}

#[test]
fn an_object_that_was_the_only_parameter_stays_flattened_when_the_vendor_adds_one() {
    let page = include_str!("../../../../tests/fixtures/import/kinds/tree_rows.txt");
    let path = "example/alibaba.example.box.get.yaml";
    let context = |existing: &[SourceFile]| Context {
        category: Some("example".to_owned()),
        existing: existing.to_vec(),
        ..context()
    };
    let first = import(&[file("page.txt", page)], &context(&[])).files.remove(0);
    assert!(first.text.contains("\neffect: write\nflatten: true\n"), "{}", first.text);
    let existing = [file(path, &first.text), file(&vendor_path(path), &first.vendor)];
    let more = change(
        page,
        "| └ name | String | 否 | 名字 |\n",
        "| └ name | String | 否 | 名字 |\n| later | String | 否 | 新增 |\n",
    );
    let again = import(&[file("page.txt", &more)], &context(&existing)).files.remove(0);
    assert!(again.text.contains("\nflatten: true\n") && again.text.contains("    later: {"), "{}", again.text);
}

#[test]
fn a_field_keeps_its_rust_name_when_the_vendor_removes_the_one_before_it() {
    let path = "example/alibaba.example.pair.get.yaml";
    let described = |names: &[&str]| {
        let fields: Vec<String> =
            names.iter().map(|name| format!(r#"{{"name":"{name}","type":"String","required":false}}"#)).collect();
        let text = format!(
            r#"{{"name":"alibaba.example.pair.get","apiChineseName":"对","requestParams":[{}],"responseParams":[]}}"#,
            fields.join(",")
        );
        [file("pair.json", &text)]
    };
    let context = |existing: Vec<SourceFile>| Context { category: Some("example".to_owned()), existing, ..context() };
    let import = |inputs: &[SourceFile], existing| import(inputs, &context(existing)).files.remove(0);
    let beside = |known: &ImportedFile| vec![file(path, &known.text), file(&vendor_path(path), &known.vendor)];
    let first = import(&described(&["item_id", "itemId"]), vec![]);
    let second = import(&described(&["itemId"]), beside(&first));
    assert!(second.text.contains("rust_name: item_id_2"), "{}", second.text);
    assert_eq!(import(&described(&["itemId"]), beside(&second)).text, second.text);
    let third = import(&described(&["x"]), beside(&second));
    assert!(
        !third.text.contains("item_id") && third.warnings.iter().all(|w| w.code != Code::MergeConflict),
        "{}",
        third.text
    );
}

#[test]
fn a_message_is_brought_up_to_date_like_a_method() {
    const TOPIC: &str = "example/example_box_Moved.yaml";
    let page = include_str!("../../../../tests/fixtures/import/kinds/message.txt");
    let import = |page: &str, existing: Vec<SourceFile>| {
        let context = Context { existing, category: Some("example".to_owned()), ..context() };
        import(&[file("page.txt", page)], &context)
    };
    let first = import(page, Vec::new()).files.remove(0);
    assert!(first.is_message && first.path == TOPIC);
    let before = |spec: &str| vec![file(TOPIC, spec), file(&vendor_path(TOPIC), &first.vendor)];
    assert_eq!(import(page, before(&first.text)).files[0].text, first.text);
    // A person's words, another name of a type, and a row that the vendor adds.
    let spec = change(&first.text, "description: 盒子编号", "description: 盒子编号, sensitive: true");
    let spec = change(&change(&spec, "Line []", "BoxLine []"), "  Line:", "  BoxLine:");
    let page = change(page, "status String", "weight Number 可选 3 重量\nstatus String");
    let page = change(&page, "\"box_id\":\"7\",", "\"box_id\":\"7\",\n\t\"weight\":\"3\",");
    let page = change(&page, "  • 礼品编号", "  • 礼品的编号");
    let imported = import(&page, before(&spec));
    assert!(conflicts(&imported).is_empty());
    let text = &imported.files[0].text;
    for words in ["盒子编号, sensitive: true", "BoxLine []", "weight: { type: Number, example: 3", "礼品的编号"]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    assert!(!text.contains("  Line:"), "{text}");
}
