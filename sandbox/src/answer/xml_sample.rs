//! Reads samples in XML into the wrapped form of JSON, every leaf as text.
//!
//! The model tells lists from objects. For elements that it does not list, `list="true"` or several children of one name do.

use opentop_model::model::{Api, Object, Type};

use crate::json::Json;
use crate::xml::{Element, parse};

/// The members of the response.
///
/// # Errors
/// What is wrong with the sample.
pub(super) fn members(api: &Api, sample: &str) -> Result<Vec<(String, Json)>, String> {
    let root = parse(sample)?;
    if root.name == "error_response" {
        return Err("it shows an error".to_owned());
    }
    Ok(object(api, Some(&api.response), &root.children))
}

fn object(api: &Api, object: Option<&Object>, children: &[Element]) -> Vec<(String, Json)> {
    let value = |child: &Element| {
        let field = object.and_then(|object| object.fields.iter().find(|field| field.wire == child.name));
        match field.map(|field| &field.ty) {
            Some(Type::Scalar(_)) => Json::Text(child.text.clone()),
            Some(Type::Object(id)) => inner(api, Some(&api.named(*id).object), child),
            Some(Type::Objects(id)) => list(api, Some(&api.named(*id).object), child),
            Some(Type::Scalars(_)) => list(api, None, child),
            None if child.is_list || repeats(&child.children) => list(api, None, child),
            None => inner(api, None, child),
        }
    };
    children.iter().map(|child| (child.name.clone(), value(child))).collect()
}

/// An element that is no list: its members, or its text.
fn inner(api: &Api, shape: Option<&Object>, element: &Element) -> Json {
    if element.children.is_empty() {
        Json::Text(element.text.clone())
    } else {
        Json::Object(object(api, shape, &element.children))
    }
}

fn list(api: &Api, shape: Option<&Object>, element: &Element) -> Json {
    let Some(first) = element.children.first() else { return Json::Text(element.text.clone()) };
    let items = element.children.iter().map(|item| inner(api, shape, item)).collect();
    Json::Object(vec![(first.name.clone(), Json::List(items))])
}

fn repeats(children: &[Element]) -> bool {
    children.len() > 1 && children.iter().all(|child| child.name == children[0].name)
}
