//! Builders: every parameter by name, and a compile error that names a required one that is missing.
//!
//! A builder has one type parameter per required field, whose default is the marker of that name. Setting the field turns it into
//! `rt::Set`, and `build` asks for that. The builder of a flattened object has one more, `B`: what it builds, the object or the request.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::setters;
use super::state::{all_set, angles, marker_values, markers, parameters, states};
use super::template::Template;
use crate::plan::{BuilderPlan, FieldIdent, StructPlan};

static START: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["docs", "returned", "builder", "markers"],
        quote! {
            #[each_docs]
            #[inline]
            pub fn builder() -> hole_returned {
                hole_builder { built: ::core::default::Default::default(), each_markers }
            }
        },
    )
});

/// `Type::builder()`.
pub(super) fn start(builder: &BuilderPlan) -> Code {
    begin(builder, code!("{}", builder.name), &states(builder))
}

/// `Request::builder()` of a request that is built by its object's builder.
pub(super) fn start_flattened(builder: &BuilderPlan, optional: bool) -> Code {
    let missing: Vec<Code> = builder
        .required()
        .map(|setter| if optional { Code::fixed("rt::Set") } else { code!("missing::{}", setter.name) })
        .chain([Code::fixed("Self")])
        .collect();
    let asked = if optional { Vec::new() } else { states(builder) };
    begin(builder, code!("{}{}", builder.name, Code::list("<", &missing, ">")), &asked)
}

fn begin(builder: &BuilderPlan, returned: Code, asked: &[Code]) -> Code {
    let required: Vec<String> =
        builder.required().take(asked.len()).map(|setter| format!("`{}`", setter.name.bare())).collect();
    let said = match required.as_slice() {
        [] => "Starts building; nothing is required.".to_owned(),
        some => format!("Starts building. Required: {}.", some.join(", ")),
    };
    START.fill([&Code::docs(&[said]), &returned, &code!("{}", builder.name), &marker_values(builder)])
}

static BUILD: LazyLock<Template<2>> = LazyLock::new(|| {
    Template::member(
        ["type", "bounds"],
        quote! {
            #[doc = " Finishes building. Limits and rules are checked when the request is sent."]
            pub fn build(self) -> hole_type where each_bounds: Any, { self.built }
        },
    )
});

static BUILD_FREELY: LazyLock<Template<1>> = LazyLock::new(|| {
    Template::member(
        ["type"],
        quote! {
            #[doc = " Finishes building. Limits and rules are checked when the request is sent."]
            #[inline]
            pub fn build(self) -> hole_type { self.built }
        },
    )
});

static BUILD_INTO: LazyLock<Template<2>> = LazyLock::new(|| {
    Template::member(
        ["type", "bounds"],
        quote! {
            #[doc = " Finishes building. Limits and rules are checked when the request is sent."]
            pub fn build(self) -> B where each_bounds: Any, B: ::core::convert::From<hole_type> {
                ::core::convert::From::from(self.built)
            }
        },
    )
});

/// What `build` of a request's builder does before it is done: an object in which nothing is set is not sent.
static BUILD_FLAT: LazyLock<Template<3>> = LazyLock::new(|| {
    Template::member(
        ["type", "bounds", "object"],
        quote! {
            #[doc = " Finishes building. Limits and rules are checked when the request is sent."]
            pub fn build(mut self) -> hole_type where each_bounds: Any, {
                self.built.hole_object = self.built.hole_object.filter(|object| !rt::is_empty(object));
                self.built
            }
        },
    )
});

fn build(plan: &StructPlan, builder: &BuilderPlan) -> Code {
    // The bounds stand at the method, not at the `impl`: so the compiler's message is the trait's own, which names the parameter.
    let (name, bounds) = (code!("{}", plan.name), Code::lines(all_set(builder)));
    let object = builder.setters.iter().find_map(|setter| setter.inside.as_ref());
    if builder.of_request {
        BUILD_INTO.fill([&name, &bounds])
    } else if let Some(object) = object {
        BUILD_FLAT.fill([&name, &bounds, &code!("{}", object)])
    } else if bounds.is_empty() {
        BUILD_FREELY.fill([&name])
    } else {
        BUILD.fill([&name, &bounds])
    }
}

/// The builder of a struct. `members` stand in its `impl` block behind `build`.
pub(super) fn builder(plan: &StructPlan, members: Code) -> Code {
    let Some(builder) = &plan.builder else { return Code::default() };
    let parameters = parameters(builder);
    let generics = angles(&parameters);
    let defaults: Vec<Code> = parameters
        .iter()
        .zip(builder.required())
        .map(|(parameter, setter)| code!("{} = missing::{}", parameter, setter.name))
        .chain(builder.of_request.then(|| code!("B = {}", plan.name)))
        .collect();
    let held = markers(&parameters).map(|(marker, share)| {
        let comma = Code::fixed(if share.len() == 1 { "," } else { "" });
        code!("{}: ::core::marker::PhantomData<({}{})>,", marker, Code::commas(share.iter().cloned()), comma)
    });
    let fields = Code::lines([code!("built: {},", plan.name)].into_iter().chain(held));
    let members = Code::items([setters::of(plan.scope, builder), build(plan, builder), members]);
    let declaration = Code::lines([
        Code::docs(&[format!("Builds [`{0}`](struct@{0}).", plan.name)]),
        Code::fixed("#[must_use = \"nothing is sent before the builder is\"]"),
        code!("pub struct {}{} {}", builder.name, angles(&defaults), Code::block(&fields)),
    ]);
    let names = markers(&parameters).map(|(marker, _)| marker);
    let impls = code!(
        "rt::builder_impls!({}<{}> {{ {} }});",
        builder.name,
        Code::commas(parameters.iter().cloned()),
        Code::commas(names)
    );
    Code::items([declaration, code!("impl{} {}{} {}", generics, builder.name, generics, Code::block(&members)), impls])
}

/// Markers, named as the setters, so that the compiler's message names what is missing.
pub(super) fn missing(names: &BTreeSet<FieldIdent>) -> Code {
    if names.is_empty() {
        return Code::default();
    }
    let marker = |name| code!("#[allow(non_camel_case_types)]\npub struct {};", name);
    let markers = Code::lines(names.iter().map(marker));
    code!("#[doc(hidden)]\npub mod missing {}", Code::block(&markers))
}
