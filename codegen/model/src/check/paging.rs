//! Checks where the paths of `paging:` lead.

use super::context::{Checked, Side};
use super::paths::{self, Expected};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Field, PageBy, Paging, PagingEnd, Path, Scalar, TypeId};
use crate::raw::{self, At, Begin, End};
use crate::text::shown;

pub(super) fn check(checked: &Checked, raw: &raw::Paging, out: &mut Vec<Diagnostic>) -> Option<Paging> {
    const NUMBER: Expected = Expected::Scalar(&[Scalar::Number]);
    const CURSOR: Expected = Expected::Scalar(&[Scalar::String, Scalar::Number]);
    let mut resolve = |side, path: Option<&At<String>>, expected| paths::resolve(checked, side, path?, expected, out);
    let is_cursor = matches!(raw.begin, Some((Begin::Cursor, _)));
    let begin = raw.begin.as_ref().map(|(_, path)| path);
    let page = resolve(Side::Request, begin, if is_cursor { CURSOR } else { NUMBER });
    let size = resolve(Side::Request, raw.size.as_ref(), NUMBER);
    let next = resolve(Side::Response, raw.next_cursor.as_ref(), CURSOR);
    let end = raw.end.as_ref().and_then(|(way, path)| {
        let expected = if *way == End::HasNext { Expected::Scalar(&[Scalar::Boolean]) } else { NUMBER };
        let path = resolve(Side::Response, Some(path), expected)?;
        Some(match way {
            End::HasNext => PagingEnd::HasNext(path),
            End::TotalItems => PagingEnd::TotalItems(path),
            End::TotalPages => PagingEnd::TotalPages(path),
        })
    });
    let items = resolve(Side::Response, raw.items.as_ref(), Expected::Objects)?;
    let item_key = raw.item_key.as_ref().zip(element(checked, &items));
    let item_key = item_key.and_then(|(key, id)| paths::item_key(checked, id, key, out));
    let page = page?;
    let (by, end, first) = match raw.begin.as_ref()?.0 {
        Begin::Page => (PageBy::Number, end?, 1),
        Begin::Offset => (PageBy::Offset, end?, 0),
        Begin::Cursor => {
            let next = next?;
            same_type(checked, &page, &next, raw, out);
            let end = if raw.end.is_some() { end? } else { PagingEnd::NoCursor };
            (PageBy::Cursor { next, last: raw.last_cursor.clone() }, end, 0)
        }
    };
    let first = raw.first.as_ref().map_or(first, |first| first.value);
    Some(Paging { page, by, first, size, end, items, item_key, order: raw.order.unwrap_or_default() })
}

/// What the response gives has to fit into the request.
fn same_type(checked: &Checked, cursor: &Path, next: &Path, raw: &raw::Paging, out: &mut Vec<Diagnostic>) {
    let fields = field(checked, Side::Request, cursor).zip(field(checked, Side::Response, next));
    let Some((sent, given)) = fields.filter(|(sent, given)| sent.ty != given.ty) else { return };
    let Some(path) = &raw.next_cursor else { return };
    let message = format!(
        "expected `cursor` and `next_cursor` of one type, got {} of `{}` and {} of `{}`",
        shown(&sent.key),
        name(sent),
        shown(&given.key),
        name(given)
    );
    let finding = Diagnostic::error(Code::PathType, path.at, message).label("here").also(sent.at, "the request's");
    out.push(finding.also(given.at, "the response's").help("give both fields the same `type`"));
}

fn name(field: &Field) -> &'static str {
    match field.ty {
        crate::model::Type::Scalar(scalar) => scalar.name(),
        _ => "?",
    }
}

/// The field that a path leads to.
fn field<'a>(checked: &'a Checked, side: Side, path: &Path) -> Option<&'a Field> {
    let mut object = checked.side(side);
    let (last, way) = path.0.split_last()?;
    for &index in way {
        object = checked.named(object.object.fields[index].ty.object()?);
    }
    object.object.fields.get(*last)
}

/// The type of the objects in the list that `path` leads to.
fn element(checked: &Checked, path: &Path) -> Option<TypeId> {
    field(checked, Side::Response, path)?.ty.object()
}
