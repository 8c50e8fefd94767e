//! The checks before anything is sent: what the specification requires of a request, all violations at once.
//!
//! Every violation carries its wire path.

mod field;
mod limits;
mod rules;
mod violation;

pub use violation::{Violation, ViolationKind};

use field::Field;

use crate::wire::table::{Constraint, FieldRef, Table};

/// Everything in `request` that breaks its specification, in the order of its fields; empty where it may be sent.
#[must_use]
pub fn violations(request: &dyn Table) -> Vec<Violation> {
    let mut found = Vec::new();
    object(request, "", false, &mut found);
    found
}

/// `sensitive`: the object stands in a field whose values are not shown, and neither are its own.
fn object(table: &dyn Table, above: &str, sensitive: bool, found: &mut Vec<Violation>) {
    let shape = table.info();
    for (index, name) in shape.fields.iter().enumerate() {
        let field = Field {
            value: table.field(index),
            path: below(above, name),
            top_level: above.is_empty(),
            sensitive: sensitive || shape.is_sensitive(index),
        };
        limits::empty_text(&field, found);
        for note in shape.constraints_of(index) {
            check(note, &field, found);
        }
        if field.top_level {
            limits::commas(&field, found);
            limits::blank_text(&field, found);
        }
        nested(&field, found);
    }
    rules::check(table, above, sensitive, found);
}

fn check(note: Constraint, field: &Field<'_>, found: &mut Vec<Violation>) {
    match note {
        Constraint::Required if field.value.is_absent() => {
            found.push(Violation::new(&field.path, ViolationKind::Required))
        }
        Constraint::Required | Constraint::Sensitive => {}
        Constraint::MaxLength(limit) => limits::max_length(limit, field, found),
        Constraint::MaxItems(limit) => limits::max_items(limit, field, found),
        Constraint::Min(limit) => limits::range(limit, false, field, found),
        Constraint::Max(limit) => limits::range(limit, true, field, found),
    }
}

fn nested(field: &Field<'_>, found: &mut Vec<Violation>) {
    let Field { value, path, sensitive, .. } = field;
    match value {
        FieldRef::Object(slot) => slot.get().into_iter().for_each(|table| object(table, path, *sensitive, found)),
        FieldRef::Objects(list) => {
            for (index, table) in (0..list.len()).filter_map(|index| Some((index, list.get(index)?))) {
                object(table, &format!("{path}[{index}]"), *sensitive, found);
            }
        }
        _ => {}
    }
}

fn below(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

#[cfg(test)]
mod tests;
