//! Builders: every parameter by name, and a compile error that names a required one that is missing.
//!
//! In: a struct of the request's side. Out: code of its builder. One type parameter per required field, whose default is the
//! marker of that name; setting the field turns it into `Set`, and `build` asks for that.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::structs::inner_type;
use super::template::Template;
use crate::plan::{FieldIdent, FieldPlan, Kind, RustType, Scope, StructPlan};

static START: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::of(
        ["type", "docs", "builder", "state"],
        quote! {
            impl hole_type {
                #[each_docs]
                #[inline]
                pub fn builder() -> hole_builder {
                    hole_builder { built: ::core::default::Default::default(), each_state }
                }
            }
        },
    )
});

/// `Type::builder()`.
pub(super) fn start(plan: &StructPlan) -> Code {
    let Some(builder) = &plan.builder else { return Code::default() };
    let required: Vec<String> = plan.required().map(|field| format!("`{}`", field.setter.bare())).collect();
    let said = match required.as_slice() {
        [] => "Starts one; nothing is required.".to_owned(),
        some => format!("Starts one; required: {}.", some.join(", ")),
    };
    START.fill([&code!("{}", plan.name), &Code::docs(&[said]), &code!("{}", builder), &state_value(plan)])
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
fn states(parameters: &[Code]) -> impl Iterator<Item = (Code, &[Code])> {
    let name = |at: usize| if at == 0 { Code::fixed("state") } else { code!("state_{}", at + 1) };
    parameters.chunks(PARAMETERS).enumerate().map(move |(at, share)| (name(at), share))
}

/// The names of these fields.
pub(super) fn state_names(plan: &StructPlan) -> Vec<String> {
    states(&parameters(plan)).map(|(state, _)| state.to_string()).collect()
}

fn state_value(plan: &StructPlan) -> Code {
    Code::lines(states(&parameters(plan)).map(|(state, _)| code!("{}: ::core::marker::PhantomData,", state)))
}

/// The builder's type parameters, one per required field.
fn parameters(plan: &StructPlan) -> Vec<Code> {
    (0..plan.required().count()).map(|at| code!("P{}", at)).collect()
}

/// Parameters in angle brackets, where there are any.
fn angles(parameters: &[Code]) -> Code {
    if parameters.is_empty() { Code::default() } else { Code::list("<", parameters, ">") }
}

static BUILD: LazyLock<Template<2>> = LazyLock::new(|| {
    Template::member(
        ["type", "bounds"],
        quote! {
            #[doc = " What was built. Limits and rules are checked when it is sent."]
            pub fn build(self) -> hole_type where each_bounds: Any, { self.built }
        },
    )
});

/// The builder.
pub(super) fn builder(plan: &StructPlan) -> Code {
    let Some(builder) = &plan.builder else { return Code::default() };
    let parameters = parameters(plan);
    let generics = angles(&parameters);
    let defaults: Vec<Code> = parameters
        .iter()
        .zip(plan.required())
        .map(|(parameter, field)| code!("{} = missing::{}", parameter, field.ident))
        .collect();
    let states = states(&parameters).map(|(state, share)| {
        let comma = Code::fixed(if share.len() == 1 { "," } else { "" });
        code!("{}: ::core::marker::PhantomData<({}{})>,", state, Code::commas(share.iter().cloned()), comma)
    });
    let fields = Code::lines([code!("built: {},", plan.name)].into_iter().chain(states));
    // The bounds stand at the method, not at the `impl`: so the compiler's message is the trait's own, which names the parameter.
    let build = match parameters.as_slice() {
        [] => BUILD_FREELY.fill([&code!("{}", plan.name)]),
        some => {
            let bounds = some.iter().map(|parameter| code!("{}: ::opentop_runtime::Given,", parameter));
            BUILD.fill([&code!("{}", plan.name), &Code::lines(bounds)])
        }
    };
    let members = Code::items([setters(plan, &parameters), build]);
    let declaration = Code::lines([
        Code::docs(&[format!("Builds [`{0}`](struct@{0}).", plan.name)]),
        Code::fixed("#[must_use]"),
        code!("pub struct {}{} {}", builder, angles(&defaults), Code::block(&fields)),
    ]);
    Code::items([declaration, code!("impl{} {}{} {}", generics, builder, generics, Code::block(&members))])
}

static BUILD_FREELY: LazyLock<Template<1>> = LazyLock::new(|| {
    Template::member(
        ["type"],
        quote! {
            #[doc = " What was built. Limits and rules are checked when it is sent."]
            #[inline]
            pub fn build(self) -> hole_type { self.built }
        },
    )
});

fn setters(plan: &StructPlan, parameters: &[Code]) -> Code {
    let state = state_value(plan);
    let mut required = 0;
    Code::items(plan.fields.iter().map(|planned| {
        if planned.required {
            required += 1;
            required_setter(plan, planned, parameters, &state, required - 1)
        } else {
            optional_setters(planned, plan.scope)
        }
    }))
}

static REQUIRED_SETTER: LazyLock<Template<8>> = LazyLock::new(|| {
    Template::member(
        ["docs", "setter", "argument", "builder", "parameters_after_this_one_is_given", "field", "value", "state"],
        quote! {
            #[each_docs]
            pub fn hole_setter(mut self, value: hole_argument) -> hole_builder<hole_parameters_after_this_one_is_given> {
                self.built.hole_field = hole_value;
                hole_builder { built: self.built, each_state }
            }
        },
    )
});

fn required_setter(plan: &StructPlan, planned: &FieldPlan, parameters: &[Code], state: &Code, at: usize) -> Code {
    let Some(builder) = &plan.builder else { return Code::default() };
    let (argument, value) = argument(&planned.ty, plan.scope);
    let after = parameters
        .iter()
        .enumerate()
        .map(|(other, parameter)| if other == at { Code::fixed("::opentop_runtime::Set") } else { parameter.clone() });
    REQUIRED_SETTER.fill([
        &Code::docs(&planned.docs),
        &code!("{}", planned.setter),
        &argument,
        &code!("{}", builder),
        &Code::commas(after),
        &code!("{}", planned.ident),
        &value,
        state,
    ])
}

static SETTER: LazyLock<Template<5>> = LazyLock::new(|| {
    Template::member(
        ["docs", "setter", "argument", "field", "value"],
        quote! {
            #[each_docs]
            #[inline]
            pub fn hole_setter(mut self, value: hole_argument) -> Self {
                self.built.hole_field = hole_value;
                self
            }
        },
    )
});

fn optional_setters(planned: &FieldPlan, from: Scope) -> Code {
    let deprecated = planned.deprecated.as_ref().map(|why| code!("#[deprecated = {}]", Code::text(why)));
    let setter = |name: &FieldIdent, docs: &[String], (argument, value): (Code, Code)| {
        let docs = Code::lines([Code::docs(docs), deprecated.clone().unwrap_or_default()]);
        SETTER.fill([&docs, &code!("{}", name), &argument, &code!("{}", planned.ident), &value])
    };
    let twin = planned.maybe_setter.as_ref().map(|twin| {
        let docs = [format!("[`{0}`](Self::{0}), or nothing.", planned.setter.bare())];
        setter(twin, &docs, optional_argument(&planned.ty, from))
    });
    let plain = setter(&planned.setter, &planned.docs, argument(&planned.ty, from));
    Code::items([plain, twin.unwrap_or_default()])
}

/// What a setter takes, and what it stores.
fn argument(ty: &RustType, from: Scope) -> (Code, Code) {
    let inner = inner_type(ty, from);
    let into = matches!(ty, RustType::One(Kind::Text | Kind::Decimal) | RustType::Many(Kind::Text | Kind::Decimal))
        || matches!(ty, RustType::Enum(_) | RustType::Enums(_));
    let taken = if into { code!("impl ::core::convert::Into<{}>", inner) } else { inner };
    if ty.is_list() {
        let argument = code!("impl ::core::iter::IntoIterator<Item = {}>", taken);
        let each = Code::fixed(if into { ".map(::core::convert::Into::into)" } else { "" });
        let items = code!("::core::iter::IntoIterator::into_iter(value){}", each);
        return (argument, code!("::core::iter::Iterator::collect({})", items));
    }
    let value = Code::fixed(if into { "::core::convert::Into::into(value)" } else { "value" });
    let boxed = matches!(ty, RustType::Object(_, true));
    let value = if boxed { code!("::std::boxed::Box::new({})", value) } else { value };
    (taken, code!("::core::option::Option::Some({})", value))
}

/// The same for the setter that takes an `Option`.
fn optional_argument(ty: &RustType, from: Scope) -> (Code, Code) {
    let inner = inner_type(ty, from);
    let argument = if ty.is_list() { code!("::std::vec::Vec<{}>", inner) } else { inner };
    let value = Code::fixed(match ty {
        list if list.is_list() => "value.unwrap_or_default()",
        RustType::Object(_, true) => "value.map(::std::boxed::Box::new)",
        _ => "value",
    });
    (code!("::core::option::Option<{}>", argument), value)
}

/// Markers, named as the parameters, so that the compiler's message names what is missing.
pub(super) fn missing(names: &BTreeSet<FieldIdent>) -> Code {
    if names.is_empty() {
        return Code::default();
    }
    let marker = |name| code!("#[allow(non_camel_case_types)]\npub struct {};", name);
    let markers = Code::lines(names.iter().map(marker));
    code!("#[doc(hidden)]\npub mod missing {}", Code::block(&markers))
}
