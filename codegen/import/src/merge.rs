//! Three-way merge of what the vendor said last time, what the vendor says now, and the spec file.
//!
//! A person's changes and additions stay. The vendor's changes come in where no person changed the same value. If both changed
//! it, the file's value stays, the vendor's new value goes under `suggested` beside it, and the conflict is reported. Types
//! that a person renamed are followed.

use std::collections::HashMap;

use super::tree::{Map, Tree};
use opentop_model::rust_names::FieldIdent;

/// A value that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    /// The keys down to the value.
    pub(super) path: Vec<String>,
    /// In the file; `None` if it was deleted there.
    pub(super) mine: Option<Tree>,
    /// What the vendor says now; `None` if it is gone.
    pub(super) theirs: Option<Tree>,
}

/// Merges; `mine` becomes the result.
pub(super) fn merge(base: &Map, theirs: &Map, mine: &mut Map) -> Vec<Conflict> {
    let renamed = renames(base, mine);
    let (mut base, mut theirs) = (rename(base, &renamed), rename(theirs, &renamed));
    let rows = by_code(&mut [&mut base, &mut theirs, mine]);
    let mut conflicts = Vec::new();
    merge_maps(&base, &theirs, mine, &mut Vec::new(), &mut conflicts);
    if rows {
        as_list(mine);
    }
    for conflict in &conflicts {
        suggest(mine, conflict);
    }
    conflicts
}

/// Puts the rows of `errors` under their codes, so that they are merged one by one: what a person says of an error (`executed`) stays while
/// the vendor changes the table. False, and nothing is changed, where a row has no code.
fn by_code(specs: &mut [&mut Map]) -> bool {
    let mut tables = Vec::new();
    for spec in specs.iter() {
        let Some(rows) = spec.get("errors") else {
            tables.push(None);
            continue;
        };
        let Tree::List(rows) = rows else { return false };
        let (mut table, mut seen) = (Map::default(), HashMap::new());
        for row in rows {
            let Some(code) = (if let Tree::Map(row) = row { row.text("code") } else { None }) else { return false };
            // A page may give one code several rows.
            let count: &mut usize = seen.entry(code.to_owned()).or_default();
            *count += 1;
            table.push(&if *count == 1 { code.to_owned() } else { format!("{code} ({count})") }, row.clone());
        }
        tables.push(Some(table));
    }
    for (spec, table) in specs.iter_mut().zip(tables) {
        if let (Some(rows), Some(table)) = (spec.get_mut("errors"), table) {
            *rows = Tree::Map(table);
        }
    }
    true
}

/// Undoes [`by_code`].
fn as_list(spec: &mut Map) {
    if let Some(rows) = spec.get_mut("errors")
        && let Tree::Map(table) = rows
    {
        let table = std::mem::take(table);
        *rows = Tree::List(table.0.into_iter().map(|(_, row)| row).collect());
    }
    if matches!(spec.get("errors"), Some(Tree::List(rows)) if rows.is_empty()) {
        spec.remove("errors");
    }
}

fn merge_maps(base: &Map, theirs: &Map, mine: &mut Map, path: &mut Vec<String>, conflicts: &mut Vec<Conflict>) {
    let keys: Vec<String> = mine.0.iter().map(|(key, _)| key.clone()).collect();
    for key in keys {
        path.push(key.clone());
        merge_entry(base.get(&key), theirs.get(&key), &key, mine, path, conflicts);
        path.pop();
    }
    let mut before: Option<&str> = None;
    for (key, value) in &theirs.0 {
        if mine.get(key).is_none() {
            match base.get(key) {
                None => insert_after(mine, before, key, value.clone()),
                // Deleted by a person: it stays so, and a change of it is told.
                Some(was) if was != value => {
                    let mut path = path.clone();
                    path.push(key.clone());
                    conflicts.push(Conflict { path, mine: None, theirs: Some(value.clone()) });
                }
                Some(_) => {}
            }
        }
        if mine.get(key).is_some() {
            before = Some(key);
        }
    }
}

fn merge_entry(
    base: Option<&Tree>,
    theirs: Option<&Tree>,
    key: &str,
    mine: &mut Map,
    path: &mut Vec<String>,
    conflicts: &mut Vec<Conflict>,
) {
    let Some(own) = mine.get_mut(key) else { return };
    match (base, theirs) {
        (_, Some(new)) if new == own => {}
        (base, Some(Tree::Map(new))) if matches!(own, Tree::Map(_)) && matches!(base, None | Some(Tree::Map(_))) => {
            let empty = Map::default();
            let base = if let Some(Tree::Map(map)) = base { map } else { &empty };
            if let Tree::Map(own) = own {
                merge_maps(base, new, own, path, conflicts);
            }
        }
        (Some(was), Some(new)) if was == own => *own = new.clone(),
        (Some(was), Some(new)) if was == new => {}
        // A name that was kept in Rust is no person's change.
        (Some(was), None) if *was == *own || *was == without_rust_name(own) => {
            mine.remove(key);
        }
        // A person's own.
        (None, None) => {}
        (_, new) => conflicts.push(Conflict { path: path.clone(), mine: Some(own.clone()), theirs: new.cloned() }),
    }
}

fn without_rust_name(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    if let Tree::Map(map) = &mut tree {
        map.remove("rust_name");
    }
    tree
}

/// New keys stand where the vendor has them: behind the key before them. One whose Rust name might be that of a key that
/// is there stands at the end: of two, the later one gets a number. So does one in an object with a field that is named by
/// its position, as its name on the wire makes none.
fn insert_after(map: &mut Map, before: Option<&str>, key: &str, value: Tree) {
    let plain = |name: &str| {
        let name: String =
            name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        name.strip_prefix("maybe").map(str::to_owned).unwrap_or(name)
    };
    let by_position = |(name, value): &(String, Tree)| {
        let wire = if let Tree::Map(field) = value { field.text("wire") } else { None };
        FieldIdent::new(wire.unwrap_or(name)).is_none()
    };
    if map.0.iter().any(|(other, _)| plain(other) == plain(key)) || map.0.iter().any(by_position) {
        map.0.push((key.to_owned(), value));
        return;
    }
    let at = match before {
        Some(before) => map.0.iter().position(|(name, _)| name == before).map_or(map.0.len(), |at| at + 1),
        None => 0,
    };
    map.0.insert(at, (key.to_owned(), value));
}

/// The vendor's new value, beside the one a person wrote.
fn suggest(mine: &mut Map, conflict: &Conflict) {
    let (Some(value), Some((key, way))) = (&conflict.theirs, conflict.path.split_last()) else { return };
    // Only fields and the method itself have suggestions of single values.
    let of_field = way.len() >= 2 && way[way.len() - 2] == "fields";
    if !(of_field || way.is_empty())
        || key == "suggested"
        || key == "vendor"
        || key == "samples"
        || conflict.mine.is_none()
    {
        return;
    }
    let mut map = mine;
    for step in way {
        let Some(Tree::Map(inner)) = map.get_mut(step) else { return };
        map = inner;
    }
    match map.get_mut("suggested") {
        Some(Tree::Map(suggested)) => {
            suggested.remove(key);
            suggested.push(key, value.clone());
        }
        Some(_) => {}
        None => {
            let mut suggested = Map::default();
            suggested.push(key, value.clone());
            // In a method it stands before the request, in a field at the end.
            let at = map.0.iter().position(|(key, _)| key == "request").unwrap_or(map.0.len());
            map.0.insert(at, ("suggested".to_owned(), suggested.into()));
        }
    }
}

/// Types that a person gave another name: a field that had the old name has the new one, and only the new one is
/// described.
fn renames(base: &Map, mine: &Map) -> Vec<(String, String)> {
    let empty = Map::default();
    let (old_types, new_types) = (base.map("types").unwrap_or(&empty), mine.map("types").unwrap_or(&empty));
    let mut found: Vec<(String, String)> = Vec::new();
    let mut objects: Vec<(&Map, &Map)> = Vec::new();
    for key in ["request", "response"] {
        objects.extend(base.map(key).zip(mine.map(key)));
    }
    objects.extend(old_types.0.iter().filter_map(|(name, _)| old_types.map(name).zip(new_types.map(name))));
    let mut at = 0;
    while let Some(&(old, new)) = objects.get(at) {
        at += 1;
        let (Some(old), Some(new)) = (old.map("fields"), new.map("fields")) else { continue };
        for (key, _) in &old.0 {
            let ty = |fields: &Map| {
                fields.map(key).and_then(|field| field.text("type")).map(|ty| ty.trim_end_matches(" []").to_owned())
            };
            let (Some(was), Some(is)) = (ty(old), ty(new)) else { continue };
            let renamed = was != is && new_types.get(&was).is_none() && old_types.get(&is).is_none();
            if renamed && new_types.get(&is).is_some() && !found.iter().any(|(from, to)| *from == was || *to == is) {
                objects.extend(old_types.map(&was).zip(new_types.map(&is)));
                found.push((was, is));
            }
        }
    }
    found
}

pub(super) fn rename(spec: &Map, renamed: &[(String, String)]) -> Map {
    let new = |name: &str| renamed.iter().find(|(from, _)| from == name).map(|(_, to)| to.clone());
    let mut spec = spec.clone();
    if renamed.is_empty() {
        return spec;
    }
    let fields = |object: &mut Map| {
        let Some(Tree::Map(fields)) = object.get_mut("fields") else { return };
        for (_, field) in &mut fields.0 {
            let Tree::Map(field) = field else { continue };
            if let Some(Tree::Text(ty)) = field.get_mut("type") {
                let (base, list) = ty.strip_suffix(" []").map_or((ty.as_str(), ""), |base| (base, " []"));
                if let Some(to) = new(base) {
                    *ty = format!("{to}{list}");
                }
            }
        }
    };
    for key in ["request", "response"] {
        if let Some(Tree::Map(object)) = spec.get_mut(key) {
            fields(object);
        }
    }
    if let Some(Tree::Map(types)) = spec.get_mut("types") {
        for (name, object) in &mut types.0 {
            if let Some(to) = new(name) {
                *name = to;
            }
            if let Tree::Map(object) = object {
                fields(object);
            }
        }
    }
    spec
}

#[cfg(test)]
mod tests;
