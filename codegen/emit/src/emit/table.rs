//! The field table of a struct: what the runtime reads and writes it by.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::template::Template;
use super::types::indices;
use crate::plan::{ConstraintPlan, FieldPlan, Kind, RulePlan, RustType, StructPlan};

static TABLE: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::of(
        ["type", "members", "lent_mutably", "lent"],
        quote! {
            impl rt::Table for hole_type {
                #[inline]
                fn info(&self) -> &'static rt::TypeInfo {
                    &rt::TypeInfo { each_members, ..rt::TypeInfo::EMPTY }
                }
                #[inline]
                fn field_mut(&mut self, index: usize) -> rt::FieldMut<'_> {
                    match index { each_lent_mutably => (), _ => rt::FieldMut::None }
                }
                #[inline]
                fn field(&self, index: usize) -> rt::FieldRef<'_> {
                    match index { each_lent => (), _ => rt::FieldRef::None }
                }
            }
        },
    )
});

static EMPTY_TABLE: LazyLock<Template<2>> = LazyLock::new(|| {
    Template::of(
        ["type", "name"],
        quote! {
            impl rt::Table for hole_type {
                #[inline]
                fn info(&self) -> &'static rt::TypeInfo {
                    &rt::TypeInfo { name: hole_name, ..rt::TypeInfo::EMPTY }
                }
                #[inline]
                fn field_mut(&mut self, _: usize) -> rt::FieldMut<'_> {
                    rt::FieldMut::None
                }
                #[inline]
                fn field(&self, _: usize) -> rt::FieldRef<'_> {
                    rt::FieldRef::None
                }
            }
        },
    )
});

/// The table of a struct.
pub(super) fn of(plan: &StructPlan) -> Code {
    let (ty, name) = (code!("{}", plan.name), Code::text(plan.name.as_str()));
    if plan.fields.is_empty() {
        return EMPTY_TABLE.fill([&ty, &name]);
    }
    let fields: Vec<Code> = plan.fields.iter().map(|planned| Code::text(planned.wire.as_str())).collect();
    let known = plan.fields.iter().enumerate();
    let known =
        known.flat_map(|(at, field)| field.constraints.iter().map(move |of| code!("({}, {})", at, constraint(of))));
    let known: Vec<Code> = known.collect();
    let rules: Vec<Code> = plan.rules.iter().map(rule).collect();
    let mut members = vec![code!("name: {},", name), code!("fields: {},", Code::list("&[", &fields, "]"))];
    if !known.is_empty() {
        members.push(code!("constraints: {},", Code::list("&[", &known, "]")));
    }
    if !rules.is_empty() {
        members.push(code!("rules: {},", Code::list("&[", &rules, "]")));
    }
    let elements = elements(plan);
    if !elements.is_empty() {
        members.push(code!("elements: {},", Code::list("&[", &elements, "]")));
    }
    TABLE.fill([&ty, &Code::lines(members), &lend(plan, "FieldMut", "&mut "), &lend(plan, "FieldRef", "&")])
}

fn elements(plan: &StructPlan) -> Vec<Code> {
    let named = plan.fields.iter().enumerate().filter_map(|(at, field)| Some((at, field.element.as_ref()?)));
    named.map(|(at, name)| code!("({}, {})", at, Code::text(name.as_str()))).collect()
}

fn constraint(constraint: &ConstraintPlan) -> Code {
    match constraint {
        ConstraintPlan::Required => Code::fixed("rt::Constraint::Required"),
        ConstraintPlan::Sensitive => Code::fixed("rt::Constraint::Sensitive"),
        ConstraintPlan::MaxLength(most) => code!("rt::Constraint::MaxLength({})", most),
        ConstraintPlan::MaxItems(most) => code!("rt::Constraint::MaxItems({})", most),
        ConstraintPlan::Min(least) => code!("rt::Constraint::Min({})", Code::text(least)),
        ConstraintPlan::Max(most) => code!("rt::Constraint::Max({})", Code::text(most)),
    }
}

fn rule(rule: &RulePlan) -> Code {
    match rule {
        RulePlan::AtLeastOneOf(fields) => code!("rt::Rule::AtLeastOneOf({})", indices(fields)),
        RulePlan::AtMostOneOf(fields) => code!("rt::Rule::AtMostOneOf({})", indices(fields)),
        RulePlan::ExactlyOneOf(fields) => code!("rt::Rule::ExactlyOneOf({})", indices(fields)),
        RulePlan::MaxSpan(start, end, seconds) => {
            code!("rt::Rule::MaxSpan {{ start: {}, end: {}, seconds: {} }}", start, end, seconds)
        }
    }
}

/// The arms that lend the field of an index.
fn lend(plan: &StructPlan, kind: &'static str, borrow: &'static str) -> Code {
    let (kind, borrow) = (Code::fixed(kind), Code::fixed(borrow));
    Code::lines(plan.fields.iter().enumerate().map(|(at, planned)| {
        let variant = Code::fixed(variant(planned));
        code!("{} => rt::{}::{}({}self.{}),", at, kind, variant, borrow, planned.ident)
    }))
}

/// The table's word for a field's type.
fn variant(planned: &FieldPlan) -> &'static str {
    match planned.ty {
        RustType::One(Kind::Text) => "Text",
        RustType::One(Kind::Int) => "Int",
        RustType::One(Kind::Bool) => "Bool",
        RustType::One(Kind::Date) => "Date",
        RustType::One(Kind::Decimal) => "Decimal",
        RustType::One(Kind::Json) => "Json",
        RustType::One(Kind::File) => "File",
        RustType::Many(Kind::Text | Kind::File) => "Texts",
        RustType::Many(Kind::Int) => "Ints",
        RustType::Many(Kind::Bool) => "Bools",
        RustType::Many(Kind::Date) => "Dates",
        RustType::Many(Kind::Decimal) => "Decimals",
        RustType::Many(Kind::Json) => "Jsons",
        RustType::Enum(_) => "Enum",
        RustType::Enums(_) => "Enums",
        RustType::Object(..) => "Object",
        RustType::Objects(_) => "Objects",
    }
}
