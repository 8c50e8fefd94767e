//! A change, and the list in which the changes of one method are gathered.

use super::kind::{Class, Kind};
use crate::model::Api;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The category, as it is called later (of a removed method: as it was).
    pub category: String,
    /// The method; `None` if the category itself changed.
    pub method: Option<String>,
    /// Where, by keys of the spec: `request.query.page_no`, `response.result`, `types.Gift.price`, `title`; blank: the method as a whole.
    pub path: String,
    /// What.
    pub kind: Kind,
    /// What it means for users.
    pub class: Class,
    /// What stood there, if anything did.
    pub before: Option<String>,
    /// What stands there now, if anything does.
    pub after: Option<String>,
}

/// The changes of one method, while they are gathered.
pub(super) struct Found<'a> {
    api: &'a Api,
    pub(super) changes: Vec<Change>,
}

impl<'a> Found<'a> {
    pub(super) fn of(api: &'a Api) -> Found<'a> {
        Found { api, changes: Vec::new() }
    }

    pub(super) fn push(&mut self, path: &str, kind: Kind, class: Class, before: Option<String>, after: Option<String>) {
        self.changes.push(Change {
            category: self.api.category.clone(),
            method: Some(self.api.method.clone()),
            path: path.to_owned(),
            kind,
            class,
            before,
            after,
        });
    }

    /// A change of two texts of which either may be blank, which is none; nothing where they are equal.
    pub(super) fn text(&mut self, path: &str, kind: Kind, class: Class, before: &str, after: &str) {
        if before != after {
            let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            self.push(path, kind, class, told(before), told(after));
        }
    }
}

/// Which ways an object travels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    pub(super) request: bool,
    pub(super) response: bool,
}

impl Sides {
    /// The class of what matters only to those who send: `class` on a request, words elsewhere.
    pub(super) fn sent(self, class: Class) -> Class {
        if self.request { class } else { Class::Words }
    }
}

/// Reports a changed deprecation of a method or a field.
pub(super) fn deprecation(path: &str, old: Option<&str>, new: Option<&str>, found: &mut Found<'_>) {
    let (kind, class) = match (old, new) {
        (None, Some(_)) => (Kind::Deprecated, Class::Additive),
        (Some(_), None) => (Kind::Undeprecated, Class::Additive),
        (Some(old), Some(new)) if old != new => (Kind::DeprecationReworded, Class::Words),
        _ => return,
    };
    found.push(path, kind, class, old.map(str::to_owned), new.map(str::to_owned));
}
