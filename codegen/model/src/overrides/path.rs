//! Follows a path of an override through a spec's tree. A key may hold dots: at every mapping the longest key that fits is taken.

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::raw::At;
use crate::text::{listed, nearest, shown};
use crate::yaml::{Entry, Node, Value};

/// The way down, and what stands at its end now.
pub(super) struct Found<'a> {
    pub(super) keys: Vec<String>,
    pub(super) value: Option<&'a Node>,
}

/// Follows `path` from the top of a spec. `add`: the last key need not be there. `None` if the path leads nowhere, which is reported, or the spec is broken there, which was reported before.
pub(super) fn follow<'a>(tree: &'a Node, path: &At<String>, add: bool, out: &mut Vec<Diagnostic>) -> Option<Found<'a>> {
    let mut keys: Vec<String> = Vec::new();
    let mut node = tree;
    let mut rest = path.value.as_str();
    loop {
        let entries = match &node.value {
            Value::Map(entries) => entries,
            Value::Unusable => return None,
            Value::Seq(_) | Value::Scalar { .. } => {
                out.push(no_mapping(node, path, rest, &keys));
                return None;
            }
        };
        let Some((entry, after)) = step(entries, rest) else {
            if add && !rest.contains('.') && !rest.is_empty() {
                keys.push(rest.to_owned());
                return Some(Found { keys, value: None });
            }
            out.push(missing(entries, path, rest, &keys, add));
            return None;
        };
        keys.push(entry.key.clone());
        match after {
            None => return Some(Found { keys, value: Some(&entry.value) }),
            Some(after) => (node, rest) = (&entry.value, after),
        }
    }
}

/// The entry that the path goes on with, and what is left of the path.
fn step<'a, 'p>(entries: &'a [Entry], rest: &'p str) -> Option<(&'a Entry, Option<&'p str>)> {
    let after = |entry: &'a Entry| {
        let left = rest.strip_prefix(entry.key.as_str())?;
        let left = if left.is_empty() { None } else { Some(left.strip_prefix('.')?) };
        Some((entry, left))
    };
    entries.iter().filter_map(after).max_by_key(|(entry, _)| entry.key.len())
}

fn no_mapping(node: &Node, path: &At<String>, rest: &str, keys: &[String]) -> Diagnostic {
    let way = shown(&keys.join("."));
    let (what, help) = match &node.value {
        Value::Seq(_) => ("a list", format!("set the whole list: {way}")),
        _ => ("a single value", format!("nothing stands under it; set {way} itself, or correct the path")),
    };
    let place = part(&path.value, path.at, rest);
    Diagnostic::error(Code::OverridePath, place, format!("{way} is {what}, and the path goes on"))
        .label("leads nowhere")
        .also(node.at, format!("{what} in the spec"))
        .help(help)
}

fn missing(entries: &[Entry], path: &At<String>, rest: &str, keys: &[String], add: bool) -> Diagnostic {
    let key = rest.split('.').next().unwrap_or(rest);
    let within = if keys.is_empty() { "the spec".to_owned() } else { shown(&keys.join(".")) };
    let known = || entries.iter().map(|entry| entry.key.as_str());
    let help = match nearest(key, known()) {
        Some(near) => format!("did you mean {}?", shown(near)),
        None if add && rest.contains('.') => {
            let way: Vec<&str> = keys.iter().map(String::as_str).chain([key]).collect();
            format!(
                "only the last key of a path may be new; to add {} with all that is in it, set {}",
                shown(key),
                shown(&way.join("."))
            )
        }
        None if entries.is_empty() => "there is nothing in it".to_owned(),
        None => format!("known keys: {}", listed(known().take(12))),
    };
    let place = part(&path.value, path.at, &rest[..key.len()]);
    Diagnostic::error(Code::OverridePath, place, format!("{within} has no key {}", shown(key)))
        .label("not in the spec")
        .help(help)
}

/// The part of a path's place where `piece` of it stands.
pub(super) fn part(whole: &str, at: Place, piece: &str) -> Place {
    let offset = piece.as_ptr() as usize - whole.as_ptr() as usize;
    // In quotes, or with escapes, the text is not what the file has; no escape but those of these two is shorter than its letter.
    if at.end - at.start == whole.len() && !whole.contains(['\u{2028}', '\u{2029}']) {
        Place { start: at.start + offset, end: at.start + offset + piece.len(), ..at }
    } else {
        at
    }
}
