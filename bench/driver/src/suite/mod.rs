//! The sub-benches, by name.
//!
//! Each makes what it compares itself, ours and the others' in the same run, and reports figures and ratios in a
//! [`Report`](crate::report::Report).

pub(crate) mod compile;
pub(crate) mod generate;
pub(crate) mod wire;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::catalogue::{Api, Catalogue};
use crate::emit::names::{snake, written};
use crate::emit::openapi;
use crate::measure::{self, Cost};
use crate::work::{Work, remove};

/// How large the growing comparisons grow.
pub(crate) const TIMES: usize = 10;

/// Writes the OpenAPI document of a catalogue.
fn write_document(catalogue: &Catalogue, path: &Path) -> Result<()> {
    fs::write(path, openapi::emit(catalogue).to_string()).with_context(|| format!("cannot write {}", path.display()))
}

/// progenitor's two interfaces: `true` for the one with builders, which ours has too. What was promised is about the other, the default.
const INTERFACES: [(&str, bool); 2] = [("progenitor", false), ("progenitor, builders", true)];

/// Runs progenitor in a process of its own.
fn run_progenitor(document: &Path, out: &Path, builder: bool) -> Result<Cost> {
    let own = std::env::current_exe().context("the path of this program")?;
    let mut command = Command::new(own);
    command.arg("progenitor").arg(document).arg(out).args(builder.then_some("--builder"));
    measure::run(&mut command)
}

/// Our crate of these specs, made anew only where it has to be.
fn our_crate(work: &Work, specs: &Path, name: &str) -> Result<PathBuf> {
    let out = work.dir.join(name);
    // An interrupted run may have left its root empty (see `Work::build_cost`).
    if fs::read_to_string(out.join("src/lib.rs")).is_ok_and(|root| root.is_empty()) {
        remove(&out)?;
    }
    work.regen(specs, &out)?;
    Ok(out)
}

/// The path of every request type of our crate, in the order of the catalogue. They are read from the crate itself: the bench knows
/// nothing of how the generator names things.
fn our_requests(crate_dir: &Path, catalogue: &Catalogue) -> Result<Vec<String>> {
    let mut found = std::collections::BTreeMap::new();
    collect_requests(&crate_dir.join("src/api"), "::opentop::api", &mut found)?;
    catalogue
        .apis
        .iter()
        .map(|api| found.remove(&api.method).with_context(|| format!("no request type of {}", api.method)))
        .collect()
}

fn collect_requests(dir: &Path, module: &str, found: &mut std::collections::BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let inner = format!("{module}::{}", written(&stem));
        if path.is_dir() {
            collect_requests(&path, &inner, found)?;
            continue;
        }
        let text = one_line(&fs::read_to_string(&path)?);
        let name = text.split("impl rt::Request for ").nth(1).and_then(|rest| rest.split([' ', '{']).next());
        let method = text.split("MethodInfo::new(").nth(1).and_then(|rest| rest.split('"').nth(1));
        if let (Some(name), Some(method)) = (name, method) {
            found.insert(method.to_owned(), format!("{inner}::{name}"));
        }
    }
    Ok(())
}

/// Source without its line breaks, which stand wherever a name is long.
fn one_line(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The feature of a method's category, as our crate's manifest spells it.
fn feature(crate_dir: &Path, category: &str) -> Result<String> {
    let manifest = fs::read_to_string(crate_dir.join("Cargo.toml"))?;
    let wanted = format!("api-{category}");
    let named = |line: &str| line.split_once(" = [").map(|(name, _)| name.trim_matches('"').to_owned());
    let found = manifest.lines().filter_map(named).find(|name| *name == wanted || snake(name) == snake(&wanted));
    found.with_context(|| format!("no feature of the category {category}"))
}

/// The path of a method's response type: beside its request.
fn our_response(crate_dir: &Path, request: &str, api: &Api) -> Result<String> {
    let (module, name) = request.rsplit_once("::").context("a path")?;
    let file = module.replace("::opentop::", "src/").replace("::", "/").replace("r#", "") + ".rs";
    let text = one_line(&fs::read_to_string(crate_dir.join(file))?);
    let response = text
        .split(&format!("impl rt::Request for {name} "))
        .nth(1)
        .and_then(|rest| rest.split("type Response = ").nth(1));
    let response = response.and_then(|rest| rest.split(';').next());
    let response = response.with_context(|| format!("no response type of {}", api.method))?;
    Ok(format!("{module}::{response}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_method_of_the_generated_crate_is_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let catalogue = Catalogue::read(&root.join("spec")).unwrap();
        let ours = root.join("generated");
        let requests = our_requests(&ours, &catalogue).unwrap();
        for (api, request) in catalogue.apis.iter().zip(&requests) {
            let response = our_response(&ours, request, api).unwrap();
            assert!(
                request.starts_with("::opentop::api::") && response.ends_with("::Response"),
                "{request} {response}"
            );
            assert!(feature(&ours, &api.category).unwrap().starts_with("api-"));
        }
    }
}
