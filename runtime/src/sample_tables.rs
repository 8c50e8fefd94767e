//! Hand-written tables in the shape of generated code, for the tests of this crate.

#![allow(clippy::unwrap_used, unreachable_pub, reason = "tests; and what the macros emit is public")]

use crate::__private::v1 as rt;
use crate::wire::table::{Constraint as N, FieldMut as S, FieldRef as V, OpenEnum, Rule as R, Table, TypeInfo};
use crate::wire::value::{DateTime, Decimal, File, Json, Scalar, UnknownValue};
use crate::{number_enum_impls, table_impls, text_enum_impls};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Channel {
    Cs,
    Kry,
    Unknown(UnknownValue),
}

impl OpenEnum for Channel {
    const NUMERIC: bool = false;
    fn from_wire(wire: Scalar<'_>) -> Self {
        match wire {
            Scalar::Text("CS") => Self::Cs,
            Scalar::Text("KRY") => Self::Kry,
            other => Self::Unknown(UnknownValue::new(other)),
        }
    }
    fn wire(&self) -> Scalar<'_> {
        match self {
            Self::Cs => Scalar::Text("CS"),
            Self::Kry => Scalar::Text("KRY"),
            Self::Unknown(value) => value.scalar(),
        }
    }
}

text_enum_impls!(Channel);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    Sale,
    Unknown(UnknownValue),
}

impl OpenEnum for Level {
    const NUMERIC: bool = true;
    fn from_wire(wire: Scalar<'_>) -> Self {
        match wire {
            Scalar::Int(88) => Self::Sale,
            other => Self::Unknown(UnknownValue::new(other)),
        }
    }
    fn wire(&self) -> Scalar<'_> {
        match self {
            Self::Sale => Scalar::Int(88),
            Self::Unknown(value) => value.scalar(),
        }
    }
}

number_enum_impls!(Level);

/// One field of every kind but file, and itself inside.
#[derive(Default)]
pub(crate) struct Everything {
    pub(crate) text: Option<String>,
    pub(crate) int: Option<i64>,
    pub(crate) bool: Option<bool>,
    pub(crate) date: Option<DateTime>,
    pub(crate) decimal: Option<Decimal>,
    pub(crate) json: Option<Json>,
    pub(crate) channel: Option<Channel>,
    pub(crate) level: Option<Level>,
    pub(crate) object: Option<Box<Everything>>,
    pub(crate) texts: Vec<String>,
    pub(crate) ints: Vec<i64>,
    pub(crate) bools: Vec<bool>,
    pub(crate) dates: Vec<DateTime>,
    pub(crate) decimals: Vec<Decimal>,
    pub(crate) jsons: Vec<Json>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) levels: Vec<Level>,
    pub(crate) objects: Vec<Everything>,
}

impl Table for Everything {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new(
            "Everything",
            &[
                "text", "int", "bool", "date", "decimal", "json", "channel", "level", "object", "texts", "ints",
                "bools", "dates", "decimals", "jsons", "channels", "levels", "objects",
            ],
            &[],
            &[],
        );
        &INFO
    }

    fn field_mut(&mut self, index: usize) -> S<'_> {
        match index {
            0 => S::Text(&mut self.text),
            1 => S::Int(&mut self.int),
            2 => S::Bool(&mut self.bool),
            3 => S::Date(&mut self.date),
            4 => S::Decimal(&mut self.decimal),
            5 => S::Json(&mut self.json),
            6 => S::Enum(&mut self.channel),
            7 => S::Enum(&mut self.level),
            8 => S::Object(&mut self.object),
            9 => S::Texts(&mut self.texts),
            10 => S::Ints(&mut self.ints),
            11 => S::Bools(&mut self.bools),
            12 => S::Dates(&mut self.dates),
            13 => S::Decimals(&mut self.decimals),
            14 => S::Jsons(&mut self.jsons),
            15 => S::Enums(&mut self.channels),
            16 => S::Enums(&mut self.levels),
            17 => S::Objects(&mut self.objects),
            _ => S::None,
        }
    }

    fn field(&self, index: usize) -> V<'_> {
        match index {
            0 => V::Text(&self.text),
            1 => V::Int(&self.int),
            2 => V::Bool(&self.bool),
            3 => V::Date(&self.date),
            4 => V::Decimal(&self.decimal),
            5 => V::Json(&self.json),
            6 => V::Enum(&self.channel),
            7 => V::Enum(&self.level),
            8 => V::Object(&self.object),
            9 => V::Texts(&self.texts),
            10 => V::Ints(&self.ints),
            11 => V::Bools(&self.bools),
            12 => V::Dates(&self.dates),
            13 => V::Decimals(&self.decimals),
            14 => V::Jsons(&self.jsons),
            15 => V::Enums(&self.channels),
            16 => V::Enums(&self.levels),
            17 => V::Objects(&self.objects),
            _ => V::None,
        }
    }
}

table_impls!(Everything);

/// An object with limits.
#[derive(Default)]
pub(crate) struct Gift {
    pub(crate) gift_id: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) price: Option<Decimal>,
    pub(crate) codes: Vec<String>,
}

impl Table for Gift {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new(
            "Gift",
            &["gift_id", "name", "price", "codes"],
            &[
                (0, N::Required),
                (1, N::MaxLength(4)),
                (2, N::Min("0.01")),
                (2, N::Max("99.99")),
                (3, N::MaxItems(2)),
                (3, N::MaxLength(3)),
            ],
            &[],
        );
        &INFO
    }

    fn field_mut(&mut self, index: usize) -> S<'_> {
        match index {
            0 => S::Int(&mut self.gift_id),
            1 => S::Text(&mut self.name),
            2 => S::Decimal(&mut self.price),
            3 => S::Texts(&mut self.codes),
            _ => S::None,
        }
    }

    fn field(&self, index: usize) -> V<'_> {
        match index {
            0 => V::Int(&self.gift_id),
            1 => V::Text(&self.name),
            2 => V::Decimal(&self.price),
            3 => V::Texts(&self.codes),
            _ => V::None,
        }
    }
}

table_impls!(Gift);

/// A request with limits and rules.
#[derive(Default)]
pub(crate) struct RedeemRequest {
    pub(crate) request_id: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) gift: Option<Box<Gift>>,
    pub(crate) gifts: Vec<Gift>,
    pub(crate) tags: Vec<String>,
    pub(crate) brand_id: Option<String>,
    pub(crate) out_brand_id: Option<String>,
    pub(crate) start: Option<DateTime>,
    pub(crate) end: Option<DateTime>,
    pub(crate) page_no: Option<i64>,
    pub(crate) picture: Option<File>,
    pub(crate) extra: Option<Json>,
    pub(crate) channel: Option<Channel>,
    pub(crate) types: Vec<i64>,
}

impl Table for RedeemRequest {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new(
            "RedeemRequest",
            &[
                "request_id",
                "phone",
                "gift",
                "gifts",
                "tags",
                "brand_id",
                "out_brand_id",
                "start",
                "end",
                "page_no",
                "picture",
                "extra",
                "channel",
                "types",
            ],
            &[
                (0, N::Required),
                (1, N::Sensitive),
                (1, N::MaxLength(11)),
                (4, N::MaxLength(8)),
                (4, N::MaxItems(3)),
                (9, N::Min("1")),
                (10, N::MaxLength(4)),
                (13, N::Max("106")),
            ],
            &[R::AtLeastOneOf(&[5, 6]), R::MaxSpan { start: 7, end: 8, seconds: 86_400 }],
        );
        &INFO
    }

    fn field_mut(&mut self, index: usize) -> S<'_> {
        match index {
            0 => S::Text(&mut self.request_id),
            1 => S::Text(&mut self.phone),
            2 => S::Object(&mut self.gift),
            3 => S::Objects(&mut self.gifts),
            4 => S::Texts(&mut self.tags),
            5 => S::Text(&mut self.brand_id),
            6 => S::Text(&mut self.out_brand_id),
            7 => S::Date(&mut self.start),
            8 => S::Date(&mut self.end),
            9 => S::Int(&mut self.page_no),
            10 => S::File(&mut self.picture),
            11 => S::Json(&mut self.extra),
            12 => S::Enum(&mut self.channel),
            13 => S::Ints(&mut self.types),
            _ => S::None,
        }
    }

    fn field(&self, index: usize) -> V<'_> {
        match index {
            0 => V::Text(&self.request_id),
            1 => V::Text(&self.phone),
            2 => V::Object(&self.gift),
            3 => V::Objects(&self.gifts),
            4 => V::Texts(&self.tags),
            5 => V::Text(&self.brand_id),
            6 => V::Text(&self.out_brand_id),
            7 => V::Date(&self.start),
            8 => V::Date(&self.end),
            9 => V::Int(&self.page_no),
            10 => V::File(&self.picture),
            11 => V::Json(&self.extra),
            12 => V::Enum(&self.channel),
            13 => V::Ints(&self.types),
            _ => V::None,
        }
    }
}

table_impls!(RedeemRequest);

/// An answer: a result, a list at the root, and a request id of its own kind.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) total: Option<i64>,
    pub(crate) has_next: Option<bool>,
    pub(crate) result: Option<Everything>,
    pub(crate) gifts: Vec<Gift>,
    pub(crate) note: Option<String>,
    pub(crate) secret: Option<i64>,
}

impl Table for Answer {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new(
            "Answer",
            &["total", "has_next", "result", "gifts", "note", "secret"],
            &[(5, N::Sensitive)],
            &[],
        );
        &INFO
    }

    fn field_mut(&mut self, index: usize) -> S<'_> {
        match index {
            0 => S::Int(&mut self.total),
            1 => S::Bool(&mut self.has_next),
            2 => S::Object(&mut self.result),
            3 => S::Objects(&mut self.gifts),
            4 => S::Text(&mut self.note),
            5 => S::Int(&mut self.secret),
            _ => S::None,
        }
    }

    fn field(&self, index: usize) -> V<'_> {
        match index {
            0 => V::Int(&self.total),
            1 => V::Bool(&self.has_next),
            2 => V::Object(&self.result),
            3 => V::Objects(&self.gifts),
            4 => V::Text(&self.note),
            5 => V::Int(&self.secret),
            _ => V::None,
        }
    }
}

table_impls!(Answer);

/// The index of a field of [`Everything`].
pub(crate) fn field(name: &str) -> u16 {
    let index = Everything::default().info().fields.iter().position(|field| *field == name);
    u16::try_from(index.expect("a field of that name")).expect("a small index")
}

pub(crate) fn date(text: &str) -> DateTime {
    text.parse().expect("a date")
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

pub(crate) fn json(text: &str) -> Json {
    Json::new(text).expect("JSON")
}

/// A model with every field present.
pub(crate) fn everything() -> Everything {
    Everything {
        text: Some("say \"好\"".to_owned()),
        int: Some(-42),
        bool: Some(true),
        date: Some(date("2019-07-30 14:24:45")),
        decimal: Some(decimal("12.30")),
        json: Some(json("{\"a\": 1.10}")),
        channel: Some(Channel::Cs),
        level: Some(Level::Sale),
        object: Some(Box::new(Everything { text: Some("inner".to_owned()), ..Everything::default() })),
        texts: vec!["a".to_owned(), "b".to_owned()],
        ints: vec![1, i64::MAX],
        bools: vec![false],
        dates: vec![date("2020-01-01 00:00:00")],
        decimals: vec![decimal("0.10")],
        jsons: vec![json("[1,2]")],
        channels: vec![Channel::Kry, Channel::from("NEW")],
        levels: vec![Level::from(7)],
        objects: vec![
            Everything { int: Some(1), ..Everything::default() },
            Everything {
                object: Some(Box::new(Everything { int: Some(2), ..Everything::default() })),
                ..Everything::default()
            },
        ],
    }
}

#[test]
fn open_enums_convert_and_show_what_the_wire_carries() {
    assert_eq!((Channel::from("CS"), Channel::from("KRY".to_owned())), (Channel::Cs, Channel::Kry));
    assert_eq!((Channel::from("NEW").as_str(), Channel::Cs.to_string().as_str()), ("NEW", "CS"));
    assert_eq!((Level::from(88), Level::from(5).as_i64(), Level::Sale.to_string().as_str()), (Level::Sale, 5, "88"));
}
