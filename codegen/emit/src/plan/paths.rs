//! Resolves the paths of a method: where its flag, its pages and its items stand in the Rust types.

use super::docs;
use super::fields::{index, indices};
use super::types::{CheckedPlan, OutcomePlan, PageByPlan, PagingEndKind, PagingPlan, PathPlan, RustType, StructPlan};
use opentop_model::model::{Api, Effect, Object, PageBy, PageOrder, PagingEnd, Path};
use opentop_model::rust_names::FieldIdent;

/// Paths of a method, resolved.
pub(super) struct Paths<'a> {
    pub(super) api: &'a Api,
    pub(super) types: &'a [StructPlan],
}

impl Paths<'_> {
    pub(super) fn of(&self, root: &StructPlan, object: &Object, path: &Path) -> Option<PathPlan> {
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

pub(super) fn outcome(paths: &Paths<'_>, response: &StructPlan) -> Option<OutcomePlan> {
    let outcome = paths.api.outcome.as_ref()?;
    let of = |path: &Path| paths.of(response, &paths.api.response, path);
    Some(OutcomePlan {
        ok: of(&outcome.ok)?,
        code: outcome.code.as_ref().and_then(of),
        message: outcome.message.as_ref().and_then(of),
    })
}

pub(super) fn paging(paths: &Paths<'_>, request: &StructPlan, response: &StructPlan) -> Option<PagingPlan> {
    let paging = paths.api.paging.as_ref()?;
    let sent = |path: &Path| paths.of(request, &paths.api.request, path);
    let received = |path: &Path| paths.of(response, &paths.api.response, path);
    let kind = match &paging.end {
        PagingEnd::HasNext(_) => Some(PagingEndKind::HasNext),
        PagingEnd::TotalItems(_) => Some(PagingEndKind::TotalItems),
        PagingEnd::TotalPages(_) => Some(PagingEndKind::TotalPages),
        PagingEnd::NoCursor => None,
    };
    let end = match kind.zip(paging.end.path()) {
        Some((kind, path)) => Some((kind, received(path)?)),
        None => None,
    };
    let (by, usual) = match &paging.by {
        PageBy::Number => (PageByPlan::Number, 1),
        PageBy::Offset => (PageByPlan::Offset, 0),
        PageBy::Cursor { next, last } => (PageByPlan::Cursor(received(next)?, last.clone()), paging.first),
    };
    let items = received(&paging.items)?;
    let item_type = items.ty.object()?;
    let item = paths.types.iter().find(|ty| ty.name == item_type.name && ty.scope == item_type.scope)?;
    let item_key = paging.item_key.and_then(|at| Some((index(at), item.fields.get(at)?.wire.as_str().to_owned())));
    Some(PagingPlan {
        page: sent(&paging.page)?,
        by,
        first: (paging.first != usual).then_some(paging.first),
        size: paging.size.as_ref().and_then(sent),
        end,
        items,
        item_key,
        last_first: paging.order == PageOrder::LastFirst,
    })
}

/// The accessors of a write's checked response: one for each object on the way to its flag.
pub(super) fn checked(paths: &Paths<'_>, response: &StructPlan) -> Vec<CheckedPlan> {
    let Some(outcome) = paths.api.outcome.as_ref().filter(|_| paths.api.effect == Effect::Write) else {
        return Vec::new();
    };
    let mut accessors: Vec<CheckedPlan> = Vec::new();
    for length in 1..outcome.ok.0.len() {
        let path = paths.of(response, &paths.api.response, &Path(outcome.ok.0[..length].to_vec()));
        let Some((path, (last, _))) = path.and_then(|path| Some((path.clone(), path.steps.last()?.clone()))) else {
            continue;
        };
        let own = ["clone", "deref", "into_inner"].contains(&last.bare());
        let mut name: FieldIdent = if own { last.suffixed() } else { last };
        while accessors.iter().any(|accessor| accessor.name == name) {
            name = name.suffixed();
        }
        accessors.push(CheckedPlan { name, path });
    }
    accessors
}
