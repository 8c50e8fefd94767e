//! Hand-written models for the tests of this crate: what the generator would emit for an invented method.

use crate::request::{Api, Effect, Outcome, SessionUse};
use crate::table::{Note, Shape, Slot, Table, Value};
use crate::{DateTime, File, ReadRequest, Request, SessionlessRequest, WriteRequest};

/// Declares a table of optional fields: `name: slot kind`.
macro_rules! table {
    ($type:ident { $($index:literal $field:ident: $rust:ty => $kind:ident),* } $notes:expr) => {
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $type { $(pub(crate) $field: Option<$rust>),* }

        impl Table for $type {
            fn shape(&self) -> &'static Shape {
                static SHAPE: Shape =
                    Shape { name: stringify!($type), fields: &[$(stringify!($field)),*], notes: $notes, rules: &[] };
                &SHAPE
            }
            fn slot(&mut self, index: usize) -> Slot<'_> {
                match index { $($index => Slot::$kind(&mut self.$field),)* _ => Slot::None }
            }
            fn value(&self, index: usize) -> Value<'_> {
                match index { $($index => Value::$kind(&self.$field),)* _ => Value::None }
            }
        }
    };
}

table! { Redeem { 0 request_id: String => Text, 1 gift: String => Text, 2 count: i64 => Int, 3 photo: File => File }
&[(0, Note::Required), (1, Note::MaxLength(20))] }
table! { Redeemed { 0 success: bool => Bool, 1 code: i64 => Int, 2 message: String => Text, 3 left: i64 => Int } &[] }
table! { Find { 0 name: String => Text } &[(0, Note::MaxLength(20))] }
table! { Clash { 0 session: String => Text } &[] }
table! { Plain { 0 gift: String => Text } &[] }

/// A write with a key and an outcome.
pub(crate) const REDEEM: Api = Api {
    method: "alibaba.example.gift.redeem",
    envelope: "alibaba_example_gift_redeem_response",
    effect: Effect::Write,
    session: SessionUse::Optional,
    idempotency_key: Some(&[0]),
    outcome: Some(Outcome { ok: &[0], code: Some(&[1]), message: Some(&[2]) }),
    paging: None,
};

const FIND: Api = Api {
    method: "alibaba.example.gift.find",
    envelope: "alibaba_example_gift_find_response",
    effect: Effect::Read,
    idempotency_key: None,
    ..REDEEM
};

const PLAIN: Api = Api { outcome: None, session: SessionUse::Required, ..REDEEM };

macro_rules! request {
    ($type:ident, $response:ident, $api:expr, $($marker:ident),*) => {
        impl Request for $type {
            type Response = $response;
            const API: &'static Api = &$api;
        }
        $(impl $marker for $type {})*
    };
}

request!(Redeem, Redeemed, REDEEM, WriteRequest, SessionlessRequest);
request!(Find, Redeemed, FIND, ReadRequest, SessionlessRequest);
request!(Clash, Redeemed, FIND, ReadRequest, SessionlessRequest);
request!(Plain, Redeemed, PLAIN, WriteRequest);

/// The time of all tests.
pub(crate) fn noon() -> DateTime {
    "2026-01-02 12:00:00".parse().expect("invariant: a date")
}

/// A request with everything that is needed.
pub(crate) fn redeem() -> Redeem {
    Redeem { request_id: Some("key-1".into()), gift: Some("茶 & tea".into()), count: Some(2), photo: None }
}
