//! Checks one method: raw to model. Every finding is reported once. While checking, types are indexed as in the spec; at the end only
//! those that are reached are kept.

use std::collections::HashMap;

use super::context::{Checked, CheckedObject, Scope, Side};
use super::paths::{self, Expected};
use super::types::Named;
use super::{field, given_names, names, paging, reach, requests, rules, size};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::model::{Api, Effect, NamedType, Object, Outcome, Scalar, Session, Type, TypeId};
use crate::raw::{self, At};
use crate::text::shown;

/// The most fields of one object; the output counts them in 16 bits.
const MOST_FIELDS: usize = 4_096;

/// Checks one method. `out` holds what was found on reading its file. `None`: something is wrong, and was reported.
pub(super) fn check(raw: &raw::Method, out: &mut Vec<Diagnostic>) -> Option<Api> {
    let clean = |out: &[Diagnostic]| out.iter().all(|finding| finding.severity == Severity::Warning);
    let well_read = clean(out);
    if !size::raw(raw, out) {
        return None;
    }
    let checked = objects(raw, out);
    let key = raw.idempotency_key.as_ref();
    let identifies = Expected::Scalar(&[Scalar::String, Scalar::Number]);
    let idempotency_key = key.and_then(|key| paths::resolve(&checked, Side::Request, key, identifies, out));
    let outcome = raw.outcome.as_ref().and_then(|raw| outcome(&checked, raw, out));
    let paging = raw.paging.as_ref().and_then(|raw| paging::check(&checked, raw, out));
    let flatten = raw.flatten.and_then(|at| flattened(&checked, at, out));
    module(raw, out);
    given_names::identifiers(raw, out);
    // A key that could not be read may be the very one that is missed here.
    if well_read {
        only_parameter(&checked, out);
    }
    infinite(raw, &checked, out);
    size::expanded(raw, &checked, out);
    let (api, session, effect) = (raw.api.as_ref()?, raw.session?, raw.effect?);
    if !clean(out) {
        return None;
    }
    let mut api = assemble(raw, api, session, effect, checked, out);
    api.flatten = flatten;
    api.idempotency_key = idempotency_key;
    api.outcome = outcome;
    api.paging = paging;
    requests::check(&api, raw, out);
    given_names::unique(&api, out);
    Some(api)
}

fn objects(raw: &raw::Method, out: &mut Vec<Diagnostic>) -> Checked {
    let mut ids = HashMap::new();
    for (index, named) in raw.types.iter().enumerate() {
        ids.insert(named.name.value.as_str(), TypeId(index));
        if let Some((wrong, help)) = names::named_type(&named.name.value) {
            let message = format!("the type name {} {wrong}", shown(&named.name.value));
            out.push(Diagnostic::error(Code::InvalidName, named.name.at, message).label("this name").help(help));
        }
        if named.object.fields.is_empty() && !named.object.broken {
            let message = format!("the type {} has no fields; JSON stands for it", shown(&named.name.value));
            let help = "if the page lists its fields elsewhere, write them here";
            out.push(Diagnostic::warning(Code::EmptyType, named.name.at, message).label("no fields").help(help));
        }
    }
    let empty = raw.types.iter().map(|named| named.object.fields.is_empty() && !named.object.broken).collect();
    let names = raw.types.iter().map(|named| named.name.value.as_str()).collect();
    let scope = Scope { named: Named { ids, names }, empty };
    let types = raw.types.iter().map(|named| object(&named.object, false, &scope, out)).collect();
    Checked {
        request: object(&raw.request, true, &scope, out),
        response: object(&raw.response, false, &scope, out),
        types,
    }
}

fn object(raw: &raw::Object, top: bool, scope: &Scope<'_>, out: &mut Vec<Diagnostic>) -> CheckedObject {
    let mut fields = Vec::with_capacity(raw.fields.len());
    let mut known = Vec::with_capacity(raw.fields.len());
    let mut wires: HashMap<&str, Place> = HashMap::new();
    for raw in &raw.fields {
        let checked = field::check(raw, top, scope, out);
        fields.push(checked.field);
        known.push(checked.known);
        let name = raw.wire.as_ref().unwrap_or(&raw.key);
        if let Some(first) = wires.get(name.value.as_str()) {
            let message = format!("two fields of this object are named {} on the wire", shown(&name.value));
            let finding =
                Diagnostic::warning(Code::DuplicateWireName, name.at, message).label("again").also(*first, "first");
            out.push(
                finding.help("an answer fills the first one only; remove one if the page lists it twice by mistake"),
            );
        } else {
            wires.insert(&name.value, name.at);
        }
    }
    if let Some(field) = raw.fields.get(MOST_FIELDS) {
        let message = format!("an object must have at most {MOST_FIELDS} fields (got {})", raw.fields.len());
        out.push(
            Diagnostic::error(Code::TooLarge, field.key.at, message)
                .label("the first too many")
                .help("split the object"),
        );
    }
    let mut checked = CheckedObject { object: Object { fields, rules: Vec::new() }, known, broken: raw.broken };
    let index = rules::Index::of(raw);
    let rules = raw.rules.iter().filter_map(|rule| rules::check(rule, &checked, &index, out)).collect();
    checked.object.rules = rules;
    checked
}

fn outcome(checked: &Checked, raw: &raw::Outcome, out: &mut Vec<Diagnostic>) -> Option<Outcome> {
    let mut resolve = |path: &Option<At<String>>, scalars| {
        let path = path.as_ref()?;
        paths::resolve(checked, Side::Response, path, Expected::Scalar(scalars), out)
    };
    let ok = resolve(&raw.ok, &[Scalar::Boolean]);
    let code = resolve(&raw.code, &[Scalar::String, Scalar::Number]);
    let message = resolve(&raw.message, &[Scalar::String]);
    Some(Outcome { ok: ok?, code, message })
}

/// The parameter that `flatten` means: the first one that is a single object.
fn flattened(checked: &Checked, at: Place, out: &mut Vec<Diagnostic>) -> Option<usize> {
    let request = &checked.request;
    let found = request.object.fields.iter().position(|field| matches!(field.ty, Type::Object(_)));
    if found.is_none() && !request.broken && request.known.iter().all(|known| *known) {
        let message = "`flatten` lends the fields of a parameter that is an object, and no parameter is one";
        out.push(Diagnostic::error(Code::InvalidValue, at, message).label("here").help("remove `flatten`"));
    }
    found
}

/// The name that the spec gives the Rust module.
fn module(raw: &raw::Method, out: &mut Vec<Diagnostic>) {
    let Some(module) = &raw.module else { return };
    let category = raw.category.as_ref().map_or("", |category| category.value.as_str());
    if let Some((wrong, help)) = names::module(&module.value, category) {
        let message = format!("the module {} {wrong}", shown(&module.value));
        out.push(Diagnostic::error(Code::InvalidName, module.at, message).label("this name").help(help));
    }
}

/// A request whose only parameter is an object with required fields is nothing without it.
fn only_parameter(checked: &Checked, out: &mut Vec<Diagnostic>) {
    let [field] = &checked.request.object.fields[..] else { return };
    let Type::Object(id) = field.ty else { return };
    let Some(inner) = checked.named(id).object.fields.iter().find(|field| field.required) else { return };
    if field.required || checked.request.broken {
        return;
    }
    let message = format!(
        "{} is the only parameter, and is optional, though its {} is required",
        shown(&field.key),
        shown(&inner.key)
    );
    let help = "write `required: true` here, and keep the page's word with `vendor_required: false`";
    let finding = Diagnostic::error(Code::OptionalOnlyParameter, field.at, message).label("not required");
    out.push(finding.also(inner.at, "required").help(help));
}

fn infinite(raw: &raw::Method, checked: &Checked, out: &mut Vec<Diagnostic>) {
    let objects: Vec<&Object> = checked.types.iter().map(|checked| &checked.object).collect();
    for (named, _) in raw.types.iter().zip(reach::infinite(&objects)).filter(|(_, infinite)| *infinite) {
        let message = format!("the type {} requires itself: no value of it could end", shown(&named.name.value));
        let finding = Diagnostic::error(Code::InfiniteType, named.name.at, message).label("requires itself");
        out.push(finding.help("one of the fields on the way back to it cannot be `required`"));
    }
}

/// Puts the model together: only types that are reached stay, and are indexed anew.
fn assemble(
    raw: &raw::Method,
    api: &At<String>,
    session: Session,
    effect: Effect,
    checked: Checked,
    out: &mut Vec<Diagnostic>,
) -> Api {
    let objects: Vec<&Object> = checked.types.iter().map(|checked| &checked.object).collect();
    let in_request = reach::reached(&checked.request.object, &objects);
    let in_response = reach::reached(&checked.response.object, &objects);
    let recursive = reach::recursive(&objects);
    let mut new_ids: Vec<Option<TypeId>> = Vec::with_capacity(objects.len());
    let mut kept = 0;
    for (index, named) in raw.types.iter().enumerate() {
        let used = in_request[index] || in_response[index];
        if !used && !named.object.fields.is_empty() {
            let message = format!("the type {} is never used", shown(&named.name.value));
            let help = "use it, or remove it; nothing is generated for it";
            out.push(Diagnostic::warning(Code::UnusedType, named.name.at, message).label("never used").help(help));
        }
        new_ids.push(used.then_some(TypeId(kept)));
        kept += usize::from(used);
    }
    let mut types = Vec::with_capacity(kept);
    for (index, (named, object)) in raw.types.iter().zip(checked.types).enumerate() {
        if new_ids[index].is_some() {
            types.push(NamedType {
                at: named.name.at,
                name: named.name.value.clone(),
                rust_name: named.rust_name.as_ref().map(|name| name.value.clone()),
                description: named.description.clone(),
                object: renumbered(object.object, &new_ids),
                in_request: in_request[index],
                in_response: in_response[index],
                recursive: recursive[index],
            });
        }
    }
    Api {
        at: api.at,
        method: api.value.clone(),
        category: raw.category.as_ref().map(|category| category.value.clone()).unwrap_or_default(),
        title: raw.title.clone(),
        description: raw.description.clone(),
        session,
        effect,
        dialect: raw.dialect.clone(),
        suggested_effect: raw.suggested_effect,
        suggested_session: raw.suggested_session,
        deprecated: raw.deprecated.clone(),
        module: raw.module.as_ref().map(|name| name.value.clone()),
        flatten: None,
        idempotency_key: None,
        outcome: None,
        paging: None,
        request: renumbered(checked.request.object, &new_ids),
        response: renumbered(checked.response.object, &new_ids),
        types,
        samples: raw.samples.clone(),
        errors: raw.errors.clone(),
        corrections: Vec::new(),
    }
}

fn renumbered(mut object: Object, new_ids: &[Option<TypeId>]) -> Object {
    for field in &mut object.fields {
        if let Type::Object(id) | Type::Objects(id) = &mut field.ty {
            *id = new_ids[id.0].expect("invariant: what a kept object holds is kept");
        }
    }
    object
}
