//! A method's request as its examples make it, and whether it obeys the method's own limits and rules.
//!
//! This evaluates the model and knows no wire. It shares nothing with the rules' other two implementations, the client's and the
//! gateway's.

use crate::model::{Api, Field, Object, Rule, Scalar, Type, TypeId};
use crate::scalar::{Decimal, date, reads_as};

/// A value made of examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// The text of a scalar; it reads as its type.
    Scalar(Scalar, String),
    /// A list of scalars.
    Scalars(Scalar, Vec<String>),
    /// An object: a value, or none, for every field of its type.
    Object(TypeId, Vec<Option<Example>>),
    /// A list of objects.
    Objects(TypeId, Vec<Vec<Option<Example>>>),
}

/// Which object a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// The request itself.
    Request,
    /// A named type.
    Type(TypeId),
}

/// What a value breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Broken {
    /// A limit of the field of this index, or its being required.
    Field(usize),
    /// The rule of this index.
    Rule(usize),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The object whose field or rule it is.
    pub owner: Owner,
    /// The field or the rule.
    pub broken: Broken,
    /// Where, by wire names: `param.list[0].name`.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// The most values a built request holds. Types that contain each other many times over would otherwise make it endless.
const MOST_VALUES: usize = 20_000;

/// The request with every field that has a usable example, and dummies for required ones that have none. Of fields that exclude each
/// other, the first that has an example is there. `None` if it would hold more than 20,000 values.
#[must_use]
pub fn request(api: &Api) -> Option<Vec<Option<Example>>> {
    let mut build = Build { api, above: Vec::new(), left: MOST_VALUES };
    let values = build.object(&api.request, true);
    (build.left > 0).then_some(values)
}

/// Everything that is wrong with `request`, in the order of the spec.
#[must_use]
pub fn violations(api: &Api, request: &[Option<Example>]) -> Vec<Violation> {
    let mut check = Check { api, found: Vec::new() };
    check.object(Owner::Request, &api.request, request, "");
    check.found
}

/// The parts of a comma-joined list, as the platform writes lists of scalars.
pub fn list_items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
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
        if self.left == 0 {
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

    /// The fields of a nested object. `None` if nothing is in it, and if the type is inside itself.
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
        let text =
            |scalar| field.values.first().map_or_else(|| dummy_text(scalar, field), |listed| listed.value.clone());
        let empty = |id: TypeId| vec![None; self.api.named(id).object.fields.len()];
        Some(match field.ty {
            Type::Scalar(scalar) => Example::Scalar(scalar, text(scalar)),
            Type::Scalars(scalar) => Example::Scalars(scalar, vec![text(scalar)]),
            Type::Object(id) if !self.above.contains(&id) => Example::Object(id, empty(id)),
            Type::Objects(id) if !self.above.contains(&id) => Example::Objects(id, vec![empty(id)]),
            Type::Object(_) | Type::Objects(_) => return None,
        })
    }
}

fn dummy_text(scalar: Scalar, field: &Field) -> String {
    match scalar {
        Scalar::String | Scalar::Bytes => "x".to_owned(),
        Scalar::Number | Scalar::Price | Scalar::BigDecimal => {
            field.limits.min.clone().unwrap_or_else(|| "1".to_owned())
        }
        Scalar::Boolean => "true".to_owned(),
        Scalar::Date => "2020-01-01 00:00:00".to_owned(),
        Scalar::Json | Scalar::Map => "{}".to_owned(),
    }
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
        && let Some(number) = Decimal::read(text)
    {
        if let Some(least) =
            field.limits.min.as_deref().filter(|least| Decimal::read(least).is_some_and(|least| number < least))
        {
            broken.push(format!("it must be at least {least} (got {text})"));
        }
        if let Some(most) =
            field.limits.max.as_deref().filter(|most| Decimal::read(most).is_some_and(|most| number > most))
        {
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
                Some(Some(Example::Scalar(Scalar::Date, text))) => date(text).map(|seconds| (text, seconds)),
                _ => None,
            };
            let ((from, from_seconds), (to, to_seconds)) = (at(*start)?, at(*end)?);
            if from_seconds > to_seconds {
                Some(format!("{} ({from}) is after {} ({to})", object.fields[*start].key, object.fields[*end].key))
            } else if to_seconds.abs_diff(from_seconds) > *seconds {
                Some(format!("{from} and {to} are further apart than {seconds} seconds"))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Whether a scalar's example reads as its type and is of use; for findings about examples.
pub(crate) fn unreadable(field: &Field) -> Option<&'static str> {
    let text = field.usable_example()?;
    match field.ty {
        Type::Scalar(scalar) => reads_as(scalar, text).err(),
        Type::Scalars(scalar) => list_items(text).find_map(|item| reads_as(scalar, item).err()),
        Type::Object(_) | Type::Objects(_) => None,
    }
}
