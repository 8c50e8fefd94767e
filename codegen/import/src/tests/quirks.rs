//! One test for every way in which pages and descriptions go wrong; the fixtures are small and invented.

use super::support::{flat, one, read, rendered, spec_of};
use crate::Imported;
use crate::tree::{Map, Tree};
use opentop_model::diagnostic::{Code, SourceFile};

const BULLETS: &str = include_str!("../../../../tests/fixtures/import/bullets.txt");
const MARKDOWN: &str = include_str!("../../../../tests/fixtures/import/markdown.md");
const DUMP: &str = include_str!("../../../../tests/fixtures/import/dump.txt");
const DUMP_TITLED: &str = include_str!("../../../../tests/fixtures/import/dump_titled.txt");
const DASHES: &str = include_str!("../../../../tests/fixtures/import/dashes.txt");
const NAVIGATION: &str = include_str!("../../../../tests/fixtures/import/navigation.txt");
const QIMEN: &str = include_str!("../../../../tests/fixtures/import/qimen.txt");
const DESCRIPTION: &str = include_str!("../../../../tests/fixtures/import/description.json");

/// The structure, a field a line: way, type, `!` where required, limits.
fn structure(imported: &Imported) -> Vec<String> {
    let line = |field: &super::support::Flat| {
        let limits: Vec<String> = field.limits.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        format!("{} {}{}{}", field.path, field.ty, if field.required { "!" } else { "" }, limits.concat())
    };
    flat(&spec_of(imported)).iter().map(line).collect()
}

/// A field by its way of keys, from a type or from the request or response.
fn field(spec: &Map, owner: &str, key: &str) -> Map {
    let object = spec.map(owner).or_else(|| spec.map("types").and_then(|types| types.map(owner)));
    object
        .and_then(|object| object.map("fields"))
        .and_then(|fields| fields.map(key))
        .cloned()
        .unwrap_or_else(|| panic!("no {owner}.{key}"))
}

fn text(spec: &Map, owner: &str, key: &str, name: &str) -> String {
    field(spec, owner, key).text(name).unwrap_or_default().to_owned()
}

fn codes(imported: &Imported) -> Vec<Code> {
    imported.diagnostics().map(|finding| finding.code).collect()
}

fn clean((imported, sources): (Imported, Vec<SourceFile>)) -> Imported {
    let all: Vec<_> = imported.diagnostics().cloned().collect();
    assert!(all.is_empty(), "{}", rendered(&all, &sources));
    imported
}

/// A page with these tables and samples.
fn page(request: &str, response: &str, code: &str, sample: &str) -> String {
    format!(
        "文档中心 > API类目 > 示例API\n\nalibaba.example.x.get (x)\n\nx\n\n请求参数\n\n名称 类型 是否必须 示例值 更多限制 描述\n{request}\n\n响应参数\n\n\
         名称 类型 示例值 描述\n{response}\n\n请求示例\n\n{code}\n\n响应示例\n\n{sample}\n\n异常示例\n"
    )
}

fn answer(inner: &str) -> String {
    format!("<alibaba_example_x_get_response>{inner}</alibaba_example_x_get_response>")
}

#[test]
fn layout_bullets() {
    let (imported, sources) = one("bullets.txt", BULLETS);
    insta::assert_snapshot!("layout_bullets", imported.files[0].text);
    insta::assert_snapshot!("layout_bullets_warnings", rendered(&imported.files[0].warnings, &sources));
    assert_eq!(
        structure(&imported),
        [
            "request/gift_query object",
            "request/gift_query/page_no Number! max=100 min=1",
            "request/gift_query/shop_codes String [] max_items=10",
            "request/gift_query/filter object",
            "request/gift_query/filter/created_from Date",
            "request/gift_query/filter/kind String",
            "request/gift_query/size Number!",
            "request/trace String",
            "request/payload byte[] max_length=1048576",
            "request/level Number",
            "response/result object",
            "response/result/success Boolean",
            "response/result/result object",
            "response/result/result/gifts object []",
            "response/result/result/gifts/id Number",
            "response/result/result/gifts/type String",
            "response/result/result/total Number",
            "response/result/code String",
            "response/request_no String",
        ]
    );
}

#[test]
fn layout_markdown_pipes() {
    let (imported, sources) = one("markdown.md", MARKDOWN);
    insta::assert_snapshot!("layout_markdown", imported.files[0].text);
    insta::assert_snapshot!("layout_markdown_warnings", rendered(&imported.files[0].warnings, &sources));
    assert_eq!(
        structure(&imported),
        [
            "request/gift_id Number! max=99 min=1",
            "request/tags String []",
            "request/mode String",
            "request/note String",
            "response/gift object",
            "response/gift/owner object",
            "response/gift/owner/name String",
            "response/gift/price Price",
        ]
    );
}

#[test]
fn layout_dumped_pipes_with_fields_in_the_sample_alone() {
    for text in [DUMP_TITLED.to_owned(), DUMP_TITLED.replace("\n| ", "\n").replace(" |\n", "\n")] {
        let (imported, _) = one("dump.txt", &text);
        assert_eq!(
            structure(&imported),
            [
                "request/gift_id Number!",
                "response/result object",
                "response/result/success String",
                "response/result/gifts object []",
                "response/result/gifts/id String",
            ]
        );
        assert_eq!(codes(&imported), [Code::FieldsFromSample]);
        let sample =
            spec_of(&imported).map("samples").and_then(|samples| samples.text("response_xml")).unwrap().to_owned();
        assert!(
            sample.starts_with("<alibaba_example_gift_dump_response>\n    <result>\n        <success>true</success>\n"),
            "{sample}"
        );
    }
}

#[test]
fn a_dump_that_does_not_name_its_method_is_refused() {
    let (imported, sources) = one("dump.txt", DUMP);
    assert!(imported.files.is_empty());
    insta::assert_snapshot!("refused_dump", rendered(&imported.refused, &sources));
}

#[test]
fn layout_dash_list() {
    let imported = clean(one("dashes.txt", DASHES));
    assert_eq!(
        structure(&imported),
        [
            "request/query object!",
            "request/query/id Number!",
            "request/query/name String max_length=20",
            "response/ok Boolean",
            "response/data object",
            "response/data/id Number",
        ]
    );
    let spec = spec_of(&imported);
    assert_eq!(
        (text(&spec, "GiftQuery", "id", "example"), text(&spec, "GiftQuery", "id", "description")),
        ("1".to_owned(), "礼品".to_owned())
    );
}

#[test]
fn a_page_of_navigation_is_refused() {
    let (imported, sources) = one("navigation.txt", NAVIGATION);
    assert!(imported.files.is_empty());
    insta::assert_snapshot!("refused_navigation", rendered(&imported.refused, &sources));
}

#[test]
fn qimen_pages_have_another_root_and_keep_their_names() {
    let imported = clean(one("qimen.txt", QIMEN));
    assert_eq!(
        structure(&imported),
        [
            "request/deliveryOrder object!",
            "request/deliveryOrder/orderCode String!",
            "request/deliveryOrder/TotalAmount BigDecimal",
            "response/flag String",
            "response/orderLines object []",
            "response/orderLines/itemId String",
        ]
    );
    // The element is not what the vendor's rule makes of `OrderLine`.
    assert_eq!(text(&spec_of(&imported), "response", "orderLines", "element"), "orderLine");
}

#[test]
fn line_ends_and_indentation_do_not_matter() {
    let windows = BULLETS.replace('\n', "\r\n");
    let flat = BULLETS.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    for other in [windows, flat] {
        assert_eq!(structure(&one("a.txt", &other).0), structure(&one("a.txt", BULLETS).0));
    }
}

#[test]
fn punctuation_of_either_width_is_accepted_and_kept() {
    let imported = clean(one(
        "a.txt",
        &page("a Number 必须 1\n  • 最大值：9\n  • 说明：（一）", "b String x 描述", "", &answer("<b>x</b>")),
    ));
    assert_eq!(structure(&imported)[0], "request/a Number! max=9");
    assert_eq!(text(&spec_of(&imported), "request", "a", "description"), "说明：（一）");
}

#[test]
fn a_list_type_may_be_broken_over_lines() {
    let imported =
        clean(one("a.txt", &page("a String\n\n \t [] 必须 说明", "", "Request req; client.execute(req);", "")));
    assert_eq!(structure(&imported), ["request/a String []!"]);
}

#[test]
fn an_unescaped_pipe_and_missing_cells_are_told() {
    let (imported, _) = one("markdown.md", MARKDOWN);
    let spec = spec_of(&imported);
    assert_eq!(
        (text(&spec, "request", "mode", "example"), text(&spec, "request", "mode", "description")),
        ("x".to_owned(), "甲|乙 二选一".to_owned())
    );
    assert_eq!(
        (text(&spec, "request", "note", "example"), text(&spec, "request", "note", "description")),
        (String::new(), "备注".to_owned())
    );
    assert_eq!(text(&spec, "request", "tags", "example"), "a|b");
    assert_eq!(codes(&imported).iter().filter(|code| **code == Code::UnclearRow).count(), 2);
}

#[test]
fn an_example_may_be_missing() {
    let response = "r R\n  • └ a\n  • String\n  • 只有描述\n  • └ b\n  • Number\n  • 1\n  • 描述\nc String 只有 描述";
    let spec = spec_of(&clean(one("a.txt", &page("", response, "", &answer("<r><a></a><b>1</b></r><c></c>")))));
    assert_eq!(
        (text(&spec, "R", "a", "example"), text(&spec, "R", "a", "description")),
        (String::new(), "只有描述".to_owned())
    );
    assert_eq!(
        (text(&spec, "response", "c", "example"), text(&spec, "response", "c", "description")),
        (String::new(), "只有 描述".to_owned())
    );
}

#[test]
fn an_example_with_blanks_ends_where_the_sample_says() {
    let code = "X req = new X(); Request req; req.setAt(StringUtils.parseDateTime(\"2020-01-01 00:00:00\")); req.setName(\"示例 公司 (杭州)\"); client.execute(req);";
    let spec = spec_of(&clean(one(
        "a.txt",
        &page("at Date 必须 2020-01-01 00:00:00 时间\nname String 可选 示例 公司 (杭州) 名称 全称", "", code, ""),
    )));
    assert_eq!(text(&spec, "request", "at", "example"), "2020-01-01 00:00:00");
    assert_eq!(
        (text(&spec, "request", "name", "example"), text(&spec, "request", "name", "description")),
        ("示例 公司 (杭州)".to_owned(), "名称 全称".to_owned())
    );
}

#[test]
fn without_a_sample_the_border_is_by_type_or_told() {
    let (imported, _) = one("a.txt", &page("n Number 必须 40 每页\ns String 可选 abc 名称", "", "", ""));
    let spec = spec_of(&imported);
    assert_eq!(
        (text(&spec, "request", "n", "example"), text(&spec, "request", "n", "description")),
        ("40".to_owned(), "每页".to_owned())
    );
    assert_eq!(codes(&imported), [Code::UnclearRow]);
}

#[test]
fn an_example_may_equal_the_types_name_or_be_null() {
    let rows = "r R\n  • └ a\n  • String\n  • String\n  • String\n  • └ b\n  • Number\n  • null\n  • Item\n  • └ c\n  • Date\n  • {}\n  • []";
    let spec = spec_of(&clean(one("a.txt", &page("", rows, "", &answer("<r><a>String</a><b>null</b><c></c></r>")))));
    assert_eq!(
        (text(&spec, "R", "a", "example"), text(&spec, "R", "b", "description"), text(&spec, "R", "c", "example")),
        ("String".to_owned(), "Item".to_owned(), "{}".to_owned())
    );
}

#[test]
fn descriptions_keep_signs_html_and_line_breaks() {
    let (imported, _) = one(
        "a.txt",
        &page(
            "a String 必须\n  • 最大长度:3\n  • 一;二:\"三\" <a>见</a>\n1、甲\n2、乙\nb String 可选",
            "",
            "Request req; client.execute(req);",
            "",
        ),
    );
    assert_eq!(text(&spec_of(&imported), "request", "a", "description"), "一;二:\"三\" <a>见</a>\n1、甲\n2、乙");
    assert_eq!(structure(&imported), ["request/a String! max_length=3", "request/b String"]);
}

#[test]
fn titles_may_hold_brackets_of_any_kind() {
    assert_eq!(spec_of(&one("a.txt", BULLETS).0).text("title"), Some("查询礼品（【新】分页——自研(ISV)专用）"));
    let english = page("", "b String x Text", "", &answer("<b>x</b>")).replace("(x)", "(Query gifts (new))");
    assert_eq!(spec_of(&clean(one("a.txt", &english))).text("title"), Some("Query gifts (new)"));
}

#[test]
fn the_breadcrumb_may_be_missing_and_its_tail_may_say_more() {
    let imported = one("markdown.md", MARKDOWN).0;
    assert_eq!(imported.files[0].path, "example/alibaba.example.gift.get.yaml");
    assert_eq!(spec_of(&imported).map("suggested").and_then(|suggested| suggested.text("deprecated")), Some("已废弃"));
    let (imported, sources) = one("a.txt", &BULLETS.replace("文档中心 > API类目 > 示例API", ""));
    insta::assert_snapshot!("refused_without_breadcrumb", rendered(&imported.refused, &sources));
}

#[test]
fn an_unknown_category_is_refused_with_its_cure() {
    let (imported, sources) = one("a.txt", &BULLETS.replace("示例API", "别的API"));
    assert!(imported.files.is_empty());
    insta::assert_snapshot!("refused_unknown_category", rendered(&imported.refused, &sources));
}

#[test]
fn a_limit_moves_the_description_to_the_next_bullet() {
    let spec = spec_of(&one("a.txt", BULLETS).0);
    assert_eq!(
        (
            text(&spec, "request", "level", "example"),
            text(&spec, "request", "level", "default"),
            text(&spec, "request", "level", "description")
        ),
        ("3".to_owned(), "3".to_owned(), "级别".to_owned())
    );
}

#[test]
fn a_limit_on_an_object_list_stands_before_its_fields() {
    let request =
        "items Item [] 必须\n  • 最大列表长度:5\n  • 明细\n    • └ id\n    • Number\n    • 必须\n    • 1\n    • 编号";
    let code = "Request req; Item obj2 = new Item(); list1.add(obj2); obj2.setId(1L); req.setItems(list1); client.execute(req);";
    assert_eq!(
        structure(&clean(one("a.txt", &page(request, "", code, "")))),
        ["request/items object []! max_items=5", "request/items/id Number!"]
    );
}

#[test]
fn bounds_in_words_are_suggestions() {
    let spec = spec_of(
        &one(
            "a.txt",
            &page("n Number 必须 40 不能超过100", "", "Request req; req.setN(40L); client.execute(req);", ""),
        )
        .0,
    );
    assert_eq!(field(&spec, "request", "n").map("suggested").and_then(|suggested| suggested.text("max")), Some("100"));
    assert!(field(&spec, "request", "n").get("max").is_none());
}

#[test]
fn a_field_missing_in_the_sample_stays_with_its_neighbours_and_is_told() {
    let rows = "r R\n  • s\n  • S\n  • x\n  • └ a\n  • String\n  • 1\n  • x\n  • └ tags\n  • String []\n  • 1\n  • x\n  • └ b\n  • String\n  • 1\n  • x";
    let (imported, _) = one("a.txt", &page("", rows, "", &answer("<r><s><a>1</a></s><b>1</b></r>")));
    assert_eq!(
        structure(&imported),
        [
            "response/r object",
            "response/r/s object",
            "response/r/s/a String",
            "response/r/s/tags String []",
            "response/r/b String"
        ]
    );
    assert_eq!(codes(&imported), [Code::NestingGuessed]);
}

#[test]
fn an_empty_object_before_objects_is_told_from_a_parent_by_the_sample() {
    let rows = "r R\n  • e\n  • E\n  • x\n  • s\n  • S\n  • x\n  • └ a\n  • String\n  • 1\n  • x";
    let beside = one("a.txt", &page("", rows, "", &answer("<r><e/><s><a>1</a></s></r>"))).0;
    assert_eq!(
        structure(&beside),
        ["response/r object", "response/r/e Json", "response/r/s object", "response/r/s/a String"]
    );
    let inside = clean(one("a.txt", &page("", rows, "", &answer("<r><e><s><a>1</a></s></e></r>"))));
    assert_eq!(
        structure(&inside),
        ["response/r object", "response/r/e object", "response/r/e/s object", "response/r/e/s/a String"]
    );
    let nothing = one("a.txt", &page("", rows, "", "")).0;
    assert!(codes(&nothing).contains(&Code::NestingGuessed) && codes(&nothing).contains(&Code::UnreadableSample));
}

#[test]
fn a_request_object_without_its_fields_is_told() {
    let imported = one("a.txt", &page("order OrderDto 必须 订单", "", "Request req; client.execute(req);", "")).0;
    assert_eq!(
        (structure(&imported), codes(&imported)),
        (vec!["request/order Json!".to_owned()], vec![Code::UndescribedType])
    );
}

#[test]
fn a_list_that_table_and_sample_do_not_agree_on_is_told() {
    let rows = "a A\n  • └ id\n  • String\n  • 1\n  • x\nb B []\n  • └ id\n  • String\n  • 1\n  • x\n  • └ no\n  • String\n  • 1\n  • x";
    let imported = one("a.txt", &page("", rows, "", &answer("<a><a><id>1</id></a></a><b><id>1</id><no>1</no></b>"))).0;
    assert_eq!(codes(&imported), [Code::UnclearType, Code::UnclearType]);
    let spec = spec_of(&imported);
    assert_eq!(
        field(&spec, "response", "a").map("suggested").and_then(|suggested| suggested.text("type")),
        Some("A []")
    );
    assert_eq!(field(&spec, "response", "b").map("suggested").and_then(|suggested| suggested.text("type")), Some("B"));
}

#[test]
fn a_sample_may_be_json_that_does_not_parse() {
    let imported = one("markdown.md", MARKDOWN).0;
    assert!(structure(&imported).contains(&"response/gift/owner/name String".to_owned()));
}

#[test]
fn xml_leaves_may_be_empty_null_or_hold_entities() {
    let rows = "a String null 描述\nb String {\"x\":1} 描述\nc Boolean 描述";
    let spec =
        spec_of(&clean(one("a.txt", &page("", rows, "", &answer("<a>null</a><b>{&quot;x&quot;:1}</b><c></c>")))));
    assert_eq!(
        (
            text(&spec, "response", "a", "example"),
            text(&spec, "response", "b", "example"),
            text(&spec, "response", "c", "example")
        ),
        ("null".to_owned(), "{\"x\":1}".to_owned(), String::new())
    );
}

#[test]
fn the_session_is_what_java_shows_and_else_to_review() {
    let session = |text: &str| {
        (
            spec_of(&one("a.txt", text).0).text("session").unwrap().to_owned(),
            spec_of(&one("a.txt", text).0).map("suggested").unwrap().get("session").is_some(),
        )
    };
    assert_eq!(session(BULLETS), ("required".to_owned(), false));
    assert_eq!(session(&BULLETS.replace(", sessionKey", "")), ("none".to_owned(), false));
    assert_eq!(session(MARKDOWN), ("optional".to_owned(), true));
}

#[test]
fn the_error_table_has_isv_codes_fields_behind_them_and_numbers() {
    let spec = spec_of(&one("a.txt", BULLETS).0);
    let Some(Tree::List(rows)) = spec.get("errors") else { panic!("no errors") };
    let rows: Vec<String> = rows.iter().map(|row| row.to_json().replace('"', "")).collect();
    assert_eq!(
        rows,
        ["{code:isv.gift-gone:gift_id,message:礼品已下架,solution:换一个}", "{code:15,message:服务不可用}"]
    );
}

#[test]
fn a_description_in_json_keeps_every_oddity() {
    let (imported, sources) = one("description.json", DESCRIPTION);
    assert!(imported.files.is_empty(), "it names no category");
    let inputs = [
        super::support::file("example/a.json", DESCRIPTION),
        super::support::file("example/category.json", r#"{"name":"示例API","pkg":"example","id":1}"#),
    ];
    let imported = crate::import(&inputs, &crate::Context::default());
    assert_eq!(imported.categories.get("example/category.yaml").map(String::as_str), Some("title: 示例API\n"));
    insta::assert_snapshot!("description", imported.files[0].text);
    insta::assert_snapshot!("description_warnings", rendered(&imported.files[0].warnings, &inputs));
    let loaded = opentop_model::load(&[
        super::support::file(&imported.files[0].path, &imported.files[0].text),
        super::support::file("example/category.yaml", "title: x\n"),
    ]);
    assert!(!loaded.has_errors(), "{loaded:?} {sources:?}");
}

#[test]
fn untrimmed_and_bare_descriptions_are_the_same() {
    let start = DESCRIPTION.find("\"data\": ").unwrap() + 8;
    let bare = DESCRIPTION[start..].trim_end().strip_suffix('}').unwrap();
    let context = crate::Context { category: Some("example".to_owned()), ..crate::Context::default() };
    let import = |text: &str| crate::import(&[super::support::file("a.json", text)], &context).files.remove(0).text;
    assert_eq!(import(bare), import(DESCRIPTION));
}

#[test]
fn trees_may_be_wide_and_deep() {
    let fields: Vec<String> =
        (0..640).map(|at| format!(r#"{{"name":"f{at}","type":"String","description":"d"}}"#)).collect();
    let mut inner = fields.join(",");
    for level in 0..8 {
        inner = format!(r#"{{"name":"l{level}","type":"L{level}","description":"d","subParams":[{inner}]}}"#);
    }
    let json = format!(
        r#"{{"name":"alibaba.example.wide","apiChineseName":"宽","requestParams":[],"responseParams":[{inner}]}}"#
    );
    let context = crate::Context { category: Some("example".to_owned()), ..crate::Context::default() };
    let imported = crate::import(&[super::support::file("a.json", &json)], &context);
    assert_eq!(flat(&read(&imported.files[0].text)).len(), 648);
}

#[test]
fn one_bad_input_does_not_stop_the_others() {
    let inputs = [
        ("a.txt", NAVIGATION),
        ("b.txt", BULLETS),
        ("c.json", "{\"name\": "),
        ("d.txt", QIMEN),
        ("e.txt", BULLETS),
        ("f.txt", ""),
    ];
    let inputs = inputs.map(|(path, text)| super::support::file(path, text));
    let imported = crate::import(&inputs, &super::support::context());
    assert_eq!(imported.files.iter().map(|file| file.input).collect::<Vec<_>>(), [1, 3]);
    insta::assert_snapshot!("refused", rendered(&imported.refused, &inputs));
}

#[test]
fn a_page_and_the_description_of_one_method_become_the_same_structure() {
    let context = crate::Context { category: Some("example".to_owned()), ..crate::Context::default() };
    let import = |path: &str, text: &str| crate::import(&[super::support::file(path, text)], &context);
    let page = import("pair.txt", include_str!("../../../../tests/fixtures/import/pair.txt"));
    let description = import("pair.json", include_str!("../../../../tests/fixtures/import/pair.json"));
    assert_eq!(super::support::difference(&flat(&spec_of(&page)), &flat(&spec_of(&description))), Vec::<String>::new());
    assert_eq!(flat(&spec_of(&page)).len(), 21);
}

#[test]
fn names_that_the_platform_cannot_carry_are_left_out_and_told() {
    let json = r#"{"name":"alibaba.example.odd","requestParams":[{"name":"session","type":"String"},{"name":"a b","type":"String"},{"name":" c ","type":"String"},{"name":"","type":"String"}]}"#;
    let context = crate::Context { category: Some("example".to_owned()), ..crate::Context::default() };
    let imported = crate::import(&[super::support::file("a.json", json)], &context);
    assert_eq!(structure(&imported), ["request/c String"]);
    assert_eq!(codes(&imported), [Code::UnclearRow, Code::CommonParameter, Code::InvalidName]);
}

#[test]
fn a_type_that_requires_itself_is_optional_inside() {
    let json = r#"{"name":"alibaba.example.loop","requestParams":[{"name":"node","type":"Node","required":true,"subParams":[{"name":"id","type":"Number","required":true},{"name":"next","type":"Node","required":true},{"name":"all","type":"Node[]","required":true}]}]}"#;
    let context = crate::Context { category: Some("example".to_owned()), ..crate::Context::default() };
    let imported = crate::import(&[super::support::file("a.json", json)], &context);
    assert_eq!(
        structure(&imported),
        ["request/node object!", "request/node/id Number!", "request/node/next object", "request/node/all object []"]
    );
    assert_eq!(codes(&imported), [Code::UnclearType, Code::UnclearType]);
    assert_eq!(text(&spec_of(&imported), "Node", "next", "vendor_required"), "true");
}
