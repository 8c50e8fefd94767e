//! Filters the items of a list by the time span that a call asks for.
//!
//! The request's `max_span` rule names the parameters that bound the span. Both ends are included.

use opentop_model::model::{Api, Field, Object, Path, Rule, Scalar, Type};
use opentop_runtime::DateTime;

use crate::check::scalar;
use crate::node::{Members, Node};

/// When the items of a list were, and where a call gives its span.
#[derive(Debug)]
pub(crate) struct Dated {
    span: Span,
    dates: Dates,
}

/// The parameters that bound a span.
#[derive(Debug)]
pub(crate) struct Span {
    start: Path,
    end: Path,
}

#[derive(Debug)]
enum Dates {
    /// One for each item.
    Each(Vec<DateTime>),
    /// The items of a sample recur every year at this time, so that every year's calls find them once.
    Yearly(DateTime),
}

impl Dated {
    /// Items dated by one of their fields.
    ///
    /// # Errors
    /// When the request has no `max_span` rule, or an item has no date in `field`.
    pub(crate) fn new(api: &Api, items: &[Members], field: &str) -> Result<Self, String> {
        let span = Span::of(api).ok_or("the request has no `max_span` rule, which names the span")?;
        let date = |(at, item): (usize, &Members)| {
            date_in(item, field).ok_or_else(|| format!("item {at} has no date in `{field}`"))
        };
        let dates = items.iter().enumerate().map(date).collect::<Result<_, _>>()?;
        Ok(Dated { span, dates: Dates::Each(dates) })
    }

    /// The items of a sample: a call finds them if its span holds the documented example's start, in any year.
    pub(crate) fn sample(api: &Api) -> Option<Self> {
        let span = Span::of(api)?;
        let example = api.field_at(&api.request, &span.start)?.usable_example()?;
        let anchor = scalar::date(example)?;
        Some(Dated { span, dates: Dates::Yearly(anchor) })
    }

    /// The items in the span that a call asks for, in their order; `text_at` gives the call's text at a path.
    pub(crate) fn within<'a>(
        &self,
        text_at: impl Fn(&Path) -> Option<String>,
        items: &'a [Members],
    ) -> Vec<&'a Members> {
        let bounds = self.span.bounds(text_at);
        match &self.dates {
            Dates::Each(dates) => {
                let dated = items.iter().zip(dates);
                dated.filter(|(_, date)| bounds.hold(**date)).map(|(item, _)| item).collect()
            }
            Dates::Yearly(anchor) if bounds.hold_in_a_year(*anchor) => items.iter().collect(),
            Dates::Yearly(_) => Vec::new(),
        }
    }

    /// Why a call got none of the items: what an event tells.
    pub(crate) fn why_none(&self, items: &[Members]) -> String {
        match &self.dates {
            Dates::Each(_) => format!("none of {} records lies in the span", items.len()),
            Dates::Yearly(anchor) => {
                format!("the sample is not in the span: it recurs every year at {}", &anchor.to_string()[5..])
            }
        }
    }
}

impl Span {
    /// The bounds of the first `max_span` rule, in the request or in an object of it.
    pub(crate) fn of(api: &Api) -> Option<Self> {
        span_in(api, &api.request, &[])
    }

    /// What a call gives for the bounds.
    pub(crate) fn bounds(&self, text_at: impl Fn(&Path) -> Option<String>) -> Bounds {
        let bound = |path: &Path| text_at(path).and_then(|text| scalar::date(&text));
        Bounds { start: bound(&self.start), end: bound(&self.end) }
    }
}

/// The span that a call asks for. A bound that is not given does not bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    start: Option<DateTime>,
    end: Option<DateTime>,
}

impl Bounds {
    pub(crate) fn hold(&self, date: DateTime) -> bool {
        self.start.is_none_or(|start| start <= date) && self.end.is_none_or(|end| date <= end)
    }

    fn hold_in_a_year(&self, anchor: DateTime) -> bool {
        let (Some(start), Some(end)) = (self.start, self.end) else { return true };
        let year = |date: DateTime| date.to_string()[..4].parse::<i32>().unwrap_or_default();
        let (first, last) = (year(start), year(end));
        // A span of two new years' nights holds a whole year.
        last - first > 1 || (first..=last).filter_map(|year| moved_to(anchor, year)).any(|date| self.hold(date))
    }
}

/// `date` in another year; 29 February becomes 28 February where it must.
fn moved_to(date: DateTime, year: i32) -> Option<DateTime> {
    let text = date.to_string();
    let moved = |rest: &str| scalar::date(&format!("{year:04}{rest}"));
    moved(&text[4..]).or_else(|| moved(&text[4..].replacen("-02-29", "-02-28", 1)))
}

fn span_in(api: &Api, object: &Object, way: &[usize]) -> Option<Span> {
    let path = |index: &usize| Path([way, &[*index]].concat());
    let here = object.rules.iter().find_map(|rule| match rule {
        Rule::MaxSpan { start, end, .. } => Some(Span { start: path(start), end: path(end) }),
        _ => None,
    });
    // A type may contain itself: rules are looked for a few levels deep.
    let deeper = || {
        object.fields.iter().enumerate().filter(|_| way.len() < 4).find_map(|(index, field)| match field.ty {
            Type::Object(id) => span_in(api, &api.named(id).object, &[way, &[index]].concat()),
            _ => None,
        })
    };
    here.or_else(deeper)
}

fn date_in(item: &Members, field: &str) -> Option<DateTime> {
    match item.iter().find(|(name, _)| name == field)? {
        (_, Node::Text(text)) => scalar::date(text),
        _ => None,
    }
}

/// The field by which records are dated if the user names none: of the item's `Date` fields that every record fills, the one
/// whose description has most letters in common with that of the span's start.
pub(crate) fn date_field(api: &Api, records: &[Members]) -> Option<String> {
    let span = Span::of(api)?;
    let start = api.field_at(&api.request, &span.start)?;
    let items = api.field_at(&api.response, &api.paging.as_ref()?.items)?;
    let fills = |field: &&Field| {
        field.ty == Type::Scalar(Scalar::Date)
            && !records.is_empty()
            && records.iter().all(|record| date_in(record, &field.wire).is_some())
    };
    let common = |field: &Field| start.description.chars().filter(|letter| field.description.contains(*letter)).count();
    let fields = &api.named(items.ty.object()?).object.fields;
    // `max_by_key` takes the last of equals; the first is wanted.
    let best = fields.iter().rev().filter(fills).max_by_key(|field| common(field))?;
    Some(best.wire.clone())
}
