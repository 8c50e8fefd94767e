//! What is printed: circles, imports through the root, the graph for Graphviz, and the largest files.

use std::path::Path;

use crate::graph::Graph;
use crate::tree::Crate;

/// A crate with its name and its graph.
pub type Drawn = (String, Crate, Graph);

fn path(krate: &Crate, file: usize) -> String {
    krate.files[file].path.display().to_string().replace('\\', "/")
}

/// One text for each circle and each import through the root.
pub fn findings(name: &str, krate: &Crate, graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for knot in graph.knots() {
        let mut text =
            format!("{name}: {} files use each other in a circle. The shortest way round:", knot.members.len());
        for (place, file) in knot.circle.iter().enumerate() {
            let next = knot.circle[(place + 1) % knot.circle.len()];
            let used = &graph.edges[&(*file, next)];
            text += &format!("\n  {}:{} uses `{}` of {}", path(krate, *file), used.line, used.path, path(krate, next));
        }
        if knot.members.len() > knot.circle.len() {
            let all: Vec<_> = knot.members.iter().map(|file| path(krate, *file)).collect();
            text += &format!("\n  all of them: {}", all.join(" "));
        }
        found.push(text);
    }
    for (file, place, defined) in &graph.through_root {
        found.push(format!(
            "{name}: {}:{} imports `{}` through the crate's root; name {} instead, which defines it",
            path(krate, *file),
            place.line,
            place.path,
            path(krate, *defined)
        ));
    }
    found
}

/// One line a crate that has more than one file.
pub fn summary(drawn: &[Drawn]) {
    println!("{:<44}{:>6}{:>7}{:>9}{:>14}", "crate", "files", "edges", "circles", "through root");
    for (name, krate, graph) in drawn.iter().filter(|(_, krate, _)| krate.files.len() > 1) {
        let (files, edges) = (krate.files.len(), graph.edges.len());
        println!("{name:<44}{files:>6}{edges:>7}{:>9}{:>14}", graph.knots().len(), graph.through_root.len());
    }
}

/// A file, as [`rooms`] shows it.
struct Room {
    path: String,
    lines: usize,
    used_by: usize,
    uses: usize,
}

/// The largest files of all crates, then those that most files use, then those that use most files.
pub fn rooms(drawn: &[Drawn], count: usize) {
    let mut rooms = Vec::new();
    for (_, krate, graph) in drawn {
        for (file, at) in krate.files.iter().enumerate() {
            let (used_by, uses) = (graph.fan_in(file), graph.from(file).count());
            rooms.push(Room { path: path(krate, file), lines: at.lines, used_by, uses });
        }
    }
    rooms.sort_by(|a, b| a.path.cmp(&b.path));
    rooms.dedup_by(|a, b| a.path == b.path);
    let mut show = |title: &str, key: fn(&Room) -> usize| {
        rooms.sort_by_key(|room| std::cmp::Reverse(key(room)));
        println!("\n{title:<60}{:>6}{:>8}{:>6}", "lines", "used by", "uses");
        for room in rooms.iter().take(count) {
            println!("{:<60}{:>6}{:>8}{:>6}", room.path, room.lines, room.used_by, room.uses);
        }
    };
    show("by lines", |room| room.lines);
    show("by files that use it", |room| room.used_by);
    show("by files that it uses", |room| room.uses);
}

/// The graphs in the language of Graphviz.
pub fn dot(drawn: &[Drawn]) {
    println!("digraph modules {{\n  rankdir = LR;\n  node [shape = box];");
    for (number, (name, krate, graph)) in drawn.iter().enumerate() {
        println!("  subgraph cluster_{number} {{\n    label = {name:?};");
        let folder = krate.files[0].path.parent().unwrap_or(Path::new("")).to_path_buf();
        for (file, at) in krate.files.iter().enumerate() {
            let label = at.path.strip_prefix(&folder).unwrap_or(&at.path).display().to_string();
            println!("    n{number}_{file} [label = {label:?}];");
        }
        for (from, to) in graph.edges.keys() {
            println!("    n{number}_{from} -> n{number}_{to};");
        }
        println!("  }}");
    }
    println!("}}");
}
