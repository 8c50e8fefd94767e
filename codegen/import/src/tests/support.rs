//! What the tests share: importing one text, and a spec as a flat list of its fields.

use std::collections::BTreeMap;

use crate::tree::{Map, Tree};
use crate::{Context, Imported, import, sources};
use opentop_model::diagnostic::{Diagnostic, RenderOptions, SourceFile, render_human};

pub(super) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// A context that knows the category `example`, 示例API.
pub(super) fn context() -> Context {
    Context { categories: vec![("示例API".to_owned(), "example".to_owned())], ..Context::default() }
}

/// Imports one text.
pub(super) fn one(name: &str, text: &str) -> (Imported, Vec<SourceFile>) {
    let inputs = [file(name, text)];
    let imported = import(&inputs, &context());
    (imported, sources(&inputs, &context()))
}

/// The spec of an import that must give one.
pub(super) fn spec_of(imported: &Imported) -> Map {
    let [file] = imported.files.as_slice() else { panic!("not one file: {:#?}", imported.refused) };
    read(&file.text)
}

pub(super) fn read(text: &str) -> Map {
    let mut findings = Vec::new();
    let tree = opentop_model::yaml::read(0, text, &mut findings);
    assert!(findings.is_empty(), "{findings:?}\n{text}");
    match Tree::from_yaml(&tree.unwrap()) {
        Tree::Map(map) => map,
        other => panic!("no mapping: {other:?}"),
    }
}

pub(super) fn rendered(diagnostics: &[Diagnostic], sources: &[SourceFile]) -> String {
    render_human(diagnostics, sources, &RenderOptions::default())
}

/// A field, by its way of wire names from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flat {
    pub(super) path: String,
    /// The type; of an object, `object` with its brackets, since names of types are made by rule.
    pub(super) ty: String,
    pub(super) required: bool,
    pub(super) limits: Vec<(String, String)>,
}

/// Every field of a spec by its way, types that contain themselves once.
pub(super) fn flat(spec: &Map) -> Vec<Flat> {
    let mut out = Vec::new();
    for side in ["request", "response"] {
        let fields = spec.map(side).and_then(|object| object.map("fields")).unwrap();
        walk(spec, fields, side, &mut Vec::new(), &mut out);
    }
    out
}

fn walk(spec: &Map, fields: &Map, path: &str, open: &mut Vec<String>, out: &mut Vec<Flat>) {
    for (key, field) in &fields.0 {
        let Tree::Map(field) = field else { panic!("{key} is no field") };
        let path = format!("{path}/{}", field.text("wire").unwrap_or(key));
        let ty = field.text("type").unwrap();
        let base = ty.trim_end_matches(" []");
        let object = spec.map("types").and_then(|types| types.map(base)).and_then(|object| object.map("fields"));
        let shown = if object.is_some() { ty.replace(base, "object") } else { ty.to_owned() };
        let limit = |map: &Map| -> Vec<(String, String)> {
            ["max_length", "max_items", "min", "max"]
                .iter()
                .filter_map(|key| Some(((*key).to_owned(), map.text(key)?.to_owned())))
                .collect()
        };
        let mut limits = limit(field);
        limits.extend(
            field
                .map("suggested")
                .map(limit)
                .unwrap_or_default()
                .into_iter()
                .map(|(key, value)| (format!("suggested {key}"), value)),
        );
        // What descriptions suggest is the same on both sides, and no limit of the page's.
        limits.sort();
        out.push(Flat { path: path.clone(), ty: shown, required: field.text("required") == Some("true"), limits });
        if let Some(object) = object.filter(|_| !open.iter().any(|name| name == base)) {
            open.push(base.to_owned());
            walk(spec, object, &path, open, out);
            open.pop();
        }
    }
}

/// How often each way occurs, so that two trees are compared as sets with repetitions.
pub(super) fn difference(one: &[Flat], other: &[Flat]) -> Vec<String> {
    let mut counts: BTreeMap<String, i32> = BTreeMap::new();
    for (fields, step) in [(one, 1), (other, -1)] {
        for field in fields {
            *counts.entry(format!("{field:?}")).or_default() += step;
        }
    }
    counts.into_iter().filter(|(_, count)| *count != 0).map(|(field, count)| format!("{count:+} {field}")).collect()
}
