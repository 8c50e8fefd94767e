//! The file of one method: request, response, types, enums, and the facts the client needs.
//!
//! In: [`ApiPlan`]. Out: `src/api/<category>/<module>.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust::{RustFile, field, ident, indices, inner_docs, number, option, type_ref};
use super::{Options, builder, enums, expected, structs};
use crate::model::{Effect, Session};
use crate::plan::{ApiPlan, CategoryPlan, Kind, PagingEndKind, PagingPlan, PathPlan, RustType, Scope};

/// Where the file stands.
pub(super) fn path(category: &CategoryPlan, api: &ApiPlan) -> String {
    format!("src/api/{}/{}.rs", category.module, api.module)
}

/// The file.
pub(super) fn file(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> RustFile {
    let docs = inner_docs(&api.docs);
    let request = request(api);
    let nothing = TokenStream::new();
    let response = structs::object(&api.response, &nothing, &accessors(api));
    let types = api.types.iter().filter(|ty| ty.scope == Scope::Root).map(|ty| structs::object(ty, &nothing, &nothing));
    let enums = api.enums.iter().map(enums::enumeration);
    let twins: Vec<_> = api
        .types
        .iter()
        .filter(|ty| ty.scope == Scope::Twin)
        .map(|ty| structs::object(ty, &nothing, &nothing))
        .collect();
    let twins = if twins.is_empty() {
        TokenStream::new()
    } else {
        quote! {
            /// Types that requests have too, as responses have them: every field public.
            pub mod response { #(#twins)* }
        }
    };
    let missing = builder::missing(&expected::missing(api));
    RustFile {
        path: path(category, api),
        source: format!("{}/{}", options.spec, api.source),
        tokens: quote! { #docs #request #response #(#types)* #(#enums)* #twins #missing },
        expected: expected::method(api),
    }
}

fn request(api: &ApiPlan) -> TokenStream {
    let name = ident(api.request.name.as_str());
    let response = ident(api.response.name.as_str());
    let object = structs::object(&api.request, &alias(api.method.as_str()), &TokenStream::new());
    let facts = facts(api);
    let kind = match api.effect {
        Effect::Read => quote!(ReadRequest),
        Effect::Write => quote!(WriteRequest),
    };
    let sessionless = if api.session == Session::Required {
        TokenStream::new()
    } else {
        quote!(impl ::opentop_runtime::SessionlessRequest for #name {})
    };
    let paged = paged(api);
    quote! {
        #object
        impl ::opentop_runtime::Request for #name {
            type Response = #response;
            const API: &'static ::opentop_runtime::Api = &#facts;
        }
        impl ::opentop_runtime::#kind for #name {}
        #sessionless
        #paged
    }
}

/// How the runtime takes the items of a page, where a list is read.
fn paged(api: &ApiPlan) -> TokenStream {
    let Some(PagingPlan { items, .. }) = api.paging.as_ref().filter(|_| api.effect == Effect::Read) else {
        return TokenStream::new();
    };
    let RustType::Objects(item) = &items.ty else { return TokenStream::new() };
    let (name, item) = (ident(api.request.name.as_str()), type_ref(item, Scope::Root));
    quote! {
        impl ::opentop_runtime::PagedRequest for #name {
            type Item = #item;
            fn items(response: Self::Response) -> ::std::vec::Vec<Self::Item> { response.into_items() }
        }
    }
}

/// Search by the method's name; the compiler refuses other characters in an alias.
fn alias(method: &str) -> TokenStream {
    let plain = !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if plain { quote!(#[doc(alias = #method)]) } else { TokenStream::new() }
}

fn facts(api: &ApiPlan) -> TokenStream {
    let (method, envelope) = (api.method.as_str(), api.envelope.as_str());
    let effect = match api.effect {
        Effect::Read => quote!(Read),
        Effect::Write => quote!(Write),
    };
    let session = match api.session {
        Session::None => quote!(None),
        Session::Optional => quote!(Optional),
        Session::Required => quote!(Required),
    };
    let key = option(api.idempotency_key.as_ref().map(way));
    let outcome = option(api.outcome.as_ref().map(|outcome| {
        let ok = way(&outcome.ok);
        let code = option(outcome.code.as_ref().map(way));
        let message = option(outcome.message.as_ref().map(way));
        quote!(::opentop_runtime::Outcome { ok: #ok, code: #code, message: #message })
    }));
    let paging = option(api.paging.as_ref().map(|_| paging(api)));
    quote! {
        ::opentop_runtime::Api {
            method: #method,
            envelope: #envelope,
            effect: ::opentop_runtime::Effect::#effect,
            session: ::opentop_runtime::SessionUse::#session,
            idempotency_key: #key,
            outcome: #outcome,
            paging: #paging,
        }
    }
}

fn paging(api: &ApiPlan) -> TokenStream {
    let Some(paging) = &api.paging else { return TokenStream::new() };
    let page = way(&paging.page);
    let size = option(paging.size.as_ref().map(way));
    let kind = match paging.end.0 {
        PagingEndKind::HasNext => quote!(HasNext),
        PagingEndKind::TotalItems => quote!(TotalItems),
        PagingEndKind::TotalPages => quote!(TotalPages),
    };
    let end = way(&paging.end.1);
    let items = way(&paging.items);
    let key = option(paging.item_key.as_ref().map(|(at, _)| {
        let at = number(*at);
        quote!(#at)
    }));
    quote! {
        ::opentop_runtime::Paging {
            page: #page,
            size: #size,
            end: ::opentop_runtime::PagingEnd::#kind(#end),
            items: #items,
            item_key: #key,
        }
    }
}

fn way(path: &PathPlan) -> TokenStream {
    indices(&path.indices)
}

/// The response's accessors: its items, where it pages; how the business went, where it says so.
fn accessors(api: &ApiPlan) -> TokenStream {
    let name = ident(api.response.name.as_str());
    let items = api.paging.as_ref().map(|paging| items(&paging.items));
    let outcome = api.outcome.as_ref().map(|outcome| {
        let ok = accessor("business_ok", "Whether the business went well", &outcome.ok);
        let code = outcome.code.as_ref().map(|path| accessor("business_code", "The business result code", path));
        let message = outcome.message.as_ref().map(|path| accessor("business_message", "The business message", path));
        quote!(#ok #code #message)
    });
    if items.is_none() && outcome.is_none() { TokenStream::new() } else { quote!(impl #name { #items #outcome }) }
}

fn items(path: &PathPlan) -> TokenStream {
    let (RustType::Objects(of), Some((last, _))) = (&path.ty, path.steps.last()) else { return TokenStream::new() };
    let (item, last) = (type_ref(of, Scope::Root), field(last));
    let said = format!(" The items of this page: `{}`.", path.text);
    let owned = format!(" The items of this page, taken out: `{}`.", path.text);
    let (borrowed, taken) = match parent(path, true) {
        None => (quote!(&self.#last), quote!(self.#last)),
        Some(borrowed) => {
            let taken = parent(path, false);
            let lent = quote! {
                match #borrowed {
                    ::core::option::Option::Some(parent) => &parent.#last,
                    ::core::option::Option::None => &[],
                }
            };
            (lent, quote!(#taken.map(|parent| parent.#last).unwrap_or_default()))
        }
    };
    quote! {
        #[doc = #said]
        #[must_use]
        pub fn items(&self) -> &[#item] { #borrowed }
        #[doc = #owned]
        #[must_use]
        pub fn into_items(self) -> ::std::vec::Vec<#item> { #taken }
    }
}

/// The object a field stands in, as an `Option`; `None` where that is the response itself.
fn parent(path: &PathPlan, borrowed: bool) -> Option<TokenStream> {
    let (_, way) = path.steps.split_last()?;
    let ((first, boxed), rest) = way.split_first()?;
    let lend = |boxed: bool| match (borrowed, boxed) {
        (true, false) => quote!(.as_ref()),
        (true, true) => quote!(.as_deref()),
        (false, _) => TokenStream::new(),
    };
    let (first, lent) = (field(first), lend(*boxed));
    let mut out = quote!(self.#first #lent);
    for (step, boxed) in rest {
        let (step, lent) = (field(step), lend(*boxed));
        out = quote!(#out.and_then(|parent| parent.#step #lent));
    }
    Some(out)
}

fn accessor(name: &str, said: &str, path: &PathPlan) -> TokenStream {
    let Some((last, _)) = path.steps.last() else { return TokenStream::new() };
    let (name, last) = (ident(name), field(last));
    let said = format!(" {said}: `{}`.", path.text);
    let (ty, lend) = match &path.ty {
        RustType::One(Kind::Text) => (quote!(&str), quote!(.as_deref())),
        RustType::One(kind @ (Kind::Int | Kind::Bool | Kind::Date | Kind::Decimal)) => {
            (structs::scalar(*kind), TokenStream::new())
        }
        other => {
            let inner = structs::inner_type(other, Scope::Root);
            (quote!(&#inner), quote!(.as_ref()))
        }
    };
    let value = match parent(path, true) {
        None => quote!(self.#last #lend),
        Some(parent) => quote!(#parent.and_then(|parent| parent.#last #lend)),
    };
    quote! {
        #[doc = #said]
        #[must_use]
        pub fn #name(&self) -> ::core::option::Option<#ty> { #value }
    }
}
