//! The root element of a Qimen body, which specifications write as the only field: an object called `request` or `response`.

use super::{FieldMut, FieldRef, Table};

fn is_root(table: &dyn Table, name: &str) -> bool {
    matches!(table.info().fields, [only] if *only == name) && matches!(table.field(0), FieldRef::Object(_))
}

/// What stands in the root element `name`: the object in the only field of that name, else the table itself.
pub(crate) fn rooted_mut<'a>(table: &'a mut dyn Table, name: &str) -> &'a mut dyn Table {
    if !is_root(table, name) {
        return table;
    }
    match table.field_mut(0) {
        FieldMut::Object(slot) => slot.insert(),
        _ => unreachable!("invariant: the field is an object"),
    }
}

/// As above, for reading. `None` if that object is absent.
pub(crate) fn rooted<'a>(table: &'a dyn Table, name: &str) -> Option<&'a dyn Table> {
    match table.field(0) {
        FieldRef::Object(slot) if is_root(table, name) => slot.get(),
        _ => Some(table),
    }
}
