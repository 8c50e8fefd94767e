//! Compares two catalogues for code that uses the generated crate.
//!
//! The result is the changes of [`opentop_model::diff`], and one for every name that code can use (see [`surface`]) and that is
//! gone or means something else now. A name is left out if another change already tells it.

mod surface;

use std::collections::BTreeMap;

use opentop_model::diff::{self, Change, Class, Kind};
use opentop_model::model::{Api, Model};
use opentop_model::parallel::each;

use crate::plan::{category_features, plan_api};
use surface::{Item, Surface};

/// Every change from `old` to `new`, sorted as [`opentop_model::diff::diff`] sorts them. Equal models have none.
#[must_use]
pub fn changes(old: &Model, new: &Model) -> Vec<Change> {
    let mut changes = diff::diff(old, new);
    let mut told: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in &changes {
        told.entry(change.method.as_deref().unwrap_or_default()).or_default().push(change);
    }
    let before: BTreeMap<&str, &Api> = old.apis.iter().map(|api| (api.method.as_str(), api)).collect();
    let in_both: Vec<(&Api, &Api)> =
        new.apis.iter().filter_map(|api| Some((*before.get(api.method.as_str())?, api))).collect();
    let names = each(&in_both, |&(was, api)| {
        let told = told.get(api.method.as_str()).map_or(&[][..], Vec::as_slice);
        if told.is_empty() && order(was).eq(order(api)) { Vec::new() } else { names(was, api, told) }
    });
    let mut more = features(old, new);
    more.extend(names.into_iter().flatten());
    changes.append(&mut more);
    diff::sort(&mut changes);
    changes
}

/// The order in which names are given, where nothing else changed.
fn order(api: &Api) -> impl Iterator<Item = &str> {
    let types = api.types.iter().flat_map(|named| [(named.name.as_str(), &named.object)]);
    let objects = [("", &api.request), ("", &api.response)].into_iter().chain(types);
    objects.flat_map(|(name, object)| {
        let fields = object.fields.iter().flat_map(|field| {
            [field.key.as_str()].into_iter().chain(field.values.iter().map(|listed| listed.value.as_str()))
        });
        [name].into_iter().chain(fields)
    })
}

fn surface_of(api: &Api) -> Surface {
    surface::of(api, &plan_api(api, &[]).0)
}

/// The names of one method that are gone or mean something else.
fn names(old: &Api, new: &Api, told: &[&Change]) -> Vec<Change> {
    let mut out = Vec::new();
    let (before, after) = (surface_of(old), surface_of(new));
    // With a type, all that is named within it has another path.
    let mut renamed: Vec<&str> = Vec::new();
    let (types, rest): (Vec<_>, Vec<_>) = before.iter().partition(|(_, item)| item.is_type());
    for (name, item) in types.into_iter().chain(rest) {
        let now = after.get(name);
        let with_its_type = !item.is_type() && renamed.iter().any(|path| within(&item.path, path));
        if now.is_some_and(|now| now.meaning == item.meaning) || with_its_type || is_told(name, item, told) {
            continue;
        }
        if item.is_type() {
            renamed.push(&item.path);
        }
        // Where the element went, else what the name means now.
        let moved = after.iter().find(|(other, now)| *other != name && now.is(item) && !before.contains_key(*other));
        let after = match (moved, now) {
            (Some((other, _)), _) => Some(other.clone()),
            (None, Some(now)) => Some(format!("{name}: {}", now.meaning)),
            (None, None) => None,
        };
        let said = if now.is_some() { format!("{name}: {}", item.meaning) } else { name.clone() };
        out.push(Change {
            category: new.category.clone(),
            method: Some(new.method.clone()),
            path: item.path.clone(),
            kind: Kind::RustNameChanged,
            class: Class::Breaking,
            before: Some(said),
            after,
        });
    }
    out
}

fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a breaking change of the element itself, of what it stands in, or of its type is told already.
fn is_told(name: &str, item: &Item, told: &[&Change]) -> bool {
    told.iter().filter(|change| change.class == Class::Breaking).any(|change| {
        let path = change.path.as_str();
        !path.is_empty() && within(&item.path, path)
            // A renamed module or category renames everything in it; another effect gives every call another type.
            || matches!(change.kind, Kind::CategoryMoved | Kind::ModuleRenamed)
            || change.kind == Kind::FlattenChanged && name.starts_with("Request::builder()")
            || item.of.as_deref().is_some_and(|of| {
                path == of && matches!(change.kind, Kind::TypeMoved | Kind::TypeRecursionChanged | Kind::TypeRemoved)
            })
            || item.causes.contains(&path)
    })
}

/// Categories whose feature has another name: where there are many, they share features, and one more may change which.
fn features(old: &Model, new: &Model) -> Vec<Change> {
    let (before, after) = (category_features(old), category_features(new));
    let changed = before.iter().filter_map(|(category, was)| Some((category, was, after.get(category)?)));
    changed
        .filter(|(_, was, is)| was != is)
        .map(|(category, was, is)| Change {
            category: (*category).to_owned(),
            method: None,
            path: "feature".to_owned(),
            kind: Kind::RustNameChanged,
            class: Class::Breaking,
            before: Some(was.to_string()),
            after: Some(is.to_string()),
        })
        .collect()
}

#[cfg(test)]
mod tests;
