//! From a table's root to a field by indexes, as the facts of a method name fields.

use super::{FieldMut, FieldRef, Table};

/// The field at the end of `path`; `None` where an object on the way is absent or the path leads nowhere.
#[must_use]
pub fn at<'a>(root: &'a dyn Table, path: &[u16]) -> Option<FieldRef<'a>> {
    let (last, way) = path.split_last()?;
    let mut table = root;
    for index in way {
        let FieldRef::Object(slot) = table.field((*index).into()) else { return None };
        table = slot.get()?;
    }
    match table.field((*last).into()) {
        FieldRef::None => None,
        value => Some(value),
    }
}

/// Lends the field at the end of `path` to `set`, putting empty objects on the way where there are none. `None`, and nothing
/// changed but those objects, where the path leads nowhere.
///
/// ```
/// use opentop_runtime::__private::engine::table::{FieldMut, Table, set_at};
///
/// fn turn_page(request: &mut dyn Table, page_field: &[u16], page: i64) {
///     set_at(request, page_field, |slot| {
///         if let FieldMut::Int(number) = slot {
///             *number = Some(page);
///         }
///     });
/// }
/// ```
pub fn set_at<R>(root: &mut dyn Table, path: &[u16], set: impl FnOnce(FieldMut<'_>) -> R) -> Option<R> {
    let (last, way) = path.split_last()?;
    let mut table = root;
    for index in way {
        let FieldMut::Object(slot) = table.field_mut((*index).into()) else { return None };
        table = slot.insert();
    }
    match table.field_mut((*last).into()) {
        FieldMut::None => None,
        slot => Some(set(slot)),
    }
}

impl FieldRef<'_> {
    /// Whether there is nothing: no value, or a list without elements. An empty text is something.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match self {
            FieldRef::None => true,
            FieldRef::Text(value) => value.is_none(),
            FieldRef::Int(value) => value.is_none(),
            FieldRef::Bool(value) => value.is_none(),
            FieldRef::Date(value) => value.is_none(),
            FieldRef::Decimal(value) => value.is_none(),
            FieldRef::Json(value) => value.is_none(),
            FieldRef::File(value) => value.is_none(),
            FieldRef::Enum(slot) => slot.get().is_none(),
            FieldRef::Object(slot) => slot.get().is_none(),
            FieldRef::Texts(list) => list.is_empty(),
            FieldRef::Ints(list) => list.is_empty(),
            FieldRef::Bools(list) => list.is_empty(),
            FieldRef::Dates(list) => list.is_empty(),
            FieldRef::Decimals(list) => list.is_empty(),
            FieldRef::Jsons(list) => list.is_empty(),
            FieldRef::Enums(list) => list.is_empty(),
            FieldRef::Objects(list) => list.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_tables::{Everything, everything, field};

    #[test]
    fn a_path_reaches_into_objects() {
        let model = everything();
        let path = [field("object"), field("text")];
        assert!(matches!(at(&model, &path), Some(FieldRef::Text(Some(text))) if text == "inner"));
    }

    #[test]
    fn a_path_that_leads_nowhere_is_none() {
        let model = everything();
        for path in
            [&[][..], &[999], &[field("text"), 0], &[field("objects"), 0], &[field("object"), field("object"), 0]]
        {
            assert!(at(&model, path).is_none(), "{path:?}");
        }
        let mut empty = Everything::default();
        assert_eq!(set_at(&mut empty, &[field("text"), 0], |_| ()), None);
        assert_eq!(set_at(&mut empty, &[], |_| ()), None);
    }

    #[test]
    fn setting_puts_the_objects_on_the_way() {
        let mut model = Everything::default();
        let path = [field("object"), field("object"), field("int")];
        set_at(&mut model, &path, |slot| {
            if let FieldMut::Int(number) = slot {
                *number = Some(5);
            }
        });
        assert!(matches!(at(&model, &path), Some(FieldRef::Int(Some(5)))));
    }
}
