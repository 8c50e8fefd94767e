//! Finds fields by their names, wherever a path can lead.

use crate::code::squeeze;
use crate::tree::{Map, Tree};

/// A field by its path from the request or the response, through objects that are no lists.
pub(super) struct Found<'a> {
    pub(super) path: String,
    pub(super) key: &'a str,
    pub(super) field: &'a Map,
}

/// The fields of a side and of the single objects in it, outermost first.
pub(super) fn reachable<'a>(spec: &'a Map, side: &str) -> Vec<Found<'a>> {
    let mut found: Vec<Found<'a>> = Vec::new();
    let Some(fields) = spec.map(side).and_then(|object| object.map("fields")) else { return found };
    let mut open: Vec<(String, &Map)> = vec![(String::new(), fields)];
    let mut seen: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some((way, fields)) = open.get(at).map(|(way, fields)| (way.clone(), *fields)) {
        at += 1;
        for (key, field) in &fields.0 {
            let Tree::Map(field) = field else { continue };
            let path = if way.is_empty() { key.clone() } else { format!("{way}.{key}") };
            let ty = field.text("type").unwrap_or_default();
            if let Some((ty, inner)) = spec
                .map("types")
                .and_then(|types| types.0.iter().find(|(name, _)| name == ty))
                .and_then(|(name, object)| match object {
                    Tree::Map(object) => Some((name.as_str(), object.map("fields")?)),
                    Tree::Text(_) | Tree::List(_) => None,
                })
                && !seen.contains(&ty)
                && way.matches('.').count() < 3
            {
                seen.push(ty);
                open.push((path.clone(), inner));
            }
            found.push(Found { path, key, field });
        }
    }
    found
}

/// A name as names are compared.
pub(super) fn plain(name: &str) -> String {
    squeeze(name)
}

/// The first field of this type that is called so; earlier names are preferred.
pub(super) fn named<'f, 'a>(fields: &'f [Found<'a>], ty: &str, names: &[&str]) -> Option<&'f Found<'a>> {
    names
        .iter()
        .find_map(|name| fields.iter().find(|found| found.field.text("type") == Some(ty) && plain(found.key) == *name))
}
