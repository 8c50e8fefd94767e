//! Structs and their field tables.
//!
//! In: [`StructPlan`]. Out: tokens of the struct, its table and, on the request's side, its builder.

use proc_macro2::TokenStream;
use quote::quote;

use super::builder;
use super::rust::{docs, field, ident, indices, number, type_ref};
use crate::plan::{FieldPlan, Kind, NotePlan, RulePlan, RustType, Scope, Side, StructPlan};

/// Everything of a struct. `attributes` stand at it, `accessors` behind it.
pub(super) fn object(plan: &StructPlan, attributes: &TokenStream, accessors: &TokenStream) -> TokenStream {
    let name = ident(plan.name.as_str());
    let declaration = declaration(plan, attributes);
    let start = builder::start(plan);
    let table = table(plan);
    let builder = builder::builder(plan);
    quote! {
        #declaration
        #start
        #accessors
        #table
        ::opentop_runtime::table_impls!(#name);
        #builder
    }
}

fn declaration(plan: &StructPlan, attributes: &TokenStream) -> TokenStream {
    let name = ident(plan.name.as_str());
    let docs_of_struct = docs(&plan.docs);
    let fields = plan.fields.iter().map(|planned| {
        let name = field(&planned.ident);
        let ty = field_type(&planned.ty, plan.scope);
        match plan.side {
            // What a private field means is said at its setter.
            Side::Request => quote!(#name: #ty),
            Side::Response => {
                let docs = docs(&planned.docs);
                quote!(#docs pub #name: #ty)
            }
        }
    });
    let open = if plan.side == Side::Response { quote!(#[non_exhaustive]) } else { TokenStream::new() };
    quote! {
        #docs_of_struct
        #attributes
        #[derive(::core::default::Default)]
        #open
        pub struct #name { #(#fields,)* }
    }
}

/// A scalar's type.
pub(super) fn scalar(kind: Kind) -> TokenStream {
    match kind {
        Kind::Text => quote!(::std::string::String),
        Kind::Int => quote!(i64),
        Kind::Bool => quote!(bool),
        Kind::Date => quote!(::opentop_runtime::DateTime),
        Kind::Decimal => quote!(::opentop_runtime::Decimal),
        Kind::Json => quote!(::opentop_runtime::Json),
        Kind::File => quote!(::opentop_runtime::File),
    }
}

/// What a field holds: without the `Option`, `Vec` or `Box` around it.
pub(super) fn inner_type(ty: &RustType, from: Scope) -> TokenStream {
    match ty {
        RustType::One(kind) | RustType::Many(kind) => scalar(*kind),
        RustType::Enum(name) | RustType::Enums(name) | RustType::Object(name, _) | RustType::Objects(name) => {
            type_ref(name, from)
        }
    }
}

fn field_type(ty: &RustType, from: Scope) -> TokenStream {
    let inner = inner_type(ty, from);
    if ty.is_list() {
        quote!(::std::vec::Vec<#inner>)
    } else if matches!(ty, RustType::Object(_, true)) {
        quote!(::core::option::Option<::std::boxed::Box<#inner>>)
    } else {
        quote!(::core::option::Option<#inner>)
    }
}

fn table(plan: &StructPlan) -> TokenStream {
    let name = ident(plan.name.as_str());
    let shape = shape(plan);
    let slot = lend(plan, "Slot", &quote!(&mut self), &quote!(&mut));
    let value = lend(plan, "Value", &quote!(&self), &quote!(&));
    quote! {
        impl ::opentop_runtime::table::Table for #name {
            #shape
            #slot
            #value
        }
    }
}

fn shape(plan: &StructPlan) -> TokenStream {
    let name = plan.name.as_str();
    let fields = plan.fields.iter().map(|planned| planned.wire.as_str());
    let notes =
        plan.fields.iter().enumerate().flat_map(|(at, planned)| planned.notes.iter().map(move |note| (at, note)));
    let notes = notes.map(|(at, kind)| {
        let at = number(u16::try_from(at).unwrap_or(u16::MAX));
        let kind = note(kind);
        quote!((#at, #kind))
    });
    let rules = plan.rules.iter().map(rule);
    quote! {
        fn shape(&self) -> &'static ::opentop_runtime::table::Shape {
            use ::opentop_runtime::table as t;
            static SHAPE: t::Shape =
                t::Shape { name: #name, fields: &[#(#fields),*], notes: &[#(#notes),*], rules: &[#(#rules),*] };
            &SHAPE
        }
    }
}

fn note(note: &NotePlan) -> TokenStream {
    match note {
        NotePlan::Required => quote!(t::Note::Required),
        NotePlan::Sensitive => quote!(t::Note::Sensitive),
        NotePlan::MaxLength(most) => {
            let most = number(*most);
            quote!(t::Note::MaxLength(#most))
        }
        NotePlan::MaxItems(most) => {
            let most = number(*most);
            quote!(t::Note::MaxItems(#most))
        }
        NotePlan::Min(least) => quote!(t::Note::Min(#least)),
        NotePlan::Max(most) => quote!(t::Note::Max(#most)),
    }
}

fn rule(rule: &RulePlan) -> TokenStream {
    match rule {
        RulePlan::AtLeastOneOf(fields) => {
            let fields = indices(fields);
            quote!(t::Rule::AtLeastOneOf(#fields))
        }
        RulePlan::AtMostOneOf(fields) => {
            let fields = indices(fields);
            quote!(t::Rule::AtMostOneOf(#fields))
        }
        RulePlan::ExactlyOneOf(fields) => {
            let fields = indices(fields);
            quote!(t::Rule::ExactlyOneOf(#fields))
        }
        RulePlan::MaxSpan(start, end, seconds) => {
            let (start, end, seconds) = (number(*start), number(*end), number(*seconds));
            quote!(t::Rule::MaxSpan { start: #start, end: #end, seconds: #seconds })
        }
    }
}

/// `slot` or `value`: a match that lends the field of an index.
fn lend(plan: &StructPlan, kind: &str, receiver: &TokenStream, borrow: &TokenStream) -> TokenStream {
    let name = ident(&kind.to_lowercase());
    let kind = ident(kind);
    if plan.fields.is_empty() {
        return quote! {
            fn #name(#receiver, _: usize) -> ::opentop_runtime::table::#kind<'_> {
                ::opentop_runtime::table::#kind::None
            }
        };
    }
    let arms = plan.fields.iter().enumerate().map(|(at, planned)| {
        let at = number(u16::try_from(at).unwrap_or(u16::MAX));
        let variant = ident(variant(planned));
        let field = field(&planned.ident);
        quote!(#at => K::#variant(#borrow self.#field))
    });
    quote! {
        fn #name(#receiver, index: usize) -> ::opentop_runtime::table::#kind<'_> {
            use ::opentop_runtime::table::#kind as K;
            match index { #(#arms,)* _ => K::None }
        }
    }
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
