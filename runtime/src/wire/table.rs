//! The field table: what the generator emits for every object type, and all that the runtime knows of one.
//!
//! A model is a plain struct plus three things: its [`TypeInfo`] (names, notes and rules, static data), [`Table::field_mut`]
//! (lends field *i* for writing) and [`Table::field`] (lends it for reading). Decoding, encoding, `Debug`, `Clone`, `PartialEq`,
//! validation and serde are written once, over `&dyn Table`, so that a model costs its users no generic code of its own.

mod compare;
mod debug;
mod leaves;
mod path;
#[cfg(any(feature = "qimen", feature = "spi"))]
mod rooted;
mod sensitive;
mod type_info;

use rust_decimal::Decimal;

#[cfg(feature = "spi")]
pub(crate) use compare::copy_field;
pub use compare::{clear, copy, equal, is_empty};
pub use debug::debug;
pub use leaves::{Leaf, leaves};
pub use path::{at, set_at};
#[cfg(any(feature = "qimen", feature = "spi"))]
pub(crate) use rooted::{rooted, rooted_mut};
pub(crate) use sensitive::sensitive_values;
pub use type_info::{Constraint, FieldPath, Rule, TypeInfo};

use crate::wire::value::{DateTime, File, Json, Scalar};

/// A struct that lends its fields by index. Implemented by generated code only; the order of fields is the specification's.
pub trait Table: Send + Sync + 'static {
    /// Names, notes and rules of this type.
    fn info(&self) -> &'static TypeInfo;
    /// Lends field `index` for writing; [`FieldMut::None`] past the last one.
    fn field_mut(&mut self, index: usize) -> FieldMut<'_>;
    /// Lends field `index` for reading; [`FieldRef::None`] past the last one.
    fn field(&self, index: usize) -> FieldRef<'_>;
}

/// A model without fields: only envelope, refusal and request id are read.
pub(crate) struct NoFields;

impl Table for NoFields {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new("NoFields", &[], &[], &[]);
        &INFO
    }

    fn field_mut(&mut self, _: usize) -> FieldMut<'_> {
        FieldMut::None
    }

    fn field(&self, _: usize) -> FieldRef<'_> {
        FieldRef::None
    }
}

/// A type that contains itself stands in a box; a boxed table is one.
impl<T: Table> Table for Box<T> {
    fn info(&self) -> &'static TypeInfo {
        T::info(self)
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        T::field_mut(self, index)
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        T::field(self, index)
    }
}

/// A field lent for writing.
#[non_exhaustive]
pub enum FieldMut<'a> {
    /// There is no field of that index.
    None,
    /// `String`.
    Text(&'a mut Option<String>),
    /// `Number`.
    Int(&'a mut Option<i64>),
    /// `Boolean`.
    Bool(&'a mut Option<bool>),
    /// `Date`.
    Date(&'a mut Option<DateTime>),
    /// `Price`, `BigDecimal`.
    Decimal(&'a mut Option<Decimal>),
    /// `Json`, `Map`: JSON text, passed through.
    Json(&'a mut Option<Json>),
    /// `byte[]` at the top level of a request.
    File(&'a mut Option<File>),
    /// A field with listed values.
    Enum(&'a mut dyn EnumSlot),
    /// A named type.
    Object(&'a mut dyn ObjectSlot),
    /// `String []`.
    Texts(&'a mut Vec<String>),
    /// `Number []`.
    Ints(&'a mut Vec<i64>),
    /// `Boolean []`.
    Bools(&'a mut Vec<bool>),
    /// `Date []`.
    Dates(&'a mut Vec<DateTime>),
    /// `Price []`, `BigDecimal []`.
    Decimals(&'a mut Vec<Decimal>),
    /// `Json []`.
    Jsons(&'a mut Vec<Json>),
    /// A list of listed values.
    Enums(&'a mut dyn EnumListSlot),
    /// A list of a named type.
    Objects(&'a mut dyn ObjectListSlot),
}

impl FieldMut<'_> {
    /// Lends the same field again, for a shorter time.
    pub fn reborrow(&mut self) -> FieldMut<'_> {
        match self {
            FieldMut::None => FieldMut::None,
            FieldMut::Text(it) => FieldMut::Text(it),
            FieldMut::Int(it) => FieldMut::Int(it),
            FieldMut::Bool(it) => FieldMut::Bool(it),
            FieldMut::Date(it) => FieldMut::Date(it),
            FieldMut::Decimal(it) => FieldMut::Decimal(it),
            FieldMut::Json(it) => FieldMut::Json(it),
            FieldMut::File(it) => FieldMut::File(it),
            FieldMut::Enum(it) => FieldMut::Enum(&mut **it),
            FieldMut::Object(it) => FieldMut::Object(&mut **it),
            FieldMut::Texts(it) => FieldMut::Texts(it),
            FieldMut::Ints(it) => FieldMut::Ints(it),
            FieldMut::Bools(it) => FieldMut::Bools(it),
            FieldMut::Dates(it) => FieldMut::Dates(it),
            FieldMut::Decimals(it) => FieldMut::Decimals(it),
            FieldMut::Jsons(it) => FieldMut::Jsons(it),
            FieldMut::Enums(it) => FieldMut::Enums(&mut **it),
            FieldMut::Objects(it) => FieldMut::Objects(&mut **it),
        }
    }

    /// Whether the field is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(
            self,
            FieldMut::Texts(_)
                | FieldMut::Ints(_)
                | FieldMut::Bools(_)
                | FieldMut::Dates(_)
                | FieldMut::Decimals(_)
                | FieldMut::Jsons(_)
                | FieldMut::Enums(_)
                | FieldMut::Objects(_)
        )
    }
}

/// A field lent for reading: the mirror of [`FieldMut`].
#[non_exhaustive]
#[derive(Clone, Copy)]
pub enum FieldRef<'a> {
    /// There is no field of that index.
    None,
    /// `String`.
    Text(&'a Option<String>),
    /// `Number`.
    Int(&'a Option<i64>),
    /// `Boolean`.
    Bool(&'a Option<bool>),
    /// `Date`.
    Date(&'a Option<DateTime>),
    /// `Price`, `BigDecimal`.
    Decimal(&'a Option<Decimal>),
    /// `Json`, `Map`.
    Json(&'a Option<Json>),
    /// `byte[]` at the top level of a request.
    File(&'a Option<File>),
    /// A field with listed values.
    Enum(&'a dyn EnumSlot),
    /// A named type.
    Object(&'a dyn ObjectSlot),
    /// `String []`.
    Texts(&'a [String]),
    /// `Number []`.
    Ints(&'a [i64]),
    /// `Boolean []`.
    Bools(&'a [bool]),
    /// `Date []`.
    Dates(&'a [DateTime]),
    /// `Price []`, `BigDecimal []`.
    Decimals(&'a [Decimal]),
    /// `Json []`.
    Jsons(&'a [Json]),
    /// A list of listed values.
    Enums(&'a dyn EnumListSlot),
    /// A list of a named type.
    Objects(&'a dyn ObjectListSlot),
}

/// `Option<T>` or `Option<Box<T>>` of a generated type `T`.
pub trait ObjectSlot: Send + Sync {
    /// The object, where there is one.
    fn get(&self) -> Option<&dyn Table>;
    /// Puts an empty object there (or keeps the one that is) and lends it.
    fn insert(&mut self) -> &mut dyn Table;
    /// Takes the object away.
    fn clear(&mut self);
}

impl<T: Table + Default> ObjectSlot for Option<T> {
    fn get(&self) -> Option<&dyn Table> {
        self.as_ref().map(|table| table as &dyn Table)
    }
    fn insert(&mut self) -> &mut dyn Table {
        self.get_or_insert_with(T::default)
    }
    fn clear(&mut self) {
        *self = None;
    }
}

/// `Vec<T>` of a generated type.
pub trait ObjectListSlot: Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Element `index`.
    fn get(&self, index: usize) -> Option<&dyn Table>;
    /// Appends an empty element and lends it.
    fn push(&mut self) -> &mut dyn Table;
    /// Takes all elements away.
    fn clear(&mut self);
}

impl<T: Table + Default> ObjectListSlot for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> Option<&dyn Table> {
        <[T]>::get(self, index).map(|table| table as &dyn Table)
    }
    fn push(&mut self) -> &mut dyn Table {
        self.push(T::default());
        let last = self.len() - 1;
        &mut self[last]
    }
    fn clear(&mut self) {
        self.clear();
    }
}

/// An enum of listed values that stays open: what the specification does not list is kept as it came.
pub trait OpenEnum: Clone + Send + Sync + 'static {
    /// Whether the wire carries a number instead of text.
    const NUMERIC: bool;
    /// The listed value, or the unknown one with `wire` inside.
    fn from_wire(wire: Scalar<'_>) -> Self;
    /// What goes on the wire.
    fn wire(&self) -> Scalar<'_>;
}

/// `Option<E>` of a generated open enum.
pub trait EnumSlot: Send + Sync {
    /// Whether the wire carries a number.
    fn numeric(&self) -> bool;
    /// The value, where there is one.
    fn get(&self) -> Option<Scalar<'_>>;
    /// Sets the value.
    fn set(&mut self, wire: Scalar<'_>);
    /// Takes the value away.
    fn clear(&mut self);
}

impl<E: OpenEnum> EnumSlot for Option<E> {
    fn numeric(&self) -> bool {
        E::NUMERIC
    }
    fn get(&self) -> Option<Scalar<'_>> {
        self.as_ref().map(E::wire)
    }
    fn set(&mut self, wire: Scalar<'_>) {
        *self = Some(E::from_wire(wire));
    }
    fn clear(&mut self) {
        *self = None;
    }
}

/// `Vec<E>` of a generated open enum.
pub trait EnumListSlot: Send + Sync {
    /// Whether the wire carries numbers.
    fn numeric(&self) -> bool;
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Element `index`.
    fn get(&self, index: usize) -> Option<Scalar<'_>>;
    /// Appends an element.
    fn push(&mut self, wire: Scalar<'_>);
    /// Takes all elements away.
    fn clear(&mut self);
}

impl<E: OpenEnum> EnumListSlot for Vec<E> {
    fn numeric(&self) -> bool {
        E::NUMERIC
    }
    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> Option<Scalar<'_>> {
        <[E]>::get(self, index).map(E::wire)
    }
    fn push(&mut self, wire: Scalar<'_>) {
        self.push(E::from_wire(wire));
    }
    fn clear(&mut self) {
        self.clear();
    }
}
