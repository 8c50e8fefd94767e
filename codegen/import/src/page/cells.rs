//! Recognises what the text of one cell is: a requirement, a limit, a name, a table's header.

use crate::vendor_type::is_copied;

/// `必须` or `可选`, in the words of every layout.
pub(super) fn need(text: &str) -> Option<bool> {
    match text {
        "必须" | "必选" | "必填" | "必传" | "Required" | "required" | "Mandatory" | "mandatory" => Some(true),
        "可选" | "选填" | "非必须" | "非必填" | "非必选" | "Optional" | "optional" => Some(false),
        _ => None,
    }
}

/// As [`need`], where a column says that the cell is a requirement.
pub(super) fn need_in_column(text: &str) -> Option<bool> {
    need(text).or_else(|| match text.to_lowercase().as_str() {
        "是" | "true" | "yes" | "y" | "required" | "mandatory" => Some(true),
        "否" | "false" | "no" | "n" | "optional" | "not required" => Some(false),
        _ => None,
    })
}

const LIMITS: [(&str, &str); 5] = [
    ("默认值", "default"),
    ("最大列表长度", "max_items"),
    ("最大长度", "max_length"),
    ("最小值", "min"),
    ("最大值", "max"),
];

/// Longer cells are no limits, whatever they start with.
const LONGEST_LIMIT: usize = 500;

/// The limits of a cell (`最大长度:300`, `最小值：1；最大值：9`) by spec key; `None` if it is no limit.
pub(super) fn limits(text: &str) -> Option<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    let mut rest = text;
    if text.len() > LONGEST_LIMIT {
        return None;
    }
    while !rest.is_empty() {
        let (word, key) = LIMITS.iter().find(|(word, _)| rest.starts_with(word))?;
        let value = rest[word.len()..].trim_start().strip_prefix([':', '：'])?;
        let end = LIMITS
            .iter()
            .filter_map(|(word, _)| {
                value
                    .match_indices(word)
                    .map(|(at, _)| at)
                    .find(|&at| value[at + word.len()..].trim_start().starts_with([':', '：']))
            })
            .min()
            .unwrap_or(value.len());
        found.push((*key, value[..end].trim().trim_end_matches([';', '；', ',', '，', '、', '|']).trim().to_owned()));
        rest = &value[end..];
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a cell can name a field that carries no mark.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// Whether a text looks like the name of an object type: a large letter, then a small one somewhere. `null` is such a name too.
pub(super) fn has_small_letter(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.contains(|letter: char| letter.is_ascii_lowercase())
        || text.starts_with("null")
}

/// The name behind the mark of a nested row.
pub(super) fn marked(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\u{a0}', '　']);
    let inner = rest.trim_start_matches(['└', '├', '│', '─', '∟', ' ', '\u{a0}']);
    (rest.starts_with(['└', '├', '│', '∟'])).then_some(inner.trim())
}

/// The columns of tables of error codes.
const ERROR_HEADERS: [&str; 17] = [
    "错误码",
    "错误代码",
    "错误编码",
    "返回码",
    "错误描述",
    "错误信息",
    "错误说明",
    "错误原因",
    "信息",
    "含义",
    "原因",
    "解决方案",
    "解决办法",
    "解决方法",
    "处理建议",
    "处理方式",
    "建议",
];

/// What a table's header tells: whether it is the request's. `None` if the line is no header.
pub(super) fn header(words: &[&str]) -> Option<bool> {
    let known = words.iter().all(|word| column(word).is_some() || is_number_column(word));
    let name = words.iter().any(|word| column(word) == Some(Column::Name));
    let ty = words.iter().any(|word| column(word) == Some(Column::Type));
    (known && name && ty).then(|| words.iter().any(|word| column(word) == Some(Column::Need)))
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Type,
    Need,
    Example,
    Limit,
    Default,
    Description,
}

/// Whether a word of a table says something that the spec says by its keys: a column, a requirement, a limit, no value.
pub(in super::super) fn is_known_word(word: &str) -> bool {
    !word.is_ascii() && column(word).is_some()
        || is_number_column(word)
        || need_in_column(word).is_some()
        || is_copied(word)
        || LIMITS.iter().any(|(limit, _)| word.starts_with(limit))
        || ERROR_HEADERS.contains(&word)
        || matches!(word, "null" | "List" | "无" | "已废弃" | "废弃" | "已下线" | "即将下线" | "API类目" | "文档中心")
}

/// The column under a header, in Chinese or, with any capitals and perhaps a question mark, in English.
pub(super) fn column(word: &str) -> Option<Column> {
    Some(match word {
        "名称" | "参数名称" | "参数名" | "字段" | "字段名" | "字段名称" | "参数" => Column::Name,
        "类型" | "参数类型" | "数据类型" => Column::Type,
        "是否必须" | "是否必填" | "是否必选" | "必须" | "必填" | "必选" => Column::Need,
        "示例值" | "示例" => Column::Example,
        "更多限制" | "限制" => Column::Limit,
        "默认值" => Column::Default,
        "描述" | "说明" | "参数说明" | "参数描述" | "备注" => Column::Description,
        _ if word.is_ascii() && word.len() <= LONGEST_HEADER => return english(&word.to_lowercase()),
        _ => return None,
    })
}

/// The longest header in English, in bytes.
const LONGEST_HEADER: usize = 24;

fn english(word: &str) -> Option<Column> {
    Some(match word.trim_end_matches('?').trim_end() {
        "name" | "parameter" | "parameter name" | "param" | "param name" | "field" | "field name" => Column::Name,
        "type" | "data type" | "parameter type" | "param type" | "field type" => Column::Type,
        "required"
        | "is required"
        | "required or not"
        | "mandatory"
        | "mandatory or optional"
        | "required or optional"
        | "optional/required"
        | "required/optional"
        | "optional or required"
        | "must" => Column::Need,
        "example" | "examples" | "example value" | "sample" | "sample value" => Column::Example,
        "limit" | "limits" | "more limits" | "restrictions" | "more restrictions" | "constraints" => Column::Limit,
        "default" | "default value" => Column::Default,
        "description" | "parameter description" | "field description" | "describe" | "remark" | "remarks" => {
            Column::Description
        }
        _ => return None,
    })
}

/// The column of a row's number, which says nothing.
fn is_number_column(word: &str) -> bool {
    matches!(word, "序号" | "No." | "no.")
}

/// The words of a line, whatever stands between them. Headers of several words in English are one.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || letter == '|' || letter == '｜')
        .filter(|word| !word.is_empty())
        .collect();
    let mut at = 0;
    while at + 1 < found.len() {
        let joined = (2..=3).rev().find_map(|count| {
            let last = found.get(at + count - 1)?;
            let from = found[at].as_ptr() as usize - text.as_ptr() as usize;
            let whole = &text[from..last.as_ptr() as usize - text.as_ptr() as usize + last.len()];
            let plain = whole.len() <= LONGEST_HEADER && whole.is_ascii() && !whole.contains(['|', '\t']);
            (plain && (column(whole).is_some() || is_error_column(whole))).then_some((count, whole))
        });
        if let Some((count, whole)) = joined {
            found.splice(at..at + count, [whole]);
        }
        at += 1;
    }
    found
}

/// A column of a table of error codes, in English.
pub(super) fn is_error_column(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "error code"
            | "error codes"
            | "error message"
            | "error description"
            | "error info"
            | "solution"
            | "solutions"
            | "reason"
            | "how to solve"
    )
}

#[cfg(test)]
mod tests {
    use super::{header, limits, marked, words};

    #[test]
    fn limits_have_either_colon_and_may_share_a_cell() {
        assert_eq!(limits("最大长度:300"), Some(vec![("max_length", "300".to_owned())]));
        assert_eq!(limits("默认值：a:b"), Some(vec![("default", "a:b".to_owned())]));
        let both = vec![("min", "1".to_owned()), ("max", "9".to_owned())];
        assert_eq!(limits("最小值:1 最大值:9"), Some(both.clone()));
        assert_eq!(limits("最小值：1；最大值：9"), Some(both));
        for text in ["", "最大长度", "单次最大长度:3", "说明"] {
            assert_eq!(limits(text), None, "{text}");
        }
    }

    #[test]
    fn headers_of_every_layout_are_known() {
        assert_eq!(header(&words("名称 类型 是否必须 示例值 更多限制 描述")), Some(true));
        assert_eq!(header(&words("| 参数名称 | 类型 | 示例值 | 描述 |")), Some(false));
        assert_eq!(header(&words("名称 这里 类型")), None);
        for (text, request) in [
            ("Name Type Required Example Description", true),
            ("| Parameter Name | Parameter Type | Mandatory or Optional | Parameter Description |", true),
            ("name\ttype\tmust\tdescribe", true),
            ("Name Type Mandatory? Description", true),
            ("Name Type Sample value More restrictions Description", false),
            ("Field | Type | Description |", false),
        ] {
            assert_eq!(header(&words(text)), Some(request), "{text}");
        }
        for text in ["name String", "The name and type", "Type", "name", "Description of the type name"] {
            assert_eq!(header(&words(text)), None, "{text}");
        }
    }

    #[test]
    fn one_mark_stands_for_any_depth() {
        assert_eq!(marked("└ brand_id"), Some("brand_id"));
        assert_eq!(marked("  └└brand_id"), Some("brand_id"));
        assert_eq!(marked("brand_id"), None);
    }
}
