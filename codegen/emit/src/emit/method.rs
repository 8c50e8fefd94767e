//! The file of one method: request, response, types and enums.

use super::code::{Code, code};
use super::options::Options;
use super::rust_file::RustFile;
use super::{accessors, builder, content, enums, expected, flatten, request, structs};
use crate::plan::{ApiPlan, CategoryPlan, Method, Scope, StructPlan};

/// Where the file stands.
pub(super) fn path<A: Method>(category: &CategoryPlan<A>, api: &A) -> String {
    format!("src/api/{}/{}.rs", category.module, api.module())
}

/// The file.
pub(super) fn file(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> RustFile {
    RustFile {
        path: path(category, api),
        source: format!("{}/{}", options.spec, api.source),
        code: Ok(Code::items([Code::inner_docs(&api.docs), items(category, api, options)])),
        expected: expected::method(api),
    }
}

/// The file without the documentation at its head.
pub(super) fn items(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Code {
    let of_scope = |scope: Scope| {
        let types = api.types.iter().filter(move |ty| ty.scope == scope);
        Code::items(types.map(|ty| named(api, ty)))
    };
    Code::items([
        Code::fixed("use super::super::rt;"),
        roots(category, api, options),
        of_scope(Scope::Root),
        Code::items(api.enums.iter().map(enums::enumeration)),
        response_module(of_scope(Scope::ResponseModule)),
        builder::missing(&expected::missing(api)),
    ])
}

/// Request and response, or the content of a message.
fn roots(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Code {
    if api.is_message() {
        return content::items(category, api, options);
    }
    Code::items([
        request(category, api, options),
        structs::object(&api.response, Code::default(), accessors::of_response(api)),
        accessors::checked(api),
    ])
}

/// The request, and how it is sent.
fn request(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Code {
    let object = api.flattened_alone();
    let start = match (&api.request.builder, object.and_then(|object| object.builder.as_ref())) {
        (Some(own), _) => builder::start(own),
        (None, Some(of_object)) => {
            let optional = api.request.fields.iter().any(|field| !field.required);
            builder::start_flattened(of_object, optional)
        }
        (None, None) => Code::default(),
    };
    let members = Code::items([start, request::sending(api)]);
    let behind_build =
        Code::items([flatten::from_object(api), request::sending_built(api, api.request.builder.as_ref())]);
    let docs = request::docs(category, api, options);
    Code::items([
        structs::object(&StructPlan { docs, ..api.request.clone() }, request::aliases(api), members),
        request::facts(api),
        builder::builder(&api.request, behind_build),
    ])
}

/// A named type. The one that is flattened makes requests as well.
fn named(api: &ApiPlan, plan: &StructPlan) -> Code {
    let start = plan.builder.as_ref().map_or_else(Code::default, builder::start);
    let of_request = plan.builder.as_ref().filter(|builder| builder.of_request);
    let makes_requests = of_request.map_or_else(Code::default, |of_request| {
        flatten::conversion(api, plan, request::sending_built(api, Some(of_request)))
    });
    Code::items([
        structs::object(plan, Code::default(), start),
        builder::builder(plan, Code::default()),
        makes_requests,
    ])
}

/// The module of the response's types that requests use too.
fn response_module(types: Code) -> Code {
    if types.is_empty() {
        return Code::default();
    }
    let docs = "Types that requests have too, as responses have them: every field public.";
    let inner = Code::items([Code::fixed("use super::rt;"), types]);
    Code::lines([Code::docs(&[docs.to_owned()]), code!("pub mod response {}", Code::block(&inner))])
}
