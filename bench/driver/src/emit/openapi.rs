//! Writes the same model as an OpenAPI 3.0 document, for progenitor.
//!
//! A method is a `POST` of one object and answers one object. Limits, formats and listed values are left out (each of them
//! makes progenitor emit a type with checks of its own): the comparison is with the cheapest crate it can make.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::names::{Scope, camel, snake};
use crate::catalogue::{Api, Catalogue, Field, Kind};

/// The names of a method's request and response schema, by index of the method.
pub(crate) fn roots(catalogue: &Catalogue) -> Vec<(String, String)> {
    Names::of(catalogue).0.into_iter().map(|names| (names.request, names.response)).collect()
}

/// The document.
pub(crate) fn emit(catalogue: &Catalogue) -> Value {
    let mut paths = Map::new();
    let mut schemas = BTreeMap::new();
    let mut operations = Scope::default();
    for (api, names) in catalogue.apis.iter().zip(Names::of(catalogue).0) {
        schemas.insert(names.request.clone(), object(&names, &api.method, &api.request));
        schemas.insert(names.response.clone(), object(&names, &api.method, &api.response));
        for (named, name) in api.types.iter().zip(&names.types) {
            schemas.insert(name.clone(), object(&names, &named.description, &named.fields));
        }
        let operation = operations.unique(snake(&api.method));
        let body = json!({"required": true, "content": content(&names.request)});
        let responses = json!({"200": {"description": "the answer", "content": content(&names.response)}});
        let post = json!({"operationId": operation, "summary": api.title, "requestBody": body, "responses": responses});
        paths.insert(format!("/{operation}"), json!({"post": post}));
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "comparison", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

struct Names(Vec<ApiNames>);

struct ApiNames {
    request: String,
    response: String,
    types: Vec<String>,
}

impl Names {
    /// Schemas are global: every name starts with its method's, as the generators of other SDKs have it.
    fn of(catalogue: &Catalogue) -> Self {
        let mut scope = Scope::default();
        let mut name = |api: &Api, part: &str| scope.unique(format!("{}{part}", camel(&api.method))).replace('_', "X");
        Self(
            catalogue
                .apis
                .iter()
                .map(|api| ApiNames {
                    request: name(api, "Request"),
                    response: name(api, "Response"),
                    types: api.types.iter().map(|named| name(api, &format!("O{}", camel(&named.name)))).collect(),
                })
                .collect(),
        )
    }
}

fn content(name: &str) -> Value {
    json!({"application/json": {"schema": reference(name)}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn object(names: &ApiNames, description: &str, fields: &[Field]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut idents = Scope::default();
    for field in fields {
        // Two properties that make one Rust name stop progenitor: it gets the first.
        let ident = snake(&field.wire);
        if idents.unique(ident.clone()) != ident {
            continue;
        }
        properties.insert(field.wire.clone(), schema(names, field));
        if field.required {
            required.push(field.wire.clone());
        }
    }
    let mut schema = json!({"type": "object", "description": description, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn schema(names: &ApiNames, field: &Field) -> Value {
    let one = match field.kind {
        Kind::Object(id) => reference(&names.types[id]),
        Kind::Int => json!({"type": "integer", "format": "int64"}),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Text | Kind::Date | Kind::Decimal | Kind::Json => json!({"type": "string"}),
    };
    let mut schema = match (field.list, field.kind) {
        (true, _) => json!({"type": "array", "items": one}),
        // What stands beside a reference is ignored in 3.0.
        (false, Kind::Object(_)) => json!({"allOf": [one]}),
        (false, _) => one,
    };
    schema["description"] = json!(field.description);
    schema
}
