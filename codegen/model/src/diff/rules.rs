//! Compares the rules of one object, and tells whether requests that passed still pass.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Found, Sides};
use super::kind::{Class, Kind};
use crate::model::{Object, Rule};

/// A rule by keys, comparable across models: the order in which a choice lists its fields says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    AtLeastOne(BTreeSet<String>),
    AtMostOne(BTreeSet<String>),
    ExactlyOne(BTreeSet<String>),
    Span { start: String, end: String, seconds: u64 },
}

/// Every change of the rules of the object at `path`. `renamed`: old key → new key.
pub(super) fn compare(
    path: &str,
    [old, new]: [&Object; 2],
    renamed: &BTreeMap<&str, &str>,
    sides: Sides,
    found: &mut Found<'_>,
) {
    let current = |key: &str| renamed.get(key).copied().unwrap_or(key).to_owned();
    let all_old: Vec<Named> = old.rules.iter().map(|rule| named(old, rule, current)).collect();
    let all_new: Vec<Named> = new.rules.iter().map(|rule| named(new, rule, str::to_owned)).collect();
    let known: BTreeSet<String> = old.fields.iter().map(|field| current(&field.key)).collect();
    let path = format!("{path}.rules");
    let mut gone: Vec<&Named> = all_old.iter().filter(|rule| !all_new.contains(rule)).collect();
    for rule in all_new.iter().filter(|rule| !all_old.contains(rule)) {
        let passes = !rule.binds(&known) || all_old.iter().any(|was| was.implies(rule));
        let class = sides.sent(if passes { Class::Additive } else { Class::Breaking });
        let twin = gone.iter().position(|was| was.resembles(rule)).map(|at| gone.remove(at));
        let kind = if twin.is_some() { Kind::RuleChanged } else { Kind::RuleAdded };
        found.push(&path, kind, class, twin.map(Named::text), Some(rule.text()));
    }
    for rule in gone {
        found.push(&path, Kind::RuleRemoved, sides.sent(Class::Additive), Some(rule.text()), None);
    }
}

fn named(object: &Object, rule: &Rule, current: impl Fn(&str) -> String) -> Named {
    let key = |at: usize| object.fields.get(at).map_or_else(String::new, |field| current(&field.key));
    let set = |fields: &[usize]| fields.iter().map(|&at| key(at)).collect();
    match rule {
        Rule::AtLeastOneOf(fields) => Named::AtLeastOne(set(fields)),
        Rule::AtMostOneOf(fields) => Named::AtMostOne(set(fields)),
        Rule::ExactlyOneOf(fields) => Named::ExactlyOne(set(fields)),
        Rule::MaxSpan { start, end, seconds } => Named::Span { start: key(*start), end: key(*end), seconds: *seconds },
    }
}

impl Named {
    /// Whether everything that keeps this rule keeps `other` as well.
    fn implies(&self, other: &Named) -> bool {
        use Named::{AtLeastOne, AtMostOne, ExactlyOne, Span};
        match (self, other) {
            (AtLeastOne(some) | ExactlyOne(some), AtLeastOne(more)) => some.is_subset(more),
            (AtMostOne(many) | ExactlyOne(many), AtMostOne(fewer)) => fewer.is_subset(many),
            (Span { start, end, seconds }, Span { start: from, end: to, seconds: longer }) => {
                start == from && end == to && seconds <= longer
            }
            _ => self == other,
        }
    }

    /// Whether it can refuse a request that sets none but the fields in `known`.
    fn binds(&self, known: &BTreeSet<String>) -> bool {
        match self {
            Named::AtLeastOne(_) | Named::ExactlyOne(_) => true,
            Named::AtMostOne(fields) => fields.intersection(known).count() > 1,
            Named::Span { start, end, .. } => known.contains(start) && known.contains(end),
        }
    }

    /// Whether people would call `other` the same rule, changed.
    fn resembles(&self, other: &Named) -> bool {
        match (self, other) {
            (Named::Span { start, end, .. }, Named::Span { start: from, end: to, .. }) => start == from && end == to,
            (Named::Span { .. }, _) | (_, Named::Span { .. }) => false,
            _ => {
                let (a, b) = (self.fields(), other.fields());
                let kept = std::mem::discriminant(self) == std::mem::discriminant(other);
                a == b || (kept && (a.is_subset(&b) || b.is_subset(&a)))
            }
        }
    }

    fn fields(&self) -> BTreeSet<&str> {
        match self {
            Named::AtLeastOne(set) | Named::AtMostOne(set) | Named::ExactlyOne(set) => {
                set.iter().map(String::as_str).collect()
            }
            Named::Span { start, end, .. } => BTreeSet::from([start.as_str(), end.as_str()]),
        }
    }

    /// As a spec writes it.
    fn text(&self) -> String {
        let choice = |word: &str, set: &BTreeSet<String>| {
            format!("{word}: [{}]", set.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
        };
        match self {
            Named::AtLeastOne(set) => choice("at_least_one_of", set),
            Named::AtMostOne(set) => choice("at_most_one_of", set),
            Named::ExactlyOne(set) => choice("exactly_one_of", set),
            Named::Span { start, end, seconds } => {
                let (unit, count) = match seconds {
                    whole if whole % 86_400 == 0 => ("days", whole / 86_400),
                    whole if whole % 3_600 == 0 => ("hours", whole / 3_600),
                    other => ("seconds", *other),
                };
                format!("max_span: {{ start: {start}, end: {end}, {unit}: {count} }}")
            }
        }
    }
}
