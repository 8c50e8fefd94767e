//! The request of the page's examples, as code: the same in tests, in the demo and in the reference.
//!
//! In: [`ExampleObject`]. Out: tokens of an expression, and the types it names.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::rust::{field, ident, signed};
use crate::plan::{ApiPlan, CategoryPlan, ExampleObject, ExampleValue, TypeName};

/// `let request = …;`, with the types it needs in scope.
pub(super) fn statement(api: &ApiPlan) -> TokenStream {
    let request = object(&api.example);
    quote!(let request = #request;)
}

/// `use opentop::api::…;` for everything the statement names.
pub(super) fn uses(category: &CategoryPlan, api: &ApiPlan) -> TokenStream {
    let (category, module) = (ident(category.module.as_str()), ident(api.module.as_str()));
    let request = ident(api.request.name.as_str());
    let mut names = BTreeSet::new();
    gather(&api.example, &mut names);
    names.remove(&api.request.name);
    let names: Vec<_> = names.iter().map(|name| ident(name.as_str())).collect();
    let types = match names.as_slice() {
        [] => TokenStream::new(),
        [one] => quote!(use ::opentop::api::#category::#module::#one;),
        many => quote!(use ::opentop::api::#category::#module::{#(#many),*};),
    };
    quote!(use ::opentop::api::#category::#request; #types)
}

fn gather(object: &ExampleObject, names: &mut BTreeSet<TypeName>) {
    names.insert(object.name.clone());
    object.fields.iter().for_each(|field| gather_value(&field.value, names));
}

fn gather_value(value: &ExampleValue, names: &mut BTreeSet<TypeName>) {
    match value {
        ExampleValue::Object(object) => gather(object, names),
        ExampleValue::List(items) => items.iter().for_each(|item| gather_value(item, names)),
        ExampleValue::Listed(name, ..) | ExampleValue::Unlisted(name, ..) => {
            names.insert(name.clone());
        }
        _ => {}
    }
}

fn object(object: &ExampleObject) -> TokenStream {
    let name = ident(object.name.as_str());
    let setters = object.fields.iter().map(|set| {
        let (setter, value) = (field(&set.setter), value(&set.value, false));
        quote!(.#setter(#value))
    });
    quote!(#name::builder() #(#setters)* .build())
}

/// A value as its setter takes it; in a list every element has its type written out.
fn value(value: &ExampleValue, in_list: bool) -> TokenStream {
    match value {
        ExampleValue::Text(text) => quote!(#text),
        ExampleValue::Int(number) => signed(*number),
        ExampleValue::Bool(truth) => quote!(#truth),
        ExampleValue::Date(text) if in_list => quote!(#text.parse::<::opentop::DateTime>()?),
        ExampleValue::Date(text) => quote!(#text.parse()?),
        ExampleValue::Decimal(text) => match text.parse::<i32>() {
            Ok(number) if !in_list => signed(number.into()),
            _ => quote!(#text.parse::<::opentop::Decimal>()?),
        },
        ExampleValue::Json(text) => quote!(::opentop::Json::new(#text)?),
        ExampleValue::File(name) => quote!(::opentop::File::new(#name, "example")),
        ExampleValue::Listed(name, variant, ..) => {
            let (name, variant) = (ident(name.as_str()), ident(variant.as_str()));
            quote!(#name::#variant)
        }
        ExampleValue::Unlisted(name, text, numeric) => {
            let name = ident(name.as_str());
            match text.parse::<i64>() {
                Ok(number) if *numeric => {
                    let number = signed(number);
                    quote!(#name::from(#number))
                }
                _ => quote!(#name::from(#text)),
            }
        }
        ExampleValue::Object(nested) => object(nested),
        ExampleValue::List(items) => {
            let items = items.iter().map(|item| self::value(item, true));
            quote!([#(#items),*])
        }
    }
}
