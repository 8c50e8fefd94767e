//! Answers one page of a list.
//!
//! The specification's `paging` names the fields; nothing is guessed from names. One exception: a response field named
//! exactly as the request's page or size field, in one of the objects that the paging paths go through, echoes it.

use opentop_model::model::{Api, Field, Object, Paging, PagingEnd, Path, Scalar, Type};

use super::read::element_of;
use crate::call::Call;
use crate::node::{self, List, Members, Node};

/// The platform's own default, where a specification states none.
const DEFAULT_SIZE: i64 = 20;

pub(super) fn page(call: &Call<'_>, items: &[&Members]) -> Members {
    let api = &call.entry.api;
    let mut members = call.entry.template.clone();
    let Some(paging) = &api.paging else { return members };
    let number = asked(call, &paging.page, 1);
    let size = paging.size.as_ref().map_or(DEFAULT_SIZE, |path| asked(call, path, DEFAULT_SIZE));
    let size_items = usize::try_from(size).unwrap_or(usize::MAX);
    let skipped = usize::try_from(number - 1).unwrap_or(usize::MAX).saturating_mul(size_items);
    let slice = items.iter().skip(skipped).take(size_items).map(|item| Node::Object((*item).clone())).collect();

    let element = api.field_at(&api.response, &paging.items).map(|field| element_of(api, field)).unwrap_or_default();
    node::set(api, &mut members, &paging.items, Node::List(List { element, items: slice }));
    let end = match &paging.end {
        PagingEnd::HasNext(path) => (path, Node::Bool(skipped.saturating_add(size_items) < items.len())),
        PagingEnd::TotalItems(path) => (path, Node::Number(items.len().to_string())),
        PagingEnd::TotalPages(path) => (path, Node::Number(items.len().div_ceil(size_items).to_string())),
    };
    node::set(api, &mut members, end.0, end.1);
    echo(api, paging, &paging.page, number, &mut members);
    if let Some(path) = &paging.size {
        echo(api, paging, path, size, &mut members);
    }
    members
}

/// The number that the call gives at `path`, else the specification's default, else `otherwise`; at least 1.
fn asked(call: &Call<'_>, path: &Path, otherwise: i64) -> i64 {
    let api = &call.entry.api;
    let default = || api.field_at(&api.request, path)?.default.as_deref()?.trim().parse().ok();
    call.text_at(path).and_then(|text| text.parse().ok()).or_else(default).unwrap_or(otherwise).max(1)
}

/// Sets the response fields that are named as the request field at `path` and stand beside the paging facts.
fn echo(api: &Api, paging: &Paging, path: &Path, value: i64, members: &mut Members) {
    let Some(asked) = api.field_at(&api.request, path) else { return };
    let (PagingEnd::HasNext(end) | PagingEnd::TotalItems(end) | PagingEnd::TotalPages(end)) = &paging.end;
    for known in [&paging.items, end] {
        let mut object: &Object = &api.response;
        for (depth, &index) in known.0.iter().enumerate() {
            let same = |field: &Field| field.wire == asked.wire && field.ty == Type::Scalar(Scalar::Number);
            if let Some(at) = object.fields.iter().position(same) {
                let mut path = known.0[..depth].to_vec();
                path.push(at);
                node::set(api, members, &Path(path), Node::Number(value.to_string()));
            }
            match object.fields.get(index).map(|field| &field.ty) {
                Some(Type::Object(id)) => object = &api.named(*id).object,
                _ => break,
            }
        }
    }
}
