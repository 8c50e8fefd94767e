//! Compares what a method has beside its objects: words, session, effect, idempotency, outcome, paging, types, samples, errors.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Found, Sides, deprecation};
use super::kind::{Class, Kind};
use super::object;
use super::view::View;
use crate::model::{Api, Effect, NamedType, Object, PageBy, PageOrder, Paging, PagingEnd, Path, Session};

/// Every change of a method.
pub(super) fn compare(old: &Api, new: &Api, found: &mut Found<'_>) {
    found.text("category", Kind::CategoryMoved, Class::Breaking, &old.category, &new.category);
    found.text("title", Kind::TitleChanged, Class::Words, &old.title, &new.title);
    found.text("description", Kind::DescriptionChanged, Class::Words, &old.description, &new.description);
    deprecation("deprecated", old.deprecated.as_deref(), new.deprecated.as_deref(), found);
    let name = |api: &Api| api.module.clone().unwrap_or_default();
    found.text("module", Kind::ModuleRenamed, Class::Breaking, &name(old), &name(new));
    let flat = |api: &Api| {
        api.flatten.and_then(|at| api.request.fields.get(at)).map_or_else(String::new, |field| field.key.clone())
    };
    found.text("flatten", Kind::FlattenChanged, Class::Breaking, &flat(old), &flat(new));
    call(old, new, found);
    ends(old, new, found);
    let [sent, received] = [(true, false), (false, true)].map(|(request, response)| Sides { request, response });
    object::compare("request", [View::new(old, &old.request), View::new(new, &new.request)], sent, found);
    let root = if new.is_message() { "content" } else { "response" };
    object::compare(root, [View::new(old, &old.response), View::new(new, &new.response)], received, found);
    types(old, new, found);
    documents(old, new, found);
}

/// How it is called: session, effect, idempotency key.
fn call(old: &Api, new: &Api, found: &mut Found<'_>) {
    let session = |api: &Api| match api.session {
        Session::None => "none",
        Session::Optional => "optional",
        Session::Required => "required",
    };
    let class = if new.session == Session::Required { Class::Breaking } else { Class::Additive };
    found.text("session", Kind::SessionChanged, class, session(old), session(new));
    let effect = |api: &Api| if api.effect == Effect::Read { "read" } else { "write" };
    found.text("effect", Kind::EffectChanged, Class::Breaking, effect(old), effect(new));
    let key = |api: &Api| optional(api, &api.request, api.idempotency_key.as_ref());
    let class = if old.idempotency_key.is_some() { Class::Breaking } else { Class::Additive };
    found.text("idempotency_key", Kind::IdempotencyKeyChanged, class, &key(old), &key(new));
}

/// How an answer is read: outcome and paging.
fn ends(old: &Api, new: &Api, found: &mut Found<'_>) {
    let flag = |api: &Api| optional(api, &api.response, api.outcome.as_ref().map(|outcome| &outcome.ok));
    // The answer has an accessor for each.
    let told = |api: &Api| {
        let paths = api.outcome.as_ref().map(|outcome| [outcome.code.clone(), outcome.message.clone()]);
        paths.unwrap_or_default().map(|path| optional(api, &api.response, path.as_ref()))
    };
    let loses = told(old).into_iter().zip(told(new)).any(|(was, is)| !was.is_empty() && was != is);
    let class = if flag(old) == flag(new) && !loses { Class::Additive } else { Class::Breaking };
    found.text("outcome", Kind::OutcomeChanged, class, &outcome(old), &outcome(new));
    let paging = |api: &Api| api.paging.as_ref().map_or_else(String::new, |paging| paging_text(api, paging));
    let class = if old.paging.is_some() { Class::Breaking } else { Class::Additive };
    found.text("paging", Kind::PagingChanged, class, &paging(old), &paging(new));
}

fn outcome(api: &Api) -> String {
    let Some(outcome) = &api.outcome else { return String::new() };
    let parts = [("ok", Some(&outcome.ok)), ("code", outcome.code.as_ref()), ("message", outcome.message.as_ref())];
    named_paths(api, &api.response, &parts)
}

fn paging_text(api: &Api, paging: &Paging) -> String {
    let end = match &paging.end {
        PagingEnd::HasNext(_) => "has_next",
        PagingEnd::TotalItems(_) => "total_items",
        PagingEnd::TotalPages(_) => "total_pages",
        PagingEnd::NoCursor => "",
    };
    let (begin, usual, next, last) = match &paging.by {
        PageBy::Number => ("page", 1, None, None),
        PageBy::Offset => ("offset", 0, None, None),
        PageBy::Cursor { next, last } => ("cursor", 0, Some(next), last.as_ref()),
    };
    let asked = named_paths(api, &api.request, &[(begin, Some(&paging.page)), ("size", paging.size.as_ref())]);
    let parts = [("next_cursor", next), (end, paging.end.path()), ("items", Some(&paging.items))];
    let told = named_paths(api, &api.response, &parts);
    let words = [
        (paging.first != usual).then(|| format!(", first: {}", paging.first)),
        last.map(|last| format!(", last_cursor: {last}")),
        item_key(api, paging).map(|key| format!(", item_key: {key}")),
        (paging.order == PageOrder::LastFirst).then(|| ", order: last_first".to_owned()),
    ];
    format!("{asked}, {told}{}", words.into_iter().flatten().collect::<String>())
}

fn item_key<'a>(api: &'a Api, paging: &Paging) -> Option<&'a str> {
    let items = api.field_at(&api.response, &paging.items)?.ty.object()?;
    Some(api.named(items).object.fields.get(paging.item_key?)?.key.as_str())
}

fn named_paths(api: &Api, root: &Object, parts: &[(&str, Option<&Path>)]) -> String {
    let part = |(name, path): &(&str, Option<&Path>)| Some(format!("{name}: {}", dotted(api, root, (*path)?)));
    parts.iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

fn optional(api: &Api, root: &Object, path: Option<&Path>) -> String {
    path.map_or_else(String::new, |path| dotted(api, root, path))
}

/// A path by keys, as the spec writes it.
fn dotted(api: &Api, root: &Object, path: &Path) -> String {
    let key = |end: usize| api.field_at(root, &Path(path.0[..=end].to_vec())).map_or("?", |field| field.key.as_str());
    (0..path.0.len()).map(key).collect::<Vec<_>>().join(".")
}

/// Named types: come, gone, used elsewhere, changed within.
fn types(old: &Api, new: &Api, found: &mut Found<'_>) {
    let by_name = |api: &'_ Api| -> BTreeMap<String, usize> {
        api.types.iter().enumerate().map(|(at, named)| (named.name.clone(), at)).collect()
    };
    let (before, after) = (by_name(old), by_name(new));
    for (name, &at) in &before {
        if !after.contains_key(name) {
            let path = format!("types.{name}");
            found.push(&path, Kind::TypeRemoved, Class::Breaking, Some(keys(&old.types[at].object)), None);
        }
    }
    for (name, &at) in &after {
        let (path, named) = (format!("types.{name}"), &new.types[at]);
        let Some(was) = before.get(name).map(|&at| &old.types[at]) else {
            found.push(&path, Kind::TypeAdded, Class::Additive, None, Some(keys(&named.object)));
            continue;
        };
        found.text(&path, Kind::DescriptionChanged, Class::Words, &was.description, &named.description);
        let sides = placed(&path, was, named, found);
        object::compare(&path, [View::new(old, &was.object), View::new(new, &named.object)], sides, found);
    }
}

fn keys(object: &Object) -> String {
    object.fields.iter().map(|field| field.key.as_str()).collect::<Vec<_>>().join(", ")
}

/// Where a type is generated, and how fields hold it. Says which sides use it, before or after.
fn placed(path: &str, old: &NamedType, new: &NamedType, found: &mut Found<'_>) -> Sides {
    let told = |named: &NamedType| match (named.in_request, named.in_response) {
        (true, true) => "request and response",
        (true, false) => "request",
        (false, true) => "response",
        (false, false) => "",
    };
    // The response's twin of a type that requests use too stands in a module of its own.
    let moves = old.in_response && old.in_request != new.in_request;
    let loses = (old.in_request && !new.in_request) || (old.in_response && !new.in_response);
    let class = if moves || loses { Class::Breaking } else { Class::Additive };
    found.text(path, Kind::TypeMoved, class, told(old), told(new));
    let sides = Sides { request: old.in_request || new.in_request, response: old.in_response || new.in_response };
    let recursive = |named: &NamedType| if named.recursive { "contains itself" } else { "" };
    let class = if sides.response { Class::Breaking } else { Class::Additive };
    found.text(path, Kind::TypeRecursionChanged, class, recursive(old), recursive(new));
    sides
}

/// What is there to be read only: samples, error table, corrections.
fn documents(old: &Api, new: &Api, found: &mut Found<'_>) {
    let samples = |api: &Api| {
        let all = api.samples.clone();
        [
            ("samples.response_xml", all.response_xml),
            ("samples.response_json", all.response_json),
            ("samples.error_xml", all.error_xml),
            ("samples.error_json", all.error_json),
        ]
    };
    for ((path, before), (_, after)) in samples(old).into_iter().zip(samples(new)) {
        if before != after {
            found.push(path, Kind::SamplesChanged, Class::Words, before, after);
        }
    }
    errors(old, new, found);
    let corrections = |api: &Api| {
        let one = |of: &crate::model::Correction| format!("{}: {}", of.paths.join(", "), of.because);
        api.corrections.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    found.text("corrections", Kind::CorrectionsChanged, Class::Words, &corrections(old), &corrections(new));
}

fn errors(old: &Api, new: &Api, found: &mut Found<'_>) {
    // A page may give one code several rows.
    let rows = |api: &'_ Api| {
        let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in &api.errors {
            let solution = if row.solution.is_empty() { String::new() } else { format!(" ({})", row.solution) };
            rows.entry(row.code.clone()).or_default().push(format!("{}{solution}", row.message));
        }
        rows
    };
    let (before, after) = (rows(old), rows(new));
    let text = |rows: &[String]| Some(rows.join("; "));
    for (code, rows) in before.iter().filter(|(code, _)| !after.contains_key(*code)) {
        found.push(&format!("errors.{code}"), Kind::ErrorRemoved, Class::Words, text(rows), None);
    }
    for (code, rows) in &after {
        let path = format!("errors.{code}");
        match before.get(code) {
            None => found.push(&path, Kind::ErrorAdded, Class::Words, None, text(rows)),
            Some(was) if was != rows => found.push(&path, Kind::ErrorChanged, Class::Words, text(was), text(rows)),
            Some(_) => {}
        }
    }
    executed(old, new, found);
}

/// What each code says of a write.
fn executed(old: &Api, new: &Api, found: &mut Found<'_>) {
    let said = |api: &'_ Api| -> BTreeMap<String, &'static str> {
        let said = api.errors.iter().filter_map(|row| Some((row.code.trim().to_owned(), row.executed?.word())));
        said.collect()
    };
    let (before, after) = (said(old), said(new));
    let codes: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for code in codes {
        let word = |said: &BTreeMap<String, &'static str>| said.get(code).map(|word| (*word).to_owned());
        let (was, is) = (word(&before), word(&after));
        if was != is {
            let class = if new.effect == Effect::Write { Class::Breaking } else { Class::Words };
            found.push(&format!("errors.{code}.executed"), Kind::ErrorExecutedChanged, class, was, is);
        }
    }
}
