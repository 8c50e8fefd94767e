//! Makes suggestions a part of a spec: what stands under `suggested` moves to where it takes effect.

use opentop_model::diagnostic::SourceFile;
use opentop_model::yaml;

use super::comments::Comments;
use super::tree::{Map, Tree};
use super::writer;

/// Keys that are rules of the object around the field.
const RULES: [&str; 4] = ["at_least_one_of", "at_most_one_of", "exactly_one_of", "max_span"];

/// A spec with suggestions accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The new text.
    pub text: String,
    /// What was accepted, as `path: key: value`.
    pub changes: Vec<String>,
}

/// Accepts the suggestions of a spec that `wanted` says yes to, by the path of what they are about (`request.fields.kind`,
/// empty for the method itself) and the suggested key. `None` if the spec cannot be read or nothing is wanted.
#[must_use]
pub fn accept(spec: &SourceFile, wanted: impl Fn(&str, &str) -> bool) -> Option<Accepted> {
    let mut problems = Vec::new();
    let tree = yaml::read(0, &spec.text, &mut problems)?;
    let Tree::Map(mut map) = Tree::from_yaml(&tree) else { return None };
    let mut changes = Vec::new();
    let mut rules = Vec::new();
    visit(&mut map, "", &wanted, &mut changes, &mut rules);
    (!changes.is_empty()).then(|| Accepted { text: writer::write(&map, &Comments::of(&spec.text, &tree)), changes })
}

fn visit(
    map: &mut Map,
    path: &str,
    wanted: &impl Fn(&str, &str) -> bool,
    changes: &mut Vec<String>,
    rules: &mut Vec<Tree>,
) {
    take(map, path, wanted, changes, rules);
    for (key, value) in &mut map.0 {
        if matches!(key.as_str(), "suggested" | "samples" | "errors" | "vendor") {
            continue;
        }
        let Tree::Map(inner) = value else { continue };
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        // Rules of fields belong to the object that has them.
        let mut own = Vec::new();
        visit(inner, &path, wanted, changes, &mut own);
        if inner.map("fields").is_some() && !own.is_empty() {
            match inner.get_mut("rules") {
                Some(Tree::List(list)) => {
                    list.extend(own.into_iter().filter(|rule| !list.contains(rule)).collect::<Vec<_>>())
                }
                Some(_) => {}
                None => inner.push("rules", own),
            }
        } else {
            rules.extend(own);
        }
    }
}

/// Moves the wanted suggestions of one mapping.
fn take(
    map: &mut Map,
    path: &str,
    wanted: &impl Fn(&str, &str) -> bool,
    changes: &mut Vec<String>,
    rules: &mut Vec<Tree>,
) {
    let Some(Tree::Map(suggested)) = map.get("suggested") else { return };
    let (accepted, left): (Vec<_>, Vec<_>) = suggested.0.clone().into_iter().partition(|(key, _)| wanted(path, key));
    if accepted.is_empty() {
        return;
    }
    let at = map.0.iter().position(|(key, _)| key == "suggested").unwrap_or(map.0.len());
    map.remove("suggested");
    for (key, value) in accepted {
        let shown = match &value {
            Tree::Text(text) => text.clone(),
            Tree::List(_) | Tree::Map(_) => value.to_json().replace('"', ""),
        };
        let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
        changes.push(format!("{place}{key}: {shown}"));
        if RULES.contains(&key.as_str()) {
            let mut rule = Map::default();
            rule.push(&key, value);
            if !rules.contains(&Tree::Map(rule.clone())) {
                rules.push(rule.into());
            }
        } else if let Some(there) = map.get_mut(&key) {
            *there = if key == "values" { values(there, value) } else { value };
        } else {
            map.0.insert(at.min(map.0.len()), (key, value));
        }
    }
    if !left.is_empty() {
        map.0.insert(at.min(map.0.len()), ("suggested".to_owned(), Tree::Map(Map(left))));
    }
}

/// Listed values in the place of others: those that were there keep their names and stand first, as they stood, so that no new one takes
/// the name of one of them in Rust.
fn values(before: &Tree, now: Tree) -> Tree {
    let (Tree::List(before), Tree::List(mut now)) = (before, now.clone()) else { return now };
    let value = |listed: &Tree| match listed {
        Tree::Map(map) => map.text("value").map(str::to_owned),
        Tree::Text(text) => Some(text.clone()),
        Tree::List(_) => None,
    };
    let place = |listed: &Tree| before.iter().position(|other| value(other) == value(listed)).unwrap_or(before.len());
    now.sort_by_key(place);
    for listed in &mut now {
        let Some(Tree::Map(was)) = before.get(place(listed)) else { continue };
        let Some(name) = was.text("name") else { continue };
        match listed {
            Tree::Map(map) if map.get("name").is_none() => {
                map.0.insert(1.min(map.0.len()), ("name".to_owned(), name.into()))
            }
            Tree::Text(text) => {
                let mut map = Map::default();
                map.push("value", text.as_str());
                map.push("name", name);
                *listed = map.into();
            }
            Tree::Map(_) | Tree::List(_) => {}
        }
    }
    Tree::List(now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::accept;
    use opentop_model::diagnostic::SourceFile;

    const SPEC: &str = "\
api: alibaba.example.gift.list
# a person's remark
effect: write
suggested: { effect: read, session: required }
request:
  fields:
    a:
      type: String
      suggested: { at_least_one_of: [a, b], max_length: 5 }
    b: { type: String }
response:
  fields: {}
";

    fn accepted(wanted: impl Fn(&str, &str) -> bool) -> (String, Vec<String>) {
        let spec = SourceFile { path: "example/x.yaml".into(), text: SPEC.into() };
        accept(&spec, wanted).map(|accepted| (accepted.text, accepted.changes)).unwrap()
    }

    #[test]
    fn suggestions_move_to_where_they_take_effect() {
        let (text, changes) = accepted(|_, _| true);
        assert_eq!(
            text,
            "# yaml-language-server: $schema=../schema.json\napi: alibaba.example.gift.list\n# a person's remark\neffect: read\n\
             session: required\nrequest:\n  fields:\n    a: { type: String, max_length: 5 }\n    b: { type: String }\n  rules:\n    \
             - at_least_one_of: [a, b]\nresponse:\n  fields: {}\n"
        );
        assert_eq!(
            changes,
            [
                "effect: read",
                "session: required",
                "request.fields.a: at_least_one_of: [a,b]",
                "request.fields.a: max_length: 5"
            ]
        );
    }

    #[test]
    fn listed_values_that_were_there_keep_their_names_and_their_order() {
        let text = "api: a.b\nrequest:\n  fields:\n    state:\n      type: String\n      \
            values: [{ value: AB, name: Both }, { value: C }]\n      \
            suggested: { values: [{ value: A-B }, { value: C, description: c }, { value: AB, description: ab }] }\n";
        let spec = SourceFile { path: "a/x.yaml".into(), text: text.into() };
        let accepted = accept(&spec, |_, _| true).unwrap().text;
        let line: String = accepted.split_whitespace().collect::<Vec<_>>().join(" ");
        let values = ["value: AB, name: Both, description: ab", "value: C, description: c", "value: A-B"];
        let places: Vec<Option<usize>> = values.iter().map(|value| line.find(value)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{accepted}");
    }

    #[test]
    fn what_is_not_wanted_stays() {
        let (text, changes) = accepted(|path, key| path.is_empty() && key == "effect");
        assert!(text.contains("effect: read\nsuggested: { session: required }\n") && text.contains("max_length: 5 }"));
        assert_eq!(changes.len(), 1);
    }
}
