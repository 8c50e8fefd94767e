//! What changed between two catalogues, and what it means for those who use the generated crate.
//!
//! The result is a list of [`Change`]s, and their text. Only sound models are compared, so neither the order of fields nor the layout of a
//! file is a change. Nothing here knows files, revisions or Rust's syntax.
//!
//! # Classes
//!
//! [`Class::Breaking`]: code may stop compiling, calls that passed may be refused, or the same code may now mean something else.
//! [`Class::Additive`]: code compiles and calls pass as before; there is more to use.
//! [`Class::Words`]: what people read changed.
//!
//! A *request's* object travels to the gateway, a *response's* comes from it; a type of both counts as both. Every kind has its rule:
//!
//! | kind | breaking | additive | words |
//! | --- | --- | --- | --- |
//! | `method_added` | | always | |
//! | `method_removed` | always | | |
//! | `category_moved` | always: module and feature have other names | | |
//! | `category_title_changed` | | | always |
//! | `title_changed` | | | always |
//! | `description_changed` | | | always |
//! | `deprecated` | | always: it compiles, with a warning | |
//! | `undeprecated` | | always | |
//! | `deprecation_reworded` | | | always |
//! | `module_renamed` | always | | |
//! | `flatten_changed` | always: the setters stand on another builder | | |
//! | `session_changed` | it becomes required | every other way | |
//! | `effect_changed` | always: `read` and `write` are different calls | | |
//! | `idempotency_key_changed` | it is another, or none any more | there was none | |
//! | `outcome_changed` | the flag is there, another, or gone: the same answer ends differently; code or message are others, or gone | code or message are told as well | |
//! | `paging_changed` | it is another, or none any more | there was none | |
//! | `type_added` | | always | |
//! | `type_removed` | always | | |
//! | `type_moved` | a response's type is found under another path, or a side loses it | the request gains it, and nothing moves | |
//! | `type_recursion_changed` | of a response: the fields that hold it are boxed, or no longer | of a request | |
//! | `field_added` | required, of a request | otherwise | |
//! | `field_removed` | always | | |
//! | `field_renamed` | always: the wire name is the same, the key another | | |
//! | `type_changed` | always | | |
//! | `vendor_type_changed` | | | always: what it is read as is the same |
//! | `became_required` | of a request | | of a response |
//! | `became_optional` | | of a request | of a response |
//! | `limit_tightened` | of a request | | of a response, where limits are not checked |
//! | `limit_loosened` | | of a request | of a response |
//! | `wire_name_changed` | always | | |
//! | `element_name_changed` | always | | |
//! | `values_listed` | always: the field becomes an open enum | | |
//! | `values_unlisted` | always: the field is an open enum no more | | |
//! | `enum_renamed` | always | | |
//! | `value_added` | | always: enums are open | |
//! | `value_removed` | always | | |
//! | `value_renamed` | always | | |
//! | `unit_changed` | one unit became another: the same number means another amount | | a unit is told, or no longer |
//! | `sensitive_changed` | | always: only `Debug` shows it | |
//! | `default_changed` | | | always: documented, never sent |
//! | `example_changed` | | | always |
//! | `page_required_changed` | | | always: what the page says is not enforced |
//! | `rule_added` | of a request | of a request, where an earlier rule demanded as much or the fields it binds are new | of a response |
//! | `rule_removed` | | of a request | of a response |
//! | `rule_changed` | of a request, and it allows less | of a request, and all that passed still passes | of a response |
//! | `samples_changed` | | | always |
//! | `error_added` | | | always |
//! | `error_removed` | | | always |
//! | `error_changed` | | | always |
//! | `error_executed_changed` | of a write: the same error ends differently | | of a read |
//! | `rust_name_changed` | always: another element took the name, or nothing has it now | | |
//! | `corrections_changed` | | | always: what they do to the spec is listed by itself |
//!
//! `rust_name_changed` is found where names are decided, in opentop-codegen, whose `changes` has it and all of these.
//!
//! What an added or removed method or type holds is not listed again. A renamed method or type is one removed and one added.

mod change;
mod field;
mod kind;
mod method;
mod object;
mod render;
mod rules;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

pub use change::Change;
pub use kind::{Class, Kind};
pub use render::{Summary, render_human, render_json};

use change::Found;

use crate::model::{Api, Model};

/// Every change from `old` to `new`, sorted by category, method, class (breaking first), path and kind. Equal models have none.
#[must_use]
pub fn diff(old: &Model, new: &Model) -> Vec<Change> {
    let mut changes = categories(old, new);
    let before: BTreeMap<&str, &Api> = old.apis.iter().map(|api| (api.method.as_str(), api)).collect();
    let after: BTreeMap<&str, &Api> = new.apis.iter().map(|api| (api.method.as_str(), api)).collect();
    for (method, api) in &before {
        if !after.contains_key(method) {
            let mut found = Found::of(api);
            found.push("", Kind::MethodRemoved, Class::Breaking, Some(api.title.clone()), None);
            changes.append(&mut found.changes);
        }
    }
    for (method, api) in &after {
        let mut found = Found::of(api);
        match before.get(method) {
            None => found.push("", Kind::MethodAdded, Class::Additive, None, Some(api.title.clone())),
            Some(old) => method::compare(old, api, &mut found),
        }
        changes.append(&mut found.changes);
    }
    sort(&mut changes);
    changes
}

/// Sorts changes by category, method, class (breaking first), path and kind.
pub fn sort(changes: &mut [Change]) {
    changes.sort_by(|a, b| {
        (&a.category, &a.method, a.class, &a.path, a.kind).cmp(&(&b.category, &b.method, b.class, &b.path, b.kind))
    });
}

/// Titles of the categories of both. That one came or went is told by its methods.
fn categories(old: &Model, new: &Model) -> Vec<Change> {
    let mut changes = Vec::new();
    for category in &new.categories {
        let Some(was) = old.categories.iter().find(|was| was.name == category.name) else { continue };
        let titles = |of: &crate::model::Category| {
            let all: Vec<&str> = [&of.title].into_iter().chain(&of.vendor_titles).map(String::as_str).collect();
            all.join(", ")
        };
        let (before, after) = (titles(was), titles(category));
        if before != after {
            changes.push(Change {
                category: category.name.clone(),
                method: None,
                path: "title".to_owned(),
                kind: Kind::CategoryTitleChanged,
                class: Class::Words,
                before: Some(before),
                after: Some(after),
            });
        }
    }
    changes
}
