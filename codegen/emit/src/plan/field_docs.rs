//! Documentation of fields, enums and variants.

use super::docs::{blocks, capital, described, reason, rules_of};
use super::types::{ReferenceRow, Side};
use crate::doctext::{cell, code, line, paragraphs};
use opentop_model::model::{ExampleUsed, Field, ListedValue, Object, Scalar, Type};
use opentop_model::rust_names::FieldIdent;

/// A field, or its setter.
pub(super) fn field(field: &Field, ident: &FieldIdent, side: Side, object: &Object, at: usize) -> Vec<String> {
    let mut said = described(&field.description, format!("The platform's {}.", code(&field.wire)));
    let mut facts = vec![type_fact(field, side)];
    facts.extend(limits(field, side).map(|limits| format!("{}.", capital(&limits))));
    if side == Side::Request {
        facts.extend(
            field.default.as_ref().map(|value| format!("Where it is absent, the server assumes {}.", code(value))),
        );
        facts.extend(rules_of(object, at).map(|rule| format!("{}.", capital(&rule))));
    }
    facts.extend(example_fact(field));
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

fn type_fact(field: &Field, side: Side) -> String {
    let mut fact = format!("Type {}", type_text(field));
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
fn type_text(field: &Field) -> String {
    let vendor = code(&field.vendor_type);
    let read = match field.ty {
        Type::Scalar(scalar) => scalar.name().to_owned(),
        Type::Scalars(scalar) => format!("{scalar} []"),
        Type::Object(_) | Type::Objects(_) => return vendor,
    };
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let field_list = field.vendor_type == "Field List" && read == "String []";
    if squeeze(&field.vendor_type) == squeeze(&read) || field_list {
        vendor
    } else {
        format!("{vendor}, read as `{read}`")
    }
}

fn limits(field: &Field, side: Side) -> Option<String> {
    let limits = &field.limits;
    let mut said = Vec::new();
    said.extend(limits.max_length.map(|n| format!("at most {n} UTF-16 code units")));
    said.extend(limits.max_items.map(|n| format!("at most {n} items")));
    said.extend(match (&limits.min, &limits.max) {
        (Some(min), Some(max)) => Some(format!("from {} to {}", code(min), code(max))),
        (Some(min), None) => Some(format!("not below {}", code(min))),
        (None, Some(max)) => Some(format!("not above {}", code(max))),
        (None, None) => None,
    });
    (side == Side::Request && !said.is_empty()).then(|| said.join(", "))
}

fn example_fact(field: &Field) -> Option<String> {
    let vendor = field.example.as_deref().filter(|text| !text.trim().is_empty());
    match (&field.example_used, vendor) {
        (Some(used), _) => Some(format!("Example: {}.", example_used(used, vendor))),
        (None, Some(vendor)) if field.usable_example().is_some() => Some(format!("Example: {}.", code(vendor))),
        (None, _) => None,
    }
}

/// The example that is used, and why the vendor's is not.
fn example_used(used: &ExampleUsed, vendor: Option<&str>) -> String {
    let why = reason(&used.because);
    match (vendor.map(code), why.is_empty()) {
        (Some(vendor), false) => format!("{} (its page gives {vendor}: {why})", code(&used.value)),
        (Some(vendor), true) => format!("{} (its page gives {vendor})", code(&used.value)),
        (None, false) => format!("{} ({why})", code(&used.value)),
        (None, true) => code(&used.value),
    }
}

/// The same for the reference.
fn example(field: &Field) -> String {
    let vendor = field.example.as_deref().filter(|text| !text.trim().is_empty());
    match &field.example_used {
        Some(used) => example_used(used, vendor),
        None => field.usable_example().map_or_else(String::new, code),
    }
}

/// A row of the Markdown reference.
pub(super) fn reference(field: &Field, object: &Object, at: usize) -> ReferenceRow {
    let mut bounds: Vec<String> = limits(field, Side::Request).into_iter().collect();
    bounds.extend(field.default.as_ref().map(|value| format!("default {}", code(value))));
    bounds.extend(field.unit.as_ref().map(|unit| format!("in {}", cell(unit))));
    bounds.extend(rules_of(object, at));
    let mut said = cell(&field.description);
    if let Some(why) = &field.deprecated {
        said = format!("**Deprecated**: {} {said}", cell(why));
    }
    let values = field.values.iter().map(|value| match cell(&value.description) {
        said if said.is_empty() => code(&value.value),
        said => format!("{} {said}", code(&value.value)),
    });
    ReferenceRow {
        ty: type_text(field),
        example: example(field),
        limits: bounds,
        values: values.collect(),
        description: said,
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
