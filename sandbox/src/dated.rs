//! Filters the items of a list by the time span that a call asks for.
//!
//! The request's `max_span` rule names the parameters that bound the span. Both ends are included.

use opentop_codegen::model::{Api, Object, Path, Rule, Type};
use opentop_runtime::DateTime;

use crate::check::scalar;
use crate::node::{Members, Node};

/// When each item was, and where a call says from when to when.
#[derive(Debug)]
pub(crate) struct Dated {
    start: Path,
    end: Path,
    dates: Vec<DateTime>,
}

impl Dated {
    /// # Errors
    /// Where the request has no `max_span` rule, or an item has no date in `field`.
    pub(crate) fn new(api: &Api, items: &[Members], field: &str) -> Result<Self, String> {
        let (start, end) =
            span_of(api, &api.request, &[]).ok_or("the request has no `max_span` rule, which names the span")?;
        let date = |(at, item): (usize, &Members)| {
            let node = item.iter().find(|(name, _)| name == field).map(|(_, node)| node);
            let Some(Node::Text(text)) = node else { return Err(format!("item {at} has no date in `{field}`")) };
            scalar::date(text).ok_or_else(|| format!("item {at} has no date in `{field}`"))
        };
        Ok(Dated { start, end, dates: items.iter().enumerate().map(date).collect::<Result<_, _>>()? })
    }

    /// The items in the span that a call asks for, in their order; `text_at` gives the call's text at a path.
    pub(crate) fn within<'a>(
        &self,
        text_at: impl Fn(&Path) -> Option<String>,
        items: &'a [Members],
    ) -> Vec<&'a Members> {
        let bound = |path: &Path| text_at(path).and_then(|text| scalar::date(&text));
        let (start, end) = (bound(&self.start), bound(&self.end));
        let inside = |date: DateTime| start.is_none_or(|start| start <= date) && end.is_none_or(|end| date <= end);
        items.iter().zip(&self.dates).filter(|(_, date)| inside(**date)).map(|(item, _)| item).collect()
    }
}

/// The bounds of the first `max_span` rule, in the request or in an object of it.
fn span_of(api: &Api, object: &Object, way: &[usize]) -> Option<(Path, Path)> {
    let path = |index: &usize| Path([way, &[*index]].concat());
    let here = object.rules.iter().find_map(|rule| match rule {
        Rule::MaxSpan { start, end, .. } => Some((path(start), path(end))),
        _ => None,
    });
    // A type may contain itself: rules are looked for a few levels deep.
    let deeper = || {
        object.fields.iter().enumerate().filter(|_| way.len() < 4).find_map(|(index, field)| match field.ty {
            Type::Object(id) => span_of(api, &api.named(id).object, &[way, &[index]].concat()),
            _ => None,
        })
    };
    here.or_else(deeper)
}
