//! Divides the bullets of a table into rows, in the way that leaves the least unexplained.

use opentop_model::diagnostic::Place;

use crate::page::cells::{has_small_letter, is_name, limits, marked, need};
use crate::vendor_type::{VendorType, looks_like_type};

/// A bullet, with the lines that go on it.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) at: Place,
    pub(super) text: String,
}

/// Bullets that make a row, or one that none can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Row { from: usize, to: usize },
    Unread { at: usize },
}

/// The most bullets of one row.
const LONGEST: usize = 12;

/// Divides bullets into rows at the least cost, from the end to the start.
pub(super) fn divide(cells: &[Cell], request: bool) -> Vec<Part> {
    let fact = |cell: &Cell| Fact {
        marked: marked(&cell.text).is_some(),
        limit: limits(&cell.text).is_some(),
        empty: cell.text.is_empty(),
    };
    let facts: Vec<Fact> = cells.iter().map(fact).collect();
    let mut best: Vec<(u64, Part)> = vec![(0, Part::Unread { at: cells.len() }); cells.len() + 1];
    for from in (0..cells.len()).rev() {
        let mut cheapest = (best[from + 1].0 + 40, Part::Unread { at: from });
        if let Some((start, head)) = start_cost(cells, from, request) {
            for to in from + head..=(from + LONGEST).min(cells.len()) {
                let cost = start + tail_cost(&facts[from + head..to]) + best[to].0;
                if cost < cheapest.0 {
                    cheapest = (cost, Part::Row { from, to });
                }
            }
        }
        best[from] = cheapest;
    }
    let mut parts = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        let part = best[at].1;
        at = match part {
            Part::Row { to, .. } => to,
            Part::Unread { at } => at + 1,
        };
        parts.push(part);
    }
    parts
}

/// What it costs to let a row start here, and how many bullets its name, type and requirement take. `None` if it
/// cannot.
pub(super) fn start_cost(cells: &[Cell], at: usize, request: bool) -> Option<(u64, usize)> {
    let mark = marked(&cells[at].text);
    let ty = cells.get(at + 1).map_or("", |cell| cell.text.as_str());
    let scalar = VendorType::read(ty).is_scalar();
    let typed = looks_like_type(ty);
    let need_at = |index: usize| cells.get(index).is_some_and(|cell| need(&cell.text).is_some());
    if request && need_at(at + 2) {
        return match mark {
            Some(_) if typed => Some((0, 3)),
            Some(_) => Some((5, 3)),
            None if is_name(&cells[at].text) && typed => Some((u64::from(scalar), 3)),
            None => None,
        };
    }
    match mark {
        // The type cell is missing or the requirement is.
        Some(_) if request && need_at(at + 1) => Some((8, 2)),
        Some(_) if request && typed => Some((10, 2)),
        Some(_) if typed => Some((0, 2)),
        Some(_) => Some((5, 2.min(cells.len() - at))),
        None if request => None,
        None if is_name(&cells[at].text) && typed && scalar => Some((6, 2)),
        None if is_name(&cells[at].text) && typed && has_small_letter(ty) => Some((0, 2)),
        None if is_name(&cells[at].text) && typed && ty.starts_with(|first: char| first.is_ascii_uppercase()) => {
            Some((1, 2))
        }
        None if is_name(&cells[at].text) && typed => Some((4, 2)),
        None => None,
    }
}

/// What a bullet is, found once.
#[derive(Debug, Clone, Copy)]
struct Fact {
    marked: bool,
    limit: bool,
    empty: bool,
}

/// What it costs to read these bullets as example, limits and description: a row lacks as little, and holds as little
/// that no row has, as can be.
fn tail_cost(facts: &[Fact]) -> u64 {
    let stolen = facts.iter().filter(|fact| fact.marked).count() as u64 * 50;
    let bounds = facts.iter().position(|fact| fact.limit).zip(facts.iter().rposition(|fact| fact.limit));
    let (before, after, inside) = match bounds {
        Some((first, last)) => {
            (first, facts.len() - last - 1, facts[first..=last].iter().filter(|fact| !fact.limit).count())
        }
        // The empty bullet of a limits column.
        None if facts.len() == 3 && facts[1].empty => (1, 1, 0),
        None => (facts.len().saturating_sub(1).min(1), facts.len().saturating_sub(1).max(facts.len().min(1)), 0),
    };
    let missing = u64::from(before == 0) + u64::from(after == 0);
    stolen + missing + 4 * (before.saturating_sub(1) + after.saturating_sub(1) + inside) as u64
}

#[cfg(test)]
mod tests {
    use super::{Cell, Part, Place, divide};

    fn rows(text: &str, request: bool) -> Vec<(usize, usize)> {
        let cells: Vec<Cell> =
            text.split('/').map(|text| Cell { at: Place::default(), text: text.to_owned() }).collect();
        divide(&cells, request)
            .into_iter()
            .map(|part| match part {
                Part::Row { from, to } => (from, to),
                Part::Unread { at } => (at, at),
            })
            .collect()
    }

    #[test]
    fn bullets_are_divided_into_rows_as_a_whole() {
        for (text, request, expected) in [
            ("└ a/String/1/text/└ b/Number/2/text", false, vec![(0, 4), (4, 8)]),
            // Without example.
            ("└ a/String/text/└ b/Number/text", false, vec![(0, 3), (3, 6)]),
            ("└ a/String/text/list/Item []/null/text/└ b/Date/x/y", false, vec![(0, 3), (3, 7), (7, 11)]),
            // An example and a description that look like a row of their own.
            ("└ a/String/abc/Item/└ b/Number/2/text", false, vec![(0, 4), (4, 8)]),
            ("└ a/String/可选/必须/可选/└ b/Date/必须/x/y", true, vec![(0, 5), (5, 10)]),
            ("item/Item/可选/text/└ b/Date/必须/x/最大长度:3/y", true, vec![(0, 4), (4, 10)]),
        ] {
            assert_eq!(rows(text, request), expected, "{text}");
        }
    }
}
