//! Items that lie in time: a call gets those of the span that it asks for.
//!
//! In: the items of a method that pages, the field that dates them, and a call. Out: the items that are answered. The parameters that
//! bound the span are those of the request's `max_span` rule; both ends are included.

use opentop_model::model::{Api, Object, Path, Rule, Type};
use opentop_runtime::DateTime;

use super::node::{Members, Node};
use crate::check;
use crate::gateway::Call;

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
            check::date(text).ok_or_else(|| format!("item {at} has no date in `{field}`"))
        };
        Ok(Dated { start, end, dates: items.iter().enumerate().map(date).collect::<Result<_, _>>()? })
    }

    /// The items that `call` asks for, in their order.
    pub(super) fn of<'a>(&self, call: &Call<'_>, items: &'a [Members]) -> Vec<&'a Members> {
        let bound = |path: &Path| call.text_at(path).and_then(|text| check::date(&text));
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
