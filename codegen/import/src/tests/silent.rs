//! Nothing is dropped in silence: every line of a page that is imported is represented in the spec, named in a warning,
//! or known to stand on every page. The check is its own: it knows nothing of how the importer reads.

use super::support::read;
use crate::Imported;
use crate::tree::{Map, Tree};
use opentop_model::diagnostic::Diagnostic;

/// What stands on every page and in no spec, as whole lines without marks.
const FURNITURE: [&str; 44] = [
    "请求头参数",
    "node",
    "node.",
    "java",
    ".net",
    "php",
    "curl",
    "python",
    "c/c++",
    "nodejs",
    "xml示例",
    "json示例",
    "公共参数",
    "请求参数",
    "响应参数",
    "请求示例",
    "响应示例",
    "消息示例",
    "异常示例",
    "错误码解释",
    "错误码表",
    "错误码",
    "api工具",
    "如何获得此api",
    "消息产生条件",
    "消息属性",
    "消息工具",
    "如何获得此消息",
    "faq",
    "返回",
    "顶部",
    "返回顶部",
    "消息示例",
    "nodejs 调用示例",
    "json 响应示例",
    "js",
    "json",
    "javascript",
    "xml",
    "验签示例",
    "验签",
    "返回结果",
    "返回参数",
    "返回示例",
];
/// Headings and tabs in English, in small letters and without blanks.
const ENGLISH: [&str; 18] = [
    "apitool",
    "commonparam",
    "requestparam",
    "apitools",
    "howtogetthisapi",
    "commonparameters",
    "requestparameters",
    "requestparameter",
    "responseparameters",
    "responseparameter",
    "requestexample",
    "responseexample",
    "errorexample",
    "exceptionexample",
    "xmlexample",
    "jsonexample",
    "errorcodes",
    "errorcodeexplanation",
];
/// Words of table headers in English, and of cells that become keys.
const ENGLISH_WORDS: [&str; 21] = [
    "name",
    "parameter",
    "type",
    "required",
    "optional",
    "mandatory",
    "or",
    "must",
    "example",
    "sample",
    "value",
    "limits",
    "restrictions",
    "more",
    "description",
    "describe",
    "error",
    "code",
    "solution",
    "yes",
    "no",
];
/// Words of table headers and of cells that become keys.
const WORDS: [&str; 50] = [
    "null",
    "名称",
    "参数名称",
    "参数名",
    "参数",
    "类型",
    "是否必须",
    "是否必填",
    "示例值",
    "更多限制",
    "描述",
    "错误描述",
    "解决方案",
    "必须",
    "可选",
    "必选",
    "必填",
    "默认值",
    "最大长度",
    "最大列表长度",
    "最小值",
    "最大值",
    "非必须",
    "序号",
    "备注",
    "说明",
    "示例",
    "错误码",
    "字段",
    "字段名",
    "限制",
    "参数说明",
    "参数描述",
    "数据类型",
    "参数类型",
    "是否必选",
    "字段名称",
    "错误编码",
    "错误代码",
    "选填",
    "必传",
    "非必填",
    "非必选",
    "是",
    "否",
    "true",
    "false",
    "int",
    "string",
    "boolean",
];

/// The lines of `page` that the one spec of `imported` does not show.
pub(super) fn silent(page: &str, imported: &Imported) -> Vec<String> {
    let [ready] = imported.files.as_slice() else { return Vec::new() };
    let mut spec = read(&ready.text);
    spec.remove("vendor");
    let mut texts = String::new();
    flatten(&Tree::Map(spec.clone()), &mut texts);
    let held = Held { squeezed: squeeze(&texts), plain: texts };
    let category = spec.text("category").unwrap_or_default().to_owned();
    let mut lost = Vec::new();
    let mut at = 0;
    let mut common = false;
    for line in page.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let text = line.trim_matches(|letter: char| letter.is_whitespace() || "\u{feff}\u{200b}".contains(letter));
        let inner = text.trim_start_matches(['•', '-', '*', '#', ' ', '`', '|', '└', '●', '◦', '▪']);
        let marks = &text[..text.len() - inner.len()];
        let bare = inner.trim_end_matches(['*', '#', '`', ':', '：', ' ', '|', '-']);
        // The addresses and the parameters of every call.
        let ends = ["请求参数", "响应参数", "示例", "返回参数", "Request", "Response"];
        let begins = ["请求地址", "公共", "Common Param", "Common param"];
        common = begins.iter().any(|word| bare.contains(word))
            || common && !ends.iter().any(|word| bare.starts_with(word) || !word.is_ascii() && bare.contains(word));
        let headings = ["参数", "示例", "错误", "Param", "param", "Example", "example", "Error", "error"];
        let heading = text.starts_with("```")
            || bare.starts_with("请求头") && bare.chars().count() <= 12
            || ENGLISH.contains(&bare.to_lowercase().replace(' ', "").as_str())
            || marks.contains('#') && headings.iter().any(|word| bare.contains(word));
        if text.is_empty()
            || heading
            || common
            || is_furniture(bare, &category)
            || held.shows(bare)
            || is_named(&ready.warnings, start, end)
        {
            continue;
        }
        lost.push(text.to_owned());
    }
    lost
}

fn is_named(warnings: &[Diagnostic], start: usize, end: usize) -> bool {
    warnings.iter().any(|warning| {
        let (from, to) = (warning.place.start, warning.place.end);
        warning.place.file == 0 && from < end.max(start + 1) && to > start
    })
}

fn is_furniture(bare: &str, _category: &str) -> bool {
    let lower = bare.to_lowercase();
    lower.is_empty()
        || FURNITURE.contains(&lower.as_str())
        || lower.split_whitespace().all(|word| FURNITURE.contains(&word))
        || (bare.contains("API类目") || bare.contains("文档中心")) && bare.contains(['>', '›'])
        || lower
            .chars()
            .all(|letter| letter.is_ascii_digit() || letter.is_whitespace() || "|-:：—=_.·>".contains(letter))
        || ["感谢您", "谢谢您", "平台公告", "公告", "注意:以下文档只适用于", "免费 "]
            .iter()
            .any(|polite| bare.starts_with(polite))
}

struct Held {
    plain: String,
    squeezed: String,
}

impl Held {
    /// Whether the spec has every word of a line; of code, the names that it sets.
    fn shows(&self, line: &str) -> bool {
        if line.starts_with(['}', '`']) || line.ends_with("lient =") || line.starts_with("app_key") {
            return true;
        }
        let code = [
            "Client(",
            "Request ",
            "Request(",
            "Response ",
            "client.execute",
            "System.out",
            "= new ",
            ".add(",
            ".set",
            "function",
        ];
        if code.iter().any(|mark| line.contains(mark)) {
            return setters(line).all(|name| {
                let name = squeeze(name);
                self.squeezed.contains(&name)
                    || name.strip_suffix("string").is_some_and(|name| self.squeezed.contains(name))
            });
        }
        let gutter = line.split_once('|').is_some_and(|(numbers, _)| {
            !numbers.trim().is_empty()
                && numbers.split_whitespace().enumerate().all(|(at, word)| word == (at + 1).to_string())
        });
        let mut spaced = line.to_owned();
        for word in ["默认值", "最大列表长度", "最大长度", "最小值", "最大值"] {
            spaced = spaced.replace(word, " ");
        }
        let line = spaced.as_str();
        let line = if gutter { line.split_once('|').map_or(line, |(_, rest)| rest) } else { line };
        // Line numbers in front of the tags of a sample that is pressed onto one line.
        let numbered = line.contains("< ") && line.contains("</ ");
        runs(line).all(|run| {
            WORDS.contains(&run)
                || ENGLISH_WORDS.contains(&run.to_lowercase().as_str())
                || self.plain.contains(run)
                || numbered && run.bytes().all(|byte| byte.is_ascii_digit())
                || self.squeezed.contains(&squeeze(run))
        })
    }
}

fn setters(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(".set").filter_map(move |(at, _)| {
        let name = &line[at + 4..];
        name.find('(').map(|end| &name[..end]).filter(|name| name.chars().all(char::is_alphanumeric))
    })
}

/// Stretches of letters, digits and `_`.
fn runs(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).filter(|run| !run.is_empty())
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn flatten(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Text(text) => {
            out.push_str(text);
            out.push('\n');
        }
        Tree::List(items) => items.iter().for_each(|item| flatten(item, out)),
        Tree::Map(Map(entries)) => {
            for (key, value) in entries {
                out.push_str(key);
                out.push('\n');
                flatten(value, out);
            }
        }
    }
}

#[test]
fn no_line_of_a_fixture_is_lost_in_silence() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/import");
    for folder in [folder.join("kinds"), folder] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.extension().is_some_and(|ending| ending == "txt" || ending == "md") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let (imported, findings) = super::kinds::as_example("page.txt", &text);
            let lost = silent(&text, &imported);
            assert!(lost.is_empty(), "{}: {lost:#?}\n{findings}", path.display());
        }
    }
}

#[test]
fn a_note_that_nothing_reads_is_named() {
    let page = include_str!("../../../../tests/fixtures/import/bullets.txt");
    let text = page.replace("错误码解释", "限流说明\n\n每个应用每天 1000 次\n\n错误码解释");
    assert_ne!(text, page);
    let (imported, _) = super::kinds::as_example("page.txt", &text);
    assert!(silent(&text, &imported).is_empty());
    let named = imported.diagnostics().any(|finding| finding.message.contains("限流说明"));
    assert!(named, "{:#?}", imported.files[0].warnings);
}

#[test]
fn a_bound_of_a_lists_elements_is_told_and_not_suggested() {
    let description = r#"{"name":"alibaba.example.ids.get","apiChineseName":"号","requestParams":[{"name":"ids","type":"Number []","minValue":1,"maxValue":20}],"responseParams":[]}"#;
    let context = crate::Context { category: Some("example".to_owned()), ..super::support::context() };
    let imported = crate::import(&[super::support::file("ids.json", description)], &context).files.remove(0);
    let told = imported.warnings.iter().filter(|finding| finding.code == opentop_model::diagnostic::Code::UnfitLimit);
    assert_eq!(told.count(), 2);
    assert!(imported.text.contains("    ids: { type: 'Number []' }\n"), "{}", imported.text);
}
