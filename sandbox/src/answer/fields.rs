//! Applies a request's field list (`Field List`): fields that were not asked for are left out.
//!
//! Unknown names are ignored, as the platform does.

use std::collections::BTreeSet;

use opentop_model::model::{Api, Field, Object, Scalar, Type};

use crate::call::Call;
use crate::node::{self, Members, Node};

pub(super) fn filter(call: &Call<'_>, members: &mut Members) {
    let api = &call.entry.api;
    let lists = api.request.fields.iter().filter(|field| is_choice(api, field));
    for chosen in lists.filter_map(|field| call.parameters.get(&field.wire)) {
        let chosen: BTreeSet<&str> = chosen.split(',').map(str::trim).collect();
        match &api.paging {
            Some(paging) => {
                if let Some(Node::List(list)) = node::get(api, members, &paging.items) {
                    let mut list = list.clone();
                    list.items.iter_mut().for_each(|item| keep(item, &chosen));
                    node::set(api, members, &paging.items, Node::List(list));
                }
            }
            None => keep_at_root(api, members, &chosen),
        }
    }
}

/// Without paging the choice is among the fields of the objects that are the answer.
fn keep_at_root(api: &Api, members: &mut Members, chosen: &BTreeSet<&str>) {
    let holds_objects = |field: &&Field| field.ty.object().is_some();
    for field in api.response.fields.iter().filter(holds_objects) {
        match members.iter_mut().find(|(name, _)| *name == field.wire) {
            Some((_, Node::List(list))) => list.items.iter_mut().for_each(|item| keep(item, chosen)),
            Some((_, object)) => keep(object, chosen),
            None => {}
        }
    }
}

fn keep(node: &mut Node, chosen: &BTreeSet<&str>) {
    if let Node::Object(members) = node {
        members.retain(|(name, _)| chosen.contains(name.as_str()));
    }
}

/// Whether a parameter chooses fields. The vendor's type says so; where the page calls it a `String` and the specification
/// reads it as a list of names, most of the names that the specification gives for it are fields of the answer.
fn is_choice(api: &Api, field: &Field) -> bool {
    if field.ty != Type::Scalars(Scalar::String) {
        return false;
    }
    if field.vendor_type == "Field List" {
        return true;
    }
    let listed: Vec<&str> = match field.usable_example() {
        _ if !field.values.is_empty() => field.values.iter().map(|listed| listed.value.as_str()).collect(),
        Some(example) => example.split(',').map(str::trim).collect(),
        None => return false,
    };
    let is_field =
        |name: &&&str| choices(api).iter().any(|object| object.fields.iter().any(|field| field.wire == ***name));
    field.vendor_type == "String" && listed.iter().filter(is_field).count() * 2 > listed.len()
}

/// The objects whose fields can be chosen.
fn choices(api: &Api) -> Vec<&Object> {
    let of = |field: &Field| field.ty.object().map(|id| &api.named(id).object);
    match &api.paging {
        Some(paging) => api.field_at(&api.response, &paging.items).and_then(of).into_iter().collect(),
        None => api.response.fields.iter().filter_map(of).collect(),
    }
}
