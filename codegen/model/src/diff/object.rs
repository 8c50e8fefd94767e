//! Compares one object: fields added, removed and renamed. `field` and `rules` compare the rest.

use std::collections::BTreeMap;

use super::change::{Found, Sides};
use super::kind::{Class, Kind};
use super::view::View;
use super::{field, rules};
use crate::model::Field;

/// Every change of an object at `path`.
pub(super) fn compare(path: &str, [old, new]: [View<'_>; 2], sides: Sides, found: &mut Found<'_>) {
    let renamed = renamed(old, new);
    let is_new_name = |key: &str| renamed.values().any(|name| *name == key);
    for was in &old.object.fields {
        let key = renamed.get(was.key.as_str()).copied().unwrap_or(&was.key);
        let Some(field) = new.find(key) else {
            let path = format!("{path}.{}", was.key);
            found.push(&path, Kind::FieldRemoved, Class::Breaking, Some(old.type_of(was)), None);
            continue;
        };
        let path = format!("{path}.{key}");
        found.text(&path, Kind::FieldRenamed, Class::Breaking, &was.key, key);
        field::compare(&path, [(old, was), (new, field)], sides, found);
    }
    for field in &new.object.fields {
        if old.find(&field.key).is_none() && !is_new_name(&field.key) {
            let demanded = field.required && sides.request;
            let class = if demanded { Class::Breaking } else { Class::Additive };
            let required = if field.required { ", required" } else { "" };
            let after = format!("{}{required}", new.type_of(field));
            found.push(&format!("{path}.{}", field.key), Kind::FieldAdded, class, None, Some(after));
        }
    }
    rules::compare(path, [old.object, new.object], &renamed, sides, found);
}

/// Fields that kept their wire name and got another key: old key → new key.
fn renamed<'a>(old: View<'a>, new: View<'a>) -> BTreeMap<&'a str, &'a str> {
    let gone = old.object.fields.iter().filter(|field| new.find(&field.key).is_none());
    let pair = |was: &'a Field| {
        old.only(&was.wire)?;
        let now = new.only(&was.wire).filter(|field| old.find(&field.key).is_none())?;
        Some((was.key.as_str(), now.key.as_str()))
    };
    gone.filter_map(pair).collect()
}
