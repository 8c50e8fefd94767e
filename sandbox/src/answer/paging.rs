//! Answers one page of a list.
//!
//! The specification's `paging` names the fields; nothing is guessed from names. One exception: a response field named
//! exactly as the request's page or size field, in one of the objects that the paging paths go through, echoes it.

use opentop_model::model::{Api, Field, Object, PageBy, Paging, PagingEnd, Path, Scalar, Type};

use super::read::element_of;
use crate::call::Call;
use crate::node::{self, List, Members, Node};

/// The platform's own default, where a specification states none.
const DEFAULT_SIZE: i64 = 20;

pub(super) fn page(call: &Call<'_>, items: &[&Members]) -> Members {
    let api = &call.entry.api;
    let mut members = call.entry.template.clone();
    let Some(paging) = &api.paging else { return members };
    let first = i64::from(paging.first);
    let begin = asked(call, &paging.page, first).max(first);
    let size = paging.size.as_ref().map_or(DEFAULT_SIZE, |path| asked(call, path, DEFAULT_SIZE)).max(1);
    let size_items = usize::try_from(size).unwrap_or(usize::MAX);
    let before = usize::try_from(begin - first).unwrap_or(usize::MAX);
    // A cursor of this gateway is the number of items before its page.
    let skipped = if paging.by == PageBy::Number { before.saturating_mul(size_items) } else { before };
    let slice = items.iter().skip(skipped).take(size_items).map(|item| Node::Object((*item).clone())).collect();

    let element = api.field_at(&api.response, &paging.items).map(|field| element_of(api, field)).unwrap_or_default();
    node::set(api, &mut members, &paging.items, Node::List(List { element, items: slice }));
    let behind = skipped.saturating_add(size_items);
    let has_next = behind < items.len();
    match &paging.end {
        PagingEnd::HasNext(path) => node::set(api, &mut members, path, Node::Bool(has_next)),
        PagingEnd::TotalItems(path) => {
            node::set(api, &mut members, path, Node::Number(items.len().to_string()));
        }
        PagingEnd::TotalPages(path) => {
            node::set(api, &mut members, path, Node::Number(items.len().div_ceil(size_items).to_string()));
        }
        PagingEnd::NoCursor => {}
    }
    if let PageBy::Cursor { next, last } = &paging.by {
        let cursor = behind.to_string();
        let cursor = if has_next { Some(cursor.as_str()) } else { last.as_deref() };
        set_next_cursor(api, &mut members, next, cursor);
    } else {
        echo(api, paging, &paging.page, begin, &mut members);
    }
    if let Some(path) = &paging.size {
        echo(api, paging, path, size, &mut members);
    }
    members
}

/// Gives the next page's cursor, as text or number as the field is; none takes away what a sample has there.
pub(super) fn set_next_cursor(api: &Api, members: &mut Members, path: &Path, cursor: Option<&str>) {
    let is_number = api.field_at(&api.response, path).is_some_and(|field| field.ty == Type::Scalar(Scalar::Number));
    match cursor {
        Some(cursor) if is_number => node::set(api, members, path, Node::Number(cursor.to_owned())),
        Some(cursor) => node::set(api, members, path, Node::Text(cursor.to_owned())),
        None => node::remove(api, members, path),
    }
}

/// The number that the call gives at `path`, else the specification's default, else `otherwise`.
fn asked(call: &Call<'_>, path: &Path, otherwise: i64) -> i64 {
    let api = &call.entry.api;
    let default = || api.field_at(&api.request, path)?.default.as_deref()?.trim().parse().ok();
    call.text_at(path).and_then(|text| text.parse().ok()).or_else(default).unwrap_or(otherwise)
}

/// Sets the response fields that are named as the request field at `path` and stand beside the paging facts.
fn echo(api: &Api, paging: &Paging, path: &Path, value: i64, members: &mut Members) {
    let Some(asked) = api.field_at(&api.request, path) else { return };
    for known in [Some(&paging.items), paging.end.path()].into_iter().flatten() {
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
