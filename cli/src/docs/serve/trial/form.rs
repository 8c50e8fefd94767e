//! What a page is told of a method's parameters: enough to make a form of them.

use opentop_codegen::plan::{ApiPlan, FieldPlan, Said, StructPlan};
use opentop_codegen::{Layout, Options, Writer};
use opentop_model::model::{Api, Effect, Field, Object, Rule, Scalar, Session, Type};
use serde::Serialize;

use super::account::may_write;
use crate::markdown::plain;

/// A method's form.
#[derive(Serialize)]
pub(super) struct Form<'a> {
    method: &'a str,
    /// Whether it changes data, or may.
    may_write: bool,
    effect: &'static str,
    session: &'static str,
    request: Part<'a>,
    /// The types of its objects, by their place in the specification.
    types: Vec<Part<'a>>,
}

/// The fields of an object, and the rules over them.
#[derive(Serialize)]
struct Part<'a> {
    fields: Vec<Input<'a>>,
    rules: Vec<Together<'a>>,
}

/// One field.
#[derive(Serialize)]
struct Input<'a> {
    name: &'a str,
    /// `text`, `number`, `decimal`, `boolean`, `date`, `json`, `file` or `object`.
    kind: &'static str,
    /// Of an object: its type.
    of: Option<usize>,
    list: bool,
    required: bool,
    sensitive: bool,
    description: String,
    example: Option<&'a str>,
    /// Bounds, default and unit, as its page says them. Rules stand with the object.
    limits: Vec<Words>,
    max_length: Option<u32>,
    values: Vec<(&'a str, &'a str)>,
}

/// A sentence of ours, as text.
#[derive(Serialize)]
pub(super) struct Words {
    pub(super) zh: String,
    pub(super) en: String,
}

impl Words {
    fn of(said: &Said) -> Words {
        Words { zh: plain(&said.zh), en: plain(&said.en) }
    }
}

/// A rule over several fields.
#[derive(Serialize)]
struct Together<'a> {
    /// `at_least_one_of`, `at_most_one_of`, `exactly_one_of` or `max_span`.
    kind: &'static str,
    fields: Vec<&'a str>,
    words: Words,
}

pub(super) fn of(api: &Api) -> Form<'_> {
    let options = Options::default();
    let plan = Writer::new(Layout::Crate, [api.category.as_str()].into_iter(), &options).reference(api, &[]).plan;
    Form {
        method: &api.method,
        may_write: may_write(api),
        effect: match api.effect {
            Effect::Read => "read",
            Effect::Write => "write",
        },
        session: match api.session {
            Session::None => "none",
            Session::Optional => "optional",
            Session::Required => "required",
        },
        types: types(api, &plan),
        request: part(&api.request, &plan.request, true),
    }
}

/// Every type that a request holds; the others are empty, so that each has its place.
fn types<'a>(api: &'a Api, plan: &ApiPlan) -> Vec<Part<'a>> {
    let mut types: Vec<Part<'a>> = api.types.iter().map(|_| Part { fields: Vec::new(), rules: Vec::new() }).collect();
    let mut met = vec![false; types.len()];
    let mut open: Vec<(&Object, &StructPlan)> = vec![(&api.request, &plan.request)];
    while let Some((object, planned)) = open.pop() {
        for (field, said) in object.fields.iter().zip(&planned.fields) {
            let Some(id) = field.ty.object().filter(|id| !std::mem::replace(&mut met[id.0], true)) else { continue };
            let Some(inside) = said.ty.object().and_then(|name| plan.object(name)) else { continue };
            let object = &api.named(id).object;
            types[id.0] = part(object, inside, false);
            open.push((object, inside));
        }
    }
    types
}

fn part<'a>(object: &'a Object, planned: &StructPlan, at_top: bool) -> Part<'a> {
    let fields = object.fields.iter().zip(&planned.fields).map(|(field, said)| input(field, said, at_top));
    let rules = object.rules.iter().zip(&planned.rule_texts).map(|(rule, said)| together(object, rule, said));
    Part { fields: fields.collect(), rules: rules.collect() }
}

fn input<'a>(field: &'a Field, planned: &FieldPlan, at_top: bool) -> Input<'a> {
    let of_scalar = |scalar: Scalar| match scalar {
        Scalar::String => "text",
        Scalar::Number => "number",
        Scalar::Price | Scalar::BigDecimal => "decimal",
        Scalar::Boolean => "boolean",
        Scalar::Date => "date",
        Scalar::Json | Scalar::Map => "json",
        // Only a parameter itself is a file.
        Scalar::Bytes if at_top && !field.ty.is_list() => "file",
        Scalar::Bytes => "text",
    };
    let said = &planned.reference;
    Input {
        name: &field.wire,
        kind: match field.ty {
            Type::Scalar(scalar) | Type::Scalars(scalar) => of_scalar(scalar),
            Type::Object(_) | Type::Objects(_) => "object",
        },
        of: field.ty.object().map(|id| id.0),
        list: field.ty.is_list(),
        required: field.required,
        sensitive: field.sensitive,
        description: plain(&said.description.join(" ")),
        example: field.usable_example(),
        limits: said.bounds.iter().map(Words::of).collect(),
        max_length: field.limits.max_length,
        values: field.values.iter().map(|value| (&*value.value, &*value.description)).collect(),
    }
}

fn together<'a>(object: &'a Object, rule: &Rule, said: &Said) -> Together<'a> {
    let names =
        |fields: &[usize]| fields.iter().filter_map(|at| object.fields.get(*at)).map(|field| &*field.wire).collect();
    let (kind, fields) = match rule {
        Rule::AtLeastOneOf(fields) => ("at_least_one_of", names(fields)),
        Rule::AtMostOneOf(fields) => ("at_most_one_of", names(fields)),
        Rule::ExactlyOneOf(fields) => ("exactly_one_of", names(fields)),
        Rule::MaxSpan { start, end, .. } => ("max_span", names(&[*start, *end])),
    };
    Together { kind, fields, words: Words::of(said) }
}
