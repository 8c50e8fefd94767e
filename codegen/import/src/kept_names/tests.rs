//! Names that stay when the vendor changes a method.

use super::{api, fields, keep, types};
use crate::tree::{Map, Tree};
use crate::writer;
use opentop_model::diagnostic::SourceFile;
use opentop_model::yaml;

const PATH: &str = "example/a.b.yaml";

fn spec(request: &str, types: &str) -> SourceFile {
    let head = "api: a.b\ncategory: example\ntitle: t\nsession: none\neffect: write\nflatten: true\n";
    let text = format!(
        "{head}request:\n  fields:\n    box: {{ type: Box1 }}\n{request}response:\n  fields: {{}}\ntypes:\n  Box1:\n    fields:\n{types}"
    );
    SourceFile { path: PATH.to_owned(), text }
}

fn map(spec: &SourceFile) -> Map {
    match yaml::read(0, &spec.text, &mut Vec::new()).map(|node| Tree::from_yaml(&node)) {
        Some(Tree::Map(map)) => map,
        _ => Map::default(),
    }
}

/// The names of a spec, by the keys down to the elements.
fn names(spec: &SourceFile) -> Vec<(String, String)> {
    let api = api(spec.clone()).expect("the spec is sound");
    let all = fields(&api).into_iter().chain(types(&api));
    all.map(|(path, name)| (path.join("."), name)).collect()
}

#[test]
fn what_the_vendor_adds_or_removes_renames_nothing_that_stays() {
    let text =
        |keys: &[&str]| -> String { keys.iter().map(|key| format!("      {key}: {{ type: String }}\n")).collect() };
    let other = |name: &str| format!("  {name}:\n    fields:\n      x: {{ type: String }}\n");
    let more = "    id: { type: String }\n";
    let named = |ty: &str| format!("    other: {{ type: {ty} }}\n");
    let listed = |more: &str| format!("      kind: {{ type: String, values: [a] }}\n{more}");
    for (what, old, new, given) in [
        ("a field goes", spec("", &text(&["item_id", "itemId"])), spec("", &text(&["itemId"])), 1),
        ("two of three go", spec("", &text(&["a_b", "aB", "a_B"])), spec("", &text(&["a_B"])), 1),
        ("a field comes first", spec("", &text(&["itemId"])), spec("", &text(&["item_id", "itemId"])), 1),
        ("a field named by its place moves", spec("", &text(&["a", "ａ"])), spec("", &text(&["b", "a", "ａ"])), 1),
        ("one that a setter has goes", spec("", &text(&["type", "maybe_type"])), spec("", &text(&["maybe_type"])), 1),
        ("the object beside loses a name", spec(more, &text(&["id", "x"])), spec(more, &text(&["x"])), 1),
        ("the object beside gets a name", spec(more, &text(&["x"])), spec(more, &text(&["x", "id"])), 1),
        ("nothing is in the way", spec(more, &text(&["x", "y"])), spec(more, &text(&["y", "z"])), 0),
        (
            "a type goes",
            spec(
                "    one: { type: ItemDto }\n    other: { type: item_dto }\n",
                &(text(&["x"]) + &other("ItemDto") + &other("item_dto")),
            ),
            spec(&named("item_dto"), &(text(&["x"]) + &other("item_dto"))),
            1,
        ),
        (
            "a type comes that an enum is called",
            spec("", &listed("")),
            spec(&named("kind"), &listed(&other("kind"))),
            1,
        ),
    ] {
        let before = names(&old);
        let mut after = map(&new);
        keep(&old, &mut after);
        let text = writer::write(&after, &crate::comments::Comments::default());
        assert_eq!(text.matches("rust_name").count(), given, "{what}:\n{text}");
        let kept = names(&SourceFile { path: PATH.to_owned(), text });
        for (path, name) in before {
            if let Some((_, now)) = kept.iter().find(|(other, _)| *other == path) {
                assert_eq!(*now, name, "{what}: {path}");
            }
        }
        assert!(kept.iter().all(|(_, name)| name != "Kind"), "{what}: the enum has the name");
    }
}

#[test]
fn an_enum_keeps_its_name_when_the_type_goes_that_had_it_first() {
    let listed = |more: &str| {
        format!("      kind: {{ type: String, values: [a] }}\n      enum: {{ type: String, values: [b] }}\n{more}")
    };
    let old = spec("    other: { type: kind }\n", &listed("  kind:\n    fields:\n      x: { type: String }\n"));
    assert!(super::enums(&api(old.clone()).expect("sound")).iter().any(|(_, name)| name == "KindValue"));
    let mut after = map(&spec("", &listed("")));
    keep(&old, &mut after);
    let text = writer::write(&after, &crate::comments::Comments::default());
    assert_eq!(text.matches("KindValue").count(), 1, "{text}");
    let now = super::enums(&api(SourceFile { path: PATH.to_owned(), text }).expect("sound"));
    assert_eq!(now, super::enums(&api(old).expect("sound")));
}

#[test]
fn a_spec_that_a_person_must_mend_first_gives_the_names_that_were_made() {
    let text = |keys: &str| spec("", &format!("      item_id: {{ type: String }}\n      itemId: {{ type: {keys} }}\n"));
    let mut after = map(&text("Unheard"));
    keep(&text("String"), &mut after);
    let text = writer::write(&after, &crate::comments::Comments::default());
    assert!(text.contains("itemId: { type: Unheard, rust_name: item_id_2 }"), "{text}");
}
