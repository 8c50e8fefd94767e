//! The values of a model that the specification calls sensitive.

use super::{FieldRef, Table, leaves::texts};

/// The values of sensitive fields, and all that is inside of them, as text.
pub(crate) fn sensitive_values(table: &dyn Table) -> Vec<String> {
    let mut found = Vec::new();
    collect(table, &mut found);
    found
}

fn collect(table: &dyn Table, found: &mut Vec<String>) {
    let info = table.info();
    for index in 0..info.fields.len() {
        match table.field(index) {
            value if info.is_sensitive(index) => found.extend(texts(value)),
            FieldRef::Object(slot) => slot.get().into_iter().for_each(|table| collect(table, found)),
            FieldRef::Objects(list) => {
                (0..list.len()).filter_map(|index| list.get(index)).for_each(|table| collect(table, found));
            }
            _ => {}
        }
    }
}
