//! Accessors of a response: the items of its page, and what its outcome says; those of a checked response give objects without `Option`.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::template::Template;
use super::types::{self, type_ref};
use crate::plan::{ApiPlan, CheckedPlan, PathPlan, RustType, Scope};

/// The response's accessors: its items, where it pages; how the business went, where it says so.
pub(super) fn of_response(api: &ApiPlan) -> Code {
    let items = api.paging.as_ref().map_or_else(Code::default, |paging| items(&paging.items));
    let outcome = api.outcome.as_ref().map_or_else(Code::default, |outcome| {
        let named = |name, said, path: &Option<PathPlan>| path.as_ref().map(|path| accessor(name, said, path));
        Code::items([
            accessor("business_ok", "Whether the business went well", &outcome.ok),
            named("business_code", "The business result code", &outcome.code).unwrap_or_default(),
            named("business_message", "The business message", &outcome.message).unwrap_or_default(),
        ])
    });
    Code::items([items, outcome])
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
    parent_of(&Code::fixed("self"), path, borrowed)
}

/// The object a field stands in, from `root` down.
fn parent_of(root: &Code, path: &PathPlan, borrowed: bool) -> Option<Code> {
    let (_, way) = path.steps.split_last()?;
    let ((first, boxed), rest) = way.split_first()?;
    let lend = |boxed: bool| {
        Code::fixed(match (borrowed, boxed) {
            (true, false) => ".as_ref()",
            (true, true) => ".as_deref()",
            (false, _) => "",
        })
    };
    let mut out = code!("{}.{}{}", root, first, lend(*boxed));
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
            pub fn hole_name(&self) -> hole_type { hole_value }
        },
    )
});

fn accessor(name: &'static str, said: &'static str, path: &PathPlan) -> Code {
    let Some((last, _)) = path.steps.last() else { return Code::default() };
    let docs = Code::docs(&[format!("{said}: `{}`.", path.text)]);
    let (ty, value) = match parent(path, true) {
        None => types::lent(&path.ty, Scope::Root, &code!("{}", last)),
        Some(parent) => {
            let (ty, value) = types::lent_of(&code!("parent"), &path.ty, Scope::Root, &code!("{}", last));
            (ty, code!("{}.and_then(|parent| {})", parent, value))
        }
    };
    ACCESSOR.fill([&docs, &Code::fixed(name), &ty, &value])
}

static CHECKED: LazyLock<Template<0>> = LazyLock::new(|| {
    Template::of(
        [],
        quote! {
            #[doc = " A [`Response`] whose success flag was true: the objects on the way to the flag are there."]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            pub struct CheckedResponse(Response);
        },
    )
});

static INTO_INNER: LazyLock<Template<0>> = LazyLock::new(|| {
    Template::member(
        [],
        quote! {
            #[doc = " The response itself."]
            #[must_use]
            pub fn into_inner(self) -> Response { self.0 }
        },
    )
});

static DEREF: LazyLock<Template<0>> = LazyLock::new(|| {
    Template::of(
        [],
        quote! {
            impl ::core::ops::Deref for CheckedResponse {
                type Target = Response;
                fn deref(&self) -> &Response { &self.0 }
            }
        },
    )
});

static CHECKED_ACCESSOR: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["docs", "name", "type", "value"],
        quote! {
            #[each_docs]
            #[must_use]
            pub fn hole_name(&self) -> &hole_type {
                hole_value.expect("invariant: the success flag was read from within")
            }
        },
    )
});

/// The checked response of a write, where its flag lies in an object.
pub(super) fn checked(api: &ApiPlan) -> Code {
    if api.checked.is_empty() {
        return Code::default();
    }
    let members = Code::items([INTO_INNER.fill([])].into_iter().chain(api.checked.iter().map(checked_accessor)));
    let methods = code!("impl CheckedResponse {}", Code::block(&members));
    Code::items([CHECKED.fill([]), methods, DEREF.fill([])])
}

fn checked_accessor(plan: &CheckedPlan) -> Code {
    let (Some((last, _)), Some(object)) = (plan.path.steps.last(), plan.path.ty.object()) else {
        return Code::default();
    };
    let response = Code::fixed("self.0");
    let value = match parent_of(&response, &plan.path, true) {
        None => types::lent_of(&response, &plan.path.ty, Scope::Root, &code!("{}", last)).1,
        Some(parent) => {
            let value = types::lent_of(&code!("parent"), &plan.path.ty, Scope::Root, &code!("{}", last)).1;
            code!("{}.and_then(|parent| {})", parent, value)
        }
    };
    let docs = Code::docs(&[format!("`{}`, which is there.", plan.path.text)]);
    CHECKED_ACCESSOR.fill([&docs, &code!("{}", plan.name), &type_ref(object, Scope::Root), &value])
}
