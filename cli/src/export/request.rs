//! The request of an export: parameters as `call` takes them, and the span that `--since` and `--until` give.

use opentop_model::model::{self, Api, Object, Rule, Scalar, Type};
use opentop_runtime::__private::engine::decode;
use opentop_runtime::__private::engine::table::{FieldMut, FieldRef, at, set_at};
use opentop_runtime::{DateTime, Parameters};
use opentop_sandbox::check::{Violation, ViolationKind, violations};

use super::stop::Stop;
use crate::call::record::{Record, path};
use crate::call::{arguments, violations as messages};

/// What the user gave.
pub(crate) struct Given<'a> {
    pub(crate) file: Option<&'a str>,
    pub(crate) words: &'a [String],
    pub(crate) since: Option<DateTime>,
    pub(crate) until: Option<DateTime>,
}

/// The request of the whole list, checked. Its first page and its first window are not written yet.
pub(crate) fn of(api: &Api, given: &Given<'_>) -> Result<Record, Stop> {
    let span = Span::of(api);
    let mut words = given.words.to_vec();
    for (option, date, end) in [("--since", given.since, 0), ("--until", given.until, 1)] {
        let Some(date) = date else { continue };
        let names = span.as_ref().ok_or_else(|| {
            let dates = dates(api);
            let dates = if dates.is_empty() { "it has no dates".to_owned() } else { dates.join(", ") };
            Stop::Usage(format!(
                "{option}: the spec of {} does not say which parameters bound a span ({dates}): give it as KEY=VALUE",
                api.method
            ))
        })?;
        words.push(format!("{}={date}", names.ends[end]));
    }
    let mut read = arguments::read(api, given.file, &words).map_err(Stop::Usage)?;
    if !read.files.is_empty() {
        return Err(Stop::Usage("an export takes no file".to_owned()));
    }
    for (name, text) in all_fields(api) {
        if !read.texts.iter().any(|(given, _)| *given == name) {
            read.texts.push((name, text));
        }
    }
    check(api, &read.texts, span.as_ref())?;
    let parameters = Parameters::from_pairs(read.texts).map_err(|error| Stop::Usage(error.to_string()))?;
    let mut request = Record::request(api);
    decode::parameters(|| parameters.iter(), &mut request).map_err(|error| Stop::Usage(error.to_string()))?;
    largest_pages(api, &mut request);
    Ok(request)
}

/// Everything that is wrong with the request, but for what the walk itself writes: the page, and windows that fit.
fn check(api: &Api, texts: &[(String, String)], span: Option<&Span>) -> Result<(), Stop> {
    let page = api.paging.as_ref().map(|paging| names(api, &paging.page)).unwrap_or_default();
    let is_own = |violation: &Violation| match violation.kind {
        ViolationKind::Required => {
            let place = violation.place();
            page == place || page.starts_with(&format!("{place}."))
        }
        ViolationKind::MaxSpan => true,
        _ => false,
    };
    let mut found = violations(api, texts.iter().map(|(name, text)| (name.as_str(), text.as_str())), []);
    found.retain(|violation| !is_own(violation));
    if found.is_empty() {
        return Ok(());
    }
    let lacks_span = span.is_some_and(|span| found.iter().any(|violation| span.ends.contains(&violation.place())));
    let hint = if lacks_span { "\n(--since and --until give the span)" } else { "" };
    Err(Stop::Broken(format!(
        "the request breaks its specification; nothing was sent{}{hint}",
        messages::lines(api, &found)
    )))
}

/// A required list whose listed values are names of the item's fields, or most of them, says which fields are wanted: all that items have,
/// if the user says nothing.
fn all_fields(api: &Api) -> Vec<(String, String)> {
    let items = api.paging.as_ref().and_then(|paging| api.field_at(&api.response, &paging.items));
    let Some(id) = items.and_then(|field| field.ty.object()) else { return Vec::new() };
    let is_column = |value: &&str| api.named(id).object.fields.iter().any(|field| field.wire == *value);
    let lists = api.request.fields.iter().filter(|field| field.required && field.ty == Type::Scalars(Scalar::String));
    let wanted = lists.filter_map(|field| {
        let listed = field.values.iter().map(|value| value.value.as_str());
        let columns: Vec<&str> = listed.filter(is_column).collect();
        (columns.len() * 2 > field.values.len()).then(|| (field.wire.clone(), columns.join(",")))
    });
    wanted.collect()
}

/// Asks for as many rows a page as the spec allows, if the user asks for no number.
fn largest_pages(api: &Api, request: &mut Record) {
    let Some(size) = api.paging.as_ref().and_then(|paging| paging.size.as_ref()) else { return };
    let largest = api.field_at(&api.request, size).and_then(|field| field.limits.max.as_deref()?.parse::<i64>().ok());
    let size = path(size);
    let is_given = matches!(at(request, size), Some(FieldRef::Int(Some(_))));
    if let Some(largest) = largest.filter(|_| !is_given) {
        set_at(request, size, |slot| {
            if let FieldMut::Int(number) = slot {
                *number = Some(largest);
            }
        });
    }
}

/// The wire names on the way to a field of the request, joined by dots.
fn names(api: &Api, path: &model::Path) -> String {
    let (mut object, mut names) = (&api.request, Vec::new());
    for index in &path.0 {
        let Some(field) = object.fields.get(*index) else { break };
        names.push(field.wire.as_str());
        if let Type::Object(id) = field.ty {
            object = &api.named(id).object;
        }
    }
    names.join(".")
}

/// The parameters that bound a span of time, as people write them.
struct Span {
    ends: [String; 2],
}

impl Span {
    /// Those of the first `max_span` rule; without one, the only two dates that are called start and end of the same.
    fn of(api: &Api) -> Option<Span> {
        let objects = objects(api, &api.request, "", 0);
        let ruled = objects.iter().find_map(|(before, object)| {
            object.rules.iter().find_map(|rule| {
                let Rule::MaxSpan { start, end, .. } = rule else { return None };
                let name = |index: usize| Some(format!("{before}{}", object.fields.get(index)?.wire));
                Some(Span { ends: [name(*start)?, name(*end)?] })
            })
        });
        ruled.or_else(|| {
            let pairs = objects.iter().flat_map(|(before, object)| pairs(before, object));
            let pairs: Vec<Span> = pairs.collect();
            <[Span; 1]>::try_from(pairs).ok().map(|[only]| only)
        })
    }
}

/// The request, and the objects in it, with what stands before the names of their fields.
fn objects<'a>(api: &'a Api, object: &'a Object, before: &str, depth: usize) -> Vec<(String, &'a Object)> {
    let mut found = vec![(before.to_owned(), object)];
    // A type may contain itself.
    for field in object.fields.iter().filter(|_| depth < 4) {
        if let Type::Object(id) = field.ty {
            found.extend(objects(api, &api.named(id).object, &format!("{before}{}.", field.wire), depth + 1));
        }
    }
    found
}

fn is_date(field: &&model::Field) -> bool {
    field.ty == Type::Scalar(Scalar::Date)
}

/// Two dates of one object whose names differ by start and end alone.
fn pairs(before: &str, object: &Object) -> Vec<Span> {
    const WORDS: [(&str, &str); 4] = [("start", "end"), ("begin", "end"), ("from", "to"), ("min", "max")];
    let dates = || object.fields.iter().filter(is_date);
    let pair = |start: &model::Field| {
        let end = WORDS.iter().find_map(|(first, last)| {
            let wanted = start.wire.contains(first).then(|| start.wire.replacen(first, last, 1))?;
            dates().find(|field| field.wire == wanted)
        })?;
        Some(Span { ends: [format!("{before}{}", start.wire), format!("{before}{}", end.wire)] })
    };
    dates().filter_map(pair).collect()
}

/// The dates of the request, as people write them.
fn dates(api: &Api) -> Vec<String> {
    let objects = objects(api, &api.request, "", 0);
    let names = objects.iter().flat_map(|(before, object)| {
        object.fields.iter().filter(is_date).map(move |field| format!("{before}{}", field.wire))
    });
    names.collect()
}
