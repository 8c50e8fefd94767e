//! Every key of the spec format, by the place where it may stand: what it holds, whether it is required, and what it means.
//!
//! The reader and the JSON Schema are both made from these tables, so editors complete exactly what is read. `suggested` holds what a
//! tool only suspects; it does nothing.

mod tables;

pub(crate) use tables::*;

use super::{Begin, End};
use crate::model::{Effect, Executed, PageOrder, Session};

/// The keys of one kind of mapping.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Its name in the JSON Schema.
    pub(crate) name: &'static str,
    /// What the mapping describes, for messages.
    pub(crate) what: &'static str,
    /// What it is, for readers of the schema.
    pub(crate) says: &'static str,
    /// The keys, those that must be there first.
    pub(crate) keys: &'static [Key],
    /// Of these keys exactly one is there.
    pub(crate) one_of: &'static [Way],
}

/// A key of which there is exactly one, and what stands beside it.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// Keys that must be there too.
    pub(crate) needs: &'static [&'static str],
    /// Of these exactly one must be there too.
    pub(crate) one_of: &'static [&'static str],
    /// Keys that must not be there.
    pub(crate) never: &'static [&'static str],
}

/// One key.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    pub(crate) holds: Holds,
    /// What it means.
    pub(crate) says: &'static str,
}

/// What stands behind a key.
#[derive(Debug)]
pub(crate) enum Holds {
    /// Any single value, read as text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number of 32 bits.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// The name of a type, with or without ` []`.
    Type,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A mapping.
    Map(&'static Keys),
    /// A list of mappings.
    Maps(&'static Keys),
    /// A list of texts or mappings; a text stands for the mapping's first key.
    TextsOrMaps(&'static Keys),
    /// A mapping of mappings, under names that are free.
    Named(&'static Keys),
    /// A mapping of anything, under names that are free.
    Free,
    /// Anything; not read.
    Anything,
}

const fn must(name: &'static str, holds: Holds, says: &'static str) -> Key {
    Key { name, required: true, holds, says }
}

const fn may(name: &'static str, holds: Holds, says: &'static str) -> Key {
    Key { name, required: false, holds, says }
}

/// The words of `session`.
pub(super) const SESSIONS: [(&str, Session); 3] =
    [("none", Session::None), ("optional", Session::Optional), ("required", Session::Required)];

/// The words of `effect`.
pub(super) const EFFECTS: [(&str, Effect); 2] = [("read", Effect::Read), ("write", Effect::Write)];

/// The ways in which a request says where a page begins.
pub(super) const BEGINS: [(&str, Begin); 3] =
    [("page", Begin::Page), ("offset", Begin::Offset), ("cursor", Begin::Cursor)];

/// The words of `order`.
pub(super) const ORDERS: [(&str, PageOrder); 2] =
    [("first_first", PageOrder::FirstFirst), ("last_first", PageOrder::LastFirst)];

/// The words of `executed`.
pub(super) const EXECUTED: [(&str, Executed); 2] = [("no", Executed::No), ("maybe", Executed::Maybe)];

/// The ways in which a response tells that there are no more pages.
pub(super) const ENDS: [(&str, End); 3] =
    [("has_next", End::HasNext), ("total_items", End::TotalItems), ("total_pages", End::TotalPages)];

/// The units of a span, in seconds.
pub(super) const UNITS: [(&str, u64); 3] = [("days", 86_400), ("hours", 3_600), ("seconds", 1)];

const fn words<T: Copy, const N: usize>(pairs: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = pairs[at].0;
        at += 1;
    }
    words
}

const fn way(name: &'static str) -> Way {
    Way { name, needs: &[], one_of: &[], never: &[] }
}

impl Keys {
    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }

    pub(crate) fn required(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().filter(|key| key.required).map(|key| key.name)
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.all().any(|known| known == key)
    }
}
