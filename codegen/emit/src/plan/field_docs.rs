//! Documentation of fields, enums and variants.

use super::docs::{blocks, capital, described, or_fallback, reason, rules_of};
use super::said::{Said, said};
use super::types::{ReferenceRow, Side};
use crate::doctext::{cell, code, line, paragraphs};
use opentop_model::model::{Field, ListedValue, Object, Scalar, Type};
use opentop_model::rust_names::FieldIdent;

/// A field, or its setter.
///
/// `reference` is what the reference says of it.
pub(super) fn field(
    field: &Field,
    ident: &FieldIdent,
    side: Side,
    object: &Object,
    at: usize,
    reference: &ReferenceRow,
) -> Vec<String> {
    let mut said = or_fallback(&reference.description, || format!("The platform's {}.", code(&field.wire)));
    let mut facts = vec![type_fact(field, side, &reference.ty)];
    facts.extend(limits(field, side).map(|limits| format!("{}.", capital(&limits.en))));
    if side == Side::Request {
        facts.extend(
            field.default.as_ref().map(|value| format!("Where it is absent, the server assumes {}.", code(value))),
        );
        facts.extend(rules_of(object, at).map(|rule| format!("{}.", capital(&rule.en))));
    }
    facts.extend((!reference.example.is_empty()).then(|| format!("Example: {}.", reference.example.en)));
    if ident.bare() != field.wire {
        facts.push(format!("On the wire: {}.", code(&field.wire)));
    }
    if field.sensitive {
        facts.push("Not shown by `Debug`.".to_owned());
    }
    if let Some(why) = &field.deprecated {
        facts.push(format!("**Deprecated**: {}", line(why)));
    }
    said.push(String::new());
    said.push(facts.join(" "));
    said
}

fn type_fact(field: &Field, side: Side, ty: &Said) -> String {
    let mut fact = format!("Type {}", ty.en);
    if side == Side::Request {
        fact.push_str(if field.required { ", required" } else { ", optional" });
        match (field.required, field.vendor_required) {
            (true, Some(false)) => fact.push_str(" (its page says: optional)"),
            (false, Some(true)) => fact.push_str(" (its page says: required)"),
            _ => {}
        }
    }
    if matches!(field.ty, Type::Scalar(Scalar::Date) | Type::Scalars(Scalar::Date)) {
        fact.push_str(", in GMT+8");
    }
    if let Some(unit) = &field.unit {
        fact.push_str(&format!(", in {}", line(unit)));
    }
    fact.push('.');
    fact
}

/// The vendor's type, and what it is read as where that differs.
fn type_text(field: &Field) -> Said {
    let vendor = code(&field.vendor_type);
    let read = match field.ty {
        Type::Scalar(scalar) => scalar.name().to_owned(),
        Type::Scalars(scalar) => format!("{scalar} []"),
        Type::Object(_) | Type::Objects(_) => return Said::same(vendor),
    };
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let field_list = field.vendor_type == "Field List" && read == "String []";
    if squeeze(&field.vendor_type) == squeeze(&read) || field_list {
        Said::same(vendor)
    } else {
        said!("{vendor}，按 `{read}` 读取", "{vendor}, read as `{read}`")
    }
}

fn limits(field: &Field, side: Side) -> Option<Said> {
    let limits = &field.limits;
    let mut all = Vec::new();
    all.extend(limits.max_length.map(|n| said!("最多 {n} 个 UTF-16 码元", "at most {n} UTF-16 code units")));
    all.extend(limits.max_items.map(|n| said!("最多 {n} 项", "at most {n} items")));
    all.extend(match (limits.min.as_deref().map(code), limits.max.as_deref().map(code)) {
        (Some(min), Some(max)) => Some(said!("{min} 到 {max}", "from {min} to {max}")),
        (Some(min), None) => Some(said!("不小于 {min}", "not below {min}")),
        (None, Some(max)) => Some(said!("不大于 {max}", "not above {max}")),
        (None, None) => None,
    });
    let all = all.into_iter().reduce(|one, next| said!(one, next in "{one}，{next}", "{one}, {next}"));
    all.filter(|_| side == Side::Request)
}

/// The example that is used, and why the vendor's is not.
fn example(field: &Field) -> Said {
    let Some(used) = &field.example_used else {
        return Said::same(field.usable_example().map_or_else(String::new, code));
    };
    let vendor = field.example.as_deref().filter(|text| !text.trim().is_empty()).map(code);
    let (value, why) = (code(&used.value), reason(&used.because));
    match (vendor, why.is_empty()) {
        (Some(vendor), false) => said!("{value}（文档为 {vendor}：{why}）", "{value} (its page gives {vendor}: {why})"),
        (Some(vendor), true) => said!("{value}（文档为 {vendor}）", "{value} (its page gives {vendor})"),
        (None, false) => said!("{value}（{why}）", "{value} ({why})"),
        (None, true) => Said::same(value),
    }
}

/// A row of the Markdown reference.
pub(super) fn reference(field: &Field, object: &Object, at: usize) -> ReferenceRow {
    let mut bounds: Vec<Said> = limits(field, Side::Request).into_iter().collect();
    bounds.extend(field.default.as_deref().map(code).map(|value| said!("默认 {value}", "default {value}")));
    bounds.extend(field.unit.as_deref().map(cell).map(|unit| said!("单位：{unit}", "in {unit}")));
    let values = field.values.iter().map(|value| match cell(&value.description) {
        said if said.is_empty() => code(&value.value),
        said => format!("{} {said}", code(&value.value)),
    });
    ReferenceRow {
        ty: type_text(field),
        example: example(field),
        bounds,
        rules: rules_of(object, at).collect(),
        values: values.collect(),
        deprecated: field.deprecated.as_deref().map(cell),
        description: paragraphs(&field.description),
    }
}

/// An enum, from the first field that has it.
pub(super) fn enumeration(field: &Field) -> Vec<String> {
    let first = format!("The listed values of {}; others are kept as they come.", code(&field.wire));
    blocks([vec![first]].into_iter().chain(paragraphs(&field.description).into_iter().map(|line| vec![line])))
}

/// A variant.
pub(super) fn variant(listed: &ListedValue) -> Vec<String> {
    described(&listed.description, format!("{} on the wire.", code(&listed.value)))
}
