//! Writes every documentation text of the generated crate, in lines of Markdown cleaned by `doctext`.
//!
//! What a page says comes first, in its own words; then type, unit, zone, limits and rules.

use super::types::{ErrorPlan, Side};
use crate::doctext::{cell, code, line, paragraphs};
use opentop_model::model::{
    Api, Correction, Effect, ErrorRow, Executed, Object, PageBy, PageOrder, Paging, PagingEnd, Path, Protocol, Rule,
    Session,
};

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
    let said = paragraphs(text);
    if said.is_empty() { vec![fallback] } else { blocks(said.into_iter().map(|line| vec![line])) }
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
pub(super) fn module(api: &Api, facts: &[String], errors: &[ErrorPlan]) -> Vec<String> {
    let head = format!("{}: {}", code(&api.method), title(api));
    let said = description(api).into_iter().map(|line| vec![line]);
    let list = facts.iter().map(|fact| format!("- {fact}")).collect();
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

/// What is to be known of a method beside its parameters.
pub(super) fn facts(api: &Api) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(why) = &api.deprecated {
        facts.push(format!("**Deprecated**: {}", line(why)));
    }
    facts.extend(api.protocol().map(|protocol| self::protocol(protocol).to_owned()));
    if matches!(api.protocol(), Some(Protocol::Spi | Protocol::Tmc)) {
        facts.extend(api.corrections.iter().map(correction));
        return facts;
    }
    facts.push(effect(api));
    facts.push(session(api));
    if let Some(field) = api.flatten.and_then(|at| api.request.fields.get(at)) {
        facts.push(format!("The fields of {} are set on the request's builder directly.", code(&field.wire)));
    }
    if let Some(key) = &api.idempotency_key {
        facts.push(format!("Idempotency key: {}.", path(api, &api.request, key)));
    }
    if let Some(outcome) = &api.outcome {
        let mut fact = format!("The business succeeded if {} is `true`", path(api, &api.response, &outcome.ok));
        let named = [("code", &outcome.code), ("message", &outcome.message)];
        for (what, at) in named.into_iter().filter_map(|(what, at)| Some((what, at.as_ref()?))) {
            fact.push_str(&format!("; {what}: {}", path(api, &api.response, at)));
        }
        facts.push(format!("{fact}."));
    }
    facts.extend(paging(api));
    facts.extend(api.corrections.iter().map(correction));
    facts
}

/// Who calls a method that the gateway does not serve.
fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Qimen => {
            "Carried by Qimen, in both directions: send it with a client that was built with `qimen`, and read it as a call with \
             `spi::Call`."
        }
        Protocol::Spi => {
            "The platform calls it, at an address of yours: read it with `spi::Call`, and answer with its response."
        }
        Protocol::Tmc => {
            "A message: the platform sends it over the message channel. Read it with `tmc::Message::typed`."
        }
    }
}

/// Whether the method changes data, and whether a person said so.
fn effect(api: &Api) -> String {
    let told = match api.effect {
        Effect::Read => "only reads",
        Effect::Write => "changes data",
    };
    let outcome = match api.effect {
        Effect::Read => "",
        Effect::Write => " If a call fails, its error says whether the write was not done or its outcome is unknown.",
    };
    match api.suggested_effect {
        None => format!("{}.{outcome}", capital(told)),
        Some(suggested) => {
            let why = match suggested {
                _ if suggested == api.effect => "its words do not say whether it changes data",
                Effect::Read => "its words suggest that it only reads",
                Effect::Write => "its words suggest that it changes data",
            };
            format!("Effect not confirmed: {why}, and it is called as a method that {told}.{outcome}")
        }
    }
}

/// Whether the method wants a session, and whether a person said so.
fn session(api: &Api) -> String {
    let wants = |session: Session| match session {
        Session::None => "needs no session",
        Session::Optional => "accepts a session: the access token of a user",
        Session::Required => "needs a session: the access token of a user",
    };
    match api.suggested_session {
        None => format!("{}.", capital(wants(api.session))),
        Some(suggested) => {
            let why = match suggested {
                _ if suggested == api.session => "nothing shows whether it needs one",
                Session::None => "its words suggest that it needs none",
                Session::Optional => "nothing shows whether it needs one, and it may accept one",
                Session::Required => "its words suggest that it needs one",
            };
            format!("Session not confirmed: {why}, and it is called as a method that {}.", wants(api.session))
        }
    }
}

/// What an override corrected of the page, and why.
fn correction(correction: &Correction) -> String {
    let paths: Vec<String> = correction.paths.iter().map(|path| code(path)).collect();
    format!("Corrected against the page: {} ({}).", paths.join(", "), reason(&correction.because))
}

/// A reason, to stand inside a sentence.
pub(super) fn reason(text: &str) -> String {
    let said = line(text);
    said.trim_end_matches(['.', '。']).to_owned()
}

fn paging(api: &Api) -> Option<String> {
    let paging = api.paging.as_ref()?;
    let at = path(api, &api.request, &paging.page);
    let mut fact = match &paging.by {
        PageBy::Number => format!("Pages: number (from {}) {at}", paging.first),
        PageBy::Offset => format!("Pages: offset of the first item (from {}) {at}", paging.first),
        PageBy::Cursor { next, .. } => format!("Pages: cursor {at}, next {}", path(api, &api.response, next)),
    };
    if let Some(size) = &paging.size {
        fact.push_str(&format!(", size {}", path(api, &api.request, size)));
    }
    if paging.order == PageOrder::LastFirst {
        fact.push_str(", from the last page back");
    }
    fact.push_str(&format!("; items {}", path(api, &api.response, &paging.items)));
    let what = match &paging.end {
        PagingEnd::HasNext(_) => "whether there is a next page",
        PagingEnd::TotalItems(_) => "number of all items",
        PagingEnd::TotalPages(_) => "number of all pages",
        PagingEnd::NoCursor => "",
    };
    if let Some(end) = paging.end.path() {
        fact.push_str(&format!("; {what}: {}", path(api, &api.response, end)));
    }
    Some(format!("{fact}. {}", certainty(paging)))
}

/// What of a list that changes while it is read is noticed, and what is not.
fn certainty(paging: &Paging) -> &'static str {
    let is_keyed = paging.item_key.is_some();
    match (&paging.by, &paging.end) {
        (PageBy::Cursor { .. }, _) => {
            "What leaves the list while it is read does not show: whether other items go missing with it depends on the \
             gateway's cursor."
        }
        (_, PagingEnd::TotalItems(_)) if is_keyed => {
            "If items leave or join while the list is read, what may be missing is read again, or the walk ends in an error."
        }
        (_, PagingEnd::TotalItems(_)) => "If items leave or join while the list is read, the walk ends in an error.",
        _ if is_keyed => {
            "What leaves the list while it is read does not show: as many items behind it may be missing. `confirmed()` on the \
             pages reads them until two readings agree."
        }
        _ => "Changes while the list is read do not show: items may be missing or come twice.",
    }
}

fn path(api: &Api, root: &Object, path: &Path) -> String {
    code(&wire_path(api, root, path))
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
pub(super) fn rules(object: &Object, side: Side) -> Vec<String> {
    let said = object.rules.iter().filter(|_| side == Side::Request);
    said.map(|rule| format!("{}.", rule_text(object, rule))).collect()
}

/// The rules as a list, for the end of a struct's documentation.
pub(super) fn rule_list(rules: &[String]) -> Vec<String> {
    if rules.is_empty() {
        return Vec::new();
    }
    let head = [String::new(), "Checked before it is sent:".to_owned(), String::new()];
    head.into_iter().chain(rules.iter().map(|rule| format!("- {rule}"))).collect()
}

/// A rule in words.
pub(super) fn rule_text(object: &Object, rule: &Rule) -> String {
    let name = |at: &usize| object.fields.get(*at).map_or_else(String::new, |field| code(&field.wire));
    let list = |fields: &[usize]| fields.iter().map(name).collect::<Vec<_>>().join(", ");
    match rule {
        Rule::AtLeastOneOf(fields) => format!("at least one of {}", list(fields)),
        Rule::AtMostOneOf(fields) => format!("at most one of {}", list(fields)),
        Rule::ExactlyOneOf(fields) => format!("exactly one of {}", list(fields)),
        Rule::MaxSpan { start, end, seconds } => {
            format!("{} is not after {}, and at most {} before it", name(start), name(end), span(*seconds))
        }
    }
}

fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3_600 == 0 => (s / 3_600, "hour"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn rules_of(object: &Object, at: usize) -> impl Iterator<Item = String> {
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
