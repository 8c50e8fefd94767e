//! `cargo xtask counts`: counts what the vendor describes, what the specs hold and what the generated crate has. The numbers
//! must agree.
//!
//! Counted are methods, parameters (of the requests themselves) and fields (of the responses and of every object type, each
//! type once). The three sides are counted by different means: the JSON itself, the checked model, and the text of the
//! generated files. The exit code is 1 if they differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use opentop_model::model::{Api, Model};
use serde_json::Value;

use crate::repository::root;
use opentop_cli::Outcome;
use opentop_model::folder;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A folder of JSON descriptions.
    #[arg(value_name = "DIR")]
    described: PathBuf,
    /// The spec folder. Default: the repository's own.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// The generated crate. Default: the repository's own.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    methods: usize,
    parameters: usize,
    fields: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.methods += other.methods;
        self.parameters += other.parameters;
        self.fields += other.fields;
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let described = of_descriptions(&args.described)?;
    let own = |given: &Option<PathBuf>, name: &str| given.clone().unwrap_or_else(|| root().join(name));
    let sources = folder::read(&own(&args.spec, "spec")).context("the specs cannot be read")?;
    let loaded = opentop_model::load(&sources);
    anyhow::ensure!(!loaded.has_errors(), "the specs have errors: run cargo xtask lint");
    let held = of_model(&loaded.model);
    let generated = of_crate(&own(&args.out, "generated"))?;
    println!("{:<12} {:>8} {:>11} {:>8}", "", "methods", "parameters", "fields");
    for (name, counts) in [("described", described), ("specs", held), ("generated", generated)] {
        println!("{name:<12} {:>8} {:>11} {:>8}", counts.methods, counts.parameters, counts.fields);
    }
    Ok(if described == held && held == generated { Outcome::Done } else { Outcome::ProblemsFound })
}

fn of_descriptions(dir: &Path) -> Result<Counts> {
    let mut counts = Counts::default();
    for path in files(dir, "json")? {
        let text = folder::text(&path)?;
        let value: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
        let api = value.get("data").unwrap_or(&value);
        if api.get("requestParams").or(api.get("responseParams")).is_none() {
            continue;
        }
        let (request, response) = (rows(api, "requestParams"), rows(api, "responseParams"));
        let mut shapes = BTreeMap::new();
        for row in request.iter().chain(&response) {
            collect(row, &mut Vec::new(), &mut shapes);
        }
        let of_types: usize = shapes.values().flatten().map(BTreeSet::len).sum();
        counts.add(Counts { methods: 1, parameters: request.len(), fields: response.len() + of_types });
    }
    Ok(counts)
}

fn rows<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().collect()
}

fn word<'v>(row: &'v Value, key: &str) -> &'v str {
    row.get(key).and_then(Value::as_str).unwrap_or("").trim()
}

/// An object type as one place writes it: the name and type of every field.
type Shape = BTreeSet<(String, String)>;
/// The shapes of every type, by its name.
type Shapes = BTreeMap<String, BTreeSet<Shape>>;

/// Every shape of every object type. An object within its own type is a reference to it, if some of its fields are left out.
fn collect(row: &Value, within: &mut Vec<(String, Shape)>, shapes: &mut Shapes) {
    let below = rows(row, "subParams");
    if below.is_empty() {
        return;
    }
    let base: String = word(row, "type").replace([' ', '[', ']'], "");
    let name = if base.is_empty() { format!("of {}", word(row, "name")) } else { base };
    let field = |(at, row): (usize, &&Value)| {
        // Equal names in one object are two fields.
        let twin = below[..at].iter().filter(|other| word(other, "name") == word(row, "name")).count();
        (format!("{} {twin}", word(row, "name")), word(row, "type").replace(' ', ""))
    };
    let shape: Shape = below.iter().enumerate().map(field).collect();
    if !within.iter().any(|(outer, whole)| *outer == name && whole.is_superset(&shape)) {
        shapes.entry(name.clone()).or_default().insert(shape.clone());
    }
    within.push((name, shape));
    for row in below {
        collect(row, within, shapes);
    }
    within.pop();
}

fn of_model(model: &Model) -> Counts {
    let mut counts = Counts::default();
    for api in &model.apis {
        counts.add(of_api(api));
    }
    counts
}

fn of_api(api: &Api) -> Counts {
    let of_types: usize = api.types.iter().map(|named| named.object.fields.len()).sum();
    Counts { methods: 1, parameters: api.request.fields.len(), fields: api.response.fields.len() + of_types }
}

fn of_crate(dir: &Path) -> Result<Counts> {
    let mut counts = Counts::default();
    for path in files(&dir.join("src/api"), "rs")?.iter().filter(|path| !path.ends_with("mod.rs")) {
        let text = folder::text(path)?;
        // A type of both sides has a twin in this module; it is one type.
        let twins = text
            .split_once("\npub mod response {")
            .map_or("", |(_, after)| after.split_once("\n}").map_or(after, |(twins, _)| twins));
        let [own, twins] = [&text, twins].map(shapes_in);
        let parameters = own.first().copied().unwrap_or(0);
        let fields = own.iter().skip(1).sum::<usize>() - twins.iter().sum::<usize>();
        counts.add(Counts { methods: 1, parameters, fields });
    }
    Ok(counts)
}

/// How many fields each field table in a generated file lists; the request's comes first.
fn shapes_in(text: &str) -> Vec<usize> {
    let lists = text.split("fields: &[").skip(1).filter_map(|after| after.split_once(']'));
    lists.map(|(list, _)| list.matches('"').count() / 2).collect()
}

fn files(dir: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
