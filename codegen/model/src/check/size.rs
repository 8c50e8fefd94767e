//! Bounds on what a method's types expand to: how deep they are nested, and how many values a request or a response holds when every
//! type is written out wherever it is used. Examples, pages and the sandbox's answers do that, so without a bound a small file could
//! exhaust the machine.

use super::context::{Checked, CheckedObject, Side};
use super::reach::components;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Object, TypeId};
use crate::raw;
use crate::text::shown;

/// The most levels of types. Real methods have five.
const MOST_LEVELS: usize = 32;
/// The most values of a request or a response that is written out. Real methods have some hundreds.
const MOST_VALUES: usize = 20_000;
/// The most listed values of a method.
const MOST_LISTED: usize = 8_192;
/// The most required fields of one object: the type of its builder names each of them, in each of their setters. Real ones have some dozens.
const MOST_REQUIRED: usize = 500;
/// The most rules of one object.
const MOST_RULES: usize = 256;
/// The most fields of one rule: each of their descriptions names all of them.
const MOST_NAMES: usize = 64;

/// Checks what can be counted before anything is looked up: required fields, rules and listed values. `false`: something was reported.
pub(super) fn raw(method: &raw::Method, out: &mut Vec<Diagnostic>) -> bool {
    let before = out.len();
    let types = method.types.iter().map(|named| &named.object);
    let objects = || [&method.request, &method.response].into_iter().chain(types.clone());
    for object in objects() {
        let mut required = object.fields.iter().filter(|field| field.required);
        if let Some(field) = required.nth(MOST_REQUIRED) {
            let count = MOST_REQUIRED + 1 + required.count();
            let message = format!("an object must have at most {MOST_REQUIRED} required fields (got {count})");
            let help = "keep `required: true` where the page says so, or give the object the type `Json`";
            out.push(too_large(field.key.at, message, "the first too many", help));
        }
        if let Some(rule) = object.rules.get(MOST_RULES) {
            let message = format!("an object must have at most {MOST_RULES} rules (got {})", object.rules.len());
            out.push(too_large(rule.at, message, "the first too many", "keep those that the page states"));
        }
        for rule in &object.rules {
            let raw::RuleKind::Choice(_, names) = &rule.kind else { continue };
            if let Some(name) = names.get(MOST_NAMES) {
                let message = format!("a rule must name at most {MOST_NAMES} fields (got {})", names.len());
                out.push(too_large(name.at, message, "the first too many", "remove the rule, or name fewer fields"));
            }
        }
    }
    let values = objects().flat_map(|object| &object.fields).filter_map(|field| field.values.as_ref());
    let mut all = values.flat_map(|values| &values.value);
    if let Some(value) = all.nth(MOST_LISTED) {
        let message =
            format!("a method must list at most {MOST_LISTED} values (got {})", MOST_LISTED + 1 + all.count());
        out.push(too_large(
            value.value.at,
            message,
            "the first too many",
            "remove `values`: any value is then allowed",
        ));
    }
    out.len() == before
}

/// Checks how deep the types are nested and what they expand to.
pub(super) fn expanded(method: &raw::Method, checked: &Checked, out: &mut Vec<Diagnostic>) {
    let types: Vec<&Object> = checked.types().iter().map(|checked| &checked.object).collect();
    if let Some(id) = too_deep(checked, &types) {
        let name = &method.types[id.0].name;
        let message = format!(
            "types must be nested at most {MOST_LEVELS} levels deep ({} is one level deeper)",
            shown(&name.value)
        );
        let help = "give a field on the way to this type the type `Json`: it carries any object";
        out.push(Diagnostic::error(Code::TooDeep, name.at, message).label("too deep").help(help));
        return;
    }
    for side in [Side::Request, Side::Response] {
        let object = checked.side(side);
        if let Some(field) = too_many(object, &types) {
            let field = &object.object.fields[field];
            let message = format!(
                "the {} must hold at most {MOST_VALUES} values when every type is written out where it is used",
                side.name()
            );
            let help = "its types hold each other in too many places: give some of those fields the type `Json`";
            out.push(too_large(field.at, message, "with this field it holds more", help));
        }
    }
}

fn too_large(place: Place, message: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::TooLarge, place, message).label(label).help(help)
}

/// The first type that is nested too deep. A group of types that hold each other counts with all its types, since one value may lead
/// through all of them.
fn too_deep(checked: &Checked, types: &[&Object]) -> Option<TypeId> {
    let edges: Vec<Vec<usize>> = types.iter().map(|object| held(object).collect()).collect();
    let groups = components(&edges);
    let mut group_of = vec![0; types.len()];
    for (group, members) in groups.iter().enumerate() {
        members.iter().for_each(|&member| group_of[member] = group);
    }
    // Levels above each group; `None` where neither request nor response leads to it.
    let mut above: Vec<Option<usize>> = vec![None; groups.len()];
    for side in [Side::Request, Side::Response] {
        held(&checked.side(side).object).for_each(|id| above[group_of[id]] = Some(0));
    }
    // Groups come after all that they lead to; so from the last one, every group is met before those that it leads to.
    for (group, members) in groups.iter().enumerate().rev() {
        let Some(levels) = above[group] else { continue };
        let below = levels + members.len();
        if below > MOST_LEVELS {
            return members.iter().min().map(|&member| TypeId(member));
        }
        for to in members.iter().flat_map(|&member| &edges[member]).map(|&to| group_of[to]) {
            if to != group {
                above[to] = above[to].max(Some(below));
            }
        }
    }
    None
}

/// The types that an object's fields have, or have lists of.
fn held(object: &Object) -> impl Iterator<Item = usize> {
    object.fields.iter().filter_map(|field| field.ty.object().map(|id| id.0))
}

/// The field of the object with which it holds too many values. A type within itself is not entered again.
fn too_many(root: &CheckedObject, types: &[&Object]) -> Option<usize> {
    let mut count = Count { types, above: Vec::new(), left: MOST_VALUES };
    let fields = &root.object.fields;
    (0..fields.len()).find(|&field| !count.field(fields[field].ty.object()))
}

struct Count<'a> {
    types: &'a [&'a Object],
    above: Vec<TypeId>,
    left: usize,
}

impl Count<'_> {
    /// Counts a field's value and all in it; `false`: they are too many.
    fn field(&mut self, id: Option<TypeId>) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let Some(id) = id.filter(|id| !self.above.contains(id)) else { return true };
        self.above.push(id);
        let types = self.types;
        let fits = types[id.0].fields.iter().all(|field| self.field(field.ty.object()));
        self.above.pop();
        fits
    }
}
