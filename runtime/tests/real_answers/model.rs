//! Requests and responses in the shape of generated code, and clients over a script.

use http::StatusCode;
use opentop_runtime::__private::v1::{self as rt, *};
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{Error, Reply, ScopedClient, WithSession, WriteError, blocking, table_impls};

/// A response with a field of every kind that matters here.
#[derive(Default)]
pub struct Found {
    pub total: Option<i64>,
    pub price: Option<Decimal>,
    pub date: Option<DateTime>,
    pub note: Option<String>,
    pub names: Vec<String>,
    pub ids: Vec<i64>,
    pub things: Vec<Thing>,
    pub best: Option<Thing>,
}

#[derive(Default)]
pub struct Thing {
    pub id: Option<i64>,
}

/// A response with a flag.
#[derive(Default)]
pub struct Done {
    pub success: Option<bool>,
    pub out_no: Option<i64>,
    pub message: Option<String>,
}

macro_rules! table {
    ($type:ident: $($index:literal $field:ident $kind:ident),*) => {
        impl Table for $type {
            fn info(&self) -> &'static TypeInfo {
                static INFO: TypeInfo = TypeInfo::new(stringify!($type), &[$(stringify!($field)),*], &[], &[]);
                &INFO
            }
            fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
                match index { $($index => FieldMut::$kind(&mut self.$field),)* _ => FieldMut::None }
            }
            fn field(&self, index: usize) -> FieldRef<'_> {
                match index { $($index => FieldRef::$kind(&self.$field),)* _ => FieldRef::None }
            }
        }
        table_impls!($type);
    };
}

table!(Found: 0 total Int, 1 price Decimal, 2 date Date, 3 note Text, 4 names Texts, 5 ids Ints, 6 things Objects, 7 best Object);
table!(Thing: 0 id Int);
table!(Done: 0 success Bool, 1 out_no Int, 2 message Text);

macro_rules! request {
    ($type:ident, $response:ident, $marker:ident, $info:expr) => {
        #[derive(Default)]
        pub struct $type {
            pub gift: Option<String>,
        }

        impl Table for $type {
            fn info(&self) -> &'static TypeInfo {
                static INFO: TypeInfo = TypeInfo::new(stringify!($type), &["gift"], &[(0, Constraint::Sensitive)], &[]);
                &INFO
            }
            fn field_mut(&mut self, _: usize) -> FieldMut<'_> {
                FieldMut::Text(&mut self.gift)
            }
            fn field(&self, _: usize) -> FieldRef<'_> {
                FieldRef::Text(&self.gift)
            }
        }

        impl Request for $type {
            type Response = $response;
            type Checked = $response;
            const INFO: &'static MethodInfo = &$info;
            fn checked(response: $response) -> $response {
                response
            }
        }
        impl $marker for $type {}
        impl NoSessionRequest for $type {}
    };
}

request!(
    Find,
    Found,
    ReadRequest,
    MethodInfo::new(
        "alibaba.example.gift.find",
        "alibaba_example_gift_find_response",
        Effect::Read,
        SessionRequirement::Optional
    )
);
request!(
    Redeem,
    Done,
    WriteRequest,
    MethodInfo::new(
        "alibaba.example.gift.redeem",
        "alibaba_example_gift_redeem_response",
        Effect::Write,
        SessionRequirement::Optional
    )
    .success_flag(SuccessFlag::new(&[0]).message(&[2]))
);
request!(
    Send,
    Found,
    WriteRequest,
    MethodInfo::new(
        "alibaba.example.gift.send",
        "alibaba_example_gift_send_response",
        Effect::Write,
        SessionRequirement::Optional
    )
);

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Done,
    Failed,
    Unknown,
}

pub fn client(fake: &MockTransport) -> blocking::Client {
    blocking::Client::builder().app_key("1").app_secret("secret").transport(fake.clone()).build().unwrap()
}

pub fn scoped(fake: &MockTransport) -> ScopedClient<WithSession, opentop_runtime::Blocking> {
    client(fake).session("a-token-of-a-user")
}

fn script(status: u16, content_type: &str, body: &[u8]) -> MockTransport {
    let mut fake = MockTransport::new();
    for _ in 0..3 {
        let response = http::Response::builder()
            .status(StatusCode::from_u16(status).unwrap())
            .header("content-type", content_type)
            .body(body.to_vec().into())
            .unwrap();
        fake = fake.respond(response);
    }
    fake
}

/// A read of this body: its result, and how often it was sent.
pub fn read_as(content_type: &str, body: &[u8]) -> (Result<Reply<Found>, Error>, usize) {
    let fake = script(200, content_type, body);
    let result = send_read(Find::default(), &client(&fake));
    (result, fake.sent().len())
}

pub fn read(body: &str) -> Result<Reply<Found>, Error> {
    read_as("text/javascript;charset=UTF-8", body.as_bytes()).0
}

fn end<R, T>(result: &Result<Reply<T>, WriteError<R>>) -> End {
    match result {
        Ok(_) => End::Done,
        Err(WriteError::Failed(_)) => End::Failed,
        Err(WriteError::Unknown(_)) => End::Unknown,
    }
}

/// How a write with a flag ends that is answered like this.
pub fn write_as(content_type: &str, body: &[u8]) -> End {
    let fake = script(200, content_type, body);
    let result = send_write(Redeem::default(), &client(&fake));
    assert_eq!(fake.sent().len(), 1);
    end(&result)
}

pub fn write(body: &str) -> End {
    write_as("text/javascript;charset=UTF-8", body.as_bytes())
}

/// The same of a method whose specification has no flag.
pub fn write_without_flag(body: &str) -> End {
    let fake = script(200, "text/javascript;charset=UTF-8", body.as_bytes());
    end(&send_write(Send::default(), &client(&fake)))
}
