//! Open enums.
//!
//! In: [`EnumPlan`]. Out: code. A value the specification does not list is kept as it came, in a payload nobody else can make.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::template::Template;
use crate::plan::EnumPlan;

static ENUM: LazyLock<Template<7>> = LazyLock::new(|| {
    Template::of(
        ["docs", "name", "variants", "numeric", "read", "written", "impls"],
        quote! {
            #[each_docs]
            #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash)]
            #[non_exhaustive]
            pub enum hole_name {
                each_variants,
                #[doc = " A value the specification does not list."]
                Unknown(::opentop_runtime::UnknownValue),
            }
            impl ::opentop_runtime::table::OpenEnum for hole_name {
                const NUMERIC: bool = hole_numeric;
                fn from_wire(wire: ::opentop_runtime::Scalar<'_>) -> Self {
                    match wire {
                        each_read => (),
                        other => Self::Unknown(::opentop_runtime::UnknownValue::new(other)),
                    }
                }
                fn wire(&self) -> ::opentop_runtime::Scalar<'_> {
                    match self {
                        each_written => (),
                        Self::Unknown(value) => value.scalar(),
                    }
                }
            }
            ::opentop_runtime::hole_impls!(hole_name);
        },
    )
});

/// An enum and its way to and from the wire.
pub(super) fn enumeration(plan: &EnumPlan) -> Code {
    let variants =
        plan.variants.iter().map(|variant| Code::lines([Code::docs(&variant.docs), code!("{},", variant.name)]));
    let wires: Vec<Code> = plan.variants.iter().map(|variant| wire(&variant.value, plan.numeric)).collect();
    let both = || plan.variants.iter().zip(&wires);
    ENUM.fill([
        &Code::docs(&plan.docs),
        &code!("{}", plan.name),
        &Code::lines(variants),
        &code!("{}", plan.numeric),
        &Code::lines(both().map(|(variant, wire)| code!("{} => Self::{},", wire, variant.name))),
        &Code::lines(both().map(|(variant, wire)| code!("Self::{} => {},", variant.name, wire))),
        &Code::fixed(if plan.numeric { "number_enum_impls" } else { "text_enum_impls" }),
    ])
}

fn wire(value: &str, numeric: bool) -> Code {
    match value.parse::<i64>() {
        Ok(number) if numeric => code!("::opentop_runtime::Scalar::Int({})", number),
        _ => code!("::opentop_runtime::Scalar::Text({})", Code::text(value)),
    }
}
