//! Builders: every parameter by name, and a compile error that names a required one that is missing.
//!
//! In: a struct of the request's side. Out: tokens of its builder. One type parameter per required field, whose default is the
//! marker of that name; setting the field turns it into `Set`, and `build` asks for that.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::rust::{docs, field, ident};
use super::structs::inner_type;
use crate::plan::{FieldIdent, FieldPlan, Kind, RustType, Scope, StructPlan};

/// `Type::builder()`.
pub(super) fn start(plan: &StructPlan) -> TokenStream {
    let Some(builder) = &plan.builder else { return TokenStream::new() };
    let (name, builder) = (ident(plan.name.as_str()), ident(builder.as_str()));
    let required: Vec<String> = plan.required().map(|field| format!("`{}`", field.setter.bare())).collect();
    let said = match required.as_slice() {
        [] => "Starts one; nothing is required.".to_owned(),
        some => format!("Starts one; required: {}.", some.join(", ")),
    };
    let said = docs(&[said]);
    let state = state_value(plan);
    quote! {
        impl #name {
            #said
            pub fn builder() -> #builder {
                #builder { built: ::core::default::Default::default(), #state }
            }
        }
    }
}

/// So many parameters of one tuple are not yet a complex type to clippy.
const PARAMETERS: usize = 7;
/// So many parameters of a builder are not yet one either.
const MOST_PARAMETERS: usize = 12;

/// Whether a type that names a parameter for each of so many required fields is one that clippy calls complex.
pub(super) fn is_complex(plan: &StructPlan) -> bool {
    plan.builder.is_some() && plan.required().count() > MOST_PARAMETERS
}

/// The fields that hold the builder's state, each with its share of the parameters.
fn states(parameters: &[Ident]) -> impl Iterator<Item = (Ident, &[Ident])> {
    let name = |at: usize| if at == 0 { format_ident!("state") } else { format_ident!("state_{}", at + 1) };
    parameters.chunks(PARAMETERS).enumerate().map(move |(at, share)| (name(at), share))
}

/// The names of these fields.
pub(super) fn state_names(plan: &StructPlan) -> Vec<String> {
    states(&parameters(plan)).map(|(state, _)| state.to_string()).collect()
}

fn state_value(plan: &StructPlan) -> TokenStream {
    let parameters = parameters(plan);
    let states = states(&parameters).map(|(state, _)| quote!(#state: ::core::marker::PhantomData));
    quote!(#(#states),*)
}

/// The builder's type parameters, one per required field.
fn parameters(plan: &StructPlan) -> Vec<Ident> {
    (0..plan.required().count()).map(|at| format_ident!("P{at}")).collect()
}

/// The builder.
pub(super) fn builder(plan: &StructPlan) -> TokenStream {
    let Some(builder) = &plan.builder else { return TokenStream::new() };
    let (name, builder) = (ident(plan.name.as_str()), ident(builder.as_str()));
    let parameters = parameters(plan);
    let said = docs(&[format!("Builds [`{0}`](struct@{0}).", plan.name)]);
    let markers = plan.required().map(|planned| field(&planned.ident));
    let states = states(&parameters).map(|(state, share)| quote!(#state: ::core::marker::PhantomData<(#(#share,)*)>));
    let state = quote!(#(#states,)*);
    let generics = if parameters.is_empty() { TokenStream::new() } else { quote!(<#(#parameters),*>) };
    let defaults =
        if parameters.is_empty() { TokenStream::new() } else { quote!(<#(#parameters = missing::#markers),*>) };
    // The bounds stand at the method, not at the `impl`: so the compiler's message is the trait's own, which names the parameter.
    let given = if parameters.is_empty() {
        TokenStream::new()
    } else {
        quote!(where #(#parameters: ::opentop_runtime::Given),*)
    };
    let setters = setters(plan, &builder, &parameters);
    quote! {
        #said
        #[must_use]
        pub struct #builder #defaults { built: #name, #state }
        impl #generics #builder #generics {
            #setters
            /// What was built. Limits and rules are checked when it is sent.
            pub fn build(self) -> #name #given { self.built }
        }
    }
}

fn setters(plan: &StructPlan, builder: &Ident, parameters: &[Ident]) -> TokenStream {
    let mut out = TokenStream::new();
    let state = state_value(plan);
    let mut required = 0;
    for planned in &plan.fields {
        if planned.required {
            out.extend(required_setter(planned, plan.scope, builder, parameters, &state, required));
            required += 1;
        } else {
            out.extend(optional_setters(planned, plan.scope));
        }
    }
    out
}

fn required_setter(
    planned: &FieldPlan,
    from: Scope,
    builder: &Ident,
    parameters: &[Ident],
    state: &TokenStream,
    at: usize,
) -> TokenStream {
    let (setter, name) = (field(&planned.setter), field(&planned.ident));
    let said = docs(&planned.docs);
    let (argument, value) = argument(&planned.ty, from);
    let after = parameters
        .iter()
        .enumerate()
        .map(|(other, parameter)| if other == at { quote!(::opentop_runtime::Set) } else { quote!(#parameter) });
    quote! {
        #said
        pub fn #setter(mut self, value: #argument) -> #builder<#(#after),*> {
            self.built.#name = #value;
            #builder { built: self.built, #state }
        }
    }
}

fn optional_setters(planned: &FieldPlan, from: Scope) -> TokenStream {
    let (setter, name) = (field(&planned.setter), field(&planned.ident));
    let said = docs(&planned.docs);
    let (argument, value) = argument(&planned.ty, from);
    let deprecated = planned.deprecated.as_ref().map(|why| quote!(#[deprecated = #why]));
    let twin = planned.maybe_setter.as_ref().map(|twin| {
        let twin = field(twin);
        let said = docs(&[format!("[`{}`](Self::{}), or nothing.", planned.setter.bare(), planned.setter.bare())]);
        let inner = inner_type(&planned.ty, from);
        let (argument, value) = if planned.ty.is_list() {
            (quote!(::core::option::Option<::std::vec::Vec<#inner>>), quote!(value.unwrap_or_default()))
        } else if matches!(planned.ty, RustType::Object(_, true)) {
            (quote!(::core::option::Option<#inner>), quote!(value.map(::std::boxed::Box::new)))
        } else {
            (quote!(::core::option::Option<#inner>), quote!(value))
        };
        quote! {
            #said
            #deprecated
            pub fn #twin(mut self, value: #argument) -> Self {
                self.built.#name = #value;
                self
            }
        }
    });
    quote! {
        #said
        #deprecated
        pub fn #setter(mut self, value: #argument) -> Self {
            self.built.#name = #value;
            self
        }
        #twin
    }
}

/// What a setter takes, and what it stores.
fn argument(ty: &RustType, from: Scope) -> (TokenStream, TokenStream) {
    let inner = inner_type(ty, from);
    let into = matches!(ty, RustType::One(Kind::Text | Kind::Decimal) | RustType::Many(Kind::Text | Kind::Decimal))
        || matches!(ty, RustType::Enum(_) | RustType::Enums(_));
    let taken = if into { quote!(impl ::core::convert::Into<#inner>) } else { quote!(#inner) };
    if ty.is_list() {
        let argument = quote!(impl ::core::iter::IntoIterator<Item = #taken>);
        let each = if into { quote!(.map(::core::convert::Into::into)) } else { TokenStream::new() };
        return (argument, quote!(::core::iter::Iterator::collect(::core::iter::IntoIterator::into_iter(value) #each)));
    }
    let value = if into { quote!(::core::convert::Into::into(value)) } else { quote!(value) };
    let value = if matches!(ty, RustType::Object(_, true)) { quote!(::std::boxed::Box::new(#value)) } else { value };
    (taken, quote!(::core::option::Option::Some(#value)))
}

/// Markers, named as the parameters, so that the compiler's message names what is missing.
pub(super) fn missing(names: &BTreeSet<FieldIdent>) -> TokenStream {
    if names.is_empty() {
        return TokenStream::new();
    }
    let names = names.iter().map(field);
    quote! {
        #[doc(hidden)]
        pub mod missing {
            #(#[allow(non_camel_case_types)] pub struct #names;)*
        }
    }
}
