#![allow(clippy::unwrap_used)]
use super::merge;
use crate::tree::{Map, Tree};

fn map(json: &str) -> Map {
    match Tree::from_json(json) {
        Some(Tree::Map(map)) => map,
        _ => Map::default(),
    }
}

/// The merged file, and the paths of the conflicts.
fn merged(base: &str, theirs: &str, mine: &str) -> (String, Vec<String>) {
    let mut file = map(mine);
    let conflicts = merge(&map(base), &map(theirs), &mut file);
    (Tree::Map(file).to_json().replace('"', ""), conflicts.iter().map(|conflict| conflict.path.join(".")).collect())
}

#[test]
fn each_side_keeps_its_own_changes() {
    for (what, base, theirs, mine, result) in [
        ("nothing changed", r#"{"a":"1"}"#, r#"{"a":"1"}"#, r#"{"a":"1"}"#, "{a:1}"),
        ("the vendor changed", r#"{"a":"1"}"#, r#"{"a":"2"}"#, r#"{"a":"1"}"#, "{a:2}"),
        ("a person changed", r#"{"a":"1"}"#, r#"{"a":"1"}"#, r#"{"a":"3"}"#, "{a:3}"),
        ("both made the same change", r#"{"a":"1"}"#, r#"{"a":"2"}"#, r#"{"a":"2"}"#, "{a:2}"),
        (
            "the vendor added",
            r#"{"a":"1","c":"1"}"#,
            r#"{"a":"1","b":"1","c":"1"}"#,
            r#"{"a":"1","c":"1"}"#,
            "{a:1,b:1,c:1}",
        ),
        ("a person added", r#"{"a":"1"}"#, r#"{"a":"1"}"#, r#"{"a":"1","z":"1"}"#, "{a:1,z:1}"),
        ("the vendor removed", r#"{"a":"1","b":"1"}"#, r#"{"a":"1"}"#, r#"{"a":"1","b":"1"}"#, "{a:1}"),
        ("a person removed", r#"{"a":"1","b":"1"}"#, r#"{"a":"1","b":"1"}"#, r#"{"a":"1"}"#, "{a:1}"),
        (
            "inside",
            r#"{"a":{"x":"1","y":"1"}}"#,
            r#"{"a":{"x":"2","y":"1"}}"#,
            r#"{"a":{"x":"1","y":"3","z":"4"}}"#,
            "{a:{x:2,y:3,z:4}}",
        ),
    ] {
        assert_eq!(merged(base, theirs, mine), (result.to_owned(), Vec::new()), "{what}");
    }
}

#[test]
fn what_a_person_says_of_an_error_stays_while_the_vendor_changes_the_table() {
    let spec = |rows: &str| format!(r#"{{"errors":[{rows}]}}"#);
    let row = |code: &str, rest: &str| format!(r#"{{"code":"{code}"{rest}}}"#);
    let base = spec(&[row("a", r#","message":"1""#), row("b", ""), row("b", r#","message":"2""#)].join(","));
    let mine = spec(
        &[row("a", r#","message":"1","executed":"no""#), row("b", ""), row("b", r#","message":"2","executed":"no""#)]
            .join(","),
    );
    let now =
        spec(&[row("x", ""), row("a", r#","message":"9""#), row("b", ""), row("b", r#","message":"2""#)].join(","));
    let (file, conflicts) = merged(&base, &now, &mine);
    assert_eq!(file, "{errors:[{code:x},{code:a,message:9,executed:no},{code:b},{code:b,message:2,executed:no}]}");
    assert_eq!(conflicts, [""; 0]);
    let (file, conflicts) = merged(&base, &spec(&row("b", "")), &mine);
    assert_eq!(file, "{errors:[{code:a,message:1,executed:no},{code:b},{code:b,message:2,executed:no}]}");
    assert_eq!(conflicts, ["errors.a", "errors.b (2)"], "the vendor's rows are gone, a person's word is not");
    let (file, _) = merged(&base, "{}", &base);
    assert_eq!(file, "{}", "a table that nobody touched goes with the page");
    let odd = r#"{"errors":[{"message":"1"}]}"#;
    assert_eq!(merged(odd, odd, odd).0, "{errors:[{message:1}]}");
}

#[test]
fn a_vendors_change_under_a_persons_edit_is_a_conflict() {
    let field = |inner: &str| format!(r#"{{"request":{{"fields":{{"f":{{{inner}}}}}}}}}"#);
    let (file, conflicts) = merged(&field(r#""type":"A""#), &field(r#""type":"B""#), &field(r#""type":"C""#));
    assert_eq!(file, "{request:{fields:{f:{type:C,suggested:{type:B}}}}}");
    assert_eq!(conflicts, ["request.fields.f.type"]);
    let (file, conflicts) = merged(r#"{"a":"1"}"#, r#"{"a":"2"}"#, "{}");
    assert_eq!((file.as_str(), conflicts.as_slice()), ("{}", ["a".to_owned()].as_slice()));
}

#[test]
fn what_might_take_a_name_stands_at_the_end() {
    for (theirs, mine, result) in [
        ("item_id", "itemId", "{a:1,itemId:1,z:1,item_id:1}"),
        ("maybe_type", "type", "{a:1,type:1,z:1,maybe_type:1}"),
        // `field_2` in Rust.
        ("b", "！", "{a:1,！:1,z:1,b:1}"),
        ("b", "c", "{a:1,b:1,c:1,z:1}"),
    ] {
        let base = format!(r#"{{"a":"1","{mine}":"1","z":"1"}}"#);
        let theirs = format!(r#"{{"a":"1","{theirs}":"1","{mine}":"1","z":"1"}}"#);
        assert_eq!(merged(&base, &theirs, &base), (result.to_owned(), Vec::new()), "{mine}");
    }
}

#[test]
fn a_renamed_type_is_followed() {
    let spec = |name: &str, inner: &str| {
        format!(
            r#"{{"response":{{"fields":{{"r":{{"type":"{name} []"}}}}}},"types":{{"{name}":{{"fields":{{{inner}}}}}}}}}"#
        )
    };
    let x = r#""x":{"type":"String"}"#;
    let xy = r#""x":{"type":"String"},"y":{"type":"Date"}"#;
    let (file, conflicts) = merged(&spec("Result2", x), &spec("Result2", xy), &spec("Gift", x));
    assert_eq!(file, spec("Gift", xy).replace('"', ""));
    assert!(conflicts.is_empty());
}
