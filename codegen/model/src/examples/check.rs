//! Checks the request that the examples make.

use super::{Broken, Example, Owner, Violation};
use crate::model::{Api, Field, Object, Rule, Scalar};
use crate::scalar::{date, decimal};

/// Everything that is wrong with `request`, in the order of the spec.
#[must_use]
pub fn violations(api: &Api, request: &[Option<Example>]) -> Vec<Violation> {
    let mut check = Check { api, found: Vec::new() };
    check.object(Owner::Request, &api.request, request, "");
    check.found
}

struct Check<'a> {
    api: &'a Api,
    found: Vec<Violation>,
}

impl Check<'_> {
    fn report(&mut self, owner: Owner, broken: Broken, path: &str, message: String) {
        self.found.push(Violation { owner, broken, path: path.to_owned(), message });
    }

    fn object(&mut self, owner: Owner, object: &Object, values: &[Option<Example>], path: &str) {
        for (index, field) in object.fields.iter().enumerate() {
            let path = if path.is_empty() { field.wire.clone() } else { format!("{path}.{}", field.wire) };
            match values.get(index).and_then(Option::as_ref) {
                Some(value) => self.field(owner, index, field, value, &path),
                None if field.required => {
                    self.report(owner, Broken::Field(index), &path, "it is required, and nothing is given".to_owned());
                }
                None => {}
            }
        }
        for (index, rule) in object.rules.iter().enumerate() {
            if let Some(message) = broken_rule(object, rule, values) {
                self.report(owner, Broken::Rule(index), path, message);
            }
        }
    }

    fn field(&mut self, owner: Owner, index: usize, field: &Field, value: &Example, path: &str) {
        let top = owner == Owner::Request;
        for message in broken_limits(field, value, top) {
            self.report(owner, Broken::Field(index), path, message);
        }
        let api = self.api;
        match value {
            Example::Object(id, fields) => self.object(Owner::Type(*id), &api.named(*id).object, fields, path),
            Example::Objects(id, items) => {
                for (at, fields) in items.iter().enumerate() {
                    self.object(Owner::Type(*id), &api.named(*id).object, fields, &format!("{path}[{at}]"));
                }
            }
            Example::Scalar(..) | Example::Scalars(..) => {}
        }
    }
}

/// What a value breaks of its field's limits. `top`: a parameter of the request, where a list of scalars is sent as joined text.
#[must_use]
pub fn broken_limits(field: &Field, value: &Example, top: bool) -> Vec<String> {
    let mut broken = Vec::new();
    let items = match value {
        Example::Scalars(_, items) => Some(items.len()),
        Example::Objects(_, items) => Some(items.len()),
        _ => None,
    };
    if let (Some(items), Some(most)) = (items, field.limits.max_items)
        && items > most as usize
    {
        broken.push(format!("it must have at most {most} elements (got {items})"));
    }
    if let (Some(length), Some(most)) = (length(value, top), field.limits.max_length)
        && length > most as usize
    {
        broken.push(format!("it must have at most {most} characters (got {length})"));
    }
    if let Example::Scalar(Scalar::Number | Scalar::Price | Scalar::BigDecimal, text) = value
        && let Some(number) = decimal(text)
    {
        if let Some(least) =
            field.limits.min.as_deref().filter(|least| decimal(least).is_some_and(|least| number < least))
        {
            broken.push(format!("it must be at least {least} (got {text})"));
        }
        if let Some(most) = field.limits.max.as_deref().filter(|most| decimal(most).is_some_and(|most| number > most)) {
            broken.push(format!("it must be at most {most} (got {text})"));
        }
    }
    if let Example::Scalar(scalar, text) = value
        && text.is_empty()
    {
        broken.push(format!("an empty {scalar} is never sent"));
    }
    broken
}

/// UTF-16 code units of text and of joined lists; bytes are not known from an example.
fn length(value: &Example, top: bool) -> Option<usize> {
    let units = |text: &str| text.encode_utf16().count();
    match value {
        Example::Scalar(Scalar::String | Scalar::Json | Scalar::Map, text) => Some(units(text)),
        Example::Scalars(_, items) if top => {
            Some(items.iter().map(|item| units(item) + 1).sum::<usize>().saturating_sub(1))
        }
        _ => None,
    }
}

fn broken_rule(object: &Object, rule: &Rule, values: &[Option<Example>]) -> Option<String> {
    let given = |index: &&usize| values.get(**index).is_some_and(Option::is_some);
    let names =
        |fields: &[usize]| fields.iter().map(|&index| object.fields[index].key.as_str()).collect::<Vec<_>>().join(", ");
    match rule {
        Rule::AtLeastOneOf(fields) if !fields.iter().any(|index| given(&index)) => {
            Some(format!("none of {} has a usable example", names(fields)))
        }
        Rule::ExactlyOneOf(fields) if fields.iter().filter(given).count() != 1 => Some(format!(
            "exactly one of {} may be given, and the examples give {}",
            names(fields),
            fields.iter().filter(given).count()
        )),
        Rule::AtMostOneOf(fields) if fields.iter().filter(given).count() > 1 => {
            Some(format!("at most one of {} may be given, and more are required", names(fields)))
        }
        Rule::MaxSpan { start, end, seconds } => {
            let at = |index: usize| match values.get(index) {
                Some(Some(Example::Scalar(Scalar::Date, text))) => date(text).map(|at| (text, at)),
                _ => None,
            };
            let ((from, from_at), (to, to_at)) = (at(*start)?, at(*end)?);
            if from_at > to_at {
                Some(format!("{} ({from}) is after {} ({to})", object.fields[*start].key, object.fields[*end].key))
            } else if to_at.duration_since(from_at).unsigned_abs().as_secs() > *seconds {
                Some(format!("{from} and {to} are further apart than {seconds} seconds"))
            } else {
                None
            }
        }
        _ => None,
    }
}
