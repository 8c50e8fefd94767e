//! What a page is told of a method's parameters: enough to make a form of them.

use opentop_model::model::{Api, Effect, Field, Object, Rule, Scalar, Session, Type};
use serde::Serialize;

use super::account::may_write;

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
    description: &'a str,
    example: Option<&'a str>,
    default: Option<&'a str>,
    unit: Option<&'a str>,
    min: Option<&'a str>,
    max: Option<&'a str>,
    max_length: Option<u32>,
    max_items: Option<u32>,
    values: Vec<(&'a str, &'a str)>,
    deprecated: Option<&'a str>,
}

/// A rule over several fields.
#[derive(Serialize)]
struct Together<'a> {
    /// `at_least_one_of`, `at_most_one_of`, `exactly_one_of` or `max_span`.
    kind: &'static str,
    fields: Vec<&'a str>,
    seconds: Option<u64>,
}

pub(super) fn of(api: &Api) -> Form<'_> {
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
        request: part(&api.request, true),
        types: api.types.iter().map(|named| part(&named.object, false)).collect(),
    }
}

fn part(object: &Object, at_top: bool) -> Part<'_> {
    Part {
        fields: object.fields.iter().map(|field| input(field, at_top)).collect(),
        rules: object.rules.iter().map(|rule| together(object, rule)).collect(),
    }
}

fn input(field: &Field, at_top: bool) -> Input<'_> {
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
        description: &field.description,
        example: field.usable_example(),
        default: field.default.as_deref(),
        unit: field.unit.as_deref(),
        min: field.limits.min.as_deref(),
        max: field.limits.max.as_deref(),
        max_length: field.limits.max_length,
        max_items: field.limits.max_items,
        values: field.values.iter().map(|value| (&*value.value, &*value.description)).collect(),
        deprecated: field.deprecated.as_deref(),
    }
}

fn together<'a>(object: &'a Object, rule: &'a Rule) -> Together<'a> {
    let names =
        |fields: &[usize]| fields.iter().filter_map(|at| object.fields.get(*at)).map(|field| &*field.wire).collect();
    let (kind, fields, seconds) = match rule {
        Rule::AtLeastOneOf(fields) => ("at_least_one_of", names(fields), None),
        Rule::AtMostOneOf(fields) => ("at_most_one_of", names(fields), None),
        Rule::ExactlyOneOf(fields) => ("exactly_one_of", names(fields), None),
        Rule::MaxSpan { start, end, seconds } => ("max_span", names(&[*start, *end]), Some(*seconds)),
    };
    Together { kind, fields, seconds }
}
