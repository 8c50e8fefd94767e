//! What is wrong with a request, for its user.

use opentop_model::model::Api;
use opentop_sandbox::check::{Violation, ViolationKind};

use super::arguments;
use crate::resemble;

/// A line for each violation. A parameter that the method does not have is followed by the likeliest one.
pub(crate) fn lines(api: &Api, violations: &[Violation]) -> String {
    violations.iter().map(|violation| format!("\n  {violation}{}", misspelt(api, violation))).collect()
}

/// What a parameter that the method does not have was meant to be.
fn misspelt(api: &Api, violation: &Violation) -> String {
    if violation.kind != ViolationKind::Unknown {
        return String::new();
    }
    let mut object = &api.request;
    let mut names = violation.path.split('.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            // Where the only parameter is an object, its fields are what people write.
            let inside = arguments::only_object(api).filter(|_| std::ptr::eq(object, &api.request));
            let inside = inside.and_then(|field| field.ty.object()).map(|id| &api.named(id).object);
            let fields = object.fields.iter().chain(inside.into_iter().flat_map(|object| &object.fields));
            return resemble::question(name, fields.map(|field| field.wire.as_str()));
        }
        let name = name.split('[').next().unwrap_or(name);
        match object.fields.iter().find(|field| field.wire == name).and_then(|field| field.ty.object()) {
            Some(id) => object = &api.named(id).object,
            None => break,
        }
    }
    String::new()
}
