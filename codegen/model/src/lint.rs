//! Finds what is valid in a spec but questionable. Lint never stops a generation.
//!
//! Each warning has a code of its own (`TOP03xx`). Warnings are sorted by place.

use crate::diagnostic::{Code, Diagnostic, SourceFile, sort};
use crate::examples::unreadable;
use crate::load::{Loaded, load_with};
use crate::model::{Api, Effect, ErrorRow, Executed, Field, Object, Scalar, Type};
use crate::text::{listed, shown};
use crate::yaml::{Node, Value};

/// Loads `sources`, and gives all advice on them. If there are errors, there is no advice.
#[must_use]
pub fn lint(sources: &[SourceFile]) -> (Loaded, Vec<Diagnostic>) {
    let (loaded, mut out) = load_with(sources, Some(suggestions));
    out.extend(crate::parallel::each(&loaded.model.apis, api).into_iter().flatten());
    sort(&mut out, sources);
    (loaded, out)
}

fn api(api: &Api) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    // Whether it changes data at all is asked first.
    if api.effect == Effect::Write && api.suggested_effect.is_none() && api.idempotency_key.is_none() {
        let message = format!("{} changes data and names no idempotency key", shown(&api.method));
        let help = "if a parameter lets the server recognise a repeated call, name it: `idempotency_key: …`";
        out.push(Diagnostic::warning(Code::NoIdempotencyKey, api.at, message).label("a write").help(help));
    }
    paging(api, &mut out);
    markup(&api.title, api.at, &format!("the title of {}", shown(&api.method)), &mut out);
    markup(&api.description, api.at, &format!("the description of {}", shown(&api.method)), &mut out);
    for row in &api.errors {
        let of = format!("what is said of the error {}", shown(&row.code));
        markup(&format!("{} {}", row.message, row.solution), api.at, &of, &mut out);
        out.extend(executed(api, row));
    }
    object(api, &api.request, &mut out);
    object(api, &api.response, &mut out);
    for named in &api.types {
        markup(&named.description, named.at, &format!("the description of {}", shown(&named.name)), &mut out);
        object(api, &named.object, &mut out);
    }
    out
}

/// Parts of the names of errors that a service reports when it broke or did not answer.
const BROKEN: [&str; 6] = ["service", "timeout", "system-error", "unknown-error", "biz-error", "busy"];

/// Codes of the platform that leave it to the cause what happened.
const UMBRELLAS: [&str; 4] = ["3", "10", "15", "50"];

/// An `executed` that decides nothing, or that calls a write failed which may have been done.
fn executed(api: &Api, row: &ErrorRow) -> Option<Diagnostic> {
    let executed = row.executed?;
    let code = row.code.trim();
    let lower = code.to_ascii_lowercase();
    // A detail tells which error of the service it is.
    let (name, _) = lower.split_once(':').unwrap_or((&lower, ""));
    let (message, help) = if api.effect == Effect::Read {
        let message = format!("{} only reads, and says `executed` of the error {}", shown(&api.method), shown(code));
        (message, "remove it: it is about writes")
    } else if executed == Executed::No && UMBRELLAS.contains(&code) {
        let message = format!("the code {} stands for many causes, and says `executed: no`", shown(code));
        (message, "say it of the causes (`isv.…`) that are certain")
    } else if executed == Executed::No && (name.starts_with("isp.") || BROKEN.iter().any(|part| name.contains(part))) {
        let message = format!("{} says `executed: no`, and by its name the service may have begun", shown(code));
        (message, "keep it only if you know that nothing is done then; else write `executed: maybe`")
    } else {
        return None;
    };
    Some(Diagnostic::warning(Code::DoubtfulExecuted, api.at, message).label("in its errors").help(help))
}

/// Page-like numbers in the request and a list of objects in the response, and nothing said of paging.
fn paging(api: &Api, out: &mut Vec<Diagnostic>) {
    let side = |request: bool| {
        let root = if request { &api.request } else { &api.response };
        let named = api.types.iter().filter(move |named| if request { named.in_request } else { named.in_response });
        root.fields.iter().chain(named.flat_map(|named| &named.object.fields))
    };
    if api.paging.is_some() || !side(false).any(|field| matches!(field.ty, Type::Objects(_))) {
        return;
    }
    let page_like =
        |field: &&Field| field.ty == Type::Scalar(Scalar::Number) && field.wire.to_ascii_lowercase().contains("page");
    let pages: Vec<&Field> = side(true).filter(page_like).collect();
    if let Some(first) = pages.first() {
        let message = format!(
            "{} has {} and answers with a list, and does not say how it pages",
            shown(&api.method),
            listed(pages.iter().map(|field| field.key.as_str()))
        );
        let help = "add `paging: { page: …, size: …, items: … }` with one of `has_next`, `total_items`, `total_pages`; `offset` or `cursor` instead of `page` where the list has those";
        out.push(Diagnostic::warning(Code::NoPaging, first.at, message).label("page-like").help(help));
    }
}

fn object(api: &Api, object: &Object, out: &mut Vec<Diagnostic>) {
    for field in &object.fields {
        let name = shown(&field.key);
        // An object may be described where its type is.
        let ty = field.ty.object().map_or("", |id| api.named(id).description.as_str());
        if says_nothing(&field.description) && says_nothing(ty) {
            let finding = Diagnostic::warning(Code::UndocumentedField, field.at, format!("{name} has no description"));
            out.push(finding.label("undocumented").help("say what it is, even where the page does not"));
        }
        markup(&field.description, field.at, &format!("the description of {name}"), out);
        for value in &field.values {
            markup(&value.description, value.at, &format!("the description of {}", shown(&value.value)), out);
        }
        if let Some(shape) = unreadable(field) {
            let example = shown(field.usable_example().unwrap_or_default());
            let message = format!("the example {example} of {name} does not read as {}", shown(&field.vendor_type));
            let help = format!("give `example_used` with {shape}, or correct the type with `as`");
            out.push(Diagnostic::warning(Code::UnreadableExample, field.at, message).label("its example").help(help));
        }
        let number = matches!(field.ty, Type::Scalar(Scalar::Number) | Type::Scalars(Scalar::Number));
        if number && field.values.is_empty() && speaks_of_yuan(&field.description) {
            let message = format!("{name} is an amount in yuan and a whole number");
            let help = "if amounts may have a fraction, say `as: BigDecimal` and `unit: yuan`";
            out.push(Diagnostic::warning(Code::MoneyAsNumber, field.at, message).label("an amount").help(help));
        }
    }
}

fn says_nothing(description: &str) -> bool {
    matches!(description.trim(), "" | "null")
}

fn markup(text: &str, place: crate::diagnostic::Place, of: &str, out: &mut Vec<Diagnostic>) {
    if let Some(tag) = html_tag(text) {
        let finding =
            Diagnostic::warning(Code::HtmlInDescription, place, format!("{of} holds the markup {}", shown(tag)));
        out.push(finding.label("markup").help("write plain text; tags are cleaned away in the output"));
    }
}

/// The longest tag that is looked for, in bytes.
const LONGEST_TAG: usize = 256;

/// The first `<tag …>`, `</tag>` or entity; a lone `<` is text.
fn html_tag(text: &str) -> Option<&str> {
    for (at, _) in text.match_indices('<') {
        let inner = text[at + 1..].strip_prefix('/').unwrap_or(&text[at + 1..]);
        if inner.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '!')
            && let Some(end) = text.as_bytes()[at..].iter().take(LONGEST_TAG).position(|byte| *byte == b'>')
        {
            return Some(&text[at..=at + end]);
        }
    }
    ["&nbsp;", "&lt;", "&gt;", "&amp;", "&quot;"].into_iter().find(|entity| text.contains(entity))
}

/// `元` as a unit of money, not as a part of words such as 单元 (unit) and 元素 (element).
fn speaks_of_yuan(text: &str) -> bool {
    let mut plain = text.to_owned();
    for word in ["单元", "元素", "元数据", "多元", "公元", "元旦", "二元", "一元化", "元年"] {
        plain = plain.replace(word, "");
    }
    plain.contains('元')
}

/// Everything under a `suggested:` key.
fn suggestions(tree: &Node) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut open: Vec<&Node> = vec![tree];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    if entry.key == "suggested" {
                        let keys = match &entry.value.value {
                            Value::Map(inner) if !inner.is_empty() => {
                                format!(": {}", listed(inner.iter().map(|entry| entry.key.as_str())))
                            }
                            _ => String::new(),
                        };
                        let finding =
                            Diagnostic::warning(Code::Suggested, entry.key_at, format!("a suggestion is left{keys}"));
                        out.push(finding.label("to review").help("make it part of the spec, or remove it"));
                    } else {
                        open.push(&entry.value);
                    }
                }
            }
            Value::Seq(items) => open.extend(items),
            Value::Scalar { .. } | Value::Unusable => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{html_tag, speaks_of_yuan};

    #[test]
    fn markup_is_told_from_comparisons() {
        assert_eq!(html_tag("a <b>bold</b> word"), Some("<b>"));
        assert_eq!(html_tag("see <a href='x'>"), Some("<a href='x'>"));
        assert_eq!(html_tag("a&nbsp;b"), Some("&nbsp;"));
        assert_eq!(html_tag("1 < 2 and 3 > 2"), None);
        let letters = "x".repeat(253);
        assert_eq!(html_tag(&format!("<{letters}x>")).map(str::len), Some(256));
        assert_eq!(html_tag(&format!("<{letters}xx>")), None, "too long for a tag");
        // Each would take minutes if the end were looked for in all of the text.
        assert_eq!(html_tag(&"<a".repeat(2_000_000)), None);
        assert_eq!(html_tag(&"<".repeat(4_000_000)), None);
    }

    #[test]
    fn yuan_is_told_from_units_and_elements() {
        assert!(speaks_of_yuan("含税商品单价(元)"));
        assert!(!speaks_of_yuan("单元号,元素"));
    }
}
