//! Decides where a row's example ends and its description begins, if both stand on one line.
//!
//! The value that the page's sample repeats decides. Without a sample, the type decides as far as it can. Unclear cases are
//! reported.

use super::described::{Findings, Param};
use super::page::Row;
use super::vendor_type::{Base, VendorType};
use opentop_model::diagnostic::Code;

/// Sets example and description of `param`. `sampled`: the page has samples, so a value that they do not show is none.
pub(super) fn divide(
    row: &Row,
    ty: &VendorType,
    value: Option<&str>,
    sampled: bool,
    param: &mut Param,
    findings: &mut Findings,
) {
    let Some(rest) = row.undivided.as_deref() else { return };
    if !ty.is_scalar() {
        let (example, description, sure) = of_object(rest, &row.name);
        // A dash stands where there is nothing to say.
        let said = |text: &str| if text == "-" { String::new() } else { text.to_owned() };
        (param.example, param.description) = (said(example), said(description));
        if !sure {
            unclear(row, findings);
        }
        return;
    }
    if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty())
        && let Some(after) = strip_value(rest, value)
    {
        param.example = value.to_owned();
        param.description = after.to_owned();
        return;
    }
    let shows_none = value.is_some_and(|value| value.trim().is_empty()) || value.is_none() && sampled;
    if shows_none {
        param.description = rest.to_owned();
        return;
    }
    let (example, description, sure) = by_type(rest, ty);
    param.example = example.to_owned();
    param.description = description.to_owned();
    if !sure {
        unclear(row, findings);
    }
}

/// The only cell of a row, where no sample tells whether it is the example or the description.
pub(super) fn lone(row: &Row, ty: &VendorType, param: &mut Param, findings: &mut Findings) {
    let text = param.description.trim();
    let value = match ty.base {
        Base::Scalar("String" | "Json" | "Map" | "byte[]" | "byte" | "Field List") if !ty.list => false,
        Base::Scalar(_) if !ty.list => by_type(text, ty) == (text, "", true),
        _ => !text.is_empty() && literal(text) == (text, ""),
    };
    if value {
        param.example = std::mem::take(&mut param.description);
    } else if text.is_ascii() && text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains(' ') {
        let message = format!("nothing shows whether `{text}`, of `{}`, is its example or its description", row.name);
        let help = "compare example and description with the page";
        findings.warn(Code::UnclearRow, row.at, message, "read as the description", help);
    }
}

fn unclear(row: &Row, findings: &mut Findings) {
    let message = format!("nothing shows where the example of `{}` ends and its description begins", row.name);
    findings.warn(
        Code::UnclearRow,
        row.at,
        message,
        "divided as its type and its letters suggest",
        "compare example and description with the page",
    );
}

/// What follows `value` at the front of `text`; blanks inside count as one.
fn strip_value<'a>(text: &'a str, value: &str) -> Option<&'a str> {
    let mut rest = text;
    for word in value.split_whitespace() {
        rest = rest.trim_start().strip_prefix(word)?;
    }
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// Example, description, and whether that is certain.
fn by_type<'a>(rest: &'a str, ty: &VendorType) -> (&'a str, &'a str, bool) {
    // Several blanks part cells, with an empty one between them.
    let gap = |letter: char| letter == ' ' || letter == '\u{a0}';
    if let Some(at) = rest.find("  ").or_else(|| rest.find("\u{a0}"))
        && let (example, description) = (rest[..at].trim(), rest[at..].trim_matches(gap))
        && !example.is_empty()
        && !description.is_empty()
        && !description.contains("  ")
        && !rest.contains('\n')
    {
        return (example, description, true);
    }
    let (first, more) = rest.split_once(char::is_whitespace).map_or((rest, ""), |(first, more)| (first, more.trim()));
    let Base::Scalar(name) = ty.base else { return ("", rest, true) };
    let number = |text: &str| {
        text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-')
            && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.,".contains(&byte))
    };
    match name {
        "Number" | "Price" | "BigDecimal" => {
            if number(first) {
                (first, more, true)
            } else {
                mistyped(first, more, rest)
            }
        }
        "Boolean" => {
            if matches!(first, "true" | "false") {
                (first, more, true)
            } else {
                mistyped(first, more, rest)
            }
        }
        "Date" => {
            let day = is_day(first);
            let time = more.split_whitespace().next().unwrap_or("");
            match rest.find(time) {
                Some(at) if day && time.contains(':') => {
                    (&rest[..at + time.len()], rest[at + time.len()..].trim(), true)
                }
                _ if day => (first, more, true),
                _ => mistyped(first, more, rest),
            }
        }
        _ if more.is_empty() => ("", rest, true),
        _ if first.is_ascii() => {
            let time = more.split_whitespace().next().filter(|word| is_day(first) && is_time(word));
            let end = time.and_then(|time| Some(rest.find(time)? + time.len())).unwrap_or(first.len());
            (&rest[..end], rest[end..].trim(), false)
        }
        _ => ("", rest, false),
    }
}

fn is_day(word: &str) -> bool {
    word.len() == 10 && word.bytes().filter(|byte| *byte == b'-').count() == 2
}

/// `11:11:11`, with or without seconds and their parts.
fn is_time(word: &str) -> bool {
    (5..=12).contains(&word.len())
        && word.bytes().filter(|byte| *byte == b':').count() >= 1
        && word.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte))
}

/// A word of ASCII before Chinese is an example, of whatever type it is: `sys.error 失败码`.
fn mistyped<'a>(first: &'a str, more: &'a str, rest: &'a str) -> (&'a str, &'a str, bool) {
    let chinese = more.starts_with(|letter: char| !letter.is_ascii());
    match (first.is_ascii(), more.is_empty()) {
        (true, false) if chinese => (first, more, false),
        // English: `success is success` and `total count` look alike.
        (true, false) => ("", rest, false),
        _ => ("", rest, true),
    }
}

/// Example and description of an object or a list of objects, and whether that is certain. Some pages give one a number, a dash or its
/// own name as its example.
fn of_object<'a>(rest: &'a str, name: &str) -> (&'a str, &'a str, bool) {
    let (example, description) = literal(rest);
    if !example.is_empty() {
        return (example, description, true);
    }
    let (first, more) = rest.split_once(char::is_whitespace).map_or((rest, ""), |(first, more)| (first, more.trim()));
    if more.is_empty() {
        return ("", rest, true);
    }
    let chinese = more.starts_with(|letter: char| !letter.is_ascii());
    let value = first.bytes().any(|byte| byte.is_ascii_digit())
        && first.bytes().all(|byte| byte.is_ascii_digit() || b"-.,".contains(&byte));
    let word = first.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
    match first {
        "-" | "n/a" | "N/A" => (first, more, true),
        _ if first == more => (first, more, true),
        // `x CP网点`: one letter says nothing.
        _ if first.len() == 1 && first.bytes().all(|byte| byte.is_ascii_lowercase()) && !more.is_ascii() => {
            (first, more, false)
        }
        _ if value => (first, more, false),
        _ if chinese && first.eq_ignore_ascii_case(name) => (first, more, true),
        // `api 结果` is a description, and `xxx 结果` is not.
        _ => ("", rest, !(chinese && word)),
    }
}

/// `{}`, `[]`, `null` or an object of JSON in front of a description.
fn literal(rest: &str) -> (&str, &str) {
    let word = rest.split_whitespace().next().unwrap_or("");
    if word == "null" {
        return (word, rest[word.len()..].trim());
    }
    if !rest.starts_with(['{', '[']) {
        return ("", rest);
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, letter) in rest.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        let end = at + letter.len_utf8();
        if depth == 0 && !quoted {
            let after = &rest[end..];
            let whole = after.is_empty() || after.starts_with(char::is_whitespace);
            return if whole { (&rest[..end], after.trim()) } else { ("", rest) };
        }
    }
    ("", rest)
}

#[cfg(test)]
mod tests {
    use super::{by_type, literal, of_object, strip_value};
    use crate::vendor_type::VendorType;

    #[test]
    fn the_sample_tells_where_an_example_with_blanks_ends() {
        assert_eq!(strip_value("2020-01-01 00:00:00 时间", "2020-01-01 00:00:00"), Some("时间"));
        assert_eq!(strip_value("{\"a\": 1} 扩展", "{\"a\": 1}"), Some("扩展"));
        assert_eq!(strip_value("a", "a"), Some(""));
        assert_eq!(strip_value("abc", "a"), None);
    }

    #[test]
    fn an_object_may_have_an_example() {
        for (text, expected) in [
            ("{} 结果", ("{}", "结果")),
            ("[{\"a\":\"}\"}] 结果 x", ("[{\"a\":\"}\"}]", "结果 x")),
            ("null 结果", ("null", "结果")),
            ("[新]结果", ("", "[新]结果")),
            ("{结果", ("", "{结果")),
            ("结果", ("", "结果")),
        ] {
            assert_eq!(literal(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_may_be_the_example_of_one() {
        for (text, expected) in [
            ("100 搜索到的列表", ("100", "搜索到的列表", false)),
            ("- 结果", ("-", "结果", true)),
            ("- -", ("-", "-", true)),
            ("n/a 结果", ("n/a", "结果", true)),
            ("result result", ("result", "result", true)),
            ("data 数据", ("data", "数据", true)),
            ("xxx 数据", ("", "xxx 数据", false)),
            ("x CP数据", ("x", "CP数据", false)),
            ("API 返回的数据", ("", "API 返回的数据", true)),
            ("response info", ("", "response info", true)),
            ("{} 数据", ("{}", "数据", true)),
            ("100", ("", "100", true)),
        ] {
            assert_eq!(of_object(text, "data"), expected, "{text}");
        }
    }

    #[test]
    fn without_a_sample_the_type_tells_as_far_as_it_can() {
        for (text, ty, expected) in [
            ("40 每页", "Number", ("40", "每页", true)),
            ("每页 40", "Number", ("", "每页 40", true)),
            ("false 是否", "Boolean", ("false", "是否", true)),
            ("2020-01-01 00:00:00 时间", "Date", ("2020-01-01 00:00:00", "时间", true)),
            ("abc 名称", "String", ("abc", "名称", false)),
            ("2020-11-11 11:11:11 时间", "String", ("2020-11-11 11:11:11", "时间", false)),
            ("2020-11-11 a:b 时间", "String", ("2020-11-11", "a:b 时间", false)),
            ("sys.error 失败码", "Boolean", ("sys.error", "失败码", false)),
            ("the total count", "Number", ("", "the total count", false)),
            ("名称", "String", ("", "名称", true)),
        ] {
            assert_eq!(by_type(text, &VendorType::read(ty)), expected, "{text}");
        }
    }
}
