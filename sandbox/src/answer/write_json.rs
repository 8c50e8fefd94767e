//! An answer as JSON, in both of the platform's forms.
//!
//! In: members. Out: text. Wrapped: an envelope around everything, and around a list's elements an object that names them.
//! Reduced (`simplify`): neither.

use crate::json::quoted;
use crate::node::{Members, Node};

pub(super) fn wrapped(envelope: &str, members: &Members) -> String {
    let mut out = format!("{{{}:", quoted(envelope));
    object(&mut out, members, true);
    out.push('}');
    out
}

pub(super) fn reduced(members: &Members) -> String {
    let mut out = String::new();
    object(&mut out, members, false);
    out
}

fn object(out: &mut String, members: &Members, wrap: bool) {
    out.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&quoted(name));
        out.push(':');
        node(out, value, wrap);
    }
    out.push('}');
}

fn node(out: &mut String, value: &Node, wrap: bool) {
    match value {
        Node::Text(text) => out.push_str(&quoted(text)),
        Node::Number(text) => out.push_str(text),
        Node::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::Json(json) => out.push_str(&json.to_string()),
        Node::Object(members) => object(out, members, wrap),
        Node::List(list) if wrap => {
            out.push_str(&format!("{{{}:", quoted(&list.element)));
            array(out, &list.items, wrap);
            out.push('}');
        }
        Node::List(list) => array(out, &list.items, wrap),
    }
}

fn array(out: &mut String, items: &[Node], wrap: bool) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        node(out, item, wrap);
    }
    out.push(']');
}
