//! Overrides: files beside a spec that correct what the vendor's page gets wrong, and say why.
//!
//! [`Overrides`] change a spec's tree before anything reads it. What an override sets keeps its place in the override's own file, so that
//! findings about it point there.

mod apply;
mod path;

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, SourceFile};
use crate::model::Correction;
use crate::raw::{Override, read_override};
use crate::text::{nearest, shown};
use crate::yaml::{self, Node};

const ENDING: &str = ".override.yaml";

/// Whether a file is an override. The vendor has methods whose names end like an override's file; their specs say `api`.
pub(crate) fn is_override(source: &SourceFile) -> bool {
    source.path.ends_with(ENDING)
        && !source.text.lines().any(|line| line.starts_with("api:") || line.starts_with("topic:"))
}

/// The overrides of all specs.
#[derive(Default)]
pub(crate) struct Overrides {
    /// By the path of the spec, in the order of their own paths.
    by_spec: BTreeMap<String, Of>,
}

#[derive(Default)]
struct Of {
    list: Vec<Override>,
    /// The indices of their sources.
    files: Vec<usize>,
    /// Whether one of them could not be read: then the spec may look wrong where it is not.
    broken: bool,
}

impl Overrides {
    /// Reads the overrides among `order`, which is sorted by path. Findings say which are wrong by themselves, or stand beside no spec.
    pub(crate) fn gather(order: &[(usize, &SourceFile)], out: &mut Vec<Diagnostic>) -> Overrides {
        let mut overrides = Overrides::default();
        for (index, source) in order.iter().filter(|(_, source)| is_override(source)) {
            let mut found = Vec::new();
            let tree = yaml::read(*index, &source.text, &mut found);
            let read = tree.and_then(|tree| read_override(&tree, &mut found)).filter(|_| found.is_empty());
            match read {
                Some(read) => {
                    if let Some(spec) = target(&source.path, &read, order, &mut found) {
                        let of = overrides.by_spec.entry(spec).or_default();
                        of.list.push(read);
                        of.files.push(*index);
                    }
                }
                // Which spec it was meant for is known by its name alone.
                None => named_after(&source.path, order)
                    .for_each(|spec| overrides.by_spec.entry(spec.to_owned()).or_default().broken = true),
            }
            out.append(&mut found);
        }
        overrides
    }

    /// Whether an override of this spec could not be read.
    pub(crate) fn broken(&self, path: &str) -> bool {
        self.by_spec.get(path).is_some_and(|of| of.broken)
    }

    /// The indices of the overrides of this spec.
    pub(crate) fn files(&self, path: &str) -> &[usize] {
        self.by_spec.get(path).map_or(&[], |of| &of.files)
    }

    /// Whether there is an override of this spec.
    pub(crate) fn any(&self, path: &str) -> bool {
        self.by_spec.contains_key(path)
    }

    /// Corrects the spec at `path`. Gives back what was corrected; nothing is where something was wrong.
    pub(crate) fn apply(&self, path: &str, tree: &mut Node, out: &mut Vec<Diagnostic>) -> Vec<Correction> {
        self.by_spec.get(path).map(|of| apply::apply(&of.list, tree, out)).unwrap_or_default()
    }
}

/// The path of the spec that an override is for. `None` if there is none, or if the override's own name says something else.
fn target(path: &str, read: &Override, order: &[(usize, &SourceFile)], out: &mut Vec<Diagnostic>) -> Option<String> {
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let method = &read.corrects.value;
    let spec = format!("{folder}/{method}.yaml");
    let found = |path: &str| order.binary_search_by(|(_, source)| source.path.as_str().cmp(path)).ok();
    let there = |path: &str| found(path).is_some_and(|at| !is_override(order[at].1));
    if folder.is_empty() || name.contains('/') || !there(&spec) {
        out.push(no_target(folder, read, order));
        return None;
    }
    if !name.strip_prefix(method.as_str()).is_some_and(|rest| rest.starts_with('.')) {
        let message = format!("the file is named {}, and corrects {}", shown(name), shown(method));
        let help = format!("name it {}", shown(&format!("{method}{ENDING}")));
        out.push(
            Diagnostic::error(Code::MisplacedFile, read.corrects.at, message).label("not the file's name").help(help),
        );
        return None;
    }
    Some(spec)
}

fn no_target(folder: &str, read: &Override, order: &[(usize, &SourceFile)]) -> Diagnostic {
    let method = &read.corrects.value;
    let specs = || order.iter().filter(|(_, source)| !is_override(source)).map(|(_, source)| source.path.as_str());
    let file = format!("/{method}.yaml");
    let elsewhere = specs().find(|path| path.ends_with(&file));
    let beside = specs().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".yaml"));
    let help = match (elsewhere, nearest(method, beside)) {
        (Some(path), _) => format!("its spec is {}: move the override beside it", shown(path)),
        (None, Some(near)) => format!("did you mean {}?", shown(near)),
        (None, None) => "correct the name, or remove the override".to_owned(),
    };
    let message = format!("there is no spec of {} beside this override", shown(method));
    Diagnostic::error(Code::OverrideTarget, read.corrects.at, message).label("no such spec here").help(help)
}

/// The specs whose names an override's name begins with.
fn named_after<'a>(path: &'a str, order: &'a [(usize, &SourceFile)]) -> impl Iterator<Item = &'a str> {
    let of =
        |spec: &str| path.strip_prefix(spec.strip_suffix(".yaml")?).filter(|rest| rest.starts_with('.')).map(|_| ());
    let specs = order.iter().filter(|(_, source)| !is_override(source)).map(|(_, source)| source.path.as_str());
    specs.filter(move |spec| of(spec).is_some())
}
