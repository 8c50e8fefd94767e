//! The items of a method's file as the plan has them: the other side of the comparison with what was written. Made without looking at
//! any token.

use std::collections::BTreeSet;

use crate::plan::{ApiPlan, BuilderPlan, EnumPlan, FieldIdent, Scope, Side, StructPlan};
use opentop_model::model::{Effect, Session};

/// The items of a method's file.
pub(super) fn method(api: &ApiPlan) -> Vec<String> {
    let mut out = vec!["use super::super::rt".to_owned()];
    if api.is_message() {
        object("", &api.response, &[], &mut out);
        out.push("impl rt::MessageContent for Content {TOPIC}".to_owned());
    } else {
        request(api, &mut out);
        response(api, &mut out);
    }
    api.types.iter().filter(|ty| ty.scope == Scope::Root).for_each(|ty| named("", api, ty, &mut out));
    api.enums.iter().for_each(|plan| enumeration(plan, &mut out));
    let twins: Vec<&StructPlan> = api.types.iter().filter(|ty| ty.scope == Scope::ResponseModule).collect();
    if !twins.is_empty() {
        out.push("mod response".to_owned());
        out.push("response::use super::rt".to_owned());
        twins.iter().for_each(|ty| named("response::", api, ty, &mut out));
    }
    let missing = missing(api);
    if !missing.is_empty() {
        out.push("mod missing".to_owned());
        out.extend(missing.iter().map(|name| format!("missing::enum {name} {{}}")));
    }
    out
}

/// The parameters some builder asks for.
pub(super) fn missing(api: &ApiPlan) -> BTreeSet<FieldIdent> {
    let builders = api.structs().filter_map(|plan| plan.builder.as_ref());
    builders.flat_map(BuilderPlan::required).map(|setter| setter.name.clone()).collect()
}

/// A struct with the members of its own `impl` block, and its table.
fn object(way: &str, plan: &StructPlan, members: &[&str], out: &mut Vec<String>) {
    let name = &plan.name;
    let fields: Vec<&str> = plan.fields.iter().map(|field| field.ident.as_str()).collect();
    out.push(format!("{way}struct {name} {{{}}}", fields.join(" ")));
    let getters = plan.fields.iter().filter(|_| plan.side == Side::Request).map(|field| field.getter.as_str());
    let members: Vec<&str> = members.iter().copied().chain(getters).collect();
    if !members.is_empty() {
        out.push(format!("{way}impl {name} {{{}}}", members.join(" ")));
    }
    out.push(format!("{way}impl rt::Table for {name} {{info field_mut field}}"));
    out.push(format!("{way}rt::table_impls!({name})"));
}

fn builder(plan: &StructPlan, members: &[&str], out: &mut Vec<String>) {
    let Some(builder) = &plan.builder else { return };
    let state = builder.required().next().map(|_| "S");
    let parameters: Vec<&str> = state.into_iter().chain(builder.of_request.then_some("B")).collect();
    let held = if parameters.is_empty() { "" } else { "state" };
    out.push(format!("struct {} {{{}}}", builder.name, format!("built {held}").trim_end()));
    let setters = builder.setters.iter().flat_map(|setter| [Some(&setter.name), setter.maybe.as_ref()]).flatten();
    let setters: Vec<&str> = setters.map(FieldIdent::as_str).chain(["build"]).chain(members.iter().copied()).collect();
    out.push(format!("impl {} {{{}}}", builder.name, setters.join(" ")));
    out.push(format!("rt::builder_impls!({}<{}>{{{held}}})", builder.name, parameters.join(",")));
}

/// The methods that send a request.
fn sending(api: &ApiPlan) -> Vec<&'static str> {
    if !api.is_sent() {
        return Vec::new();
    }
    let mut names = vec!["send"];
    if is_paged(api) {
        names.extend(["pages", "items"]);
    }
    if api.by_time_window {
        names.push("by_time_window");
    }
    names
}

fn is_paged(api: &ApiPlan) -> bool {
    api.effect == Effect::Read && api.paging.is_some()
}

fn request(api: &ApiPlan, out: &mut Vec<String>) {
    let sending = sending(api);
    let members: Vec<&str> = ["builder"].into_iter().chain(sending.iter().copied()).collect();
    object("", &api.request, &members, out);
    if api.is_sent() {
        out.push("impl rt::Request for Request {Response Checked INFO checked}".to_owned());
        let kind = if api.effect == Effect::Read { "ReadRequest" } else { "WriteRequest" };
        out.push(format!("impl rt::{kind} for Request {{}}"));
        if api.session != Session::Required {
            out.push("impl rt::NoSessionRequest for Request {}".to_owned());
        }
        if is_paged(api) {
            out.push("impl rt::PagedRequest for Request {Item items}".to_owned());
        }
    }
    if api.protocol.is_some() {
        out.push("impl rt::IncomingRequest for Request {Response METHOD}".to_owned());
    }
    let flattened = api.flatten.map(|_| "from_object");
    builder(&api.request, &flattened.into_iter().chain(sending).collect::<Vec<_>>(), out);
}

fn response(api: &ApiPlan, out: &mut Vec<String>) {
    let mut accessors = Vec::new();
    if api.paging.is_some() {
        accessors.extend(["items", "into_items"]);
    }
    if let Some(outcome) = &api.outcome {
        accessors.push("business_ok");
        accessors.extend(outcome.code.as_ref().map(|_| "business_code"));
        accessors.extend(outcome.message.as_ref().map(|_| "business_message"));
    }
    object("", &api.response, &accessors, out);
    if !api.checked.is_empty() {
        let names: Vec<&str> = api.checked.iter().map(|accessor| accessor.name.as_str()).collect();
        out.push("struct CheckedResponse {}".to_owned());
        out.push(format!("impl CheckedResponse {{into_inner {}}}", names.join(" ")));
        out.push("impl ::core::ops::Deref for CheckedResponse {Target deref}".to_owned());
    }
}

fn named(way: &str, api: &ApiPlan, plan: &StructPlan, out: &mut Vec<String>) {
    let Some(own) = &plan.builder else { return object(way, plan, &[], out) };
    object(way, plan, &["builder"], out);
    builder(plan, &[], out);
    if own.of_request {
        out.push(format!("impl From<{}> for Request {{from}}", plan.name));
        out.push(format!("impl {} {{from_object {}}}", own.name, sending(api).join(" ")));
    }
}

fn enumeration(plan: &EnumPlan, out: &mut Vec<String>) {
    let name = &plan.name;
    let variants: Vec<&str> = plan.variants.iter().map(|variant| variant.name.as_str()).collect();
    out.push(format!("enum {name} {{{} Unknown}}", variants.join(" ")));
    out.push(format!("impl {name} {{VALUES}}"));
    out.push(format!("impl rt::OpenEnum for {name} {{NUMERIC from_wire wire}}"));
    let kind = if plan.numeric { "number_enum_impls" } else { "text_enum_impls" };
    out.push(format!("rt::{kind}!({name})"));
}
