//! Builds the request from the examples.

use super::{Example, list_items};
use crate::model::{Api, Field, Limits, Object, Rule, Scalar, Type, TypeId};
use crate::scalar::{decimal, number, reads_as};
use rust_decimal::Decimal;

/// The most values a built request holds. Types that contain each other many times over would otherwise make it endless.
const MOST_VALUES: usize = 20_000;

/// The request with every field that has a usable example, and dummies for required ones that have none. Of fields that exclude each
/// other, the first that has an example is there. `None` if it would hold more than 20,000 values.
#[must_use]
pub fn request(api: &Api) -> Option<Vec<Option<Example>>> {
    let mut build = Build { api, above: Vec::new(), left: MOST_VALUES };
    let mut values = build.object(&api.request, true);
    if let Some(at) = api.flatten.filter(|&at| api.request.fields[at].required) {
        give_one(api, &mut values[at]);
    }
    (build.left > 0).then_some(values)
}

/// Sets one field of a flattened object in which nothing is set: such an object is not sent, and this one is required.
fn give_one(api: &Api, value: &mut Option<Example>) {
    if let Some(Example::Object(id, fields)) = value
        && fields.iter().all(Option::is_none)
        && let Some((at, given)) = first_value(api, *id, DEEPEST)
    {
        fields[at] = Some(given);
    }
}

/// How deep a field is looked for that can be given.
const DEEPEST: usize = 4;

/// The first field of a type that can be given a plain value: of a scalar type, else with such a field within.
fn first_value(api: &Api, id: TypeId, depth: usize) -> Option<(usize, Example)> {
    let fields = || api.named(id).object.fields.iter().enumerate().filter(|(_, field)| field.deprecated.is_none());
    let scalar = |(at, field): (usize, &Field)| match field.ty {
        Type::Scalar(scalar) => Some((at, Example::Scalar(scalar, plain(field)))),
        Type::Scalars(scalar) => Some((at, Example::Scalars(scalar, vec![plain(field)]))),
        Type::Object(_) | Type::Objects(_) => None,
    };
    let nested = |(at, field): (usize, &Field)| {
        let inner = field.ty.object().filter(|_| depth > 0)?;
        let (index, given) = first_value(api, inner, depth - 1)?;
        let mut values = vec![None; api.named(inner).object.fields.len()];
        values[index] = Some(given);
        let list = field.ty.is_list();
        Some((at, if list { Example::Objects(inner, vec![values]) } else { Example::Object(inner, values) }))
    };
    fields().find_map(scalar).or_else(|| fields().find_map(nested))
}

/// Builds a request from the top down.
struct Build<'a> {
    api: &'a Api,
    /// The types we are inside of.
    above: Vec<TypeId>,
    /// How many values may still be built.
    left: usize,
}

impl Build<'_> {
    fn object(&mut self, object: &Object, top: bool) -> Vec<Option<Example>> {
        let mut values: Vec<Option<Example>> =
            object.fields.iter().map(|field| self.value(field).or_else(|| self.dummy(field))).collect();
        for rule in &object.rules {
            let (Rule::AtMostOneOf(fields) | Rule::ExactlyOneOf(fields)) = rule else { continue };
            let given = |index: &&usize| values[**index].is_some();
            let required = fields.iter().filter(|index| object.fields[**index].required).find(given);
            if let Some(kept) = required.or_else(|| fields.iter().find(given)).copied() {
                for &index in fields.iter().filter(|&&index| index != kept && !object.fields[index].required) {
                    values[index] = None;
                }
            }
        }
        // An object in which nothing is set is left out, unless it is the request itself.
        if top || values.iter().any(Option::is_some) { values } else { Vec::new() }
    }

    /// The field's example, where it has a usable one that reads as its type.
    fn value(&mut self, field: &Field) -> Option<Example> {
        // What should not be used is not shown.
        if self.left == 0 || (field.deprecated.is_some() && !field.required) {
            return None;
        }
        self.left -= 1;
        match field.ty {
            Type::Scalar(scalar) => {
                let text = field.usable_example()?;
                reads_as(scalar, text).ok().map(|()| Example::Scalar(scalar, text.to_owned()))
            }
            Type::Scalars(scalar) => {
                let items: Vec<String> = list_items(field.usable_example()?).map(str::to_owned).collect();
                let reads = !items.is_empty() && items.iter().all(|item| reads_as(scalar, item).is_ok());
                reads.then_some(Example::Scalars(scalar, items))
            }
            Type::Object(id) => self.nested(id).map(|fields| Example::Object(id, fields)),
            Type::Objects(id) => self.nested(id).map(|fields| Example::Objects(id, vec![fields])),
        }
    }

    /// The fields of a nested object; `None` if nothing is in it or the type is inside itself.
    fn nested(&mut self, id: TypeId) -> Option<Vec<Option<Example>>> {
        if self.above.contains(&id) {
            return None;
        }
        self.above.push(id);
        let api = self.api;
        let fields = self.object(&api.named(id).object, false);
        self.above.pop();
        (!fields.is_empty()).then_some(fields)
    }

    /// Something in the place of a required field without a usable example.
    fn dummy(&self, field: &Field) -> Option<Example> {
        if !field.required {
            return None;
        }
        let empty = |id: TypeId| vec![None; self.api.named(id).object.fields.len()];
        Some(match field.ty {
            Type::Scalar(scalar) => Example::Scalar(scalar, plain(field)),
            Type::Scalars(scalar) => Example::Scalars(scalar, vec![plain(field)]),
            Type::Object(id) if !self.above.contains(&id) => Example::Object(id, empty(id)),
            Type::Objects(id) if !self.above.contains(&id) => Example::Objects(id, vec![empty(id)]),
            Type::Object(_) | Type::Objects(_) => return None,
        })
    }
}

/// A plain value of a field's scalar type: its first listed value, or one within its limits.
#[must_use]
pub fn plain(field: &Field) -> String {
    if let Some(listed) = field.values.first() {
        return listed.value.clone();
    }
    let (Type::Scalar(scalar) | Type::Scalars(scalar)) = field.ty else { return String::new() };
    match scalar {
        Scalar::String | Scalar::Bytes => "x".to_owned(),
        Scalar::Number => plain_number(&field.limits).to_string(),
        Scalar::Price | Scalar::BigDecimal => plain_decimal(&field.limits),
        Scalar::Boolean => "true".to_owned(),
        Scalar::Date => "2020-01-01 00:00:00".to_owned(),
        Scalar::Json | Scalar::Map => "{}".to_owned(),
    }
}

fn plain_number(limits: &Limits) -> i64 {
    let bound = |text: &Option<String>| text.as_deref().and_then(number);
    let at_least = bound(&limits.min).map_or(1, |min| min.max(1));
    bound(&limits.max).map_or(at_least, |max| at_least.min(max))
}

fn plain_decimal(limits: &Limits) -> String {
    let one = Decimal::ONE;
    let bound = |text: &Option<String>| text.as_deref().and_then(decimal);
    let at_least = bound(&limits.min).map_or(one, |min| min.max(one));
    bound(&limits.max).map_or(at_least, |max| at_least.min(max)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_keep_their_limits() {
        let limits = |min: Option<&str>, max: Option<&str>| Limits {
            min: min.map(str::to_owned),
            max: max.map(str::to_owned),
            ..Limits::default()
        };
        assert_eq!(plain_number(&limits(None, None)), 1);
        assert_eq!(plain_number(&limits(Some("10"), None)), 10);
        assert_eq!(plain_number(&limits(Some("-9"), Some("-3"))), -3);
        assert_eq!(plain_decimal(&limits(None, Some("0.50"))), "0.50");
        assert_eq!(plain_decimal(&limits(Some("0.01"), None)), "1");
    }
}
