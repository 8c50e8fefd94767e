//! Writes an answer as XML: the envelope is the root, lists are marked `list="true"`.
//!
//! Names come from specifications and records. A character that cannot stand in an XML name becomes `_`; one that cannot stand
//! in XML at all becomes the replacement character.

use crate::node::{Members, Node};

pub(super) fn document(envelope: &str, members: &Members) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\" ?>");
    let root = name(envelope);
    out.push_str(&format!("<{root}>"));
    object(&mut out, members);
    out.push_str(&format!("</{root}>"));
    out
}

fn object(out: &mut String, members: &Members) {
    for (wire, value) in members {
        node(out, &name(wire), value);
    }
}

fn node(out: &mut String, name_of: &str, value: &Node) {
    let attribute = if matches!(value, Node::List(_)) { " list=\"true\"" } else { "" };
    out.push_str(&format!("<{name_of}{attribute}>"));
    match value {
        Node::Text(text) | Node::Number(text) => escape(out, text),
        Node::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::Json(json) => escape(out, &json.to_string()),
        Node::Object(members) => object(out, members),
        Node::List(list) => {
            let element = name(&list.element);
            list.items.iter().for_each(|item| node(out, &element, item));
        }
    }
    out.push_str(&format!("</{name_of}>"));
}

fn name(wire: &str) -> String {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let mut out: String = wire.chars().map(|letter| if fits(letter) { letter } else { '_' }).collect();
    if !out.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        out.insert(0, '_');
    }
    out
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Readers turn a raw carriage return into a line feed.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_and_no_name_becomes_markup() {
        let members = vec![("1 <a>/&".to_owned(), Node::Text("</x>&amp;\"]]>\u{1}\r\n\t中\u{fffe}".to_owned()))];
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\" ?><a_b><_1__a___>&lt;/x&gt;&amp;amp;&quot;]]&gt;\u{fffd}&#13;\n\t中\u{fffd}</_1__a___></a_b>";
        assert_eq!(document("a b", &members), expected);
    }
}
