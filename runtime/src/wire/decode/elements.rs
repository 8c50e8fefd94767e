//! Elements where JSON is wanted, as a JSON object: so Qimen carries extended properties.

use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::Event;

use super::context::MAX_DEPTH;
use super::reference::code_point;

/// The members of an open object, written so far, and the text between them.
#[derive(Default)]
struct Open {
    name: String,
    members: String,
    text: String,
}

impl Open {
    fn add(&mut self, name: &str, value: &str) {
        self.members.push_str(if self.members.is_empty() { "" } else { "," });
        self.members.push_str(&format!("{}:{value}", serde_json::Value::from(name)));
    }
}

/// `<a>1</a><b>x</b>` as `{"a":"1","b":"x"}`; `None` where something else than elements stands there, or a name is there twice.
pub(super) fn as_object(markup: &str) -> Option<String> {
    let mut reader = Reader::from_str(markup);
    let mut open = vec![Open::default()];
    let mut names = std::collections::BTreeSet::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() < MAX_DEPTH => {
                let path = open.iter().map(|open| open.name.as_str()).collect::<Vec<_>>().join("/");
                if !names.insert(format!("{path}/{}", start.name().0)) {
                    return None;
                }
                open.push(Open { name: start.name().0.to_owned(), ..Open::default() });
            }
            Event::Empty(start) => open.last_mut()?.add(start.name().0, "\"\""),
            Event::End(_) => {
                let closed = open.pop()?;
                let value = match closed.members.is_empty() {
                    true => serde_json::Value::from(closed.text).to_string(),
                    false if closed.text.trim().is_empty() => format!("{{{}}}", closed.members),
                    false => return None,
                };
                open.last_mut()?.add(&closed.name, &value);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let text = &mut open.last_mut()?.text;
                match code_point(&reference) {
                    Some(number) => text.push(char::from_u32(number)?),
                    None => text.push_str(resolve_html5_entity(&reference)?),
                }
            }
            Event::Comment(_) => {}
            Event::Eof => break,
            _ => return None,
        }
    }
    let root = open.pop().filter(|root| open.is_empty() && root.text.trim().is_empty())?;
    (!root.members.is_empty()).then(|| format!("{{{}}}", root.members))
}

#[cfg(test)]
mod tests {
    use super::as_object;

    #[test]
    fn elements_become_members_and_anything_else_nothing() {
        let json = |markup| as_object(markup);
        assert_eq!(json("<a>1</a>\n<b>x &lt;&#20013;</b><c/>").as_deref(), Some(r#"{"a":"1","b":"x <中","c":""}"#));
        assert_eq!(json("<a><b>\"</b><c></c></a>").as_deref(), Some(r#"{"a":{"b":"\"","c":""}}"#));
        for markup in ["", "text", "<a>1</a>x", "<a>1</a><a>2</a>", "<a>x<b/></a>", "<a>", "</a>", "<a>&what;</a>"] {
            assert_eq!(json(markup), None, "{markup}");
        }
        assert_eq!(json(&"<a>".repeat(10_000)), None);
    }
}
