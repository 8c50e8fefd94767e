//! Rules over several fields of one object.

use super::violation::{Violation, ViolationKind};
use crate::wire::table::{FieldRef, Rule, Table};
use crate::wire::value::{DateTime, Scalar};

/// `sensitive`: no value of this object is shown.
pub(super) fn check(table: &dyn Table, path: &str, sensitive: bool, found: &mut Vec<Violation>) {
    for rule in table.info().rules {
        match *rule {
            Rule::AtLeastOneOf(indexes) => {
                let (fields, present) = split(table, indexes);
                if present.is_empty() {
                    found.push(Violation::new(path, ViolationKind::AtLeastOneOf { fields }));
                }
            }
            Rule::AtMostOneOf(indexes) => {
                let (fields, present) = split(table, indexes);
                if present.len() > 1 {
                    found.push(Violation::new(path, ViolationKind::AtMostOneOf { fields, present }));
                }
            }
            Rule::ExactlyOneOf(indexes) => {
                let (fields, present) = split(table, indexes);
                if present.len() != 1 {
                    found.push(Violation::new(path, ViolationKind::ExactlyOneOf { fields, present }));
                }
            }
            Rule::MaxSpan { start, end, seconds } => {
                found.extend(span(table, path, sensitive, (start, end), seconds));
            }
        }
    }
}

/// The names of the fields, and of those among them that hold something.
fn split(table: &dyn Table, indexes: &[u16]) -> (Vec<&'static str>, Vec<&'static str>) {
    let names = table.info().fields;
    let name = |index: &u16| names.get(usize::from(*index)).copied();
    let fields = indexes.iter().filter_map(name).collect();
    let present = indexes.iter().filter(|index| holds_something(table.field(usize::from(**index)))).filter_map(name);
    (fields, present.collect())
}

/// Present and not empty: an empty text does not count.
fn holds_something(value: FieldRef<'_>) -> bool {
    match value {
        FieldRef::Text(Some(text)) => !text.is_empty(),
        FieldRef::Enum(slot) => slot.get().is_some_and(|wire| wire != Scalar::Text("")),
        value => !value.is_absent(),
    }
}

fn span(table: &dyn Table, path: &str, sensitive: bool, (start, end): (u16, u16), limit: u64) -> Option<Violation> {
    let shape = table.info();
    let date = |index: u16| match table.field(index.into()) {
        FieldRef::Date(date) => *date,
        _ => None,
    };
    let name = |index: u16| shape.fields.get(usize::from(index)).copied();
    let sensitive = sensitive || shape.is_sensitive(start.into()) || shape.is_sensitive(end.into());
    let span: (DateTime, DateTime) = (date(start)?, date(end)?);
    let (start, end) = (name(start)?, name(end)?);
    let kind = match u64::try_from(seconds(span)) {
        Err(_) => ViolationKind::SpanOrder { start, end },
        Ok(seconds) if seconds > limit => ViolationKind::MaxSpan { start, end, limit, seconds },
        Ok(_) => return None,
    };
    Some(Violation::new(path, kind).given_span(span, sensitive))
}

/// By the whole seconds that the wire carries.
fn seconds((start, end): (DateTime, DateTime)) -> i64 {
    end.unix_millis().div_euclid(1_000) - start.unix_millis().div_euclid(1_000)
}
