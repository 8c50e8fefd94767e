//! The graph of a method's types: which are reached from where, which contain themselves, and which could never be complete. Everything
//! is iterative: specs choose the depth.

use crate::model::{Object, Type, TypeId};

/// Which types `roots` reach, through objects and lists.
pub(super) fn reached(roots: &Object, types: &[&Object]) -> Vec<bool> {
    let mut seen = vec![false; types.len()];
    let mut open: Vec<TypeId> = roots.fields.iter().filter_map(|field| field.ty.object()).collect();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut seen[id.0], true) {
            open.extend(types[id.0].fields.iter().filter_map(|field| field.ty.object()));
        }
    }
    seen
}

/// Which types contain themselves through objects alone (a list ends the containment: it may be empty).
pub(super) fn recursive(types: &[&Object]) -> Vec<bool> {
    let edges = |object: &Object| {
        let single = object.fields.iter().filter_map(|field| match field.ty {
            Type::Object(id) => Some(id.0),
            _ => None,
        });
        single.collect::<Vec<usize>>()
    };
    on_cycles(&types.iter().map(|object| edges(object)).collect::<Vec<_>>())
}

/// Which types require themselves: no value of them could end.
pub(super) fn infinite(types: &[&Object]) -> Vec<bool> {
    let edges = |object: &Object| {
        let required = object.fields.iter().filter(|field| field.required);
        required.filter_map(|field| field.ty.object().map(|id| id.0)).collect::<Vec<usize>>()
    };
    on_cycles(&types.iter().map(|object| edges(object)).collect::<Vec<_>>())
}

/// Which nodes lie on a cycle.
fn on_cycles(edges: &[Vec<usize>]) -> Vec<bool> {
    let mut found = vec![false; edges.len()];
    for members in components(edges) {
        let cycle = members.len() > 1 || members.iter().any(|&member| edges[member].contains(&member));
        members.into_iter().for_each(|member| found[member] = cycle);
    }
    found
}

/// The strongly connected components, each behind all those that it leads to: Tarjan's algorithm, with the call stack written out.
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut found = Vec::new();
    let (mut number, mut low) = (vec![NEW; edges.len()], vec![0; edges.len()]);
    let (mut open, mut inside) = (Vec::new(), vec![false; edges.len()]);
    let mut next = 0;
    for root in 0..edges.len() {
        if number[root] != NEW {
            continue;
        }
        let mut calls = vec![(root, 0)];
        while let Some((node, edge)) = calls.pop() {
            if edge == 0 {
                (number[node], low[node]) = (next, next);
                next += 1;
                open.push(node);
                inside[node] = true;
            } else {
                // Back from the edge before this one.
                let child = edges[node][edge - 1];
                if inside[child] {
                    low[node] = low[node].min(low[child]);
                }
            }
            let unfinished = |to: &usize| number[*to] == NEW || inside[*to];
            match edges[node].iter().enumerate().skip(edge).find(|(_, to)| unfinished(to)) {
                Some((at, &to)) if number[to] == NEW => calls.extend([(node, at + 1), (to, 0)]),
                // An edge back: its target's number is at least its `low`, so to take that is as good.
                Some((at, _)) => calls.push((node, at + 1)),
                None if low[node] == number[node] => {
                    let start = open.iter().rposition(|&member| member == node).unwrap_or(0);
                    let members = open.split_off(start);
                    members.iter().for_each(|&member| inside[member] = false);
                    found.push(members);
                }
                None => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{components, on_cycles};

    #[test]
    fn only_nodes_on_a_cycle_are_found() {
        // 0 → 1 ⇄ 2 → 3 → 4 → 4, and 5 alone.
        let edges = [vec![1], vec![2], vec![1, 3], vec![4], vec![4], vec![]];
        assert_eq!(on_cycles(&edges), [false, true, true, false, true, false]);
    }

    #[test]
    fn a_component_comes_behind_those_that_it_leads_to() {
        let edges = [vec![1], vec![2], vec![1, 3], vec![4], vec![4], vec![0]];
        let mut found = components(&edges);
        found.iter_mut().for_each(|members| members.sort_unstable());
        assert_eq!(found, [vec![4], vec![3], vec![1, 2], vec![0], vec![5]]);
    }

    #[test]
    fn crossing_ways_are_no_cycle() {
        assert_eq!(on_cycles(&[vec![1, 2], vec![3], vec![3], vec![]]), [false; 4]);
        assert_eq!(on_cycles(&[vec![1, 2], vec![2, 0], vec![3], vec![1]]), [true; 4]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<Vec<usize>> = (0..100_000).map(|node| vec![(node + 1) % 100_000]).collect();
        assert!(on_cycles(&edges).into_iter().all(|found| found));
    }
}
