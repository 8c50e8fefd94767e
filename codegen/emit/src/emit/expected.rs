//! The items of a method's file as the plan has them: the other side of the comparison with what was written.
//!
//! In: the plan. Out: the list that `items` must find. Made without looking at any token.

use std::collections::BTreeSet;

use crate::plan::{ApiPlan, EnumPlan, FieldIdent, Scope, StructPlan};
use opentop_model::model::{Effect, Session};

/// The items of a method's file.
pub(super) fn method(api: &ApiPlan) -> Vec<String> {
    let mut out = vec!["use opentop_runtime::table".to_owned()];
    object("", api, &api.request, &mut out);
    request(api, &mut out);
    object("", api, &api.response, &mut out);
    api.types.iter().filter(|ty| ty.scope == Scope::Root).for_each(|ty| object("", api, ty, &mut out));
    api.enums.iter().for_each(|plan| enumeration(plan, &mut out));
    let twins: Vec<&StructPlan> = api.types.iter().filter(|ty| ty.scope == Scope::Twin).collect();
    if !twins.is_empty() {
        out.push("mod response".to_owned());
        out.push("response::use super::table".to_owned());
        twins.iter().for_each(|ty| object("response::", api, ty, &mut out));
    }
    let missing = missing(api);
    if !missing.is_empty() {
        out.push("mod missing".to_owned());
        out.extend(missing.iter().map(|name| format!("missing::struct {name} {{}}")));
    }
    out
}

/// The parameters some builder asks for.
pub(super) fn missing(api: &ApiPlan) -> BTreeSet<FieldIdent> {
    api.structs()
        .filter(|plan| plan.builder.is_some())
        .flat_map(StructPlan::required)
        .map(|field| field.ident.clone())
        .collect()
}

fn object(way: &str, api: &ApiPlan, plan: &StructPlan, out: &mut Vec<String>) {
    let name = &plan.name;
    let fields: Vec<&str> = plan.fields.iter().map(|field| field.ident.as_str()).collect();
    out.push(format!("{way}struct {name} {{{}}}", fields.join(" ")));
    if plan.builder.is_some() {
        out.push(format!("{way}impl {name} {{builder}}"));
    } else if plan.name == api.response.name && !accessors(api).is_empty() {
        out.push(format!("{way}impl {name} {{{}}}", accessors(api).join(" ")));
    }
    out.push(format!("{way}impl table::Table for {name} {{shape slot value}}"));
    out.push(format!("{way}::opentop_runtime::table_impls!({name})"));
    if let Some(builder) = &plan.builder {
        let states: String = super::builder::state_names(plan).iter().map(|state| format!(" {state}")).collect();
        out.push(format!("{way}struct {builder} {{built{states}}}"));
        let setters = plan.fields.iter().flat_map(|field| [Some(&field.setter), field.maybe_setter.as_ref()]).flatten();
        let setters: Vec<&str> = setters.map(FieldIdent::as_str).chain(["build"]).collect();
        out.push(format!("{way}impl {builder} {{{}}}", setters.join(" ")));
    }
}

/// Accessors of the response.
pub(super) fn accessors(api: &ApiPlan) -> Vec<&'static str> {
    let mut names = Vec::new();
    if api.paging.is_some() {
        names.extend(["items", "into_items"]);
    }
    if let Some(outcome) = &api.outcome {
        names.push("business_ok");
        names.extend(outcome.code.as_ref().map(|_| "business_code"));
        names.extend(outcome.message.as_ref().map(|_| "business_message"));
    }
    names
}

fn request(api: &ApiPlan, out: &mut Vec<String>) {
    let name = &api.request.name;
    out.push(format!("impl ::opentop_runtime::Request for {name} {{Response API}}"));
    let kind = if api.effect == Effect::Read { "ReadRequest" } else { "WriteRequest" };
    out.push(format!("impl ::opentop_runtime::{kind} for {name} {{}}"));
    if api.session != Session::Required {
        out.push(format!("impl ::opentop_runtime::SessionlessRequest for {name} {{}}"));
    }
    if api.effect == Effect::Read && api.paging.is_some() {
        out.push(format!("impl ::opentop_runtime::PagedRequest for {name} {{Item items}}"));
    }
}

fn enumeration(plan: &EnumPlan, out: &mut Vec<String>) {
    let name = &plan.name;
    let variants: Vec<&str> = plan.variants.iter().map(|variant| variant.name.as_str()).collect();
    out.push(format!("enum {name} {{{} Unknown}}", variants.join(" ")));
    out.push(format!("impl ::opentop_runtime::table::OpenEnum for {name} {{NUMERIC from_wire wire}}"));
    let kind = if plan.numeric { "number_enum_impls" } else { "text_enum_impls" };
    out.push(format!("::opentop_runtime::{kind}!({name})"));
}
