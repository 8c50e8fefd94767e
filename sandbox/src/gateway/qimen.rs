//! Calls through Qimen: system parameters in the query, business parameters in a body whose exact bytes are signed, or in a form.

use opentop_model::model::{Api, Object, Protocol, Scalar, Type};

use super::admission::{self, Conditions};
use super::execution::{self, Proof};
use super::qimen_form::Form;
use super::refusal::Code;
use super::state::State;
use super::{form, read};
use crate::answer;
use crate::call::Refusal;
use crate::faults::fault::Fault;
use crate::http::{HttpRequest, HttpResponse};
use crate::json::Json;
use crate::parameters::Parameters;
use crate::xml::{self, Element};

/// The root of a body.
const ROOT: &str = "request";

/// Answers a call.
pub(super) fn answer(
    state: &State,
    request: &HttpRequest,
    form: Form,
    fault: &Fault,
    request_id: &str,
) -> HttpResponse {
    let mut parameters = match read::query(request) {
        Ok(query) => query,
        Err(refusal) => return refused(&refusal, form, &Parameters::default(), request_id),
    };
    match read_call(state, request, form, &mut parameters, &Conditions::under(fault)) {
        Ok(()) => execution::run(state, &parameters, Proof::Qimen(form), fault, request_id),
        Err(refusal) => {
            let response = refused(&refusal, form, &parameters, request_id);
            execution::report(state, parameters.get("method"), &Err(refusal), fault, request_id);
            response
        }
    }
}

fn refused(refusal: &Refusal, form: Form, query: &Parameters, request_id: &str) -> HttpResponse {
    answer::qimen::refused(refusal, form.format(query), request_id)
}

/// Reads and checks a call. `query` then holds the parameters as the gateway's own calls have them, objects as JSON text;
/// after a refusal it is as it came.
fn read_call(
    state: &State,
    request: &HttpRequest,
    form: Form,
    query: &mut Parameters,
    conditions: &Conditions,
) -> Result<(), Refusal> {
    let method = query.get("method").ok_or_else(|| Code::MissingMethod.because("expected `method` in the query"))?;
    let entry = state.entry(method).filter(|entry| entry.api.protocol() == Some(Protocol::Qimen)).ok_or_else(|| {
        Code::InvalidMethod.because(format!("no specification with `dialect: {{ name: qimen }}` describes `{method}`"))
    })?;
    if form == Form::Cloud && query.get("target_app_key").is_none() {
        let words = "expected the key of the application that is called in `target_app_key`";
        return Err(Code::MissingArguments.at("target_app_key", words));
    }
    let content_type = request.content_type.as_deref().unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let api = &entry.api;
    let own = match (&*kind, form) {
        ("text/xml" | "application/xml", _) => {
            identify(state, query, Some(&request.body), conditions)?;
            from_xml(api, text(&request.body)?)?
        }
        ("application/json", Form::Cloud) => {
            identify(state, query, Some(&request.body), conditions)?;
            from_json(api, text(&request.body)?)?
        }
        ("application/x-www-form-urlencoded" | "", Form::Cloud) => {
            let fields = form::decode(&request.body).map_err(|cause| Code::InvalidEncoding.because(cause))?;
            let own = rooted(api, &fields);
            query.text.extend(fields.iter().cloned());
            let identified = identify(state, query, None, conditions);
            query.text.truncate(query.text.len() - fields.len());
            identified?;
            own
        }
        _ => {
            let expected = if form == Form::Classic { "text/xml" } else { "a form, application/json or text/xml" };
            return Err(
                Code::InvalidArguments.because(format!("expected a body of {expected}; set the header Content-Type"))
            );
        }
    };
    // It says whom the call is for, and is no parameter of the method.
    query.text.retain(|(name, _)| name != "customerId");
    query.text.extend(own);
    Ok(())
}

fn identify(state: &State, query: &Parameters, body: Option<&[u8]>, conditions: &Conditions) -> Result<(), Refusal> {
    admission::identify(state, query, body, conditions)
}

fn text(body: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(|_| Code::InvalidEncoding.because("the body is not UTF-8; encode text as UTF-8"))
}

/// The object that is the root of a body, where the specification writes it as the only parameter.
fn root_object(api: &Api) -> Option<&Object> {
    match api.request.fields.as_slice() {
        [only] if only.wire == ROOT => only.ty.object().map(|id| &api.named(id).object),
        _ => None,
    }
}

fn from_json(api: &Api, body: &str) -> Result<Vec<(String, String)>, Refusal> {
    if body.trim().is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = |cause: String| Code::InvalidArguments.because(format!("the body is not JSON: {cause}"));
    let members = match Json::parse(body).map_err(unreadable)? {
        Json::Object(members) => members,
        other => return Err(unreadable(format!("expected an object, got {}", other.kind()))),
    };
    Ok(match members.as_slice() {
        [(name, inner @ Json::Object(_))] if name == ROOT && root_object(api).is_some() => {
            vec![(ROOT.to_owned(), inner.to_string())]
        }
        _ if root_object(api).is_some() => vec![(ROOT.to_owned(), Json::Object(members).to_string())],
        _ => members.into_iter().map(|(name, value)| (name, parameter(&value))).collect(),
    })
}

fn from_xml(api: &Api, body: &str) -> Result<Vec<(String, String)>, Refusal> {
    let unreadable = |cause: String| Code::InvalidArguments.because(format!("the body cannot be read: {cause}"));
    let root = xml::parse(body).map_err(unreadable)?;
    if root.name != ROOT {
        return Err(unreadable(format!("expected the root `request`, got `{}`", root.name)));
    }
    Ok(match root_object(api) {
        Some(object) => vec![(ROOT.to_owned(), members(api, Some(object), &root).to_string())],
        None => match members(api, Some(&api.request), &root) {
            Json::Object(members) => members.into_iter().map(|(name, value)| (name, parameter(&value))).collect(),
            _ => Vec::new(),
        },
    })
}

/// The fields of a form as the parameters that the specification lists.
fn rooted(api: &Api, fields: &[(String, String)]) -> Vec<(String, String)> {
    let Some(object) = root_object(api) else { return fields.to_vec() };
    let value = |name: &str, text: &str| {
        let field = object.fields.iter().find(|field| field.wire == name);
        let is_nested = field.is_some_and(|field| {
            field.ty.object().is_some() || matches!(field.ty, Type::Scalar(Scalar::Json | Scalar::Map))
        });
        match Json::parse(text) {
            Ok(json) if is_nested => json,
            _ => Json::Text(text.to_owned()),
        }
    };
    let members = fields.iter().map(|(name, text)| (name.clone(), value(name, text))).collect();
    vec![(ROOT.to_owned(), Json::Object(members).to_string())]
}

/// A value as the text of a parameter.
fn parameter(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::List(items) if items.iter().all(|item| item.scalar_text().is_some()) => {
            items.iter().filter_map(Json::scalar_text).collect::<Vec<_>>().join(",")
        }
        other => other.scalar_text().map_or_else(|| other.to_string(), str::to_owned),
    }
}

/// An element's members as the specification has them: lists are arrays, leaves text.
fn members(api: &Api, object: Option<&Object>, element: &Element) -> Json {
    let value = |child: &Element| {
        let field = object.and_then(|object| object.fields.iter().find(|field| field.wire == child.name));
        match field.map(|field| &field.ty) {
            Some(Type::Object(id)) => members(api, Some(&api.named(*id).object), child),
            Some(Type::Objects(id)) => {
                Json::List(child.children.iter().map(|item| members(api, Some(&api.named(*id).object), item)).collect())
            }
            Some(Type::Scalars(_)) => {
                Json::List(child.children.iter().map(|item| Json::Text(item.text.clone())).collect())
            }
            Some(Type::Scalar(_)) | None if child.children.is_empty() => Json::Text(child.text.clone()),
            Some(Type::Scalar(_)) | None => members(api, None, child),
        }
    };
    Json::Object(element.children.iter().map(|child| (child.name.clone(), value(child))).collect())
}
