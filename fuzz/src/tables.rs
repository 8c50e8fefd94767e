//! A model with a field of every kind, in the shape of generated code, and a method that answers with it.

use opentop_runtime::__private::engine::table::{Constraint, FieldMut as S, FieldRef as V, OpenEnum, Table, TypeInfo};
use opentop_runtime::__private::v1 as rt;
use opentop_runtime::{
    DateTime, Decimal, File, Json, Scalar, UnknownValue, number_enum_impls, table_impls, text_enum_impls,
};
use opentop_runtime::{Effect, MethodInfo, NoSessionRequest, ReadRequest, Request, SessionRequirement, SuccessFlag};

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
            fn info(&self) -> &'static TypeInfo {
                static INFO: TypeInfo =
                    TypeInfo::new("Everything", FIELDS, &[(4, Constraint::Sensitive)], &[]);
                &INFO
            }
            fn field_mut(&mut self, index: usize) -> S<'_> {
                match index { $($index => S::$kind(&mut self.$field),)* _ => S::None }
            }
            fn field(&self, index: usize) -> V<'_> {
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

/// More fields than one word of bits counts, the last of them the id of the call.
#[derive(Default)]
pub struct Wide {
    values: std::collections::BTreeMap<usize, Option<i64>>,
}

impl Wide {
    /// A field, where it was given.
    pub fn get(&self, index: usize) -> Option<i64> {
        self.values.get(&index).copied().flatten()
    }
}

/// How many fields [`Wide`] has.
pub const WIDE: usize = 70;

impl Table for Wide {
    fn info(&self) -> &'static TypeInfo {
        #[rustfmt::skip]
        const NAMES: [&str; WIDE] = [
            "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15", "f16", "f17",
            "f18", "f19", "f20", "f21", "f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29", "f30", "f31", "f32", "f33", "f34",
            "f35", "f36", "f37", "f38", "f39", "f40", "f41", "f42", "f43", "f44", "f45", "f46", "f47", "f48", "f49", "f50", "f51",
            "f52", "f53", "f54", "f55", "f56", "f57", "f58", "f59", "f60", "f61", "f62", "f63", "f64", "f65", "f66", "f67", "f68",
            "request_id",
        ];
        static INFO: TypeInfo = TypeInfo::new("Wide", &NAMES, &[], &[]);
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> S<'_> {
        if index < WIDE { S::Int(self.values.entry(index).or_default()) } else { S::None }
    }
    fn field(&self, index: usize) -> V<'_> {
        self.values.get(&index).map_or(V::None, V::Int)
    }
}

const METHOD: MethodInfo =
    MethodInfo::new("taobao.example.gift.get", ENVELOPE, Effect::Write, SessionRequirement::Optional);

/// A method that writes, and says in `bool` whether it was done.
pub static WRITE: MethodInfo = METHOD.success_flag(SuccessFlag::new(&[2]).code(&[1]).message(&[9, 0]));

/// The same method where the business code is one of the first nine fields, of every kind there.
pub static CODED: [MethodInfo; 9] = [
    coded(&[0]),
    coded(&[1]),
    coded(&[2]),
    coded(&[3]),
    coded(&[4]),
    coded(&[5]),
    coded(&[6]),
    coded(&[7]),
    coded(&[8]),
];

const fn coded(code: &'static [u16]) -> MethodInfo {
    METHOD.success_flag(SuccessFlag::new(&[2]).code(code))
}

/// The same method where it says nothing of that sort.
pub static SILENT_WRITE: MethodInfo = METHOD;

/// A method that reads.
pub static READ: MethodInfo =
    MethodInfo::new("taobao.example.gift.get", ENVELOPE, Effect::Read, SessionRequirement::Optional)
        .success_flag(SuccessFlag::new(&[2]).code(&[1]).message(&[9, 0]));

impl Request for Everything {
    type Response = Everything;
    type Checked = Everything;
    const INFO: &'static MethodInfo =
        &MethodInfo::new("taobao.example.gift.get", ENVELOPE, Effect::Read, SessionRequirement::Optional)
            .success_flag(SuccessFlag::new(&[2]).code(&[1]).message(&[9, 0]));
    fn checked(response: Everything) -> Everything {
        response
    }
}

impl ReadRequest for Everything {}
impl NoSessionRequest for Everything {}
