//! The texts of a spec's file and of the one beside it: new, or existing ones brought up to date; the same texts where
//! the vendor says nothing new.

use super::comments::Comments;
use super::described::{Findings, Refusal};
use super::identity;
use super::kept_names;
use super::merge::{Conflict, merge};
use super::remembered::{self, Remembered};
use super::tree::{Map, Tree};
use super::writer;
use opentop_model::diagnostic::{Code, Diagnostic, Place, SourceFile};
use opentop_model::text::shown;
use opentop_model::yaml::{self, Node, Value};

/// A spec's file, and the one beside it that remembers what the vendor said.
pub(super) struct Texts {
    pub(super) spec: String,
    pub(super) vendor: String,
}

/// A spec that exists.
pub(super) struct Before<'a> {
    /// Its index among the sources.
    pub(super) file: usize,
    pub(super) spec: &'a SourceFile,
    /// The text of the file beside it.
    pub(super) vendor: Option<&'a str>,
}

/// Makes the texts.
pub(super) fn texts(
    said: Map,
    source: &str,
    at: Place,
    before: Option<&Before<'_>>,
    findings: &mut Findings,
) -> Result<Texts, Refusal> {
    let mut said = bounded(said, at, findings);
    match before {
        Some(before) => merged(&said, source, before, findings),
        None => {
            let vendor = remembered::file(&said, source);
            flatten(&mut said);
            let spec = writer::write(&said, &Comments::default());
            check(&spec, &said, at)?;
            Ok(Texts { spec, vendor })
        }
    }
}

/// Says `flatten: true` of a new method whose only parameter is an object. It is not part of what the vendor said, so it stays
/// when the vendor adds parameters later.
fn flatten(spec: &mut Map) {
    let fields = spec.map("request").and_then(|request| request.map("fields"));
    let Some([(_, Tree::Map(only))]) = fields.map(|fields| fields.0.as_slice()) else { return };
    let named = only.text("type").and_then(|name| spec.map("types")?.map(name));
    if named.and_then(|named| named.map("fields")).is_some_and(|fields| !fields.is_empty()) {
        let behind = spec.0.iter().position(|(key, _)| key == "effect").map_or(0, |at| at + 1);
        spec.0.insert(behind, ("flatten".to_owned(), "true".into()));
    }
}

/// Samples are the one part that can make a file too large to be read.
fn bounded(mut said: Map, at: Place, findings: &mut Findings) -> Map {
    if let Some(samples) = said.get("samples")
        && samples.to_json().len() > yaml::MAX_BYTES / 2
    {
        said.remove("samples");
        let help = "add a shorter sample by hand, if it is useful";
        findings.warn(Code::UnreadableSample, at, "the samples are too large for a spec: left out", "this page", help);
    }
    said
}

/// What is written must read back; that it does not is a defect, and no file is better than a wrong one.
fn check(text: &str, spec: &Map, at: Place) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    let read = yaml::read(at.file, text, &mut problems).map(|tree| Tree::from_yaml(&tree));
    if problems.is_empty() && matches!(&read, Some(Tree::Map(map)) if map == spec) {
        return Ok(());
    }
    let large = problems.iter().find(|problem| matches!(problem.code, Code::TooLarge | Code::TooDeep));
    let (code, why) = large.map_or((Code::Internal, "the spec does not read back as it was written"), |problem| {
        (problem.code, "the spec is too large")
    });
    let help = "the input cannot become one file; cut it down, or report it together with this message";
    Err(Refusal::new(code, at, why, "the spec of this method", help))
}

fn merged(said: &Map, source: &str, before: &Before<'_>, findings: &mut Findings) -> Result<Texts, Refusal> {
    let Before { file, spec: before, vendor } = *before;
    let mut problems = Vec::new();
    let tree = yaml::read(file, &before.text, &mut problems);
    let (Some(tree), Some(mut mine)) = (&tree, tree.as_ref().and_then(as_map)) else {
        let place = Place { file, start: 0, end: 0 };
        let broken = problems
            .into_iter()
            .next()
            .unwrap_or_else(|| Diagnostic::error(Code::EmptyFile, place, "the existing spec is no mapping"));
        return Err(Refusal(Box::new(broken.help("correct or remove the existing file, and import again"))));
    };
    let Some(Remembered { said: mut base, source: was }) = remembered::of(&mine, vendor) else {
        let spec = first_import(said, before, &mine, tree, file, findings);
        return Ok(Texts { spec, vendor: remembered::file(said, source) });
    };
    // What the spec itself remembered moves into the file beside it.
    let inside = mine.remove("vendor").is_some();
    // Types are who they were by where they hang, whatever they are called now.
    let said = &identity::keep_names(&base, said);
    if base == remembered::digested(said) {
        let vendor = vendor
            .filter(|_| !inside)
            .map_or_else(|| remembered::file(said, was.as_deref().unwrap_or(source)), str::to_owned);
        let spec = if inside { writer::write(&mine, &Comments::of(&before.text, tree)) } else { before.text.clone() };
        return Ok(Texts { spec, vendor });
    }
    remembered::restore_samples(&mut base, &mine, said);
    let mut said = said.clone();
    if was.as_deref().is_some_and(|was| was != source) {
        remembered::carry_over(&base, &mut said);
    }
    let said = &said;
    for conflict in merge(&base, said, &mut mine) {
        report(&conflict, tree, file, findings);
    }
    kept_names::keep(before, &mut mine);
    let text = writer::write(&mine, &Comments::of(&before.text, tree));
    check(&text, &mine, Place { file, start: 0, end: 0 })?;
    Ok(Texts { spec: text, vendor: remembered::file(said, source) })
}

fn as_map(tree: &Node) -> Option<Map> {
    match Tree::from_yaml(tree) {
        Tree::Map(map) => Some(map),
        Tree::Text(_) | Tree::List(_) => None,
    }
}

/// A file that a person wrote stays as it is; the file beside it remembers what the vendor says now.
fn first_import(
    said: &Map,
    before: &SourceFile,
    mine: &Map,
    tree: &Node,
    file: usize,
    findings: &mut Findings,
) -> String {
    let missing = missing_fields(said, mine);
    let what = if missing.is_empty() {
        String::new()
    } else {
        format!("; it lacks {}", opentop_model::text::listed(missing.iter().take(10).map(String::as_str)))
    };
    let place = Place { file, start: tree.at.start, end: tree.at.start };
    let message = format!("the spec was written by hand and stays as it is{what}");
    let help = "compare it with the page once; later imports merge";
    findings.warn(Code::NeverImported, place, message, "no `.vendor.json` beside this file", help);
    // `vendor:` may be there and not be readable.
    let mut own = mine.clone();
    if own.remove("vendor").is_some() {
        return writer::write(&own, &Comments::of(&before.text, tree));
    }
    before.text.clone()
}

/// Fields that the vendor describes and a file does not, as `type.field`.
fn missing_fields(said: &Map, mine: &Map) -> Vec<String> {
    let objects = |spec: &Map| -> Vec<(String, Vec<String>)> {
        let named = spec
            .map("types")
            .into_iter()
            .flat_map(|types| types.0.iter().map(|(name, object)| (name.clone(), object.clone())));
        let roots = ["request", "response", "content"]
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), spec.get(key)?.clone())));
        let fields = |object: &Tree| match object {
            Tree::Map(map) => map
                .map("fields")
                .map(|fields| fields.0.iter().map(|(key, _)| key.clone()).collect())
                .unwrap_or_default(),
            Tree::Text(_) | Tree::List(_) => Vec::new(),
        };
        roots.chain(named).map(|(name, object)| (name, fields(&object))).collect()
    };
    let own = objects(mine);
    let mut missing = Vec::new();
    for (name, fields) in objects(said) {
        let known =
            own.iter().find(|(other, _)| *other == name).map(|(_, fields)| fields.as_slice()).unwrap_or_default();
        missing
            .extend(fields.into_iter().filter(|field| !known.contains(field)).map(|field| format!("{name}.{field}")));
    }
    missing
}

fn report(conflict: &Conflict, tree: &Node, file: usize, findings: &mut Findings) {
    let place = place_of(tree, &conflict.path).unwrap_or(Place { file, start: 0, end: 0 });
    let words = |value: &Option<Tree>, gone: &str| {
        value.as_ref().map_or_else(
            || gone.to_owned(),
            |value| match value {
                Tree::Text(text) => shown(text),
                Tree::List(_) | Tree::Map(_) => shown(&value.to_json()),
            },
        )
    };
    let message = format!(
        "`{}` was changed here and by the vendor: the file says {}, the vendor now {}",
        conflict.path.join("."),
        words(&conflict.mine, "nothing any more"),
        words(&conflict.theirs, "no longer has it"),
    );
    findings.warn(Code::MergeConflict, place, message, "kept", "take over the vendor's value, or leave it as it is");
}

/// Where the value at a path stands; where it is gone, the mapping it stood in.
fn place_of(tree: &Node, path: &[String]) -> Option<Place> {
    let mut node = tree;
    let mut place = None;
    for key in path {
        let Value::Map(entries) = &node.value else { break };
        let Some(entry) = entries.iter().find(|entry| entry.key == *key) else { break };
        place = Some(entry.key_at);
        node = &entry.value;
    }
    place
}
