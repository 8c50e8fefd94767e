//! The setters of a builder.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::state::{marker_value, states, with_states};
use super::template::Template;
use super::types;
use crate::plan::{BuilderPlan, FieldIdent, Kind, RustType, Scope, SetterPlan};

/// Every setter of a builder.
pub(super) fn of(scope: Scope, builder: &BuilderPlan) -> Code {
    let (states, marker) = (states(builder), marker_value(builder));
    let mut required = 0;
    Code::items(builder.setters.iter().map(|setter| {
        if setter.required {
            required += 1;
            required_setter(scope, builder, setter, &states, &marker, required - 1)
        } else {
            optional_setters(setter, scope)
        }
    }))
}

static REQUIRED_SETTER: LazyLock<Template<8>> = LazyLock::new(|| {
    Template::member(
        ["docs", "setter", "argument", "returned", "builder", "place", "value", "markers"],
        quote! {
            #[each_docs]
            pub fn hole_setter(mut self, value: hole_argument) -> hole_returned {
                self.hole_place = hole_value;
                hole_builder { built: self.built, each_markers }
            }
        },
    )
});

fn required_setter(
    scope: Scope,
    builder: &BuilderPlan,
    setter: &SetterPlan,
    states: &[Code],
    marker: &Code,
    at: usize,
) -> Code {
    let (argument, value) = argument(&setter.ty, scope);
    let after = states
        .iter()
        .enumerate()
        .map(|(other, parameter)| if other == at { Code::fixed("rt::Set") } else { parameter.clone() });
    REQUIRED_SETTER.fill([
        &Code::docs(&setter.docs),
        &code!("{}", setter.name),
        &argument,
        &with_states(builder, &after.collect::<Vec<_>>(), "B"),
        &code!("{}", builder.name),
        &place(setter),
        &value,
        marker,
    ])
}

/// Where a setter puts its value.
fn place(setter: &SetterPlan) -> Code {
    match &setter.inside {
        None => code!("built.{}", setter.field),
        Some(object) => code!("built.{}.get_or_insert_default().{}", object, setter.field),
    }
}

static SETTER: LazyLock<Template<5>> = LazyLock::new(|| {
    Template::member(
        ["docs", "setter", "argument", "place", "value"],
        quote! {
            #[each_docs]
            #[inline]
            pub fn hole_setter(mut self, value: hole_argument) -> Self {
                self.hole_place = hole_value;
                self
            }
        },
    )
});

fn optional_setters(planned: &SetterPlan, from: Scope) -> Code {
    let deprecated = planned.deprecated.as_ref().map(|why| code!("#[deprecated = {}]", Code::text(why)));
    let setter = |name: &FieldIdent, docs: &[String], (argument, value): (Code, Code)| {
        let docs = Code::lines([Code::docs(docs), deprecated.clone().unwrap_or_default()]);
        SETTER.fill([&docs, &code!("{}", name), &argument, &place(planned), &value])
    };
    let twin = planned.maybe.as_ref().map(|twin| {
        let docs = [format!("Sets or clears [`{0}`](Self::{0}).", planned.name.bare())];
        setter(twin, &docs, optional_argument(&planned.ty, from))
    });
    let plain = setter(&planned.name, &planned.docs, argument(&planned.ty, from));
    Code::items([plain, twin.unwrap_or_default()])
}

/// What a setter takes, and what it stores.
fn argument(ty: &RustType, from: Scope) -> (Code, Code) {
    let inner = types::inner(ty, from);
    let into = matches!(ty, RustType::One(Kind::Text | Kind::Decimal) | RustType::Many(Kind::Text | Kind::Decimal))
        || matches!(ty, RustType::Enum(_) | RustType::Enums(_));
    let taken = if into { code!("impl Into<{}>", inner) } else { inner };
    if ty.is_list() {
        let argument = code!("impl IntoIterator<Item = {}>", taken);
        let each = Code::fixed(if into { ".map(Into::into)" } else { "" });
        let items = code!("IntoIterator::into_iter(value){}", each);
        return (argument, code!("Iterator::collect({})", items));
    }
    let value = Code::fixed(if into { "Into::into(value)" } else { "value" });
    let boxed = matches!(ty, RustType::Object(_, true));
    let value = if boxed { code!("Box::new({})", value) } else { value };
    (taken, code!("Some({})", value))
}

/// What the setter takes and stores that takes an `Option`.
fn optional_argument(ty: &RustType, from: Scope) -> (Code, Code) {
    let boxed = matches!(ty, RustType::Object(_, true));
    let value = Code::fixed(if boxed { "value.map(Box::new)" } else { "value" });
    (code!("Option<{}>", types::inner(ty, from)), value)
}
