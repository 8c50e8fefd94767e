//! A field under check.

use crate::wire::table::FieldRef;

/// A field under check: what it holds, where it stands, and what may be shown of it.
pub(super) struct Field<'a> {
    pub(super) value: FieldRef<'a>,
    pub(super) path: String,
    /// A parameter of its own, whose lists of scalars are comma-joined.
    pub(super) top_level: bool,
    pub(super) sensitive: bool,
}
