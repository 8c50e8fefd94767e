//! What of one method can be searched for, in the order in which its page says it.

use opentop_model::model::{Api, Field, NamedType, Object, Type, TypeId};
use opentop_model::text::unescape;

use super::numbers::Known;

/// What of one method can be searched for.
pub(super) struct Outline<'a> {
    api: &'a Api,
    pub(super) title: String,
    /// The fields of request and response, each followed by those in it. The fields of a type stand where it is met first.
    nodes: [Vec<Node<'a>>; 2],
}

enum Node<'a> {
    Field(&'a Field),
    /// The fields of the one before begin.
    Open,
    Close,
}

impl<'a> Outline<'a> {
    pub(super) fn of(api: &'a Api) -> Outline<'a> {
        let nodes = [walk(api, &api.request), walk(api, &api.response)];
        Outline { api, title: plain(&api.title), nodes }
    }

    fn fields(&self) -> impl Iterator<Item = &'a Field> {
        self.nodes.iter().flatten().filter_map(|node| match node {
            Node::Field(field) => Some(*field),
            Node::Open | Node::Close => None,
        })
    }

    /// The fields: `name name(name);name`, parameters before the `;`, fields of the answer behind it. What stands in brackets is in the one before.
    pub(super) fn tree(&self, known: &mut Known) -> String {
        let mut out = String::new();
        for (side, nodes) in self.nodes.iter().enumerate() {
            if side == 1 {
                out.push(';');
            }
            for node in nodes {
                match node {
                    Node::Field(field) => known.write(&line(&field.wire), &mut out),
                    Node::Open => out.push('('),
                    Node::Close => out.push(')'),
                }
            }
        }
        out
    }

    /// The types: those with a section of their own, `;`, and others that fields have.
    pub(super) fn types(&self, known: &mut Known) -> String {
        let mut out = String::new();
        let mut seen: Vec<&str> = Vec::new();
        for NamedType { name, .. } in &self.api.types {
            known.write(&line(name), &mut out);
            seen.push(name);
        }
        out.push(';');
        for field in self.fields() {
            let name = base(&field.vendor_type);
            if !name.is_empty() && !seen.contains(&name) {
                known.write(&line(name), &mut out);
                seen.push(name);
            }
        }
        out
    }

    /// The error codes.
    pub(super) fn codes(&self, known: &mut Known) -> String {
        let mut out = String::new();
        self.api.errors.iter().for_each(|row| known.write(&line(&row.code), &mut out));
        out
    }

    /// A line for the method, for each field, for each type with a section, and for each error code: what is said of it.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let method = [Some(&self.api.description), self.api.deprecated.as_ref()];
        let method = method.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        let fields = self.fields().map(of_field);
        let types = self.api.types.iter().map(|named| plain(&named.description));
        let codes = self.api.errors.iter().map(|row| plain(&format!("{} {}", row.message, row.solution)));
        std::iter::once(plain(&method)).chain(fields).chain(types).chain(codes)
    }
}

/// Every field below `root`. Specs choose the depth, so the way down is a list.
fn walk<'a>(api: &'a Api, root: &'a Object) -> Vec<Node<'a>> {
    let mut met = vec![false; api.types.len()];
    let (mut out, mut open) = (Vec::new(), vec![root.fields.iter()]);
    while let Some(fields) = open.last_mut() {
        let Some(field) = fields.next() else {
            open.pop();
            if !open.is_empty() {
                out.push(Node::Close);
            }
            continue;
        };
        out.push(Node::Field(field));
        let (Type::Object(TypeId(id)) | Type::Objects(TypeId(id))) = field.ty else { continue };
        if !std::mem::replace(&mut met[id], true) {
            out.push(Node::Open);
            open.push(api.types[id].object.fields.iter());
        }
    }
    out
}

/// What is said of a field, and of its values.
fn of_field(field: &Field) -> String {
    let mut text = field.description.clone();
    for value in &field.values {
        // Most are named in the description.
        for word in [&value.value, &value.description] {
            if !text.contains(word.as_str()) {
                text.push(' ');
                text.push_str(word);
            }
        }
    }
    if let Some(reason) = &field.deprecated {
        text.push(' ');
        text.push_str(reason);
    }
    plain(&text)
}

/// The vendor's type without the brackets of a list.
fn base(vendor_type: &str) -> &str {
    if vendor_type == "byte[]" { vendor_type } else { vendor_type.trim_end_matches(['[', ']', ' ']) }
}

/// A name on one line.
fn line(name: &str) -> String {
    name.replace(['\n', '\r', '\t'], " ")
}

/// A vendor's text on one line, without HTML.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, length) = tag(rest).map_or(("<", 1), |length| (" ", length));
        out.push_str(shown);
        rest = &rest[length..];
    }
    out.push_str(rest);
    let out = unescape(&out);
    let blank = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{FEFF}';
    out.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The tags that vendors' texts have. `List<String>` and `<new>` are texts. The engine has the same list.
const TAGS: [&str; 43] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// The length of the tag that `text` begins with.
fn tag(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let name = &name[..name.bytes().position(|byte| !byte.is_ascii_alphanumeric())?];
    // A tag is short. A `<` in a text is not taken for one because a `>` follows much later.
    let end = inner.bytes().take(300).position(|byte| byte == b'>' || byte == b'<')?;
    let known = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    (known && inner.as_bytes()[end] == b'>').then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_line_without_html() {
        for (text, expected) in [
            ("a<br/>b\n c\t d", "a b c d"),
            ("<a href=\"https://x\">点击</a>", "点击"),
            ("1 < 2, a<b && c>d &lt;b&gt;", "1 < 2, a d <b>"),
            ("<H3 class=x>a</H3>List<String>, <new>", "a List<String>, <new>"),
            ("3<4 & 5", "3<4 & 5"),
            ("<<<", "<<<"),
            ("<", "<"),
            ("<p", "<p"),
            ("&", "&"),
            ("&nbsp;\u{3000}x", "x"),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_have_the_type_of_their_elements() {
        for (vendor_type, expected) in
            [("TradeDTO []", "TradeDTO"), ("Number[]", "Number"), ("byte[]", "byte[]"), ("", "")]
        {
            assert_eq!(base(vendor_type), expected);
        }
    }
}
