//! A model as XML, as Qimen carries it.

use std::fmt::Write as _;

use crate::wire::table::{FieldRef, Table};
use crate::wire::value::{DateTime, Decimal, Json, Scalar};

/// Writes a model as the element `root`: without a prolog, fields in the order of their names, absent ones left out, empty text as an
/// empty element. The elements of a list stand in one of its name.
///
/// A character that XML cannot hold becomes U+FFFD; see [`not_in_xml`] for those who must not lose it.
#[must_use]
pub fn xml(table: &dyn Table, root: &str) -> String {
    let mut out = String::with_capacity(256);
    element(root, &mut out, |out| object(table, out));
    out
}

/// The first field with a character that XML cannot hold, by wire names.
#[must_use]
pub fn not_in_xml(table: &dyn Table) -> Option<String> {
    let text = |value: &str| value.chars().any(|letter| !is_allowed(letter));
    for (index, name) in table.info().fields.iter().enumerate() {
        let inside = |inner: Option<&dyn Table>| Some(format!("{name}.{}", not_in_xml(inner?)?));
        let found = match table.field(index) {
            FieldRef::Text(Some(value)) => text(value).then(|| (*name).to_owned()),
            FieldRef::Texts(list) => list.iter().any(|value| text(value)).then(|| (*name).to_owned()),
            FieldRef::Object(slot) => inside(slot.get()),
            FieldRef::Objects(list) => (0..list.len()).find_map(|at| inside(list.get(at))),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{1_0000}'..)
}

fn element(name: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    let _ = write!(out, "<{name}>");
    content(out);
    let _ = write!(out, "</{name}>");
}

fn object(table: &dyn Table, out: &mut String) {
    let info = table.info();
    let mut order: Vec<usize> = (0..info.fields.len()).collect();
    order.sort_by_key(|index| info.fields[*index]);
    for index in order {
        member(info.fields[index], info.element_of(index), table.field(index), out);
    }
}

fn member(name: &str, item: Option<&str>, value: FieldRef<'_>, out: &mut String) {
    match value {
        FieldRef::None | FieldRef::File(_) => {}
        FieldRef::Text(value) => one(name, value.as_deref(), text, out),
        FieldRef::Int(value) => one(name, *value, plain, out),
        FieldRef::Bool(value) => one(name, *value, plain, out),
        FieldRef::Date(value) => one(name, value.as_ref(), date, out),
        FieldRef::Decimal(value) => one(name, value.as_ref(), decimal, out),
        FieldRef::Json(value) => one(name, value.as_ref(), json, out),
        FieldRef::Enum(slot) => one(name, slot.get(), scalar, out),
        FieldRef::Object(slot) => one(name, slot.get(), object, out),
        FieldRef::Texts(list) => list_of(name, item.unwrap_or("string"), list.iter().map(String::as_str), text, out),
        FieldRef::Ints(list) => list_of(name, item.unwrap_or("number"), list.iter(), plain, out),
        FieldRef::Bools(list) => list_of(name, item.unwrap_or("boolean"), list.iter(), plain, out),
        FieldRef::Dates(list) => list_of(name, item.unwrap_or("date"), list.iter(), date, out),
        FieldRef::Decimals(list) => list_of(name, item.unwrap_or("price"), list.iter(), decimal, out),
        FieldRef::Jsons(list) => list_of(name, item.unwrap_or("json"), list.iter(), json, out),
        FieldRef::Enums(list) => {
            let values = (0..list.len()).filter_map(|at| list.get(at));
            list_of(name, item.unwrap_or("string"), values, scalar, out);
        }
        FieldRef::Objects(list) => {
            let values = (0..list.len()).filter_map(|at| list.get(at));
            list_of(name, item.unwrap_or("item"), values, object, out);
        }
    }
}

fn one<T>(name: &str, value: Option<T>, write: impl Fn(T, &mut String), out: &mut String) {
    if let Some(value) = value {
        element(name, out, |out| write(value, out));
    }
}

fn list_of<T>(
    name: &str,
    item: &str,
    values: impl Iterator<Item = T>,
    write: impl Fn(T, &mut String),
    out: &mut String,
) {
    let mut values = values.peekable();
    if values.peek().is_some() {
        element(name, out, |out| values.for_each(|value| element(item, out, |out| write(value, out))));
    }
}

fn text(value: &str, out: &mut String) {
    for letter in value.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A reader makes a line feed of it.
            '\r' => out.push_str("&#13;"),
            letter if is_allowed(letter) => out.push(letter),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

fn plain(value: impl std::fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

fn date(value: &DateTime, out: &mut String) {
    plain(value, out);
}

fn decimal(value: &Decimal, out: &mut String) {
    plain(value, out);
}

fn scalar(value: Scalar<'_>, out: &mut String) {
    match value {
        Scalar::Text(value) => text(value, out),
        Scalar::Int(value) => plain(value, out),
    }
}

/// An object as elements, if its names can be ones: so Qimen carries extended properties. Anything else as JSON text.
fn json(value: &Json, out: &mut String) {
    let members = serde_json::from_str::<Members>(value.as_str()).ok();
    match members.filter(|members| members.0.iter().all(|(name, value)| is_name(name) && value.is_leaf())) {
        Some(members) => {
            members.0.iter().for_each(|(name, value)| element(name, out, |out| text(&value.text(), out)));
        }
        None => text(value.as_str(), out),
    }
}

/// The members of an object, in their order, each as its source text.
struct Members(Vec<(String, Leaf)>);

struct Leaf(Box<serde_json::value::RawValue>);

impl Leaf {
    fn is_leaf(&self) -> bool {
        !self.0.get().starts_with(['{', '['])
    }

    fn text(&self) -> String {
        let source = self.0.get();
        if source == "null" {
            String::new()
        } else {
            serde_json::from_str(source).unwrap_or_else(|_| source.to_owned())
        }
    }
}

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<serde_json::value::RawValue>>()? {
                    members.push((name, Leaf(value)));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_tables::{Everything, everything};

    #[test]
    fn every_kind_of_field_has_its_element_in_the_order_of_names() {
        assert_eq!(
            xml(&everything(), "request"),
            concat!(
                "<request><bool>true</bool><bools><boolean>false</boolean></bools><channel>CS</channel>",
                "<channels><string>KRY</string><string>NEW</string></channels><date>2019-07-30 14:24:45</date>",
                "<dates><date>2020-01-01 00:00:00</date></dates><decimal>12.30</decimal>",
                "<decimals><price>0.10</price></decimals><int>-42</int>",
                "<ints><number>1</number><number>9223372036854775807</number></ints>",
                "<json><a>1.10</a></json><jsons><json>[1,2]</json></jsons><level>88</level>",
                "<levels><string>7</string></levels><object><text>inner</text></object>",
                "<objects><item><int>1</int></item><item><object><int>2</int></object></item></objects>",
                "<text>say &quot;好&quot;</text><texts><string>a</string><string>b</string></texts></request>"
            )
        );
        assert_eq!(xml(&Everything::default(), "response"), "<response></response>");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let all = "&<>\"'\r\n\t]]> 好😀 \u{85}";
        for text in [all, "", " "] {
            let model = Everything { text: Some(text.to_owned()), ..Everything::default() };
            let mut read = Everything::default();
            let decoded = crate::wire::decode::xml(&xml(&model, "request"), "request", &mut read);
            decoded.expect("what was written is XML");
            assert_eq!(read.text.unwrap_or_default(), text);
        }
        let empty = Everything { text: Some(String::new()), ..Everything::default() };
        assert_eq!(xml(&empty, "r"), "<r><text></text></r>");
    }

    #[test]
    fn what_xml_cannot_hold_is_found_and_never_written() {
        let inner = Everything { text: Some("a\u{1}b".to_owned()), ..Everything::default() };
        assert_eq!(xml(&inner, "r"), "<r><text>a\u{fffd}b</text></r>");
        let outer = Everything { object: Some(Box::new(inner)), ..Everything::default() };
        assert_eq!(not_in_xml(&outer).as_deref(), Some("object.text"));
        assert_eq!(not_in_xml(&everything()), None);
    }
}
