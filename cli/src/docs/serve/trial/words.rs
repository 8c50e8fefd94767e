//! A call as `opentop call` takes it.

use opentop_model::model::{Api, Object, Scalar, Type};
use serde_json::value::RawValue;

use super::account::Target;
use crate::call::members::Members;
use crate::call::only_object;
use crate::shell;

/// The line for a shell: `parameters` is a JSON object, `files` are parameters and the names of their files.
pub(super) fn command<'a>(
    api: &Api,
    target: &dyn Target,
    parameters: &str,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let (before, behind) = target.around(api);
    let mut line = format!("{before}opentop call {}", api.method);
    for Word { name, value, is_sensitive } in words(api, parameters) {
        line.push(' ');
        if is_sensitive && !target.is_open() {
            // It is in the form; a shell's history is no place for it.
            line.push_str(&format!("{}\"${{{}:?}}\"", shell::literal(&format!("{name}=")), shell::variable(&name)));
        } else {
            line.push_str(&shell::word(&format!("{name}={value}")));
        }
    }
    for (name, file) in files {
        line.push(' ');
        line.push_str(&shell::word(&format!("{name}=@{file}")));
    }
    line + &behind
}

/// One `key=value`.
#[derive(Debug, PartialEq)]
struct Word {
    name: String,
    value: String,
    is_sensitive: bool,
}

fn words(api: &Api, parameters: &str) -> Vec<Word> {
    let mut out = Vec::new();
    // Its fields need no prefix unless a parameter at the top has the same name.
    let inside = only_object(api);
    object(api, &api.request, parameters, "", false, &mut out);
    if let Some(field) = inside {
        let prefix = format!("{}.", field.wire);
        let is_top = |name: &str| api.request.fields.iter().any(|field| name.split('.').next() == Some(&field.wire));
        for word in &mut out {
            if let Some(rest) = word.name.strip_prefix(&prefix).filter(|rest| !is_top(rest)) {
                word.name = rest.to_owned();
            }
        }
    }
    out
}

/// Objects become dots, everything else a value.
fn object(api: &Api, of: &Object, json: &str, prefix: &str, hidden: bool, out: &mut Vec<Word>) {
    let Ok(members) = serde_json::from_str::<Members>(json) else { return };
    for (wire, raw) in &members.0 {
        let field = of.fields.iter().find(|field| field.wire == *wire);
        let hidden = hidden || field.is_some_and(|field| field.sensitive);
        let name = format!("{prefix}{wire}");
        match field.map(|field| &field.ty) {
            _ if raw.get() == "null" => {}
            Some(Type::Object(id)) if raw.get().starts_with('{') && raw.get() != "{}" => {
                object(api, &api.named(*id).object, raw.get(), &format!("{name}."), hidden, out);
            }
            ty => out.push(Word { name, value: value(ty, raw), is_sensitive: hidden }),
        }
    }
}

/// A value as one word. Lists are joined by commas where that reads back as the same.
fn value(ty: Option<&Type>, raw: &RawValue) -> String {
    let text = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
    match ty {
        Some(Type::Scalars(scalar)) => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).unwrap_or_default();
            let texts: Vec<String> =
                items.iter().map(|item| text(item).unwrap_or_else(|| item.get().to_owned())).collect();
            let plain = |text: &String| !text.is_empty() && !text.contains(',') && !text.starts_with(['[', ' ']);
            // A number in quotes would lose them.
            let as_given = *scalar != Scalar::String || items.iter().all(|item| text(item).is_some());
            if !texts.is_empty() && as_given && texts.iter().all(plain) {
                texts.join(",")
            } else {
                raw.get().to_owned()
            }
        }
        Some(Type::Object(_) | Type::Objects(_)) => raw.get().to_owned(),
        _ => text(raw).unwrap_or_else(|| raw.get().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use opentop_model::diagnostic::SourceFile;

    use super::*;
    use crate::call::arguments;

    const SPEC: &str = "\
api: alibaba.example.gift.list
category: example
title: 列表
session: none
effect: read
request:
  fields:
    query: { type: Query, required: true }
response:
  fields:
    total: { type: Number }
types:
  Query:
    fields:
      ids: { type: 'Number []' }
      names: { type: 'String []' }
      price: { type: Price }
      note: { type: String, sensitive: true }
      exact: { type: Boolean }
      inner: { type: Inner }
      items: { type: 'Inner []' }
  Inner:
    fields:
      name: { type: String }
      query: { type: String }
";

    fn api(flat: bool) -> Api {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let spec =
            if flat { SPEC.to_owned() } else { SPEC.replace("response:", "    other: { type: String }\nresponse:") };
        let loaded = opentop_model::load(&[
            file("example/category.yaml", "title: 示例\n"),
            file("example/alibaba.example.gift.list.yaml", &spec),
        ]);
        assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
        loaded.model.apis[0].clone()
    }

    #[test]
    fn words_read_back_as_the_parameters_they_are_made_of() {
        for json in [
            r#"{"query":{"ids":[1,12345678901234567890],"price":12.30,"exact":true}}"#,
            r#"{"query":{"names":["a","it's"],"note":"x=1 \"y\"\n","inner":{"name":"@a"}}}"#,
            r#"{"query":{"names":["a,b"],"ids":[]}}"#,
            r#"{"query":{"names":["[a"],"inner":{"name":"n","query":"q"}}}"#,
            r#"{"query":{"names":[""],"items":[{"name":"1"},{}]}}"#,
            r#"{"query":{"names":[7],"inner":{}}}"#,
            r#"{"query":{}}"#,
            r"{}",
        ] {
            for api in [api(true), api(false)] {
                let words: Vec<String> =
                    words(&api, json).into_iter().map(|word| format!("{}={}", word.name, word.value)).collect();
                let texts = |file: Option<&str>, words: &[String]| arguments::read(&api, file, words).unwrap().texts;
                assert_eq!(texts(None, &words), texts(Some(json), &[]), "{words:?}");
            }
        }
    }

    #[test]
    fn the_only_object_needs_no_prefix_and_what_is_sensitive_is_known() {
        let words = words(&api(true), r#"{"query":{"note":"x","inner":{"name":"y"}}}"#);
        let word = |name: &str, value: &str, is_sensitive| Word {
            name: name.to_owned(),
            value: value.to_owned(),
            is_sensitive,
        };
        assert_eq!(words, [word("note", "x", true), word("inner.name", "y", false)]);
    }
}
