//! Makes an answer without a sample, from the fields' examples or a plain value of their type.
//!
//! A list gets one element; for scalars the example may give several. A type that contains itself ends after one turn.

use opentop_model::model::{Api, Field, Object, Scalar, Type, TypeId};

use crate::json::Json;

pub(super) fn members(api: &Api) -> Vec<(String, Json)> {
    object(api, &api.response, &mut Vec::new())
}

fn object(api: &Api, of: &Object, inside: &mut Vec<TypeId>) -> Vec<(String, Json)> {
    let mut members = Vec::with_capacity(of.fields.len());
    for field in &of.fields {
        let value = match field.ty {
            Type::Scalar(scalar) | Type::Scalars(scalar) => Json::Text(scalar_text(field, scalar)),
            Type::Object(id) | Type::Objects(id) => {
                if inside.contains(&id) {
                    continue;
                }
                inside.push(id);
                let inner = Json::Object(object(api, &api.named(id).object, inside));
                inside.pop();
                if field.ty.is_list() { Json::List(vec![inner]) } else { inner }
            }
        };
        members.push((field.wire.clone(), value));
    }
    members
}

fn scalar_text(field: &Field, scalar: Scalar) -> String {
    let listed = || field.values.first().map(|listed| listed.value.as_str());
    field.usable_example().or_else(listed).unwrap_or_else(|| plain(scalar)).to_owned()
}

fn plain(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String => "text",
        Scalar::Number => "1",
        Scalar::Boolean => "true",
        Scalar::Date => "2020-01-01 00:00:00",
        Scalar::Price | Scalar::BigDecimal => "1.00",
        Scalar::Json | Scalar::Map => "{}",
        Scalar::Bytes => "AA==",
    }
}
