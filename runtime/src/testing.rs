//! Hand-written models for the tests of this crate: what the generator would emit for an invented method.

use std::hint::black_box;

use crate::call::method::{
    Effect, Executed, MethodInfo, NoSessionRequest, ReadRequest, Request, SessionRequirement, SuccessFlag, WriteRequest,
};
use crate::client::{Caller, ReadOutput, WriteOutput, send_read, send_write};
use crate::wire::sign::{SignMethod, sign};
use crate::wire::table::{Constraint, FieldMut, FieldRef, Table, TypeInfo};
use crate::wire::value::{DateTime, File};

/// Declares a table of optional fields: `name: slot kind`.
macro_rules! table {
    ($type:ident { $($index:literal $field:ident: $rust:ty => $kind:ident),* } $constraints:expr) => {
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $type { $(pub(crate) $field: Option<$rust>),* }

        impl Table for $type {
            fn info(&self) -> &'static TypeInfo {
                static INFO: TypeInfo =
                    TypeInfo::new(stringify!($type), &[$(stringify!($field)),*], $constraints, &[]);
                &INFO
            }
            fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
                match index { $($index => FieldMut::$kind(&mut self.$field),)* _ => FieldMut::None }
            }
            fn field(&self, index: usize) -> FieldRef<'_> {
                match index { $($index => FieldRef::$kind(&self.$field),)* _ => FieldRef::None }
            }
        }
    };
}

table! { Redeem { 0 request_id: String => Text, 1 gift: String => Text, 2 count: i64 => Int, 3 photo: File => File }
&[(0, Constraint::Required), (1, Constraint::MaxLength(20))] }
table! { Redeemed { 0 success: bool => Bool, 1 code: i64 => Int, 2 message: String => Text, 3 left: i64 => Int } &[] }
table! { Find { 0 name: String => Text } &[(0, Constraint::MaxLength(20))] }
table! { Known { 0 gift: String => Text } &[] }
table! { Clash { 0 session: String => Text } &[] }
table! { Plain { 0 gift: String => Text } &[] }

/// A write with a key and an outcome.
pub(crate) const REDEEM: MethodInfo = MethodInfo::new(
    "alibaba.example.gift.redeem",
    "alibaba_example_gift_redeem_response",
    Effect::Write,
    SessionRequirement::Optional,
)
.idempotency_key(&[0])
.success_flag(FLAG);

const FLAG: SuccessFlag = SuccessFlag::new(&[0]).code(&[1]).message(&[2]);

const FIND: MethodInfo = MethodInfo::new(
    "alibaba.example.gift.find",
    "alibaba_example_gift_find_response",
    Effect::Read,
    SessionRequirement::Optional,
)
.success_flag(FLAG);

const PLAIN: MethodInfo = MethodInfo::new(
    "alibaba.example.gift.redeem",
    "alibaba_example_gift_redeem_response",
    Effect::Write,
    SessionRequirement::Required,
)
.idempotency_key(&[0]);

/// What the specification of [`Known`] says of errors.
pub(crate) const KNOWN: &[(&str, Executed)] = &[
    ("isv.gift-gone", Executed::No),
    ("isv.gift-service-error:GONE", Executed::No),
    ("isv.gift-service-error", Executed::Maybe),
    ("isv.invalid-parameter", Executed::Maybe),
    ("isp.gift-broken", Executed::No),
    ("15", Executed::No),
    ("41", Executed::Maybe),
    ("100", Executed::No),
    ("Locked", Executed::No),
    ("7", Executed::Maybe),
];

macro_rules! request {
    ($type:ident, $response:ident, $info:expr, $send:ident -> $output:ident, $($marker:ident),*) => {
        impl Request for $type {
            type Response = $response;
            type Checked = $response;
            const INFO: &'static MethodInfo = &$info;
            fn checked(response: $response) -> $response {
                response
            }
        }
        $(impl $marker for $type {})*

        impl $type {
            /// As generated requests have it.
            #[allow(dead_code, reason = "not every test sends every request")]
            pub(crate) fn send<C: Caller<Self>>(self, client: &C) -> $output<C, Self> {
                $send(self, client)
            }
        }
    };
}

request!(Redeem, Redeemed, REDEEM, send_write -> WriteOutput, WriteRequest, NoSessionRequest);
request!(Find, Redeemed, FIND, send_read -> ReadOutput, ReadRequest, NoSessionRequest);
request!(Clash, Redeemed, FIND, send_read -> ReadOutput, ReadRequest, NoSessionRequest);
request!(Known, Redeemed, REDEEM.executed(KNOWN), send_write -> WriteOutput, WriteRequest, NoSessionRequest);
request!(Plain, Redeemed, PLAIN, send_write -> WriteOutput, WriteRequest);

/// The time of all tests.
pub(crate) fn noon() -> DateTime {
    "2026-01-02 12:00:00".parse().expect("invariant: a date")
}

/// A request with everything that is needed.
pub(crate) fn redeem() -> Redeem {
    Redeem { request_id: Some("key-1".into()), gift: Some("茶 & tea".into()), count: Some(2), photo: None }
}

/// Signs a request of usual size: what the cost of other steps is measured by.
pub(crate) fn sign_a_request() {
    let body = r#"{"brand_id":"3742863742","shop_id":"73527452","start_time":"2019-07-30 14:24:45","page_no":1}"#;
    let mut parameters = [
        ("app_key", "12345678"),
        ("format", "json"),
        ("method", "alibaba.example.recharge.flows.get"),
        ("partner_id", "opentop"),
        ("session", "6101a23b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80912394095089"),
        ("sign_method", "hmac-sha256"),
        ("simplify", "true"),
        ("timestamp", "2026-01-01 00:00:00"),
        ("v", "2.0"),
        ("param_flow_query_open_req", body),
    ];
    black_box(sign(SignMethod::HmacSha256, &"helloworld".into(), black_box(&mut parameters), None));
}
