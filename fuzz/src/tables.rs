//! A model with a field of every kind, in the shape of generated code, and a method that answers with it.

use opentop_runtime::request::{Api, Effect, Outcome, ReadRequest, Request, SessionUse, SessionlessRequest};
use opentop_runtime::table::{Note, OpenEnum, Shape, Slot as S, Table, Value as V};
use opentop_runtime::{
    DateTime, Decimal, File, Json, Scalar, UnknownValue, number_enum_impls, table_impls, text_enum_impls,
};

/// The root of an answer in the normal shape.
pub const ENVELOPE: &str = "example_gift_get_response";

/// A listed value that is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// `CS`.
    Cs,
    /// Any other.
    Unknown(UnknownValue),
}

impl OpenEnum for Channel {
    const NUMERIC: bool = false;
    fn from_wire(wire: Scalar<'_>) -> Self {
        if wire == Scalar::Text("CS") { Self::Cs } else { Self::Unknown(UnknownValue::new(wire)) }
    }
    fn wire(&self) -> Scalar<'_> {
        match self {
            Self::Cs => Scalar::Text("CS"),
            Self::Unknown(value) => value.scalar(),
        }
    }
}

text_enum_impls!(Channel);

/// A listed value that is a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Level {
    /// `88`.
    Sale,
    /// Any other.
    Unknown(UnknownValue),
}

impl OpenEnum for Level {
    const NUMERIC: bool = true;
    fn from_wire(wire: Scalar<'_>) -> Self {
        if wire == Scalar::Int(88) { Self::Sale } else { Self::Unknown(UnknownValue::new(wire)) }
    }
    fn wire(&self) -> Scalar<'_> {
        match self {
            Self::Sale => Scalar::Int(88),
            Self::Unknown(value) => value.scalar(),
        }
    }
}

number_enum_impls!(Level);

macro_rules! table {
    ($($index:literal $field:ident: $ty:ty = $kind:ident;)*) => {
        /// One field of every kind, and itself inside.
        #[derive(Default)]
        pub struct Everything {
            $(#[doc = concat!("A field of the kind `", stringify!($kind), "`.")] pub $field: $ty,)*
        }

        /// The names of its fields.
        pub const FIELDS: &[&str] = &[$(stringify!($field)),*];

        impl Table for Everything {
            fn shape(&self) -> &'static Shape {
                static SHAPE: Shape =
                    Shape { name: "Everything", fields: FIELDS, notes: &[(4, Note::Sensitive)], rules: &[] };
                &SHAPE
            }
            fn slot(&mut self, index: usize) -> S<'_> {
                match index { $($index => S::$kind(&mut self.$field),)* _ => S::None }
            }
            fn value(&self, index: usize) -> V<'_> {
                match index { $($index => V::$kind(&self.$field),)* _ => V::None }
            }
        }
    };
}

table! {
    0 text: Option<String> = Text;
    1 int: Option<i64> = Int;
    2 bool: Option<bool> = Bool;
    3 date: Option<DateTime> = Date;
    4 decimal: Option<Decimal> = Decimal;
    5 json: Option<Json> = Json;
    6 file: Option<File> = File;
    7 channel: Option<Channel> = Enum;
    8 level: Option<Level> = Enum;
    9 object: Option<Box<Everything>> = Object;
    10 texts: Vec<String> = Texts;
    11 ints: Vec<i64> = Ints;
    12 bools: Vec<bool> = Bools;
    13 dates: Vec<DateTime> = Dates;
    14 decimals: Vec<Decimal> = Decimals;
    15 jsons: Vec<Json> = Jsons;
    16 channels: Vec<Channel> = Enums;
    17 levels: Vec<Level> = Enums;
    18 objects: Vec<Everything> = Objects;
}

table_impls!(Everything);

impl Everything {
    /// Whether no date has a fraction of a second, which the wire does not carry.
    pub fn has_whole_seconds(&self) -> bool {
        self.date.iter().chain(&self.dates).all(|date| date.unix_millis().rem_euclid(1_000) == 0)
            && self.object.iter().all(|object| object.has_whole_seconds())
            && self.objects.iter().all(Self::has_whole_seconds)
    }
}

/// A method that writes, and says in `bool` whether it was done.
pub const WRITE: Api = Api {
    method: "taobao.example.gift.get",
    envelope: ENVELOPE,
    effect: Effect::Write,
    session: SessionUse::Optional,
    idempotency_key: None,
    outcome: Some(Outcome { ok: &[2], code: Some(&[1]), message: Some(&[9, 0]) }),
    paging: None,
};

/// The same method where it says nothing of that sort.
pub const SILENT_WRITE: Api = Api { outcome: None, ..WRITE };

/// A method that reads.
pub const READ: Api = Api { effect: Effect::Read, ..WRITE };

impl Request for Everything {
    type Response = Everything;
    const API: &'static Api = &READ;
}

impl ReadRequest for Everything {}
impl SessionlessRequest for Everything {}
