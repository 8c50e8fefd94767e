//! The file of one method: request, response, types, enums, and the facts the client needs.
//!
//! In: [`ApiPlan`]. Out: `src/api/<category>/<module>.rs`.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::rust::{RustFile, indices, type_ref};
use super::template::Template;
use super::{Options, builder, enums, expected, structs};
use crate::plan::{ApiPlan, CategoryPlan, Kind, PagingEndKind, PagingPlan, PathPlan, RustType, Scope};
use opentop_model::model::{Effect, Session};

/// Where the file stands.
pub(super) fn path(category: &CategoryPlan, api: &ApiPlan) -> String {
    format!("src/api/{}/{}.rs", category.module, api.module)
}

/// The file.
pub(super) fn file(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> RustFile {
    let of_scope = |scope: Scope| {
        let types = api.types.iter().filter(move |ty| ty.scope == scope);
        Code::items(types.map(|ty| structs::object(ty, Code::default(), Code::default())))
    };
    let code = Code::items([
        Code::inner_docs(&api.docs),
        // Once a file, not once a function: thousands of imports cost the compiler a tenth of its memory.
        Code::fixed("use ::opentop_runtime::table;"),
        request(api),
        structs::object(&api.response, Code::default(), accessors(api)),
        of_scope(Scope::Root),
        Code::items(api.enums.iter().map(enums::enumeration)),
        twins(of_scope(Scope::Twin)),
        builder::missing(&expected::missing(api)),
    ]);
    RustFile {
        path: path(category, api),
        source: format!("{}/{}", options.spec, api.source),
        code: Ok(code),
        expected: expected::method(api),
    }
}

/// The module of types that stand on both sides.
fn twins(types: Code) -> Code {
    if types.is_empty() {
        return Code::default();
    }
    let docs = "Types that requests have too, as responses have them: every field public.";
    let inner = Code::items([Code::fixed("use super::table;"), types]);
    Code::lines([Code::docs(&[docs.to_owned()]), code!("pub mod response {}", Code::block(&inner))])
}

static REQUEST: LazyLock<Template<10>> = LazyLock::new(|| {
    Template::of(
        ["type", "response", "method", "envelope", "effect", "session", "idempotency_key", "outcome", "paging", "kind"],
        quote! {
            impl ::opentop_runtime::Request for hole_type {
                type Response = hole_response;
                const API: &'static ::opentop_runtime::Api = &::opentop_runtime::Api {
                    method: hole_method,
                    envelope: hole_envelope,
                    effect: ::opentop_runtime::Effect::hole_effect,
                    session: ::opentop_runtime::SessionUse::hole_session,
                    idempotency_key: hole_idempotency_key,
                    outcome: hole_outcome,
                    paging: hole_paging,
                };
            }
            impl ::opentop_runtime::hole_kind for hole_type {}
        },
    )
});

fn request(api: &ApiPlan) -> Code {
    let name = &api.request.name;
    let (effect, kind) = match api.effect {
        Effect::Read => ("Read", "ReadRequest"),
        Effect::Write => ("Write", "WriteRequest"),
    };
    let session = match api.session {
        Session::None => "None",
        Session::Optional => "Optional",
        Session::Required => "Required",
    };
    let facts = REQUEST.fill([
        &code!("{}", name),
        &code!("{}", api.response.name),
        &Code::text(api.method.as_str()),
        &Code::text(api.envelope.as_str()),
        &Code::fixed(effect),
        &Code::fixed(session),
        &Code::option(api.idempotency_key.as_ref().map(way)),
        &outcome(api),
        &paging(api),
        &Code::fixed(kind),
    ]);
    let sessionless = if api.session == Session::Required {
        Code::default()
    } else {
        code!("impl ::opentop_runtime::SessionlessRequest for {} {{}}", name)
    };
    Code::items([
        structs::object(&api.request, alias(api.method.as_str()), Code::default()),
        facts,
        sessionless,
        paged(api),
    ])
}

static PAGED: LazyLock<Template<2>> = LazyLock::new(|| {
    Template::of(
        ["type", "item"],
        quote! {
            impl ::opentop_runtime::PagedRequest for hole_type {
                type Item = hole_item;
                fn items(response: Self::Response) -> ::std::vec::Vec<Self::Item> { response.into_items() }
            }
        },
    )
});

/// How the runtime takes the items of a page, where a list is read.
fn paged(api: &ApiPlan) -> Code {
    let Some(PagingPlan { items, .. }) = api.paging.as_ref().filter(|_| api.effect == Effect::Read) else {
        return Code::default();
    };
    let RustType::Objects(item) = &items.ty else { return Code::default() };
    PAGED.fill([&code!("{}", api.request.name), &type_ref(item, Scope::Root)])
}

/// Search by the method's name; the compiler refuses other characters in an alias.
fn alias(method: &str) -> Code {
    let plain = !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if plain { code!("#[doc(alias = {})]", Code::text(method)) } else { Code::default() }
}

/// A struct of the runtime, one member a line.
fn literal(name: &'static str, members: impl IntoIterator<Item = Code>) -> Code {
    code!("::opentop_runtime::{} {}", Code::fixed(name), Code::block(&Code::lines(members)))
}

fn outcome(api: &ApiPlan) -> Code {
    Code::option(api.outcome.as_ref().map(|outcome| {
        let code = Code::option(outcome.code.as_ref().map(way));
        let message = Code::option(outcome.message.as_ref().map(way));
        let members = [code!("ok: {},", way(&outcome.ok)), code!("code: {},", code), code!("message: {},", message)];
        literal("Outcome", members)
    }))
}

fn paging(api: &ApiPlan) -> Code {
    Code::option(api.paging.as_ref().map(|paging| {
        let size = Code::option(paging.size.as_ref().map(way));
        let kind = Code::fixed(match paging.end.0 {
            PagingEndKind::HasNext => "HasNext",
            PagingEndKind::TotalItems => "TotalItems",
            PagingEndKind::TotalPages => "TotalPages",
        });
        let key = Code::option(paging.item_key.as_ref().map(|(at, _)| code!("{}", at)));
        let members = [
            code!("page: {},", way(&paging.page)),
            code!("size: {},", size),
            code!("end: ::opentop_runtime::PagingEnd::{}({}),", kind, way(&paging.end.1)),
            code!("items: {},", way(&paging.items)),
            code!("item_key: {},", key),
        ];
        literal("Paging", members)
    }))
}

fn way(path: &PathPlan) -> Code {
    indices(&path.indices)
}

/// The response's accessors: its items, where it pages; how the business went, where it says so.
fn accessors(api: &ApiPlan) -> Code {
    let items = api.paging.as_ref().map_or_else(Code::default, |paging| items(&paging.items));
    let outcome = api.outcome.as_ref().map_or_else(Code::default, |outcome| {
        let named = |name, said, path: &Option<PathPlan>| path.as_ref().map(|path| accessor(name, said, path));
        Code::items([
            accessor("business_ok", "Whether the business went well", &outcome.ok),
            named("business_code", "The business result code", &outcome.code).unwrap_or_default(),
            named("business_message", "The business message", &outcome.message).unwrap_or_default(),
        ])
    });
    let members = Code::items([items, outcome]);
    if members.is_empty() { members } else { code!("impl {} {}", api.response.name, Code::block(&members)) }
}

static ITEMS: LazyLock<Template<5>> = LazyLock::new(|| {
    Template::member(
        ["item", "lent_docs", "lent", "taken_docs", "taken"],
        quote! {
            #[each_lent_docs]
            #[must_use]
            pub fn items(&self) -> &[hole_item] { hole_lent }
            #[each_taken_docs]
            #[must_use]
            pub fn into_items(self) -> ::std::vec::Vec<hole_item> { hole_taken }
        },
    )
});

fn items(path: &PathPlan) -> Code {
    let (RustType::Objects(of), Some((last, _))) = (&path.ty, path.steps.last()) else { return Code::default() };
    let (lent, taken) = match parent(path, true) {
        None => (code!("&self.{}", last), code!("self.{}", last)),
        Some(borrowed) => {
            let taken = parent(path, false).unwrap_or_default();
            let arms = Code::lines([
                code!("::core::option::Option::Some(parent) => &parent.{},", last),
                Code::fixed("::core::option::Option::None => &[],"),
            ]);
            let lent = code!("match {} {}", borrowed, Code::block(&arms));
            (lent, code!("{}.map(|parent| parent.{}).unwrap_or_default()", taken, last))
        }
    };
    ITEMS.fill([
        &type_ref(of, Scope::Root),
        &Code::docs(&[format!("The items of this page: `{}`.", path.text)]),
        &lent,
        &Code::docs(&[format!("The items of this page, taken out: `{}`.", path.text)]),
        &taken,
    ])
}

/// The object a field stands in, as an `Option`; `None` where that is the response itself.
fn parent(path: &PathPlan, borrowed: bool) -> Option<Code> {
    let (_, way) = path.steps.split_last()?;
    let ((first, boxed), rest) = way.split_first()?;
    let lend = |boxed: bool| {
        Code::fixed(match (borrowed, boxed) {
            (true, false) => ".as_ref()",
            (true, true) => ".as_deref()",
            (false, _) => "",
        })
    };
    let mut out = code!("self.{}{}", first, lend(*boxed));
    for (step, boxed) in rest {
        out = code!("{}.and_then(|parent| parent.{}{})", out, step, lend(*boxed));
    }
    Some(out)
}

static ACCESSOR: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["docs", "name", "type", "value"],
        quote! {
            #[each_docs]
            #[must_use]
            pub fn hole_name(&self) -> ::core::option::Option<hole_type> { hole_value }
        },
    )
});

fn accessor(name: &'static str, said: &'static str, path: &PathPlan) -> Code {
    let Some((last, _)) = path.steps.last() else { return Code::default() };
    let (ty, lend) = match &path.ty {
        RustType::One(Kind::Text) => (Code::fixed("&str"), ".as_deref()"),
        RustType::One(kind @ (Kind::Int | Kind::Bool | Kind::Date | Kind::Decimal)) => (structs::scalar(*kind), ""),
        other => (code!("&{}", structs::inner_type(other, Scope::Root)), ".as_ref()"),
    };
    let lend = Code::fixed(lend);
    let value = match parent(path, true) {
        None => code!("self.{}{}", last, lend),
        Some(parent) => code!("{}.and_then(|parent| parent.{}{})", parent, last, lend),
    };
    ACCESSOR.fill([&Code::docs(&[format!("{said}: `{}`.", path.text)]), &Code::fixed(name), &ty, &value])
}
