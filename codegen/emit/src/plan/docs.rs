//! Writes every documentation text of the generated crate, in lines of Markdown cleaned by `doctext`.
//!
//! What a page says comes first, in its own words; then type, unit, zone, limits and rules.

use super::said::{Said, said};
use super::types::{ErrorPlan, Side};
use crate::doctext::{cell, code, line, paragraphs};
use opentop_model::model::{Api, ErrorRow, Executed, Object, Path, Rule};

/// Joins blocks with a blank line between them.
pub(super) fn blocks(blocks: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(block);
    }
    lines
}

/// A description's paragraphs as blocks, or `fallback` where it says nothing.
pub(super) fn described(text: &str, fallback: String) -> Vec<String> {
    or_fallback(&paragraphs(text), || fallback)
}

/// Paragraphs as blocks, or `fallback` where there are none.
pub(super) fn or_fallback(said: &[String], fallback: impl FnOnce() -> String) -> Vec<String> {
    if said.is_empty() { vec![fallback()] } else { blocks(said.iter().map(|line| vec![line.clone()])) }
}

/// The title of a method; its name where it has none.
pub(super) fn title(api: &Api) -> String {
    let title = line(&api.title);
    if title.is_empty() { code(&api.method) } else { title }
}

/// What the page says of a method, where that is more than its title.
pub(super) fn description(api: &Api) -> Vec<String> {
    if line(&api.description) == line(&api.title) { Vec::new() } else { paragraphs(&api.description) }
}

/// The module of a method.
pub(super) fn module(api: &Api, facts: &[Said], errors: &[ErrorPlan]) -> Vec<String> {
    let head = format!("{}: {}", code(&api.method), title(api));
    let said = description(api).into_iter().map(|line| vec![line]);
    let list = facts.iter().map(|fact| format!("- {}", fact.en)).collect();
    let source = format!("Source: the platform's documentation page of {}.", code(&api.method));
    let tail = [list, error_table(errors), vec![source]];
    blocks([vec![head]].into_iter().chain(said).chain(tail))
}

/// The page's error table, as Markdown.
pub(crate) fn error_table(errors: &[ErrorPlan]) -> Vec<String> {
    if errors.is_empty() {
        return Vec::new();
    }
    let says = errors.iter().any(|row| row.executed.is_some());
    let line = |cells: [&str; 3], last: &str| {
        let [first, second, third] = cells;
        if says {
            format!("| {first} | {second} | {third} | {last} |")
        } else {
            format!("| {first} | {second} | {third} |")
        }
    };
    let mut lines = vec![line(["Error", "Meaning", "What to do"], "The write"), line(["---"; 3], "---")];
    lines.extend(errors.iter().map(|row| {
        let executed = match row.executed {
            Some((_, Executed::No)) => "was not done",
            Some((_, Executed::Maybe)) => "may have been done",
            None => "",
        };
        line([&row.code, &row.message, &row.solution], executed)
    }));
    lines
}

/// A row of the error table.
pub(super) fn error(row: &ErrorRow) -> ErrorPlan {
    let executed = row.executed.map(|executed| (row.code.trim().to_owned(), executed));
    ErrorPlan { code: code(&row.code), message: cell(&row.message), solution: cell(&row.solution), executed }
}

/// A reason, to stand inside a sentence.
pub(super) fn reason(text: &str) -> String {
    let said = line(text);
    said.trim_end_matches(['.', '。']).to_owned()
}

/// The wire names of a path, joined by dots.
pub(super) fn wire_path(api: &Api, root: &Object, path: &Path) -> String {
    let names: Vec<&str> = (1..=path.0.len())
        .filter_map(|length| api.field_at(root, &Path(path.0[..length].to_vec())))
        .map(|field| field.wire.as_str())
        .collect();
    names.join(".")
}

/// The request.
pub(super) fn request(api: &Api) -> Vec<String> {
    blocks([vec![title(api)], vec![format!("The request of {}.", code(&api.method))]])
}

/// The response.
pub(super) fn response(api: &Api) -> Vec<String> {
    if api.is_message() {
        return blocks([vec![title(api)], vec![format!("The content of a message {}.", code(&api.method))]]);
    }
    vec![format!("What the gateway answers to {}.", code(&api.method))]
}

/// A named type.
pub(super) fn named(name: &str, description: &str, side: Side) -> Vec<String> {
    let way = match side {
        Side::Request => "sent in a request",
        Side::Response => "received in a response",
    };
    described(description, format!("The platform's {}, as {way}.", code(name)))
}

/// Rules over several fields, each in a sentence; those of an answer are not checked.
pub(super) fn rules(object: &Object, side: Side) -> Vec<Said> {
    let rules = object.rules.iter().filter(|_| side == Side::Request);
    let sentence = |rule| {
        let text = rule_text(object, rule);
        said!(text in "{text}。", "{text}.")
    };
    rules.map(sentence).collect()
}

/// Rules as a list, for the end of a struct's documentation.
pub(super) fn rule_list(rules: &[Said]) -> Vec<String> {
    if rules.is_empty() {
        return Vec::new();
    }
    let head = [String::new(), "Checked before it is sent:".to_owned(), String::new()];
    head.into_iter().chain(rules.iter().map(|rule| format!("- {}", rule.en))).collect()
}

/// A rule in words.
pub(super) fn rule_text(object: &Object, rule: &Rule) -> Said {
    let name = |at: &usize| object.fields.get(*at).map_or_else(String::new, |field| code(&field.wire));
    let list = |fields: &[usize]| {
        let names: Vec<String> = fields.iter().map(name).collect();
        Said { zh: names.join("、"), en: names.join(", ") }
    };
    match rule {
        Rule::AtLeastOneOf(fields) => {
            let list = list(fields);
            said!(list in "{list} 至少填一个", "at least one of {list}")
        }
        Rule::AtMostOneOf(fields) => {
            let list = list(fields);
            said!(list in "{list} 最多填一个", "at most one of {list}")
        }
        Rule::ExactlyOneOf(fields) => {
            let list = list(fields);
            said!(list in "{list} 必须且只能填一个", "exactly one of {list}")
        }
        Rule::MaxSpan { start, end, seconds } => {
            let (start, end, span) = (name(start), name(end), span(*seconds));
            said!(span in "{start} 不晚于 {end}，且最多早 {span}", "{start} is not after {end}, and at most {span} before it")
        }
    }
}

fn span(seconds: u64) -> Said {
    let (count, zh, en) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "天", "day"),
        s if s % 3_600 == 0 => (s / 3_600, "小时", "hour"),
        s => (s, "秒", "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    said!("{count} {zh}", "{count} {en}{plural}")
}

pub(super) fn rules_of(object: &Object, at: usize) -> impl Iterator<Item = Said> {
    let names = move |rule: &&Rule| match rule {
        Rule::AtLeastOneOf(fields) | Rule::AtMostOneOf(fields) | Rule::ExactlyOneOf(fields) => fields.contains(&at),
        Rule::MaxSpan { start, end, .. } => *start == at || *end == at,
    };
    object.rules.iter().filter(names).map(|rule| rule_text(object, rule))
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
