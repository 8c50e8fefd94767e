//! Structs and their field tables.
//!
//! In: [`StructPlan`]. Out: code of the struct, its table and, on the request's side, its builder.

use std::sync::LazyLock;

use quote::quote;

use super::builder;
use super::code::{Code, code};
use super::rust::{indices, type_ref};
use super::template::Template;
use crate::plan::{FieldPlan, Kind, NotePlan, RulePlan, RustType, Scope, Side, StructPlan};

/// Everything of a struct. `attributes` stand at it, `accessors` behind it.
pub(super) fn object(plan: &StructPlan, attributes: Code, accessors: Code) -> Code {
    let impls = code!("::opentop_runtime::table_impls!({});", plan.name);
    Code::items([
        declaration(plan, attributes),
        builder::start(plan),
        accessors,
        Code::lines([table(plan), impls]),
        builder::builder(plan),
    ])
}

fn declaration(plan: &StructPlan, attributes: Code) -> Code {
    let fields = plan.fields.iter().map(|planned| {
        let ty = field_type(&planned.ty, plan.scope);
        match plan.side {
            // What a private field means is said at its setter.
            Side::Request => code!("{}: {},", planned.ident, ty),
            Side::Response => Code::lines([Code::docs(&planned.docs), code!("pub {}: {},", planned.ident, ty)]),
        }
    });
    let open = if plan.side == Side::Response { Code::fixed("#[non_exhaustive]") } else { Code::default() };
    Code::lines([
        Code::docs(&plan.docs),
        attributes,
        Code::fixed("#[derive(::core::default::Default)]"),
        open,
        code!("pub struct {} {}", plan.name, Code::block(&Code::lines(fields))),
    ])
}

/// A scalar's type.
pub(super) fn scalar(kind: Kind) -> Code {
    Code::fixed(match kind {
        Kind::Text => "::std::string::String",
        Kind::Int => "i64",
        Kind::Bool => "bool",
        Kind::Date => "::opentop_runtime::DateTime",
        Kind::Decimal => "::opentop_runtime::Decimal",
        Kind::Json => "::opentop_runtime::Json",
        Kind::File => "::opentop_runtime::File",
    })
}

/// What a field holds: without the `Option`, `Vec` or `Box` around it.
pub(super) fn inner_type(ty: &RustType, from: Scope) -> Code {
    match ty {
        RustType::One(kind) | RustType::Many(kind) => scalar(*kind),
        RustType::Enum(name) | RustType::Enums(name) | RustType::Object(name, _) | RustType::Objects(name) => {
            type_ref(name, from)
        }
    }
}

fn field_type(ty: &RustType, from: Scope) -> Code {
    let inner = inner_type(ty, from);
    if ty.is_list() {
        code!("::std::vec::Vec<{}>", inner)
    } else if matches!(ty, RustType::Object(_, true)) {
        code!("::core::option::Option<::std::boxed::Box<{}>>", inner)
    } else {
        code!("::core::option::Option<{}>", inner)
    }
}

static TABLE: LazyLock<Template<7>> = LazyLock::new(|| {
    Template::of(
        ["type", "name", "fields", "notes", "rules", "slots", "values"],
        quote! {
            impl table::Table for hole_type {
                #[inline]
                fn shape(&self) -> &'static table::Shape {
                    static SHAPE: table::Shape =
                        table::Shape { name: hole_name, fields: hole_fields, notes: hole_notes, rules: hole_rules };
                    &SHAPE
                }
                #[inline]
                fn slot(&mut self, index: usize) -> table::Slot<'_> {
                    match index { each_slots => (), _ => table::Slot::None }
                }
                #[inline]
                fn value(&self, index: usize) -> table::Value<'_> {
                    match index { each_values => (), _ => table::Value::None }
                }
            }
        },
    )
});

static EMPTY_TABLE: LazyLock<Template<2>> = LazyLock::new(|| {
    Template::of(
        ["type", "name"],
        quote! {
            impl table::Table for hole_type {
                #[inline]
                fn shape(&self) -> &'static table::Shape {
                    static SHAPE: table::Shape = table::Shape { name: hole_name, fields: &[], notes: &[], rules: &[] };
                    &SHAPE
                }
                #[inline]
                fn slot(&mut self, _: usize) -> table::Slot<'_> {
                    table::Slot::None
                }
                #[inline]
                fn value(&self, _: usize) -> table::Value<'_> {
                    table::Value::None
                }
            }
        },
    )
});

fn table(plan: &StructPlan) -> Code {
    let (ty, name) = (code!("{}", plan.name), Code::text(plan.name.as_str()));
    if plan.fields.is_empty() {
        return EMPTY_TABLE.fill([&ty, &name]);
    }
    let fields: Vec<Code> = plan.fields.iter().map(|planned| Code::text(planned.wire.as_str())).collect();
    let notes = plan.fields.iter().enumerate();
    let notes = notes.flat_map(|(at, planned)| planned.notes.iter().map(move |of| code!("({}, {})", at, note(of))));
    let rules: Vec<Code> = plan.rules.iter().map(rule).collect();
    TABLE.fill([
        &ty,
        &name,
        &Code::list("&[", &fields, "]"),
        &Code::list("&[", &notes.collect::<Vec<_>>(), "]"),
        &Code::list("&[", &rules, "]"),
        &lend(plan, "Slot", "&mut "),
        &lend(plan, "Value", "&"),
    ])
}

fn note(note: &NotePlan) -> Code {
    match note {
        NotePlan::Required => Code::fixed("table::Note::Required"),
        NotePlan::Sensitive => Code::fixed("table::Note::Sensitive"),
        NotePlan::MaxLength(most) => code!("table::Note::MaxLength({})", most),
        NotePlan::MaxItems(most) => code!("table::Note::MaxItems({})", most),
        NotePlan::Min(least) => code!("table::Note::Min({})", Code::text(least)),
        NotePlan::Max(most) => code!("table::Note::Max({})", Code::text(most)),
    }
}

fn rule(rule: &RulePlan) -> Code {
    match rule {
        RulePlan::AtLeastOneOf(fields) => code!("table::Rule::AtLeastOneOf({})", indices(fields)),
        RulePlan::AtMostOneOf(fields) => code!("table::Rule::AtMostOneOf({})", indices(fields)),
        RulePlan::ExactlyOneOf(fields) => code!("table::Rule::ExactlyOneOf({})", indices(fields)),
        RulePlan::MaxSpan(start, end, seconds) => {
            code!("table::Rule::MaxSpan {{ start: {}, end: {}, seconds: {} }}", start, end, seconds)
        }
    }
}

/// The arms of `slot` or `value`: each lends the field of an index.
fn lend(plan: &StructPlan, kind: &'static str, borrow: &'static str) -> Code {
    let (kind, borrow) = (Code::fixed(kind), Code::fixed(borrow));
    Code::lines(plan.fields.iter().enumerate().map(|(at, planned)| {
        let variant = Code::fixed(variant(planned));
        code!("{} => table::{}::{}({}self.{}),", at, kind, variant, borrow, planned.ident)
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
