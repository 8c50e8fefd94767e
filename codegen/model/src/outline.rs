//! What a list says of a method: its name, title and effect, read from the first keys of its file and not from all of it.
//!
//! Takes the text of a spec. Returns [`Outline`], or nothing where the file is not written as specs usually are; whoever wants to know
//! then loads it. Whether the rest of the file is sound is not looked at.

use crate::model::{Api, Effect};
use crate::raw::effect_of;
use crate::yaml::{self, Entry, Value};

/// What a list says of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub method: String,
    /// The name of its category.
    pub category: String,
    /// Its title.
    pub title: String,
    /// Its description; empty where there is none.
    pub description: String,
    /// Whether it is a message of the platform, and not a method.
    pub is_message: bool,
    /// Whether it changes data.
    pub effect: Effect,
    /// The effect that the importer would propose, where nobody has confirmed one.
    pub suggested_effect: Option<Effect>,
}

/// The keys that are read.
const KEYS: [&str; 6] = ["api", "category", "title", "description", "effect", "suggested"];

impl Outline {
    /// That of a method's file. `None`: the file has a form in which more has to be looked at than these keys.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut findings = Vec::new();
        let tree = yaml::read(0, &head(text)?, &mut findings).filter(|_| findings.is_empty())?;
        let Value::Map(entries) = &tree.value else { return None };
        let word = |key: &str| match scalar(entries, key) {
            None => Some(None),
            Some(Value::Scalar { text, .. }) => Some(Some(text.as_str())),
            Some(_) => None,
        };
        let suggested_effect = match scalar(entries, "suggested") {
            Some(Value::Map(suggested)) => match scalar(suggested, "effect") {
                Some(Value::Scalar { text, .. }) => effect_of(text),
                _ => None,
            },
            _ => None,
        };
        Some(Outline {
            method: word("api")??.to_owned(),
            category: word("category")??.to_owned(),
            title: word("title")??.to_owned(),
            description: word("description")?.unwrap_or_default().to_owned(),
            is_message: false,
            effect: effect_of(word("effect")??)?,
            suggested_effect,
        })
    }
}

/// The title in a category's file. `None`: as for [`Outline::of`].
#[must_use]
pub fn title(text: &str) -> Option<String> {
    let tree = yaml::read(0, &head(text)?, &mut Vec::new())?;
    let Value::Map(entries) = &tree.value else { return None };
    match scalar(entries, "title")? {
        Value::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

impl From<&Api> for Outline {
    fn from(api: &Api) -> Self {
        Outline {
            method: api.method.clone(),
            category: api.category.clone(),
            title: api.title.clone(),
            description: api.description.clone(),
            is_message: api.is_message(),
            effect: api.effect,
            suggested_effect: api.suggested_effect,
        }
    }
}

fn scalar<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Value> {
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value.value)
}

/// The lines of the keys that are read. A key of the file begins a line; what belongs to it is indented. `None` where a line is neither.
fn head(text: &str) -> Option<String> {
    let mut head = String::new();
    let mut wanted = false;
    for line in text.split_inclusive('\n') {
        match line.as_bytes().first() {
            Some(b' ' | b'\n' | b'\r' | b'#') => {}
            _ => {
                let key = line.split(':').next().unwrap_or_default();
                if key.len() == line.len() || !key.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_') {
                    return None;
                }
                wanted = KEYS.contains(&key);
            }
        }
        if wanted {
            head.push_str(line);
        }
    }
    Some(head)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::load;

    const SPEC: &str = "# first\napi: taobao.gift.get\ncategory: gift\n\ntitle: '礼品: 一'\ndescription: |\n  Two\n  lines.\n\n\
        # between\nsession: none\neffect: write\nsuggested: { effect: read, session: optional }\n\
        request:\n  fields:\n    api: { type: String }\nresponse: { fields: { title: { type: String, description: x } } }\n";

    fn loaded(text: &str) -> Option<Outline> {
        let sources = [("gift/taobao.gift.get.yaml", text), ("gift/category.yaml", "title: x\n")];
        let sources = sources.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() });
        load(&sources).model.apis.first().map(Outline::from)
    }

    #[test]
    fn an_outline_is_what_loading_would_give() {
        let crlf = SPEC.replace('\n', "\r\n");
        let last = "title: 'x'\nrequest: { fields: {} }\nresponse: { fields: {} }\nsession: none\ncategory: gift\neffect: read\n\
            description: >-\n  one\n  two\napi: \"taobao.gift.get\"";
        for text in [SPEC, &crlf, last, &SPEC.replace("\nsuggested: { effect: read, session: optional }", "")] {
            assert_eq!(Outline::of(text).unwrap(), loaded(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn a_file_of_another_form_has_none() {
        let quoted = SPEC.replace("api:", "'api':");
        let spread = SPEC.replace("title: '礼品: 一'", "title: '礼品: 一\nmore'");
        let not_one = SPEC.replace("effect: write", "effect: perhaps");
        let flow = format!("{{ {} }}", "api: x, category: y, title: z, effect: read");
        let list = SPEC.replace("title: '礼品: 一'", "title: [a]");
        for text in ["", "- a\n", "text", &flow, &quoted, &spread, &not_one, &list, &SPEC.replace("api:", "api :")] {
            assert_eq!(Outline::of(text), None, "{text}");
        }
    }
}
