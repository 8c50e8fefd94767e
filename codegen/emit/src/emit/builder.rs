//! Builders: every parameter by name, and a compile error that names a required one that is missing.
//!
//! A builder has a type parameter `S`, a tuple of the states of its required fields: the marker of that name, and `rt::Set` once the field
//! is set, for which `build` asks. One tuple costs the compiler less than as many parameters. The builder of a flattened object has one
//! more parameter, `B`: what it builds, the object or the request.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::setters;
use super::state::{all_set, angles, impl_parameters, marker, marker_value, parameters, states, with_states};
use super::template::Template;
use crate::plan::{BuilderPlan, FieldIdent, StructPlan};

static START: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["docs", "returned", "builder", "markers"],
        quote! {
            #[each_docs]
            #[inline]
            pub fn builder() -> hole_returned {
                hole_builder { built: Default::default(), each_markers }
            }
        },
    )
});

/// `Type::builder()`.
pub(super) fn start(builder: &BuilderPlan) -> Code {
    begin(builder, code!("{}", builder.name), true)
}

/// `Request::builder()` of a request that is built by its object's builder.
pub(super) fn start_flattened(builder: &BuilderPlan, optional: bool) -> Code {
    let states: Vec<Code> = builder
        .required()
        .map(|setter| if optional { Code::fixed("rt::Set") } else { code!("missing::{}", setter.name) })
        .collect();
    begin(builder, with_states(builder, &states, "Self"), !optional)
}

fn begin(builder: &BuilderPlan, returned: Code, asks: bool) -> Code {
    let required: Vec<String> =
        builder.required().filter(|_| asks).map(|setter| format!("`{}`", setter.name.bare())).collect();
    let said = match required.as_slice() {
        [] => "Starts building; nothing is required.".to_owned(),
        some => format!("Starts building. Required: {}.", some.join(", ")),
    };
    START.fill([&Code::docs(&[said]), &returned, &code!("{}", builder.name), &marker_value(builder)])
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
            pub fn build(self) -> B where each_bounds: Any, B: From<hole_type> {
                From::from(self.built)
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
    let missing: Vec<Code> = builder.required().map(|setter| code!("missing::{}", setter.name)).collect();
    let state = (!missing.is_empty()).then(|| code!("S = {}", Code::list("(", &missing, missing_end(&missing))));
    let defaults: Vec<Code> = state.into_iter().chain(builder.of_request.then(|| code!("B = {}", plan.name))).collect();
    let fields = Code::lines([code!("built: {},", plan.name), marker(builder)]);
    let members = Code::items([setters::of(plan.scope, builder), build(plan, builder), members]);
    let declaration = Code::lines([
        Code::docs(&[format!("Builds [`{0}`](struct@{0}).", plan.name)]),
        Code::fixed("#[must_use = \"nothing is sent before the builder is\"]"),
        code!("pub struct {}{} {}", builder.name, angles(&defaults), Code::block(&fields)),
    ]);
    let parameters = parameters(builder);
    let held = Code::fixed(if parameters.is_empty() { "" } else { "state" });
    let impls = code!("rt::builder_impls!({}<{}> {{ {} }});", builder.name, Code::commas(parameters), held);
    let to = with_states(builder, &states(builder), "B");
    let generics = angles(&impl_parameters(builder));
    Code::items([declaration, code!("impl{} {} {}", generics, to, Code::block(&members)), impls])
}

/// What closes a tuple.
fn missing_end(elements: &[Code]) -> &'static str {
    if elements.len() == 1 { ",)" } else { ")" }
}

/// Markers, named as the setters, so that the compiler's message names what is missing.
pub(super) fn missing(names: &BTreeSet<FieldIdent>) -> Code {
    if names.is_empty() {
        return Code::default();
    }
    let marker = |name| code!("pub enum {} {{}}", name);
    let markers = Code::lines(names.iter().map(marker));
    code!("#[doc(hidden)]\n#[allow(non_camel_case_types)]\npub mod missing {}", Code::block(&markers))
}
