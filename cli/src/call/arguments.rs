//! Turns `key=value` words and a JSON file into the parameters of a call. The spec says what each value is.
//!
//! Files are kept as paths. Only what cannot be put together at all is an error here; whether the values fit is checked
//! afterwards.

use std::collections::BTreeMap;

use opentop_model::model::{Api, Field, Object, Path, Scalar, Type};
use opentop_runtime::__private::engine::encode::Parameter;
use opentop_runtime::File;
use opentop_runtime::Parameters;
use serde_json::value::RawValue;

use super::files;
use super::members::Members;

/// The parameters of a call: text, and files that are not read yet.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) files: Vec<(String, File)>,
}

/// A value while it is put together: JSON text, or an object that is still open.
enum Tree {
    Json(String),
    Object(Vec<(String, Tree)>),
}

/// The parameters that `file` (JSON) and `words` (`key=value`) give together.
pub(crate) fn read(api: &Api, file: Option<&str>, words: &[String]) -> Result<Given, String> {
    let mut root = Vec::new();
    if let Some(text) = file {
        let members: Members = serde_json::from_str(text)
            .map_err(|error| format!("the file of parameters is not a JSON object: {error}"))?;
        if let Some(name) = members.repeated() {
            return Err(format!("`{name}` is given twice in the file of parameters"));
        }
        let members: BTreeMap<String, Box<RawValue>> = members.0.into_iter().collect();
        for (name, raw) in members {
            let names = with_object(api, vec![name.as_str()]);
            put(&mut root, &names, raw.get().to_owned()).map_err(|()| format!("`{name}` is given twice"))?;
        }
    }
    for word in words {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is not KEY=VALUE"))?;
        let names: Vec<&str> = key.split('.').collect();
        if names.iter().any(|name| name.is_empty()) {
            return Err(format!("`{key}` is no name: put names between the dots"));
        }
        let names = with_object(api, names);
        let json = json_of(field_of(api, &names), value).map_err(|cause| format!("{key}: {cause}"))?;
        put(&mut root, &names, json).map_err(|()| format!("`{key}` is given twice"))?;
    }
    let mut given = Given::default();
    for (name, tree) in root {
        let field = api.request.fields.iter().find(|field| field.wire == name);
        let said = |cause| format!("{name}: {cause}");
        if field.is_some_and(|field| field.ty == Type::Scalar(Scalar::Bytes)) {
            let file = files::named(&tree.text()).map_err(said)?;
            given.files.extend(file.map(|file| (name, file)));
        } else if let Some(text) = on_the_wire(field, &tree.text()).map_err(said)? {
            given.texts.push((name, text));
        }
    }
    Ok(given)
}

/// The parameter whose fields need no prefix: an object, and the only parameter, or the one that the spec says.
pub(crate) fn only_object(api: &Api) -> Option<&Field> {
    let field = match (api.flatten, api.request.fields.as_slice()) {
        (Some(at), fields) => fields.get(at)?,
        (None, [only]) => only,
        _ => return None,
    };
    matches!(field.ty, Type::Object(_)).then_some(field)
}

/// `names` as they lead from the request: behind the only object, where its fields are meant.
fn with_object<'a>(api: &'a Api, mut names: Vec<&'a str>) -> Vec<&'a str> {
    let known = |fields: &[Field]| names.first().is_some_and(|name| fields.iter().any(|field| field.wire == *name));
    if let Some(field) = only_object(api)
        && let Type::Object(id) = field.ty
        && !known(&api.request.fields)
        && known(&api.named(id).object.fields)
    {
        names.insert(0, &field.wire);
    }
    names
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Tree::Json(text) => text.clone(),
            Tree::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(name, tree)| format!("{}:{}", quoted(name), tree.text())).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

/// Inserts `json` at the path `names`. An existing value is not replaced.
fn put(members: &mut Vec<(String, Tree)>, names: &[&str], json: String) -> Result<(), ()> {
    let Some((name, rest)) = names.split_first() else { return Err(()) };
    let at = members.iter().position(|(known, _)| known == name);
    if rest.is_empty() {
        if at.is_some() {
            return Err(());
        }
        members.push(((*name).to_owned(), Tree::Json(json)));
        return Ok(());
    }
    let at = at.unwrap_or_else(|| {
        members.push(((*name).to_owned(), Tree::Object(Vec::new())));
        members.len() - 1
    });
    match &mut members[at].1 {
        Tree::Object(inner) => put(inner, rest, json),
        Tree::Json(_) => Err(()),
    }
}

/// The field that `names` lead to, by wire names.
fn field_of<'a>(api: &'a Api, names: &[&str]) -> Option<&'a Field> {
    let (last, way) = names.split_last()?;
    let mut object: &Object = &api.request;
    for name in way {
        let field = object.fields.iter().find(|field| field.wire == **name)?;
        let Type::Object(id) = field.ty else { return None };
        object = &api.named(id).object;
    }
    object.fields.iter().find(|field| field.wire == **last)
}

/// A word as JSON, by the type of its field. What does not look like its type stays text, for the check to name it.
fn json_of(field: Option<&Field>, word: &str) -> Result<String, String> {
    let Some(field) = field else { return Ok(quoted(word)) };
    match field.ty {
        Type::Scalar(Scalar::Bytes) if word.starts_with('{') => checked(word),
        Type::Scalar(scalar) => Ok(scalar_json(scalar, word)),
        Type::Object(_) | Type::Objects(_) => checked(word),
        Type::Scalars(_) if word.trim_start().starts_with('[') => checked(word),
        Type::Scalars(scalar) => {
            let items: Vec<String> = word.split(',').map(|item| scalar_json(scalar, item)).collect();
            Ok(format!("[{}]", items.join(",")))
        }
    }
}

fn scalar_json(scalar: Scalar, word: &str) -> String {
    let fits = match scalar {
        Scalar::Number | Scalar::Price | Scalar::BigDecimal => {
            serde_json::from_str::<serde_json::Number>(word).is_ok() && !word.contains(['e', 'E'])
        }
        Scalar::Boolean => matches!(word, "true" | "false"),
        _ => false,
    };
    if fits { word.to_owned() } else { quoted(word) }
}

fn checked(text: &str) -> Result<String, String> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))?;
    Ok(raw.get().to_owned())
}

/// A text parameter's JSON as it goes on the wire; `None` where it is `null`.
fn on_the_wire(field: Option<&Field>, json: &str) -> Result<Option<String>, String> {
    let ty = field.map(|field| &field.ty);
    if json == "null" {
        return Ok(None);
    }
    if !matches!(ty, Some(Type::Scalars(_))) || !json.starts_with('[') {
        return scalar_text(json).map(Some);
    }
    let items: Vec<&RawValue> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let items = items.into_iter().map(|item| scalar_text(item.get())).collect::<Result<Vec<_>, _>>()?;
    if items.iter().any(|item| item.contains(',')) {
        return Err("elements of a list at the top level are joined by commas and cannot hold one".to_owned());
    }
    Ok(Some(items.join(",")))
}

/// Text without its quotes, everything else as it is.
fn scalar_text(json: &str) -> Result<String, String> {
    if json.starts_with('"') {
        serde_json::from_str(json).map_err(|error| error.to_string())
    } else {
        Ok(json.to_owned())
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text at a path of the request, for messages: the idempotency key.
pub(super) fn text_at(api: &Api, path: &Path, parameters: &Parameters) -> Option<String> {
    let (first, way) = path.0.split_first()?;
    let mut field = api.request.fields.get(*first)?;
    let value = parameters.iter().find(|(name, _)| *name == field.wire).map(|(_, value)| value);
    let Some(Parameter::Text(text)) = value else { return None };
    let mut text = text.clone();
    for index in way {
        let Type::Object(id) = field.ty else { return None };
        field = api.named(id).object.fields.get(*index)?;
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).ok()?;
        text = scalar_text(members.get(&field.wire)?.get()).ok()?;
    }
    Some(text)
}

#[cfg(test)]
mod tests;
