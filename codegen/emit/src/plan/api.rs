//! One method: what stands in its module.
//!
//! In: a method of the model. Out: [`ApiPlan`]. Looks at no other method.

use std::collections::BTreeSet;

use super::enums::{self, Owner};
use super::fields::{Decided, Wanted, index, indices};
use super::scope::{TypeScope, name_types};
use super::{
    ApiPlan, OutcomePlan, PagingEndKind, PagingPlan, PathPlan, RustType, Scope, Side, StructPlan, docs, example, wire,
};
use opentop_model::diagnostic::{Code, Diagnostic, SourceFile};
use opentop_model::model::{Api, Object, PagingEnd, Path, TypeId};
use opentop_model::rust_names::{ModuleName, TypeName, WireName};

/// Decides one method.
pub(super) fn plan_api(api: &Api, sources: &[SourceFile]) -> (ApiPlan, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let request_name = TypeName::of_method(&api.method, "Request");
    let response_name = TypeName::of_method(&api.method, "Response");
    let mut scope = TypeScope::new(&request_name, &response_name);
    let types = name_types(api, &mut scope, &mut findings);
    let enums = enums::gather(api, &mut scope, &mut findings);
    let decided = Decided { api, types, enums };
    check_counts(api, &mut findings);

    let root = |object, owner, name, side, docs| Wanted { object, owner, name, scope: Scope::Root, side, docs };
    let request = root(&api.request, Owner::Request, request_name, Side::Request, docs::request(api));
    let request = decided.plan_struct(request, &mut findings);
    let response = root(&api.response, Owner::Response, response_name, Side::Response, docs::response(api));
    let response = decided.plan_struct(response, &mut findings);
    let types = plan_types(&decided, &mut findings);

    let errors: Vec<_> = api.errors.iter().map(docs::error).collect();
    let facts = docs::facts(api);
    let paths = Paths { api, types: &types };
    let source =
        sources.get(api.at.file).map_or_else(|| format!("{}/{}.yaml", api.category, api.method), |s| s.path.clone());
    let example = example::build(api, &request, &types, &decided);
    let mut plan = ApiPlan {
        at: api.at,
        method: WireName::new(&api.method),
        envelope: api.envelope(),
        source,
        module: ModuleName::of_method(&api.method, &api.category),
        title: docs::title(api),
        description: docs::description(api),
        docs: docs::module(api, &facts, &errors),
        facts,
        effect: api.effect,
        session: api.session,
        idempotency_key: api.idempotency_key.as_ref().and_then(|path| paths.of(&request, &api.request, path)),
        outcome: outcome(&paths, &response),
        paging: paging(&paths, &request, &response),
        wire: wire::parameters(&example),
        example,
        errors,
        samples: samples(api),
        enums: decided.enums.list,
        request,
        response,
        types,
    };
    quieten(&mut plan);
    (plan, findings)
}

/// A deprecated field that the example cannot do without is deprecated in its documentation only.
fn quieten(plan: &mut ApiPlan) {
    let mut called = BTreeSet::new();
    example::calls(&plan.example, &mut called);
    for object in [&mut plan.request].into_iter().chain(&mut plan.types) {
        for field in &mut object.fields {
            if called.contains(&(object.name.clone(), field.setter.clone())) {
                field.deprecated = None;
            }
        }
    }
}

/// The named types: on the request's side at the root; on the response's side there too, unless requests use the type as well.
fn plan_types(decided: &Decided<'_>, findings: &mut Vec<Diagnostic>) -> Vec<StructPlan> {
    let mut plans = Vec::new();
    for (at, ty) in decided.api.types.iter().enumerate() {
        let sides = [(Side::Request, ty.in_request), (Side::Response, ty.in_response)];
        let mut renames = Some(&mut *findings);
        for (side, _) in sides.into_iter().filter(|(_, used)| *used) {
            let reference = decided.type_ref(TypeId(at), side);
            let wanted = Wanted {
                object: &ty.object,
                owner: Owner::Type(TypeId(at)),
                name: reference.name,
                scope: reference.scope,
                side,
                docs: docs::named(&ty.name, &ty.description, side),
            };
            // The twin has the same fields: what is to be said of them is said once.
            plans.push(match renames.take() {
                Some(findings) => decided.plan_struct(wanted, findings),
                None => decided.plan_struct(wanted, &mut Vec::new()),
            });
        }
    }
    plans
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

/// Paths of a method, resolved.
struct Paths<'a> {
    api: &'a Api,
    types: &'a [StructPlan],
}

impl Paths<'_> {
    fn of(&self, root: &StructPlan, object: &Object, path: &Path) -> Option<PathPlan> {
        let mut at = root;
        let mut steps = Vec::with_capacity(path.0.len());
        let mut found = None;
        for (depth, &step) in path.0.iter().enumerate() {
            let field = at.fields.get(step)?;
            let boxed = matches!(field.ty, RustType::Object(_, true));
            steps.push((field.ident.clone(), boxed));
            if depth + 1 == path.0.len() {
                found = Some(field.ty.clone());
            } else if let RustType::Object(name, _) = &field.ty {
                at = self.types.iter().find(|ty| ty.name == name.name && ty.scope == name.scope)?;
            } else {
                return None;
            }
        }
        Some(PathPlan { indices: indices(&path.0), steps, ty: found?, text: docs::wire_path(self.api, object, path) })
    }
}

fn outcome(paths: &Paths<'_>, response: &StructPlan) -> Option<OutcomePlan> {
    let outcome = paths.api.outcome.as_ref()?;
    let of = |path: &Path| paths.of(response, &paths.api.response, path);
    Some(OutcomePlan {
        ok: of(&outcome.ok)?,
        code: outcome.code.as_ref().and_then(of),
        message: outcome.message.as_ref().and_then(of),
    })
}

fn paging(paths: &Paths<'_>, request: &StructPlan, response: &StructPlan) -> Option<PagingPlan> {
    let paging = paths.api.paging.as_ref()?;
    let sent = |path: &Path| paths.of(request, &paths.api.request, path);
    let received = |path: &Path| paths.of(response, &paths.api.response, path);
    let end = match &paging.end {
        PagingEnd::HasNext(path) => (PagingEndKind::HasNext, received(path)?),
        PagingEnd::TotalItems(path) => (PagingEndKind::TotalItems, received(path)?),
        PagingEnd::TotalPages(path) => (PagingEndKind::TotalPages, received(path)?),
    };
    let items = received(&paging.items)?;
    let item_type = items.ty.object()?;
    let item = paths.types.iter().find(|ty| ty.name == item_type.name && ty.scope == item_type.scope)?;
    let item_key = paging.item_key.and_then(|at| Some((index(at), item.fields.get(at)?.wire.as_str().to_owned())));
    Some(PagingPlan { page: sent(&paging.page)?, size: paging.size.as_ref().and_then(sent), end, items, item_key })
}
