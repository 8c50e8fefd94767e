//! A request built from the page's examples: what tests, documentation and the demo send.
//!
//! In: the model's examples and the planned fields. Out: [`ExampleObject`]. Required fields without a usable example get a plain
//! value of their type; an optional field gets its example, unless that breaks a rule or the field is deprecated.

use std::collections::BTreeSet;

use super::fields::Decided;
use super::{FieldPlan, Kind, RustType, StructPlan};
use crate::doctext::is_invisible;
use opentop_model::model::{Api, Field, Limits, Object, Rule, TypeId};
use opentop_model::rust_names::{FieldIdent, TypeName, VariantName, WireName};

/// An object of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleObject {
    /// Its type.
    pub name: TypeName,
    /// What is set.
    pub fields: Vec<ExampleField>,
}

/// A field that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleField {
    /// By this setter.
    pub setter: FieldIdent,
    /// Its name on the wire.
    pub wire: WireName,
    /// The value.
    pub value: ExampleValue,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleValue {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// `yyyy-MM-dd HH:mm:ss`.
    Date(String),
    /// Exact decimal text, without exponent, as it is written back.
    Decimal(String),
    /// JSON text.
    Json(String),
    /// A file of that name.
    File(String),
    /// A listed value: enum, variant, value, whether that is a number.
    Listed(TypeName, VariantName, String, bool),
    /// A value that its enum does not list.
    Unlisted(TypeName, String, bool),
    /// An object.
    Object(ExampleObject),
    /// A list.
    List(Vec<ExampleValue>),
}

/// Builds the request of a method.
pub(super) fn build(api: &Api, request: &StructPlan, types: &[StructPlan], decided: &Decided<'_>) -> ExampleObject {
    Builder { api, types, decided, open: Vec::new() }.object(&api.request, request)
}

/// The setters an example calls, by type: what is deprecated among them is so in its documentation only, since the generated
/// crate must not warn of itself.
pub(super) fn calls(object: &ExampleObject, out: &mut BTreeSet<(TypeName, FieldIdent)>) {
    for field in &object.fields {
        out.insert((object.name.clone(), field.setter.clone()));
        let nested = match &field.value {
            ExampleValue::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in nested {
            if let ExampleValue::Object(object) = value {
                calls(object, out);
            }
        }
    }
}

struct Builder<'a> {
    api: &'a Api,
    types: &'a [StructPlan],
    decided: &'a Decided<'a>,
    /// Types that are being built: one that contains itself is not entered again.
    open: Vec<TypeId>,
}

impl Builder<'_> {
    fn object(&mut self, object: &Object, plan: &StructPlan) -> ExampleObject {
        let fields = || object.fields.iter().zip(&plan.fields);
        let mut values: Vec<Option<ExampleValue>> = Vec::with_capacity(plan.fields.len());
        for (field, planned) in fields() {
            let wanted = planned.required || planned.deprecated.is_none();
            let value = if wanted { self.field(field, planned) } else { None };
            values.push(value);
        }
        for rule in &object.rules {
            self.obey(rule, object, plan, &mut values);
        }
        let set = plan.fields.iter().zip(values).filter_map(|(planned, value)| {
            Some(ExampleField { setter: planned.setter.clone(), wire: planned.wire.clone(), value: value? })
        });
        ExampleObject { name: plan.name.clone(), fields: set.collect() }
    }

    /// Drops what a rule forbids beside the first, and adds what it asks for.
    fn obey(&mut self, rule: &Rule, object: &Object, plan: &StructPlan, values: &mut [Option<ExampleValue>]) {
        let (fields, least, most) = match rule {
            Rule::AtLeastOneOf(fields) => (fields, true, false),
            Rule::AtMostOneOf(fields) => (fields, false, true),
            Rule::ExactlyOneOf(fields) => (fields, true, true),
            Rule::MaxSpan { .. } => return,
        };
        let present = |values: &[Option<ExampleValue>], at: usize| values.get(at).is_some_and(Option::is_some);
        if most {
            let required = fields.iter().copied().find(|&at| plan.fields.get(at).is_some_and(|field| field.required));
            let keep = required.or_else(|| fields.iter().copied().find(|&at| present(values, at)));
            for &at in fields.iter().filter(|&&at| Some(at) != keep) {
                if plan.fields.get(at).is_some_and(|field| !field.required) {
                    values[at] = None;
                }
            }
        }
        if least && !fields.iter().any(|&at| present(values, at)) {
            let deprecated = |at: usize| plan.fields.get(at).is_some_and(|field| field.deprecated.is_some());
            let first = fields.iter().copied().find(|&at| !deprecated(at)).or(fields.first().copied());
            let first = first.and_then(|at| Some((at, object.fields.get(at)?, plan.fields.get(at)?)));
            if let Some((at, field, planned)) = first {
                values[at] = self.plain(field, planned);
            }
        }
    }

    fn field(&mut self, field: &Field, planned: &FieldPlan) -> Option<ExampleValue> {
        if planned.ty.object().is_some() {
            let value = self.nested(field, planned)?;
            let empty = matches!(&value, ExampleValue::Object(object) if object.fields.is_empty());
            return (planned.required || !empty).then_some(value);
        }
        let example = field.usable_example().filter(|text| !text.chars().any(is_invisible));
        let example = example.and_then(|text| self.scalar(&planned.ty, text, &field.limits));
        if planned.required { example.or_else(|| self.plain(field, planned)) } else { example }
    }

    fn nested(&mut self, field: &Field, planned: &FieldPlan) -> Option<ExampleValue> {
        let id = field.ty.object()?;
        if self.open.contains(&id) {
            return None;
        }
        let reference = planned.ty.object()?;
        let plan = self.types.iter().find(|ty| ty.name == reference.name && ty.scope == reference.scope)?;
        self.open.push(id);
        let api = self.api;
        let object = self.object(&api.named(id).object, plan);
        self.open.pop();
        let list = planned.ty.is_list();
        match (list, object.fields.is_empty()) {
            (true, true) if !planned.required => None,
            (true, _) => Some(ExampleValue::List(vec![ExampleValue::Object(object)])),
            (false, _) => Some(ExampleValue::Object(object)),
        }
    }

    /// An example read as its type.
    fn scalar(&self, ty: &RustType, text: &str, limits: &Limits) -> Option<ExampleValue> {
        match ty {
            RustType::One(kind) => one(*kind, text),
            RustType::Enum(name) => self.listed(&name.name, text),
            RustType::Many(Kind::Json) => None,
            RustType::Many(kind) => list(text, limits, |item| one(*kind, item)),
            RustType::Enums(name) => list(text, limits, |item| self.listed(&name.name, item)),
            RustType::Object(..) | RustType::Objects(_) => None,
        }
    }

    fn listed(&self, name: &TypeName, text: &str) -> Option<ExampleValue> {
        let plan = self.decided.enums.list.iter().find(|plan| plan.name == *name)?;
        let text = if plan.numeric { text.trim() } else { text };
        if let Some(variant) = plan.variants.iter().find(|variant| variant.value == text) {
            return Some(ExampleValue::Listed(name.clone(), variant.name.clone(), variant.value.clone(), plan.numeric));
        }
        if plan.numeric && canonical_int(text).is_none() {
            return None;
        }
        Some(ExampleValue::Unlisted(name.clone(), text.to_owned(), plan.numeric))
    }

    /// A plain value of a type, within the limits of a number.
    fn plain(&mut self, field: &Field, planned: &FieldPlan) -> Option<ExampleValue> {
        let limits = &field.limits;
        let scalar = |kind| match kind {
            Kind::Text => ExampleValue::Text("x".to_owned()),
            Kind::Int => ExampleValue::Int(plain_int(limits)),
            Kind::Bool => ExampleValue::Bool(true),
            Kind::Date => ExampleValue::Date("2026-01-01 00:00:00".to_owned()),
            Kind::Decimal => ExampleValue::Decimal(plain_decimal(limits)),
            Kind::Json => ExampleValue::Json("{}".to_owned()),
            Kind::File => ExampleValue::File("example.txt".to_owned()),
        };
        let first = |name: &TypeName| {
            let plan = self.decided.enums.list.iter().find(|plan| plan.name == *name)?;
            self.listed(name, &plan.variants.first()?.value)
        };
        Some(match &planned.ty {
            RustType::One(kind) => scalar(*kind),
            RustType::Many(kind) => ExampleValue::List(vec![scalar(*kind)]),
            RustType::Enum(name) => first(&name.name)?,
            RustType::Enums(name) => ExampleValue::List(vec![first(&name.name)?]),
            RustType::Object(..) | RustType::Objects(_) => self.nested(field, planned)?,
        })
    }
}

/// A comma-joined list, cut to its limit; nothing where one element does not read.
fn list(text: &str, limits: &Limits, one: impl Fn(&str) -> Option<ExampleValue>) -> Option<ExampleValue> {
    let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
    let most = limits.max_items.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let items = bare.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty()).take(most);
    let items: Option<Vec<_>> = items.map(one).collect();
    items.filter(|items| !items.is_empty()).map(ExampleValue::List)
}

fn one(kind: Kind, text: &str) -> Option<ExampleValue> {
    match kind {
        Kind::Text => Some(ExampleValue::Text(text.to_owned())),
        Kind::Int => canonical_int(text.trim()).map(ExampleValue::Int),
        Kind::Bool => match text.trim() {
            "true" | "1" => Some(ExampleValue::Bool(true)),
            "false" | "0" => Some(ExampleValue::Bool(false)),
            _ => None,
        },
        Kind::Date => is_date(text.trim()).then(|| ExampleValue::Date(text.trim().to_owned())),
        Kind::Decimal => is_decimal(text.trim()).then(|| ExampleValue::Decimal(text.trim().to_owned())),
        // Whether text is JSON is the runtime's to say: examples of pages often are not.
        Kind::Json => None,
        Kind::File => Some(ExampleValue::File("example.txt".to_owned())),
    }
}

fn canonical_int(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

/// Plain decimal text that is written back as it is: no sign but `-`, no leading zero, 28 digits at most.
fn is_decimal(text: &str) -> bool {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = bare.split_once('.').map_or((bare, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let leading = whole.len() > 1 && whole.starts_with('0');
    let minus_zero = text.starts_with('-') && bare.bytes().all(|b| matches!(b, b'0' | b'.'));
    digits(whole) && fraction.is_none_or(digits) && !leading && !minus_zero && bare.len() <= 28
}

/// `yyyy-MM-dd HH:mm:ss` of a day that exists.
fn is_date(text: &str) -> bool {
    let pattern = "dddd-dd-dd dd:dd:dd";
    let shaped = text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, p)| if p == b'd' { b.is_ascii_digit() } else { b == p });
    if !shaped {
        return false;
    }
    let number =
        |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(u32::MAX);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 31,
    };
    year > 0
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && number(11..13) < 24
        && number(14..16) < 60
        && number(17..19) < 60
}

fn plain_int(limits: &Limits) -> i64 {
    let bound = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<i64>().ok());
    let at_least = bound(&limits.min).map_or(1, |min| min.max(1));
    bound(&limits.max).map_or(at_least, |max| at_least.min(max))
}

fn plain_decimal(limits: &Limits) -> String {
    let bound = |text: &Option<String>| text.clone().filter(|text| is_decimal(text));
    bound(&limits.min).or_else(|| bound(&limits.max)).unwrap_or_else(|| "1".to_owned())
}

#[cfg(test)]
mod tests;
