//! The request built from the page's examples, in Rust: what tests, documentation and the demo send.
//!
//! The values are those of [`opentop_model::examples`], which are known to obey the method's rules; here they get setters and types.

use std::collections::BTreeSet;

use super::enums::Enums;
use super::types::{BuilderPlan, Kind, RustType, StructPlan};
use super::values::{ExampleField, ExampleObject, ExampleValue};
use crate::doctext::is_invisible;
use opentop_model::examples::{self, Example};
use opentop_model::model::{Api, Field, Object};
use opentop_model::rust_names::{TypeName, WireName};

/// The request of a method: as it goes over the wire, and as its builder is called. The two differ where a parameter is flattened.
pub(super) struct Examples {
    pub(super) sent: ExampleObject,
    pub(super) called: ExampleObject,
}

/// Builds the request of a method.
pub(super) fn build(api: &Api, request: &StructPlan, types: &[StructPlan], enums: &Enums) -> Examples {
    let writer = Writer { api, types, enums };
    let values = examples::request(api).unwrap_or_default();
    let set = writer.fields(&api.request, &values, request);
    let called = called(api, request, &set);
    let sent = set.into_iter().map(|(_, field)| field).collect();
    Examples {
        sent: ExampleObject { name: request.name.clone(), fields: sent },
        called: ExampleObject { name: request.name.clone(), fields: called },
    }
}

/// The setters of the request's builder: those of a flattened object stand in its place.
fn called(api: &Api, request: &StructPlan, set: &[(usize, ExampleField)]) -> Vec<ExampleField> {
    let mut out = Vec::with_capacity(set.len());
    for (at, field) in set {
        match &field.value {
            ExampleValue::Object(object) if api.flatten == Some(*at) => match &request.builder {
                // The object's own builder is called.
                None => out.extend(object.fields.iter().cloned()),
                Some(builder) => out.extend(object.fields.iter().map(|inner| flat(builder, inner))),
            },
            _ => out.push(field.clone()),
        }
    }
    out
}

fn flat(builder: &BuilderPlan, inner: &ExampleField) -> ExampleField {
    let setter = builder.setters.iter().find(|setter| setter.inside.is_some() && setter.wire == inner.wire);
    ExampleField { setter: setter.map_or_else(|| inner.setter.clone(), |setter| setter.name.clone()), ..inner.clone() }
}

/// The setters an example calls, by type: what is deprecated among them is so in its documentation only, since the generated
/// crate must not warn of itself.
pub(super) fn calls(object: &ExampleObject, out: &mut BTreeSet<(TypeName, WireName)>) {
    for field in &object.fields {
        out.insert((object.name.clone(), field.wire.clone()));
        let nested = match &field.value {
            ExampleValue::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in nested {
            if let ExampleValue::Object(object) = value {
                calls(object, out);
            }
        }
    }
}

struct Writer<'a> {
    api: &'a Api,
    types: &'a [StructPlan],
    enums: &'a Enums,
}

impl Writer<'_> {
    fn fields(&self, object: &Object, values: &[Option<Example>], plan: &StructPlan) -> Vec<(usize, ExampleField)> {
        let mut out = Vec::with_capacity(values.len());
        for (at, ((field, planned), value)) in object.fields.iter().zip(&plan.fields).zip(values).enumerate() {
            let value = value.as_ref().and_then(|value| self.value(field, &planned.ty, value));
            let setter = plan.builder.as_ref().and_then(|builder| builder.setter(false, at));
            let setter = setter.map_or_else(|| planned.ident.clone(), |setter| setter.name.clone());
            out.extend(value.map(|value| (at, ExampleField { setter, wire: planned.wire.clone(), value })));
        }
        out
    }

    fn value(&self, field: &Field, ty: &RustType, value: &Example) -> Option<ExampleValue> {
        match value {
            Example::Scalar(_, text) => self.scalar(field, ty, text),
            Example::Scalars(_, texts) => {
                let items: Option<Vec<_>> = texts.iter().map(|text| self.scalar(field, ty, text)).collect();
                items.map(ExampleValue::List)
            }
            Example::Object(_, values) => self.object(field, ty, values).map(ExampleValue::Object),
            Example::Objects(_, items) => {
                let items: Option<Vec<_>> =
                    items.iter().map(|values| self.object(field, ty, values).map(ExampleValue::Object)).collect();
                items.map(ExampleValue::List)
            }
        }
    }

    fn object(&self, field: &Field, ty: &RustType, values: &[Option<Example>]) -> Option<ExampleObject> {
        let (id, reference) = (field.ty.object()?, ty.object()?);
        let plan = self.types.iter().find(|ty| ty.name == reference.name && ty.scope == reference.scope)?;
        let fields = self.fields(&self.api.named(id).object, values, plan);
        Some(ExampleObject { name: plan.name.clone(), fields: fields.into_iter().map(|(_, field)| field).collect() })
    }

    /// A scalar's text as its type. Text that code cannot show is not used.
    fn scalar(&self, field: &Field, ty: &RustType, text: &str) -> Option<ExampleValue> {
        let unseen = |text: &str| text.chars().any(is_invisible);
        let plain = (unseen(text) && field.required).then(|| examples::plain(field));
        let text = plain.as_deref().unwrap_or(text);
        if unseen(text) {
            return None;
        }
        match ty {
            RustType::One(kind) | RustType::Many(kind) => one(*kind, text),
            RustType::Enum(name) | RustType::Enums(name) => self.listed(&name.name, text),
            RustType::Object(..) | RustType::Objects(_) => None,
        }
    }

    fn listed(&self, name: &TypeName, text: &str) -> Option<ExampleValue> {
        let plan = self.enums.list.iter().find(|plan| plan.name == *name)?;
        let name = name.clone();
        Some(match plan.variants.iter().find(|variant| variant.value == text) {
            Some(known) => ExampleValue::Listed(name, known.name.clone(), known.value.clone(), plan.numeric),
            None => ExampleValue::Unlisted(name, text.to_owned(), plan.numeric),
        })
    }
}

fn one(kind: Kind, text: &str) -> Option<ExampleValue> {
    match kind {
        Kind::Text => Some(ExampleValue::Text(text.to_owned())),
        Kind::Int => text.parse().ok().map(ExampleValue::Int),
        Kind::Bool => text.parse().ok().map(ExampleValue::Bool),
        Kind::Date => Some(ExampleValue::Date(text.to_owned())),
        Kind::Decimal => text.parse::<rust_decimal::Decimal>().ok().map(|it| ExampleValue::Decimal(it.to_string())),
        Kind::Json => Some(ExampleValue::Json(text.trim().to_owned())),
        Kind::File => Some(ExampleValue::File("example.txt".to_owned())),
    }
}
