//! Finds the parent of every table row by aligning the rows with a sample, both in document order.
//!
//! Each row gets its parent, its node in the sample, and whether the sample decided. A page without a sample is aligned by
//! depth alone.
//!
//! # The rule
//! A row is a field of one of the objects still open: its predecessor's object, an object around that, or the predecessor
//! itself if that is an object. The placement with the lowest cost wins. Rows missing from the sample and sample names with no
//! row both add cost. Among equal placements, rows stay as deep as their predecessor. So without a sample, an object takes
//! every row after it up to the next top-level row. A row that was placed by depth alone, and could have stood elsewhere, is
//! *guessed*, and the caller reports it.

use std::collections::HashMap;
use std::rc::Rc;

use super::page::Level;
use super::shape::Shapes;

/// Ways that are followed at once.
const WIDTH: usize = 32;
/// Deeper objects are not opened.
const MAX_DEPTH: usize = 40;

/// What a row shows.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// As the sample spells names.
    pub(super) name: String,
    pub(super) level: Level,
    /// Whether its type can hold fields.
    pub(super) object: bool,
    /// Whether the layout says that it does, or that it does not.
    pub(super) holds_fields: Option<bool>,
    pub(super) list: bool,
    /// The names an element of the list may have in the sample.
    pub(super) element: String,
    /// Whether the sample should show the row, as far as the row tells.
    pub(super) expected: bool,
}

/// Where a row belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spot {
    /// Index of the object it is a field of.
    pub(super) parent: Option<usize>,
    /// Its node in the sample.
    pub(super) node: Option<usize>,
    /// Whether it could have stood elsewhere and nothing but its neighbours decided.
    pub(super) guessed: bool,
}

/// The names that a sample shows inside an object.
#[derive(Debug, Default)]
struct Names {
    nodes: Vec<usize>,
    by_name: HashMap<String, Vec<usize>>,
}

/// An open object.
#[derive(Debug, Clone)]
struct Frame {
    /// The row; none for the root.
    row: Option<usize>,
    /// `None` if the sample does not show the object.
    names: Option<Rc<Names>>,
    /// Names before this index were passed.
    next: usize,
    /// Passed names that no row took.
    skipped: Vec<usize>,
    /// Whether it has fields yet.
    any: bool,
}

/// A way to place the rows so far.
#[derive(Debug, Clone)]
struct Way {
    cost: u64,
    open: Vec<Rc<Frame>>,
    /// The last entry in the log of placements.
    last: Option<usize>,
}

/// A placement, and the one before it.
#[derive(Debug, Clone, Copy)]
struct Placed {
    spot: Spot,
    before: Option<usize>,
}

/// Places every row.
pub(super) fn align(items: &[Item], sample: Option<(&Shapes, usize)>) -> Vec<Spot> {
    let mut aligner = Aligner { items, sample, log: Vec::new(), names: HashMap::new() };
    let root = Frame {
        row: None,
        names: sample.map(|(shapes, id)| Rc::new(names(shapes, &[id]))),
        next: 0,
        skipped: Vec::new(),
        any: false,
    };
    let mut ways = vec![Way { cost: 0, open: vec![Rc::new(root)], last: None }];
    for row in 0..items.len() {
        let mut next: Vec<Way> = Vec::new();
        for way in &ways {
            aligner.place(way, row, &mut next);
        }
        next.sort_by_key(|way| way.cost);
        prune(&mut next);
        ways = next;
    }
    let best = ways
        .into_iter()
        .map(|way| (way.cost + way.open.iter().map(|frame| aligner.close(frame)).sum::<u64>(), way.last));
    let mut at = best.min_by_key(|(cost, _)| *cost).and_then(|(_, last)| last);
    let mut spots = Vec::with_capacity(items.len());
    while let Some(placed) = at.map(|at| aligner.log[at]) {
        spots.push(placed.spot);
        at = placed.before;
    }
    spots.reverse();
    spots.resize(items.len(), Spot::default());
    spots
}

/// Keeps the cheapest ways, one for each set of open objects.
fn prune(ways: &mut Vec<Way>) {
    let mut kept: Vec<Way> = Vec::with_capacity(WIDTH);
    for way in ways.drain(..) {
        let same = |other: &Way| {
            other.open.len() == way.open.len()
                && other
                    .open
                    .iter()
                    .zip(&way.open)
                    .all(|(a, b)| a.row == b.row && a.next == b.next && a.skipped == b.skipped)
        };
        if kept.len() < WIDTH && !kept.iter().any(same) {
            kept.push(way);
        }
    }
    *ways = kept;
}

struct Aligner<'a> {
    items: &'a [Item],
    sample: Option<(&'a Shapes, usize)>,
    log: Vec<Placed>,
    /// The names inside a node for a row, found once.
    names: HashMap<(usize, usize), Option<Rc<Names>>>,
}

impl Aligner<'_> {
    /// What is left unexplained when an object ends.
    fn close(&self, frame: &Frame) -> u64 {
        let left = frame.names.as_ref().map_or(0, |names| names.nodes.len() - frame.next + frame.skipped.len()) as u64;
        let shows_none = frame.names.as_ref().is_some_and(|names| names.nodes.is_empty());
        let hollow =
            frame.row.is_some_and(|row| self.items[row].holds_fields == Some(true)) && !frame.any && !shows_none;
        left * 4 + u64::from(hollow) * 3
    }

    /// Adds every way to place `row`, the deepest first.
    fn place(&mut self, way: &Way, row: usize, next: &mut Vec<Way>) {
        let item = &self.items[row];
        let lowest = usize::from(item.level == Level::Nested && way.open.len() > 1);
        let highest = if item.level == Level::Top { 0 } else { way.open.len() - 1 };
        let choices = highest + 1 - lowest;
        let mut closed = 0;
        for depth in (0..way.open.len()).rev() {
            if (lowest..=highest).contains(&depth) {
                let way = self.attach(way, row, depth, choices, closed);
                next.push(way);
            }
            closed += self.close(&way.open[depth]);
        }
    }

    fn attach(&mut self, way: &Way, row: usize, depth: usize, choices: usize, closed: u64) -> Way {
        let item = &self.items[row];
        let mut open = way.open[..=depth].to_vec();
        let mut frame = (*open[depth]).clone();
        let (node, cost) = frame.take(item);
        // The layout said that the object has no fields.
        let shut = frame.row.is_some_and(|row| self.items[row].holds_fields == Some(false)) && !frame.any;
        let cost = cost + if shut { if node.is_some() { 1 } else { 6 } } else { 0 };
        frame.any = true;
        let parent = frame.row;
        let known = frame.names.is_some();
        open[depth] = Rc::new(frame);
        if item.object && open.len() < MAX_DEPTH {
            let names = self.inside(node, row);
            // Where the sample shows the parent and not this object, it shows nothing of its fields either.
            open.push(Rc::new(Frame { row: Some(row), names, next: 0, skipped: Vec::new(), any: false }));
        }
        let guessed = node.is_none() && choices > 1;
        self.log.push(Placed { spot: Spot { parent, node, guessed }, before: way.last });
        let unknown = u64::from(!known && self.sample.is_some() && depth > 0);
        Way { cost: way.cost + closed + cost + unknown, open, last: Some(self.log.len() - 1) }
    }

    /// The names that the sample shows inside a row's node.
    fn inside(&mut self, node: Option<usize>, row: usize) -> Option<Rc<Names>> {
        let (shapes, _) = self.sample?;
        let node = node?;
        if let Some(known) = self.names.get(&(node, row)) {
            return known.clone();
        }
        let following = self.items.get(row + 1).map(|item| item.name.as_str());
        let elements = elements(shapes, node, &self.items[row], following);
        let found = names(shapes, &elements);
        let leaf = found.nodes.is_empty() && !shapes.nodes[node].text.is_empty();
        // An object that the sample shows as text tells nothing of its fields.
        let found = (!leaf).then(|| Rc::new(found));
        self.names.insert((node, row), found.clone());
        found
    }
}

impl Frame {
    /// Takes the sample's next name that is the item's; and what that costs.
    fn take(&mut self, item: &Item) -> (Option<usize>, u64) {
        let Some(names) = &self.names else { return (None, 1) };
        let missing = (None, if item.expected { 6 } else { 1 });
        let Some(places) = names.by_name.get(&item.name) else { return missing };
        if let Some(&at) = places.iter().find(|&&at| at >= self.next) {
            self.skipped.extend(self.next..at);
            self.next = at + 1;
            return (Some(names.nodes[at]), 0);
        }
        match self.skipped.iter().position(|at| places.contains(at)) {
            Some(place) => {
                let at = self.skipped.remove(place);
                (Some(names.nodes[at]), 1)
            }
            None => missing,
        }
    }
}

/// The nodes whose children are the fields of a row: the node itself, or the elements of the list that it wraps.
pub(super) fn elements(shapes: &Shapes, node: usize, item: &Item, following: Option<&str>) -> Vec<usize> {
    let children = &shapes.nodes[node].children;
    let Some(&first) = children.first() else { return vec![node] };
    let name = &shapes.nodes[first].name;
    if name.is_empty() {
        return children.iter().flat_map(|&child| unlisted(shapes, child)).collect();
    }
    let all_alike = children.iter().all(|&child| shapes.nodes[child].name == *name);
    let is_element = *name == item.element;
    let wraps = shapes.has_fields(first) && all_alike && following != Some(name);
    // A wrapper holds nothing but elements; an object may hold one field only, which the row after it then names.
    if all_alike && (is_element && (item.list || wraps) || item.list && (wraps || following != Some(name))) {
        // A wrapped JSON list: the one child holds the elements, which have no names.
        return children.iter().flat_map(|&child| unlisted(shapes, child)).collect();
    }
    vec![node]
}

/// The nameless elements of a JSON list; any other node is itself.
fn unlisted(shapes: &Shapes, node: usize) -> Vec<usize> {
    let children = &shapes.nodes[node].children;
    if !children.is_empty() && children.iter().all(|&child| shapes.nodes[child].name.is_empty()) {
        return children.clone();
    }
    vec![node]
}

/// The names inside some nodes, each once, in order of first appearance; the repeated names of one node stay repeated.
fn names(shapes: &Shapes, nodes: &[usize]) -> Names {
    let mut found = Names::default();
    for (nth, &node) in nodes.iter().enumerate() {
        for &child in &shapes.nodes[node].children {
            let name = &shapes.nodes[child].name;
            if nth > 0 && found.by_name.contains_key(name) {
                continue;
            }
            found.by_name.entry(name.clone()).or_default().push(found.nodes.len());
            found.nodes.push(child);
        }
    }
    found
}

#[cfg(test)]
mod tests;
