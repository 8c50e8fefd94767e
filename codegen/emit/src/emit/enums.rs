//! Open enums. A value that the specification does not list is kept as it came, in a payload nobody else can make.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::template::Template;
use crate::plan::EnumPlan;

static ENUM: LazyLock<Template<8>> = LazyLock::new(|| {
    Template::of(
        ["docs", "name", "variants", "values", "numeric", "read", "written", "impls"],
        quote! {
            #[each_docs]
            #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash)]
            #[non_exhaustive]
            pub enum hole_name {
                each_variants,
                #[doc = " A value the specification does not list."]
                Unknown(rt::UnknownValue),
            }
            impl hole_name {
                #[doc = " The listed values, in the order of the specification."]
                pub const VALUES: &'static [Self] = hole_values;
            }
            impl rt::OpenEnum for hole_name {
                const NUMERIC: bool = hole_numeric;
                fn from_wire(wire: rt::Scalar<'_>) -> Self {
                    match wire {
                        each_read => (),
                        other => Self::Unknown(rt::UnknownValue::new(other)),
                    }
                }
                fn wire(&self) -> rt::Scalar<'_> {
                    match self {
                        each_written => (),
                        Self::Unknown(value) => value.scalar(),
                    }
                }
            }
            rt::hole_impls!(hole_name);
        },
    )
});

/// An enum and its way to and from the wire.
pub(super) fn enumeration(plan: &EnumPlan) -> Code {
    let variants =
        plan.variants.iter().map(|variant| Code::lines([Code::docs(&variant.docs), code!("{},", variant.name)]));
    let wires: Vec<Code> = plan.variants.iter().map(|variant| wire(&variant.value, plan.numeric)).collect();
    let values: Vec<Code> = plan.variants.iter().map(|variant| code!("Self::{}", variant.name)).collect();
    let both = || plan.variants.iter().zip(&wires);
    ENUM.fill([
        &Code::docs(&plan.docs),
        &code!("{}", plan.name),
        &Code::lines(variants),
        &Code::list("&[", &values, "]"),
        &code!("{}", plan.numeric),
        &Code::lines(both().map(|(variant, wire)| code!("{} => Self::{},", wire, variant.name))),
        &Code::lines(both().map(|(variant, wire)| code!("Self::{} => {},", variant.name, wire))),
        &Code::fixed(if plan.numeric { "number_enum_impls" } else { "text_enum_impls" }),
    ])
}

fn wire(value: &str, numeric: bool) -> Code {
    match value.parse::<i64>() {
        Ok(number) if numeric => code!("rt::Scalar::Int({})", number),
        _ => code!("rt::Scalar::Text({})", Code::text(value)),
    }
}
