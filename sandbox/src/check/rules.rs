//! Checks the rules over several fields of one object.

use opentop_model::model::{Object, Rule};

use super::scalar;
use super::value::Value;
use super::violation::{Violation, ViolationKind};
use crate::json::Json;

/// `present` holds the value of every field of `object`, by index; `path` is that of the object.
pub(super) fn broken(rule: &Rule, object: &Object, present: &[Option<Value<'_>>], path: &str) -> Option<Violation> {
    let count = |fields: &[usize]| fields.iter().filter(|&&at| matches!(present.get(at), Some(Some(_)))).count();
    let (fields, kind, problem) = match rule {
        Rule::AtLeastOneOf(fields) if count(fields) == 0 => {
            (fields.as_slice(), ViolationKind::AtLeastOneOf, "expected at least one of them".to_owned())
        }
        Rule::AtMostOneOf(fields) if count(fields) > 1 => {
            (fields.as_slice(), ViolationKind::AtMostOneOf, "expected at most one of them".to_owned())
        }
        Rule::ExactlyOneOf(fields) if count(fields) != 1 => {
            (fields.as_slice(), ViolationKind::ExactlyOneOf, "expected exactly one of them".to_owned())
        }
        Rule::MaxSpan { start, end, seconds } => {
            let (kind, problem) = span(present.get(*start), present.get(*end), *seconds)?;
            (&[*start, *end][..], kind, problem)
        }
        _ => return None,
    };
    let fields = fields.iter().filter_map(|&at| object.fields.get(at)).map(|field| field.wire.clone()).collect();
    Some(Violation { fields, ..Violation::new(path, kind, problem) })
}

/// A date that is absent or does not read has been judged already.
fn span(
    start: Option<&Option<Value<'_>>>,
    end: Option<&Option<Value<'_>>>,
    limit: u64,
) -> Option<(ViolationKind, String)> {
    let millis = |value: Option<&Option<Value<'_>>>| match value {
        Some(Some(Value::Json(Json::Text(text)))) => scalar::date(text).map(|date| date.unix_millis()),
        _ => None,
    };
    let (start, end) = (millis(start)?, millis(end)?);
    if start > end {
        return Some((ViolationKind::SpanOrder, "the first must not be after the second; swap them".to_owned()));
    }
    let too_long = start.abs_diff(end) > limit.saturating_mul(1000);
    too_long.then(|| (ViolationKind::MaxSpan, format!("must be at most {} apart", words(limit))))
}

/// `30 days`, `12 hours`, `90 seconds`.
fn words(seconds: u64) -> String {
    match seconds {
        1.. if seconds.is_multiple_of(86_400) => format!("{} days", seconds / 86_400),
        1.. if seconds.is_multiple_of(3_600) => format!("{} hours", seconds / 3_600),
        _ => format!("{seconds} seconds"),
    }
}
