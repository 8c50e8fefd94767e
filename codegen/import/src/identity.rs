//! Keeps the names that a spec's types have: a type of the vendor's is who it was by where it hangs and by its fields,
//! not by the name that its place among the others would give it now.

use std::collections::{HashMap, HashSet};

use super::merge::rename;
use super::tree::{Map, Tree};

/// `said`, its types named as in `base` wherever they are the same ones.
pub(super) fn keep_names(base: &Map, said: &Map) -> Map {
    let empty = Map::default();
    let (old, new) = (base.map("types").unwrap_or(&empty), said.map("types").unwrap_or(&empty));
    let pairs = pairs(base, said);
    if pairs.iter().all(|(was, is)| was == is) {
        return said.clone();
    }
    // Of several claims on one name, the likest object has it; of equal ones the first.
    let mut claims: Vec<(usize, usize, &str, &str)> = pairs
        .iter()
        .enumerate()
        .map(|(at, (was, is))| (likeness(old.map(was), new.map(is)), at, was.as_str(), is.as_str()))
        .collect();
    claims.sort_by_key(|(likeness, at, ..)| (usize::MAX - likeness, *at));
    let (mut kept, mut taken): (HashMap<&str, &str>, HashSet<&str>) = (HashMap::new(), HashSet::new());
    for (_, _, was, is) in claims {
        if !kept.contains_key(is) && !taken.contains(was) {
            kept.insert(is, was);
            taken.insert(was);
        }
    }
    let mut names: Vec<(String, String)> = Vec::new();
    let mut used: HashSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    for (name, _) in &new.0 {
        let wanted = match kept.get(name.as_str()) {
            Some(was) => (*was).to_owned(),
            // New: it may not have the name of one that was there, as an old type may come back.
            None => free(name, &used, old, &kept, new),
        };
        used.insert(wanted.clone());
        if wanted != *name {
            names.push((name.clone(), wanted));
        }
    }
    let mut renamed = rename(said, &names);
    if let Some(Tree::Map(types)) = renamed.get_mut("types") {
        in_order(types, old);
    }
    renamed
}

/// A name for a new type: its own, else with a number.
fn free(name: &str, used: &HashSet<String>, old: &Map, kept: &HashMap<&str, &str>, new: &Map) -> String {
    let like = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    let clashes = |wanted: &str| {
        used.iter().any(|other| like(other, wanted))
            || old.0.iter().any(|(other, _)| like(other, wanted))
            || new
                .0
                .iter()
                .any(|(other, _)| other != name && like(kept.get(other.as_str()).copied().unwrap_or(other), wanted))
    };
    if !clashes(name) {
        return name.to_owned();
    }
    (2_usize..)
        .map(|number| format!("{name}{number}"))
        .find(|wanted| !clashes(wanted))
        .unwrap_or_else(|| name.to_owned())
}

/// Types that were there stand where they stood, so that names made by order stay; new ones behind those before them,
/// and at the end where a name is like an old one.
fn in_order(types: &mut Map, old: &Map) {
    let place = |name: &str| old.0.iter().position(|(other, _)| other == name);
    let (mut known, fresh): (Vec<_>, Vec<_>) =
        std::mem::take(&mut types.0).into_iter().partition(|(name, _)| place(name).is_some());
    known.sort_by_key(|(name, _)| place(name));
    types.0 = known;
    types.0.extend(fresh);
}

/// Which type each object had and has, by its path from the request or the response; outermost first.
fn pairs(base: &Map, said: &Map) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open: Vec<(Map, Map)> = Vec::new();
    for side in ["request", "response", "content"] {
        if let (Some(was), Some(is)) = (base.map(side), said.map(side)) {
            open.push((was.clone(), is.clone()));
        }
    }
    let mut at = 0;
    while at < open.len() && at < 10_000 {
        let (was, is) = open[at].clone();
        at += 1;
        let (Some(was), Some(is)) = (was.map("fields"), is.map("fields")) else { continue };
        for (key, field) in &is.0 {
            let (Some(before), Tree::Map(field)) = (was.map(key), field) else { continue };
            let ty = |field: &Map| field.text("type").map(|ty| ty.trim_end_matches(" []").to_owned());
            let (Some(old), Some(new)) = (ty(before), ty(field)) else { continue };
            let object = |spec: &Map, name: &str| spec.map("types").and_then(|types| types.map(name)).cloned();
            let (Some(old_object), Some(new_object)) = (object(base, &old), object(said, &new)) else { continue };
            let pair = (old, new);
            if !found.contains(&pair) {
                found.push(pair);
                open.push((old_object, new_object));
            }
        }
    }
    found
}

/// How many fields two objects share, in thousandths of those that either has.
fn likeness(one: Option<&Map>, other: Option<&Map>) -> usize {
    let keys = |object: Option<&Map>| -> HashSet<String> {
        let fields = object.and_then(|object| object.map("fields"));
        fields.map(|fields| fields.0.iter().map(|(key, _)| key.clone()).collect()).unwrap_or_default()
    };
    let (one, other) = (keys(one), keys(other));
    let all = one.union(&other).count();
    (one.intersection(&other).count() * 1000).checked_div(all).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::keep_names;
    use crate::tree::{Map, Tree};

    fn map(json: &str) -> Map {
        match Tree::from_json(json) {
            Some(Tree::Map(map)) => map,
            _ => Map::default(),
        }
    }

    #[test]
    fn a_type_keeps_its_name_when_another_comes_before_it() {
        let base = map(
            r#"{"response":{"fields":{"b":{"type":"Result"}}},"types":{"Result":{"fields":{"amount":{},"y":{}}}}}"#,
        );
        let said = map(
            r#"{"response":{"fields":{"a":{"type":"Result"},"b":{"type":"BResult"}}},"types":{"Result":{"fields":{"amount":{},"n":{}}},"BResult":{"fields":{"amount":{},"y":{}}}}}"#,
        );
        let kept = Tree::Map(keep_names(&base, &said)).to_json().replace('"', "");
        assert_eq!(
            kept,
            "{response:{fields:{a:{type:Result2},b:{type:Result}}},types:{Result:{fields:{amount:{},y:{}}},Result2:{fields:{amount:{},n:{}}}}}"
        );
    }

    #[test]
    fn objects_in_another_order_keep_their_names() {
        let base = map(
            r#"{"response":{"fields":{"a":{"type":"R"},"b":{"type":"BR []"}}},"types":{"R":{"fields":{"x":{}}},"BR":{"fields":{"y":{}}}}}"#,
        );
        let said = map(
            r#"{"response":{"fields":{"b":{"type":"R []"},"a":{"type":"AR"}}},"types":{"R":{"fields":{"y":{}}},"AR":{"fields":{"x":{}}}}}"#,
        );
        let kept = Tree::Map(keep_names(&base, &said)).to_json().replace('"', "");
        assert_eq!(
            kept,
            "{response:{fields:{b:{type:BR []},a:{type:R}}},types:{R:{fields:{x:{}}},BR:{fields:{y:{}}}}}"
        );
    }
}
