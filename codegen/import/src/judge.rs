//! Decodes a page's sample answers by the spec that was just made: what does not fit is told, with its path, its value
//! and a truer type, where the value tells one.

use super::described::{Described, Findings};
use super::root;
use super::shape::Shapes;
use super::tree::{Map, Tree};
use opentop_model::diagnostic::Code;
use opentop_model::model::Scalar;
use opentop_model::scalar::reads_as;
use opentop_model::text::{listed, shown};

/// More findings than a person reads.
const MOST: usize = 20;
/// Deeper objects are not compared.
const MAX_DEPTH: usize = 40;

/// Where a field is described: its type, or the response; its key.
type Owner = (Option<String>, String);

/// A value that its type cannot hold.
struct Mismatch {
    owner: Owner,
    path: String,
    shows: String,
    ty: String,
    /// The key that says it, and a truer type.
    truer: Option<(&'static str, String)>,
}

#[derive(Default)]
struct Judged {
    mismatches: Vec<Mismatch>,
    /// Names of the sample that no field has.
    unknown: Vec<String>,
}

/// Compares both samples with the spec; suggestions go into it.
pub(super) fn judge(spec: &mut Map, described: &Described, findings: &mut Findings) {
    let mut judged = Judged::default();
    for (text, xml) in [(&described.samples.response_xml, true), (&described.samples.response_json, false)] {
        let Some(text) = text else { continue };
        let Some(fields) = spec.map("response").and_then(|object| object.map("fields")) else { continue };
        let known = |name: &str| fields.0.iter().any(|(key, field)| wire(key, field) == name);
        let Some((shapes, answer)) = root::answer(text, xml, known) else { continue };
        let walk = Walk { spec, shapes: &shapes };
        walk.object(fields, None, answer, "", 0, &mut judged);
    }
    for found in judged.mismatches.iter().take(MOST) {
        let message = format!(
            "the sample shows {} for `{}`, and its type is {}",
            shown(&found.shows),
            found.path,
            shown(&found.ty)
        );
        let help = match &found.truer {
            Some((key, truer)) => {
                format!("if the sample is right, accept the suggested `{key}: {truer}`; else correct the sample")
            }
            None => "if the sample is right, correct the type; else correct the sample".to_owned(),
        };
        findings.warn(Code::SampleMismatch, described.sample_at, message, "this sample", &help);
    }
    if !judged.unknown.is_empty() {
        let names = listed(judged.unknown.iter().take(10).map(String::as_str));
        let more = judged.unknown.len().saturating_sub(10);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("the sample shows {names}{more}, which no row describes");
        let help = "describe what an application needs; the answer is read without it";
        findings.warn(Code::SampleMismatch, described.sample_at, message, "this sample", help);
    }
    for found in judged.mismatches {
        if let Some((key, truer)) = found.truer {
            suggest(spec, &found.owner, key, &truer);
        }
    }
}

fn wire<'a>(key: &'a str, field: &'a Tree) -> &'a str {
    match field {
        Tree::Map(field) => field.text("wire").unwrap_or(key),
        Tree::Text(_) | Tree::List(_) => key,
    }
}

struct Walk<'a> {
    spec: &'a Map,
    shapes: &'a Shapes,
}

impl Walk<'_> {
    fn object(&self, fields: &Map, ty: Option<&str>, node: usize, path: &str, depth: usize, out: &mut Judged) {
        if depth > MAX_DEPTH || out.mismatches.len() > MOST {
            return;
        }
        for &child in &self.shapes.nodes[node].children {
            let name = &self.shapes.nodes[child].name;
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let Some((key, Tree::Map(field))) = fields.0.iter().find(|(key, field)| wire(key, field) == name) else {
                // The gateway adds its own number to every answer.
                if !name.is_empty() && name != "request_id" && !out.unknown.contains(&path) {
                    out.unknown.push(path);
                }
                continue;
            };
            let owner = (ty.map(str::to_owned), key.clone());
            self.field(field, &owner, child, &path, depth, out);
        }
    }

    fn field(&self, field: &Map, owner: &Owner, node: usize, path: &str, depth: usize, out: &mut Judged) {
        let ty = field.text("type").unwrap_or_default();
        // Table and sample do not agree on whether it is a list; that is told already.
        if field.map("suggested").is_some_and(|suggested| suggested.get("type").is_some()) {
            return;
        }
        let (base, list) = ty.strip_suffix(" []").map_or((ty, false), |base| (base, true));
        let fields = self.spec.map("types").and_then(|types| types.map(base)).and_then(|object| object.map("fields"));
        let nodes = if list { self.items(node) } else { vec![node] };
        for node in nodes {
            let text = self.shapes.nodes[node].text.trim();
            let inside = self.shapes.has_fields(node);
            let mismatch = |shows: &str, truer: Option<&str>| Mismatch {
                owner: owner.clone(),
                path: path.to_owned(),
                shows: shows.to_owned(),
                ty: ty.to_owned(),
                truer: truer.map(|truer| {
                    let key = if matches!(base, "Boolean" | "Date") { "type" } else { "as" };
                    (key, if list { format!("{truer} []") } else { truer.to_owned() })
                }),
            };
            let found = match (fields, scalar(base)) {
                (Some(fields), _) if inside || text.is_empty() => {
                    self.object(fields, Some(base), node, path, depth + 1, out);
                    None
                }
                (Some(_), _) if matches!(text, "null" | "{}" | "[]") => None,
                (Some(_), _) => Some(mismatch(text, Some("Json").filter(|_| text.starts_with(['{', '['])))),
                (None, Some(Scalar::Json | Scalar::Map | Scalar::Bytes) | None) => None,
                (None, Some(_)) if inside => Some(mismatch("an object", None)),
                (None, Some(_)) if matches!(text, "" | "null") => None,
                (None, Some(kind)) if list && text.contains(',') && kind != Scalar::String => None,
                (None, Some(kind)) => reads_as(kind, text).is_err().then(|| mismatch(text, truer(kind, text))),
            };
            if let Some(found) = found
                && !out.mismatches.iter().any(|other| other.owner == found.owner)
            {
                out.mismatches.push(found);
            }
        }
    }

    /// The elements of a list: nameless ones of JSON, or those of a wrapper; a list that is shown as one thing is one.
    fn items(&self, node: usize) -> Vec<usize> {
        let children = &self.shapes.nodes[node].children;
        let Some(&first) = children.first() else {
            return if self.shapes.nodes[node].text.is_empty() { Vec::new() } else { vec![node] };
        };
        let name = &self.shapes.nodes[first].name;
        if !children.iter().all(|&child| self.shapes.nodes[child].name == *name) {
            return vec![node];
        }
        children
            .iter()
            .flat_map(|&child| {
                let inner = &self.shapes.nodes[child].children;
                let unnamed = !inner.is_empty() && inner.iter().all(|&id| self.shapes.nodes[id].name.is_empty());
                if unnamed { inner.clone() } else { vec![child] }
            })
            .collect()
    }
}

fn scalar(name: &str) -> Option<Scalar> {
    Some(match name {
        "String" | "Field List" => Scalar::String,
        "Number" => Scalar::Number,
        "Boolean" => Scalar::Boolean,
        "Date" => Scalar::Date,
        "Price" => Scalar::Price,
        "BigDecimal" => Scalar::BigDecimal,
        "Json" => Scalar::Json,
        "Map" => Scalar::Map,
        "byte[]" => Scalar::Bytes,
        _ => return None,
    })
}

/// The type that the value shows, where `as` may say so.
fn truer(kind: Scalar, text: &str) -> Option<&'static str> {
    match kind {
        Scalar::Number if reads_as(Scalar::BigDecimal, text).is_ok() => Some("BigDecimal"),
        Scalar::Number | Scalar::Price | Scalar::BigDecimal => Some("String"),
        // `as` cannot say this; the vendor's type itself is wrong.
        Scalar::Boolean | Scalar::Date => Some("String"),
        _ => None,
    }
}

/// Puts a truer type under `suggested`.
fn suggest(spec: &mut Map, (ty, key): &Owner, says: &str, truer: &str) {
    let object = match ty {
        Some(ty) => match spec.get_mut("types") {
            Some(Tree::Map(types)) => types.get_mut(ty),
            _ => None,
        },
        None => spec.get_mut("response"),
    };
    let Some(Tree::Map(object)) = object else { return };
    let Some(Tree::Map(fields)) = object.get_mut("fields") else { return };
    let Some(Tree::Map(field)) = fields.get_mut(key) else { return };
    match field.get_mut("suggested") {
        Some(Tree::Map(suggested)) if suggested.get(says).is_none() => suggested.push(says, truer),
        Some(_) => {}
        None => {
            let mut suggested = Map::default();
            suggested.push(says, truer);
            field.push("suggested", suggested);
        }
    }
}
