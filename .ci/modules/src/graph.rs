//! The graph of a crate's files: who mentions what is defined where, and who does so in circles.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::resolve::{Found, Target, resolve};
use crate::scan::Kind;
use crate::tree::Crate;

/// Where one file mentions another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, counted from 1.
    pub line: usize,
    /// The path as it is written.
    pub path: String,
}

/// Files, by number, and the first place where one mentions another.
pub struct Graph {
    /// (from, to) -> where.
    pub edges: BTreeMap<(usize, usize), Place>,
    /// Imports through a re-export of the root: the file, the place, and the file that defines it.
    pub through_root: BTreeSet<(usize, Place, usize)>,
}

impl Graph {
    /// Draws the graph of a crate.
    pub fn of(krate: &Crate) -> Self {
        let mut graph = Self { edges: BTreeMap::new(), through_root: BTreeSet::new() };
        for (number, module) in krate.modules.iter().enumerate() {
            for mention in &module.mentions {
                let found = resolve(krate, number, &mention.path).or_else(|| {
                    let [name] = mention.path.as_slice() else { return None };
                    let target = Target::File(*krate.macros.get(name)?);
                    Some(Found { target, through_root: false })
                });
                let Some(found) = found else { continue };
                let place = Place { line: mention.line, path: mention.path.join("::") };
                let to = match found.target {
                    Target::File(file) => file,
                    Target::Module(module) => {
                        if found.through_root {
                            graph.through_root.insert((krate.modules[number].file, place, krate.modules[module].file));
                        }
                        continue;
                    }
                };
                if to == module.file {
                    continue;
                }
                if found.through_root && to != krate.modules[0].file {
                    graph.through_root.insert((module.file, place.clone(), to));
                }
                if mention.kind != Kind::Reexport {
                    let first = graph.edges.entry((module.file, to)).or_insert_with(|| place.clone());
                    if place < *first {
                        *first = place;
                    }
                }
            }
        }
        graph
    }

    /// The files that a file mentions.
    pub fn from(&self, file: usize) -> impl Iterator<Item = usize> + '_ {
        self.edges.range((file, 0)..=(file, usize::MAX)).map(|((_, to), _)| *to)
    }

    /// How many files mention a file.
    pub fn fan_in(&self, file: usize) -> usize {
        self.edges.keys().filter(|(_, to)| *to == file).count()
    }

    /// The knots: sets of files each of which leads to every other. With each, one of its shortest circles.
    pub fn knots(&self) -> Vec<Knot> {
        let files: BTreeSet<usize> = self.edges.keys().flat_map(|(from, to)| [*from, *to]).collect();
        let reach: BTreeMap<usize, BTreeSet<usize>> = files.iter().map(|file| (*file, self.reach(*file))).collect();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut knots = Vec::new();
        for file in &files {
            if taken.contains(file) || !reach[file].contains(file) {
                continue;
            }
            let members: BTreeSet<usize> =
                reach[file].iter().copied().filter(|other| reach[other].contains(file)).collect();
            taken.extend(&members);
            let circle = members.iter().filter_map(|start| self.circle(*start)).min_by_key(Vec::len);
            knots.push(Knot { members, circle: circle.unwrap_or_default() });
        }
        knots
    }

    fn reach(&self, start: usize) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut left = vec![start];
        while let Some(file) = left.pop() {
            left.extend(self.from(file).filter(|next| seen.insert(*next)));
        }
        seen
    }

    /// The shortest way from a file back to itself, without its end.
    fn circle(&self, start: usize) -> Option<Vec<usize>> {
        let mut before: BTreeMap<usize, usize> = BTreeMap::new();
        let mut left = VecDeque::from([start]);
        while let Some(file) = left.pop_front() {
            for next in self.from(file) {
                if next == start {
                    let mut way = vec![file];
                    while let Some(file) = way.last().and_then(|file| before.get(file)) {
                        way.push(*file);
                    }
                    way.reverse();
                    return Some(way);
                }
                if let std::collections::btree_map::Entry::Vacant(e) = before.entry(next) {
                    e.insert(file);
                    left.push_back(next);
                }
            }
        }
        None
    }
}

/// Files that lead to each other.
pub struct Knot {
    /// All of them.
    pub members: BTreeSet<usize>,
    /// A shortest circle among them.
    pub circle: Vec<usize>,
}
