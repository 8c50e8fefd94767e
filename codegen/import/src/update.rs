//! The text of a spec's file: new, or an existing one brought up to date.
//!
//! In: what the vendor says now, and the file as it stands. Out: the file's new text; the same text where the vendor
//! says nothing new.

use super::comments::Comments;
use super::described::{Findings, Refusal};
use super::merge::{Conflict, merge};
use super::remembered;
use super::tree::{Map, Tree};
use super::writer;
use opentop_model::diagnostic::{Code, Diagnostic, Place, SourceFile};
use opentop_model::text::shown;
use opentop_model::yaml::{self, Node, Value};

/// Makes the text. `before`: the file that exists, and its index among the sources.
pub(super) fn text(
    said: Map,
    source: &str,
    at: Place,
    before: Option<(usize, &SourceFile)>,
    findings: &mut Findings,
) -> Result<String, Refusal> {
    let mut said = bounded(said, at, findings);
    match before {
        Some((file, before)) => merged(&said, source, file, before, findings),
        None => {
            let vendor = remembered::vendor(&said, source);
            flatten(&mut said);
            said.push("vendor", vendor);
            let text = writer::write(&said, &Comments::default());
            check(&text, &said, at)?;
            Ok(text)
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

fn merged(
    said: &Map,
    source: &str,
    file: usize,
    before: &SourceFile,
    findings: &mut Findings,
) -> Result<String, Refusal> {
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
    let Some((mut base, line)) = remembered::of(&mine) else {
        return Ok(first_import(said, source, file, before, &mine, tree, findings));
    };
    if line == remembered::line(said) {
        return Ok(before.text.clone());
    }
    let was = mine.map("vendor").and_then(|vendor| vendor.text("source")).unwrap_or(source).to_owned();
    mine.remove("vendor");
    remembered::restore_samples(&mut base, &mine, said);
    let mut said = said.clone();
    if was != source {
        remembered::carry_over(&base, &mut said);
    }
    let said = &said;
    for conflict in merge(&base, said, &mut mine) {
        report(&conflict, tree, file, findings);
    }
    mine.push("vendor", remembered::vendor(said, source));
    let text = writer::write(&mine, &Comments::of(&before.text, tree));
    check(&text, &mine, Place { file, start: 0, end: 0 })?;
    Ok(text)
}

fn as_map(tree: &Node) -> Option<Map> {
    match Tree::from_yaml(tree) {
        Tree::Map(map) => Some(map),
        Tree::Text(_) | Tree::List(_) => None,
    }
}

/// A file that a person wrote stays as it is, and remembers what the vendor says now.
fn first_import(
    said: &Map,
    source: &str,
    file: usize,
    before: &SourceFile,
    mine: &Map,
    tree: &Node,
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
    findings.warn(
        Code::NeverImported,
        place,
        message,
        "no `vendor:` in this file",
        "compare it with the page once; later imports merge",
    );
    let mut vendor = Map::default();
    vendor.push("vendor", remembered::vendor(said, source));
    let mut own = mine.clone();
    // `vendor:` may be there and not be readable.
    if own.remove("vendor").is_some() {
        own.0.extend(vendor.0);
        return writer::write(&own, &Comments::of(&before.text, tree));
    }
    format!("{}\n{}", before.text.trim_end(), writer::block(&vendor))
}

/// Fields that the vendor describes and a file does not, as `type.field`.
fn missing_fields(said: &Map, mine: &Map) -> Vec<String> {
    let objects = |spec: &Map| -> Vec<(String, Vec<String>)> {
        let named = spec
            .map("types")
            .into_iter()
            .flat_map(|types| types.0.iter().map(|(name, object)| (name.clone(), object.clone())));
        let roots =
            ["request", "response"].into_iter().filter_map(|key| Some((key.to_owned(), spec.get(key)?.clone())));
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
