//! `cargo module-graph`: draws which file of a crate uses which, following re-exports to the file that defines a name.
//!
//! It fails where files use each other in a circle, and where a file imports through the crate's root what another file defines.
//! Paths are followed, method calls are not.
//! `--dot` prints the graphs for Graphviz. `--rooms` prints the largest files, with how many files use them and how many they use.
//! `--all` also shows what is wrong in the crates that may still have circles.

mod graph;
mod packages;
mod report;
mod resolve;
mod scan;
#[cfg(test)]
mod tests;
mod tree;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::graph::Graph;
use crate::packages::packages;
use crate::tree::Crate;

/// Crates that may still have circles or imports through their root, until they are untied.
const ALLOWED: &[&str] = &[];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether every crate is as it should be.
fn run() -> Result<bool> {
    let (mut dot, mut rooms, mut all) = (false, false, false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--all" => all = true,
            "--dot" => dot = true,
            "--rooms" => rooms = true,
            other => bail!("expected --all, --dot or --rooms, got `{other}`"),
        }
    }
    let root = packages::root();
    let mut drawn = Vec::new();
    for target in packages(&root)? {
        let krate = Crate::read(&target.root, &|path| std::fs::read_to_string(root.join(path)).ok())?;
        let graph = Graph::of(&krate);
        drawn.push((target.name, krate, graph));
    }
    if dot {
        report::dot(&drawn);
        return Ok(true);
    }
    report::summary(&drawn);
    if rooms {
        report::rooms(&drawn, 15);
    }
    let mut clean = true;
    for (name, krate, graph) in &drawn {
        let found = report::findings(name, krate, graph);
        let allowed = ALLOWED.contains(&name.as_str());
        if !allowed || all {
            found.iter().for_each(|text| println!("\n{text}"));
        }
        clean &= found.is_empty() || allowed;
    }
    for name in ALLOWED {
        match drawn.iter().find(|(drawn, ..)| drawn == name) {
            Some((_, krate, graph)) if !report::findings(name, krate, graph).is_empty() => {}
            _ => {
                println!("\n{name}: nothing is wrong with it any more; take it off ALLOWED in .ci/modules/src/main.rs");
                clean = false;
            }
        }
    }
    Ok(clean)
}
