//! Applies the overrides of one spec to its tree. All paths are followed before anything changes, so that no entry depends on another.

use super::path::{Found, follow, part};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::Correction;
use crate::raw::{At, Override};
use crate::text::shown;
use crate::yaml::{Entry, Node, Value};

/// One entry of an override, its path followed.
struct Edit<'a> {
    keys: Vec<String>,
    path: &'a At<String>,
    /// What is to stand there; none: nothing.
    value: Option<&'a Node>,
}

pub(super) fn apply(overrides: &[Override], tree: &mut Node, out: &mut Vec<Diagnostic>) -> Vec<Correction> {
    let before = out.len();
    let mut edits: Vec<Edit<'_>> = Vec::new();
    for read in overrides {
        let set = read.set.iter().map(|(path, value)| (path, Some(value)));
        for (path, value) in set.chain(read.remove.iter().map(|path| (path, None))) {
            let Some(found) = follow(tree, path, value.is_some(), out) else { continue };
            if let Some(finding) = useless(path, value, &found) {
                out.push(finding);
                continue;
            }
            let edit = Edit { keys: found.keys, path, value };
            match edits.iter().find(|other| overlap(&other.keys, &edit.keys)) {
                Some(other) => out.push(conflict(&edit, other)),
                None => edits.push(edit),
            }
        }
    }
    if out.len() > before {
        return Vec::new();
    }
    for edit in &edits {
        change(tree, &edit.keys, edit.value, key_place(edit));
    }
    let paths = |read: &Override| {
        read.set.iter().map(|(path, _)| path).chain(&read.remove).map(|path| path.value.clone()).collect()
    };
    overrides.iter().map(|read| Correction { paths: paths(read), because: read.because.clone() }).collect()
}

/// An entry that may not be: it corrects nothing, or what a method is called.
fn useless(path: &At<String>, value: Option<&Node>, found: &Found<'_>) -> Option<Diagnostic> {
    if let [key @ ("api" | "topic" | "category")] = found.keys.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        let message = format!("{} says which method it is, and cannot be corrected", shown(key));
        let finding = Diagnostic::error(Code::OverridePath, path.at, message).label("not to be overridden");
        return Some(finding.help("write a spec of the method that it really is"));
    }
    let (new, old) = (value?, found.value?);
    same(new, old).then(|| {
        let message = format!("{} is already what it is set to", shown(&path.value));
        Diagnostic::error(Code::OverrideWithoutEffect, path.at, message)
            .label("changes nothing")
            .also(old.at, "in the spec")
            .help("remove this entry; if it is the last one, the override")
    })
}

/// Whether two values are read alike, wherever they stand.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Scalar { text: a_text, .. }, Value::Scalar { text: b_text, .. }) => {
            a_text == b_text && a.is_nothing() == b.is_nothing()
        }
        (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            // The order of fields is kept in the output, so it counts.
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        _ => false,
    }
}

/// Whether one path leads to the other, or through it.
fn overlap(a: &[String], b: &[String]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

fn conflict(edit: &Edit<'_>, other: &Edit<'_>) -> Diagnostic {
    let message = if edit.keys == other.keys {
        format!("{} is corrected twice", shown(&edit.path.value))
    } else {
        format!("{} and {} are parts of one another", shown(&edit.path.value), shown(&other.path.value))
    };
    Diagnostic::error(Code::OverrideConflict, edit.path.at, message)
        .label("again")
        .also(other.path.at, "first")
        .help("keep one of them, with the whole value")
}

/// Where the last key of the path stands.
fn key_place(edit: &Edit<'_>) -> Place {
    let last = edit.keys.last().map_or(0, String::len);
    let whole = edit.path.value.as_str();
    part(whole, edit.path.at, &whole[whole.len().saturating_sub(last)..])
}

fn change(node: &mut Node, keys: &[String], value: Option<&Node>, key_at: Place) {
    let (Value::Map(entries), Some((key, rest))) = (&mut node.value, keys.split_first()) else { return };
    let at = entries.iter().position(|entry| entry.key == *key);
    match (at, value) {
        (Some(at), _) if !rest.is_empty() => change(&mut entries[at].value, rest, value, key_at),
        (Some(at), Some(value)) => entries[at].value = value.clone(),
        (Some(at), None) => {
            entries.remove(at);
        }
        (None, Some(value)) if rest.is_empty() => {
            entries.push(Entry { key: key.clone(), key_at, value: value.clone() });
        }
        (None, _) => {}
    }
}
