use super::{Item, align};
use crate::page::Level;
use crate::shape::Shapes;

/// Rows as text: `name` top level, `-name` nested, a type with a capital letter is an object, `[]` a list.
fn parents(rows: &str, sample: Option<&str>) -> Vec<String> {
    let items: Vec<Item> = rows
        .split_whitespace()
        .map(|row| {
            let nested = row.starts_with('-');
            let (name, ty) = row.trim_start_matches('-').split_once(':').unwrap_or((row.trim_start_matches('-'), ""));
            Item {
                name: name.to_owned(),
                level: if nested { Level::Nested } else { Level::Top },
                object: !ty.is_empty(),
                holds_fields: None,
                list: ty.ends_with("[]"),
                element: opentop_model::model::element_name(ty.trim_end_matches("[]")),
                expected: true,
            }
        })
        .collect();
    let tree = sample.map(Shapes::from_xml);
    let spots = align(&items, tree.as_ref().map(|(shapes, root)| (shapes, *root)));
    spots
        .iter()
        .zip(&items)
        .map(|(spot, item)| {
            let parent = spot.parent.map_or("", |parent| items[parent].name.as_str());
            format!("{parent}.{}{}", item.name, if spot.guessed { "?" } else { "" })
        })
        .collect()
}

#[test]
fn rows_behind_a_nested_object_belong_to_its_parent_where_the_sample_says_so() {
    let sample = "<result><ok>1</ok><result><id>1</id></result><code>1</code></result>";
    assert_eq!(
        parents("result:R -ok -result:S -id -code", Some(sample)),
        [".result", "result.ok", "result.result", "result.id", "result.code"]
    );
}

#[test]
fn list_elements_are_looked_through() {
    let sample = "<page><gifts><gift_d_t_o><id>1</id></gift_d_t_o></gifts><total>1</total></page>";
    assert_eq!(
        parents("page:P -gifts:GiftDTO[] -id -total", Some(sample)),
        [".page", "page.gifts", "gifts.id", "page.total"]
    );
    let named_otherwise = sample.replace("gift_d_t_o", "other");
    assert_eq!(parents("page:P -gifts:GiftDTO[] -id -total", Some(&named_otherwise))[2..], ["gifts.id", "page.total"]);
}

#[test]
fn an_object_directly_before_an_object_is_its_parent_only_if_the_sample_says_so() {
    let inside = "<a><b><c><id>1</id></c></b></a>";
    let beside = "<a><b></b><c><id>1</id></c></a>";
    assert_eq!(parents("a:A -b:B -c:C -id", Some(inside)), [".a", "a.b", "b.c", "c.id"]);
    assert_eq!(parents("a:A -b:B -c:C -id", Some(beside)), [".a", "a.b", "a.c", "c.id"]);
    assert_eq!(parents("a:A -b:B -c:C -id", None), [".a", "a.b", "b.c?", "c.id?"]);
}

#[test]
fn a_row_that_the_sample_lacks_stays_with_its_neighbours_and_is_told() {
    let sample = "<a><b><x>1</x><y>1</y></b><z>1</z></a>";
    assert_eq!(parents("a:A -b:B -x -tags -y -z", Some(sample)), [".a", "a.b", "b.x", "b.tags?", "b.y", "a.z"]);
    // With one open object there is nothing to guess.
    assert_eq!(parents("a:A -tags", None), [".a", "a.tags"]);
}

#[test]
fn a_sample_in_another_order_is_followed() {
    let sample = "<a><y>1</y><b><x>1</x></b></a>";
    assert_eq!(parents("a:A -b:B -x -y", Some(sample)), [".a", "a.b", "b.x", "a.y"]);
}
