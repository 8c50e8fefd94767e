//! Open enums.
//!
//! In: [`EnumPlan`]. Out: tokens. A value the specification does not list is kept as it came, in a payload nobody else can make.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust::{docs, ident, signed};
use crate::plan::EnumPlan;

/// An enum and its way to and from the wire.
pub(super) fn enumeration(plan: &EnumPlan) -> TokenStream {
    let name = ident(plan.name.as_str());
    let said = docs(&plan.docs);
    let variants: Vec<_> = plan.variants.iter().map(|variant| ident(variant.name.as_str())).collect();
    let docs_of_variants = plan.variants.iter().map(|variant| docs(&variant.docs));
    let wires: Vec<TokenStream> = plan.variants.iter().map(|variant| wire(&variant.value, plan.numeric)).collect();
    let numeric = plan.numeric;
    let impls = if numeric { quote!(number_enum_impls) } else { quote!(text_enum_impls) };
    quote! {
        #said
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#docs_of_variants #variants,)*
            /// A value the specification does not list.
            Unknown(::opentop_runtime::UnknownValue),
        }
        impl ::opentop_runtime::table::OpenEnum for #name {
            const NUMERIC: bool = #numeric;
            fn from_wire(wire: ::opentop_runtime::Scalar<'_>) -> Self {
                match wire {
                    #(#wires => Self::#variants,)*
                    other => Self::Unknown(::opentop_runtime::UnknownValue::new(other)),
                }
            }
            fn wire(&self) -> ::opentop_runtime::Scalar<'_> {
                match self {
                    #(Self::#variants => #wires,)*
                    Self::Unknown(value) => value.scalar(),
                }
            }
        }
        ::opentop_runtime::#impls!(#name);
    }
}

fn wire(value: &str, numeric: bool) -> TokenStream {
    match value.parse::<i64>() {
        Ok(number) if numeric => {
            let number = signed(number);
            quote!(::opentop_runtime::Scalar::Int(#number))
        }
        _ => quote!(::opentop_runtime::Scalar::Text(#value)),
    }
}
