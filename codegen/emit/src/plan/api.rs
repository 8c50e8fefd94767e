//! Decides what stands in the module of one method. Looks at no other method.

use std::collections::BTreeSet;

use super::enums::{self, Owner};
use super::fields::{MethodContext, StructInput};
use super::paths::{self, Paths};
use super::scope::name_types;
use super::types::{ApiPlan, Scope, Side, StructPlan};
use super::values::ExampleObject;
use super::{builders, docs, example, facts, wire};
use crate::doctext::{is_invisible, visible};
use opentop_model::diagnostic::{Code, Diagnostic, SourceFile};
use opentop_model::model::{Api, Effect, Rule, TypeId};
use opentop_model::naming::{FieldNames, TypeScope};
use opentop_model::rust_names::{ModuleName, TypeName, WireName};

/// The longest alias, in bytes.
const LONGEST_ALIAS: usize = 120;

/// Decides one method.
pub(crate) fn plan_api(api: &Api, sources: &[SourceFile]) -> (ApiPlan, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut scope = TypeScope::of(api);
    let types = name_types(api, &mut scope, &mut findings);
    let enums = enums::gather(api, &mut scope, &mut findings);
    let context = MethodContext { api, types, fields: FieldNames::of(api), enums };
    check_counts(api, &mut findings);
    check_codes(api, &mut findings);

    let root = |object, owner, name, side, docs| StructInput { object, owner, name, scope: Scope::Root, side, docs };
    let request = root(&api.request, Owner::Request, TypeName::request(), Side::Request, docs::request(api));
    let mut request = context.plan_struct(request, &mut findings);
    let name = if api.is_message() { TypeName::content() } else { TypeName::response() };
    let response = root(&api.response, Owner::Response, name, Side::Response, docs::response(api));
    let response = context.plan_struct(response, &mut findings);
    let mut types = plan_types(&context, &mut findings);
    if let Some(at) = api.flatten {
        builders::flatten(&mut request, at, &mut types);
    }

    let errors: Vec<_> = api.errors.iter().map(docs::error).collect();
    let facts = facts::facts(api);
    let paths = Paths { api, types: &types };
    let source =
        sources.get(api.at.file).map_or_else(|| format!("{}/{}.yaml", api.category, api.method), |s| s.path.clone());
    let examples = example::build(api, &request, &types, &context.enums);
    let paging = paths::paging(&paths, &request, &response);
    let mut plan = ApiPlan {
        at: api.at,
        method: WireName::new(&api.method),
        envelope: api.envelope(),
        source,
        module: module(api),
        aliases: aliases(api),
        title: docs::title(api),
        description: docs::description(api),
        docs: docs::module(api, &facts, &errors),
        facts,
        protocol: api.protocol(),
        effect: api.effect,
        effect_confirmed: api.suggested_effect.is_none(),
        session: api.session,
        idempotency_key: api.idempotency_key.as_ref().and_then(|path| paths.of(&request, &api.request, path)),
        outcome: paths::outcome(&paths, &response),
        checked: paths::checked(&paths, &response),
        by_time_window: paging.is_some() && api.effect == Effect::Read && has_span(api),
        paging,
        flatten: api.flatten,
        wire: wire::parameters(&examples.sent),
        errors,
        samples: samples(api),
        enums: context.enums.list,
        request,
        response,
        types,
        example: examples.called,
    };
    if !plan.is_sent() {
        // What a client would make of an answer.
        plan.outcome = None;
        plan.checked = Vec::new();
        plan.paging = None;
        plan.by_time_window = false;
    }
    suppress_deprecations(&mut plan, &examples.sent);
    (plan, findings)
}

/// The module of a method.
pub(crate) fn module(api: &Api) -> ModuleName {
    match &api.module {
        Some(name) => ModuleName::given(name),
        None if api.is_message() => ModuleName::of_topic(&api.method, &api.category),
        None => ModuleName::of_method(&api.method, &api.category),
    }
}

/// Words by which readers look for a method: its name, the vendor's name of the class, and its title. The compiler allows no white
/// space, quotes or control characters in them.
fn aliases(api: &Api) -> Vec<String> {
    let class = (!api.is_message()).then(|| TypeName::of_method(&api.method, "Request"));
    let class = class.as_ref().map_or("", TypeName::as_str);
    let mut words: Vec<String> = Vec::new();
    for word in [api.method.as_str(), class, api.title.trim()] {
        let legal = !word.is_empty()
            && word.len() <= LONGEST_ALIAS
            && !word.chars().any(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '\\') || is_invisible(c));
        if legal && word != TypeName::request().as_str() && words.iter().all(|known| known != word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Whether the request's dates, or those of its flattened object, may be only so far apart.
fn has_span(api: &Api) -> bool {
    let flattened = api.flatten.and_then(|at| api.request.fields.get(at)?.ty.object());
    let objects = [&api.request].into_iter().chain(flattened.map(|id| &api.named(id).object));
    objects.flat_map(|object| &object.rules).any(|rule| matches!(rule, Rule::MaxSpan { .. }))
}

/// A deprecated field that the example cannot do without is deprecated in its documentation only.
fn suppress_deprecations(plan: &mut ApiPlan, sent: &ExampleObject) {
    let mut called = BTreeSet::new();
    example::calls(sent, &mut called);
    let flattened = plan.flatten.and_then(|at| plan.request.fields.get(at)?.ty.object().cloned());
    for object in [&mut plan.request].into_iter().chain(&mut plan.types) {
        let name = &object.name;
        for setter in object.builder.iter_mut().flat_map(|builder| &mut builder.setters) {
            let of = flattened.as_ref().filter(|_| setter.inside.is_some()).map_or(name, |object| &object.name);
            if called.contains(&(of.clone(), setter.wire.clone())) {
                setter.deprecated = None;
            }
        }
    }
}

/// The named types: on the request's side at the root; on the response's side there too, unless requests use the type as well.
fn plan_types(context: &MethodContext<'_>, findings: &mut Vec<Diagnostic>) -> Vec<StructPlan> {
    let mut plans = Vec::new();
    for (at, ty) in context.api.types.iter().enumerate() {
        let sides = [(Side::Request, ty.in_request), (Side::Response, ty.in_response)];
        let mut renames = Some(&mut *findings);
        for (side, _) in sides.into_iter().filter(|(_, used)| *used) {
            let reference = context.type_ref(TypeId(at), side);
            let input = StructInput {
                object: &ty.object,
                owner: Owner::Type(TypeId(at)),
                name: reference.name,
                scope: reference.scope,
                side,
                docs: docs::named(&ty.name, &ty.description, side),
            };
            // The twin has the same fields: what is to be said of them is said once.
            plans.push(match renames.take() {
                Some(findings) => context.plan_struct(input, findings),
                None => context.plan_struct(input, &mut Vec::new()),
            });
        }
    }
    plans
}

/// What the runtime compares with the code of a refusal must be what a reader sees.
fn check_codes(api: &Api, findings: &mut Vec<Diagnostic>) {
    for row in api.errors.iter().filter(|row| row.executed.is_some()) {
        if row.code.trim().chars().any(is_invisible) {
            let message = format!("the code `{}` of an error holds an invisible character", visible(&row.code));
            findings.push(Diagnostic::error(Code::InvisibleCharacter, api.at, message).help("write it without"));
        }
    }
}

fn check_counts(api: &Api, findings: &mut Vec<Diagnostic>) {
    for (owner, object) in enums::objects(api) {
        if object.fields.len() > usize::from(u16::MAX) {
            let at = if let Owner::Type(id) = owner { api.named(id).at } else { api.at };
            let message = format!("an object of {} fields", object.fields.len());
            findings.push(Diagnostic::error(Code::TooManyFields, at, message).help("split it, or type it `Json`"));
        }
    }
}

fn samples(api: &Api) -> Vec<(&'static str, String)> {
    let samples = [("xml", &api.samples.response_xml), ("json", &api.samples.response_json)];
    samples.into_iter().filter_map(|(language, text)| Some((language, text.clone()?))).collect()
}
