//! A flattened parameter: the object whose fields are set on the request's own builder.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::state::{angles, marker_value, states, with_states};
use super::template::Template;
use super::types;
use crate::plan::{ApiPlan, RustType, Scope, StructPlan};

static FLATTENED: LazyLock<Template<3>> = LazyLock::new(|| {
    Template::of(
        ["object", "field", "value"],
        quote! {
            #[doc = " An object in which nothing is set is left out."]
            impl From<hole_object> for Request {
                fn from(object: hole_object) -> Self {
                    if rt::is_empty(&object) {
                        return Default::default();
                    }
                    Self { hole_field: Some(hole_value) }
                }
            }
        },
    )
});

/// What the builder of a flattened object has beside the object's own: it makes the request. `members` send it.
pub(super) fn conversion(api: &ApiPlan, object: &StructPlan, members: Code) -> Code {
    let (Some(builder), Some(parameter)) = (&object.builder, api.flatten.and_then(|at| api.request.fields.get(at)))
    else {
        return Code::default();
    };
    let boxed = matches!(parameter.ty, RustType::Object(_, true));
    let value = Code::fixed(if boxed { "Box::new(object)" } else { "object" });
    let conversion = FLATTENED.fill([&code!("{}", object.name), &code!("{}", parameter.ident), &value]);
    let states = states(builder);
    let done: Vec<Code> = states.iter().map(|_| Code::fixed("rt::Set")).collect();
    let whole = FROM_OBJECT.fill([
        &code!("{}", object.name),
        &with_states(builder, &done, "Request"),
        &code!("{}", builder.name),
        &marker_value(builder),
    ]);
    let members = Code::items([whole, members]);
    let to = with_states(builder, &states, "Request");
    let methods = code!("impl{} {} {}", angles(&states), to, Code::block(&members));
    Code::items([conversion, methods])
}

static FROM_OBJECT: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["object", "returned", "builder", "markers"],
        quote! {
            #[doc = " Takes the whole object, and with it what was set before."]
            pub fn from_object(self, object: hole_object) -> hole_returned {
                hole_builder { built: object, each_markers }
            }
        },
    )
});

static FROM_OBJECT_BESIDE: LazyLock<Template<6>> = LazyLock::new(|| {
    Template::member(
        ["object", "returned", "builder", "field", "value", "markers"],
        quote! {
            #[doc = " Takes the whole object, and with it what was set of it before."]
            pub fn from_object(mut self, object: hole_object) -> hole_returned {
                self.built.hole_field = Some(hole_value);
                hole_builder { built: self.built, each_markers }
            }
        },
    )
});

/// `from_object` of a request's own builder, whose fields stand beside those of an object.
pub(super) fn from_object(api: &ApiPlan) -> Code {
    let (Some(builder), Some(parameter)) =
        (&api.request.builder, api.flatten.and_then(|at| api.request.fields.get(at)))
    else {
        return Code::default();
    };
    let boxed = matches!(parameter.ty, RustType::Object(_, true));
    let value = Code::fixed(if boxed { "Box::new(object)" } else { "object" });
    let given = states(builder)
        .into_iter()
        .zip(builder.required())
        .map(|(state, setter)| if setter.inside.is_some() { Code::fixed("rt::Set") } else { state });
    FROM_OBJECT_BESIDE.fill([
        &types::inner(&parameter.ty, Scope::Root),
        &with_states(builder, &given.collect::<Vec<_>>(), "Request"),
        &code!("{}", builder.name),
        &code!("{}", parameter.ident),
        &value,
        &marker_value(builder),
    ])
}
