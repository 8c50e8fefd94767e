//! An invented catalogue of three methods, and a client of a few lines, for this crate's tests.

use opentop_model::model::{
    Api, Category, Effect, Field, Limits, ListedValue, Model, NamedType, Object, Outcome, PageBy, PageOrder, Paging,
    PagingEnd, Path, Rule, Samples, Scalar, Session, Type, TypeId,
};
use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_runtime::{AppSecret, DateTime};

use crate::gateway::{self, HttpRequest, HttpResponse, State};
use crate::{Sandbox, SandboxBuilder};

pub(crate) const LIST: &str = "alibaba.example.gift.list";
pub(crate) const BILLS: &str = "taobao.example.bills.get";
pub(crate) const REDEEM: &str = "alibaba.example.gift.redeem";
pub(crate) const NOW: &str = "2024-03-01 12:00:00";

/// A query for [`LIST`] that breaks nothing.
pub(crate) const QUERY: &str = r#"{"page_no":1,"brand_id":"b"}"#;

pub(crate) const LIST_XML: &str = "<?xml version=\"1.0\"?>\n<alibaba_example_gift_list_response>\n<result>\n<success></success>\
    <page_no>3</page_no><total>9</total><note>null</note><gifts list=\"true\"><gift_d_t_o><gift_id>7104300007405429232</gift_id>\
    <name>拿铁 &amp; &#x4e2d;&lt;1&gt;</name><price>012.50</price><sent>2024-02-29 08:00:00</sent><tags><string>a</string><string>b</string>\
    </tags><ext><![CDATA[{\"a\":1}]]></ext></gift_d_t_o></gifts><extra>x</extra></result>\n</alibaba_example_gift_list_response>\n<!--top-->";

const BILLS_JSON: &str = r#"{"example_bills_get_response":{"has_next":false,"bills":{"bill":[
    {"bid":20423101520012,"amount":1.10,"book_time":"2013-01-13 04:47:12","kind":101},{"bid":2,"amount":"-0.05"}]}}}"#;

pub(crate) fn field(wire: &str, vendor_type: &str, ty: Type) -> Field {
    Field {
        at: Default::default(),
        key: wire.to_owned(),
        wire: wire.to_owned(),
        element: None,
        ty,
        vendor_type: vendor_type.to_owned(),
        required: false,
        vendor_required: None,
        description: String::new(),
        example: None,
        example_used: None,
        limits: Limits::default(),
        default: None,
        unit: None,
        values: Vec::new(),
        enum_name: None,
        rust_name: None,
        sensitive: false,
        deprecated: None,
    }
}

pub(crate) fn scalar(wire: &str, scalar: Scalar) -> Field {
    field(wire, scalar.name(), Type::Scalar(scalar))
}

fn required(field: Field) -> Field {
    Field { required: true, ..field }
}

fn limits(field: Field, limits: Limits) -> Field {
    Field { limits, ..field }
}

fn at_most(field: Field, max: &str) -> Field {
    limits(field, Limits { max: Some(max.to_owned()), ..Limits::default() })
}

fn at_least(field: Field, min: &str) -> Field {
    limits(field, Limits { min: Some(min.to_owned()), ..Limits::default() })
}

fn max_items(field: Field, max_items: u32) -> Field {
    limits(field, Limits { max_items: Some(max_items), ..Limits::default() })
}

fn max_length(field: Field, max_length: u32) -> Field {
    limits(field, Limits { max_length: Some(max_length), ..Limits::default() })
}

fn default(field: Field, default: &str) -> Field {
    Field { default: Some(default.to_owned()), ..field }
}

fn example(field: Field, example: &str) -> Field {
    Field { example: Some(example.to_owned()), ..field }
}

fn object(fields: Vec<Field>) -> Object {
    Object { fields, rules: Vec::new() }
}

fn named(name: &str, object: Object) -> NamedType {
    NamedType {
        at: Default::default(),
        name: name.to_owned(),
        description: String::new(),
        object,
        in_request: true,
        in_response: true,
        recursive: false,
        rust_name: None,
    }
}

fn api(method: &str, session: Session, effect: Effect) -> Api {
    Api {
        at: Default::default(),
        method: method.to_owned(),
        dialect: None,
        category: "example".to_owned(),
        title: String::new(),
        description: String::new(),
        session,
        effect,
        suggested_effect: None,
        suggested_session: None,
        deprecated: None,
        module: None,
        flatten: None,
        idempotency_key: None,
        outcome: None,
        paging: None,
        request: Object::default(),
        response: Object::default(),
        types: Vec::new(),
        samples: Samples::default(),
        errors: Vec::new(),
        corrections: Vec::new(),
    }
}

fn list() -> Api {
    use Scalar::{BigDecimal, Boolean, Date, Json, Number, String};
    let texts = |wire| field(wire, "String []", Type::Scalars(String));
    let mut query = object(vec![
        at_least(required(scalar("page_no", Number)), "1"),
        at_most(default(scalar("page_size", Number), "2"), "100"),
        max_items(texts("tags"), 3),
        at_least(scalar("min_price", BigDecimal), "0.01"),
        max_length(scalar("note", String), 5),
        scalar("from", Date),
        scalar("to", Date),
        max_items(field("filters", "Filter []", Type::Objects(TypeId(3))), 2),
        scalar("brand_id", String),
        scalar("out_brand_id", String),
        Field { sensitive: true, ..scalar("phone", Number) },
    ]);
    query.rules = vec![
        Rule::AtLeastOneOf(vec![8, 9]),
        Rule::AtMostOneOf(vec![2, 4]),
        Rule::MaxSpan { start: 5, end: 6, seconds: 30 * 86_400 },
    ];
    let result = object(vec![
        scalar("success", Boolean),
        scalar("page_no", Number),
        field("gifts", "GiftDTO []", Type::Objects(TypeId(2))),
        scalar("total", Number),
        scalar("note", String),
    ]);
    let gift = object(vec![
        scalar("gift_id", Number),
        scalar("name", String),
        scalar("price", BigDecimal),
        scalar("sent", Date),
        texts("tags"),
        scalar("ext", Json),
    ]);
    let filter = object(vec![max_length(required(scalar("name", String)), 3), scalar("value", Number)]);
    Api {
        outcome: Some(Outcome { ok: Path(vec![0, 0]), code: None, message: None }),
        paging: Some(Paging {
            page: Path(vec![0, 0]),
            by: PageBy::Number,
            first: 1,
            size: Some(Path(vec![0, 1])),
            end: PagingEnd::TotalItems(Path(vec![0, 3])),
            items: Path(vec![0, 2]),
            item_key: Some(0),
            order: PageOrder::FirstFirst,
        }),
        request: object(vec![required(field("query", "GiftQuery", Type::Object(TypeId(0))))]),
        response: object(vec![field("result", "GiftPage", Type::Object(TypeId(1)))]),
        types: vec![
            named("GiftQuery", query),
            named("GiftPage", result),
            named("GiftDTO", gift),
            named("Filter", filter),
        ],
        samples: Samples { response_xml: Some(LIST_XML.to_owned()), ..Samples::default() },
        ..api(LIST, Session::None, Effect::Read)
    }
}

fn bills() -> Api {
    use Scalar::{BigDecimal, Boolean, Date, Number, String};
    let listed = |value: &str| ListedValue {
        at: Default::default(),
        value: value.to_owned(),
        name: None,
        description: std::string::String::new(),
    };
    let fields = Field {
        values: ["bid", "amount", "elsewhere"].map(listed).into(),
        ..max_length(required(field("fields", "String", Type::Scalars(String))), 30)
    };
    let bill = object(vec![
        scalar("bid", Number),
        field("amount", "Number", Type::Scalar(BigDecimal)),
        scalar("book_time", Date),
        scalar("kind", Number),
    ]);
    let mut request = object(vec![
        fields,
        max_items(field("kinds", "Number []", Type::Scalars(Number)), 3),
        required(scalar("account_id", Number)),
        scalar("start_time", Date),
        scalar("end_time", Date),
        default(scalar("page_no", Number), "1"),
        at_most(default(scalar("page_size", Number), "40"), "100"),
        scalar("exact", Boolean),
    ]);
    request.rules = vec![Rule::MaxSpan { start: 3, end: 4, seconds: 3_600 }];
    Api {
        paging: Some(Paging {
            page: Path(vec![5]),
            by: PageBy::Number,
            first: 1,
            size: Some(Path(vec![6])),
            end: PagingEnd::HasNext(Path(vec![0])),
            items: Path(vec![1]),
            item_key: Some(0),
            order: PageOrder::FirstFirst,
        }),
        request,
        response: object(vec![scalar("has_next", Boolean), field("bills", "Bill []", Type::Objects(TypeId(0)))]),
        types: vec![named("Bill", bill)],
        samples: Samples { response_json: Some(BILLS_JSON.to_owned()), ..Samples::default() },
        ..api(BILLS, Session::Required, Effect::Read)
    }
}

fn redeem() -> Api {
    use Scalar::{Boolean, Bytes, Map, Number, Price, String};
    let mut request = object(vec![
        scalar("code", String),
        scalar("card", String),
        max_length(scalar("photo", Bytes), 8),
        scalar("extra", Map),
    ]);
    request.rules = vec![Rule::ExactlyOneOf(vec![0, 1])];
    let node = object(vec![
        example(scalar("id", Number), "7"),
        scalar("price", Price),
        field("next", "Node", Type::Object(TypeId(0))),
        example(field("numbers", "Number []", Type::Scalars(Number)), "1,2"),
        field("flags", "Boolean []", Type::Scalars(Boolean)),
    ]);
    Api {
        request,
        response: object(vec![
            field("node", "Node", Type::Object(TypeId(0))),
            example(scalar("message", String), "好 <&>"),
        ]),
        types: vec![named("Node", node)],
        ..api(REDEEM, Session::Optional, Effect::Write)
    }
}

/// The three methods.
pub(crate) fn model() -> Model {
    let category = Category { name: "example".to_owned(), title: "示例".to_owned(), vendor_titles: Vec::new() };
    Model { categories: vec![category], apis: vec![list(), redeem(), bills()] }
}

/// A builder over [`model`] whose clock stands at [`NOW`].
pub(crate) fn builder() -> SandboxBuilder {
    let now: DateTime = NOW.parse().expect("a date");
    Sandbox::builder().built_in(false).on_event(|_| {}).model(model()).clock(move || now)
}

pub(crate) fn state() -> State {
    builder().build_state().expect("the model is sound")
}

/// The parameters of one call, by default complete.
#[derive(Clone)]
pub(crate) struct Client(pub(crate) Vec<(String, String)>);

impl Client {
    pub(crate) fn new(method: &str) -> Self {
        let system = [
            ("method", method),
            ("app_key", "12345678"),
            ("timestamp", NOW),
            ("v", "2.0"),
            ("sign_method", "hmac-sha256"),
            ("format", "json"),
        ];
        Client(system.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// Adds a parameter.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces a parameter.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| other != name);
        self
    }

    /// Adds the right signature.
    pub(crate) fn signed(self) -> Self {
        let method: SignMethod =
            self.0.iter().find(|(name, _)| name == "sign_method").expect("a method").1.parse().expect("known");
        let mut pairs: Vec<(&str, &str)> = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = sign(method, &AppSecret::from("helloworld"), &mut pairs, None);
        self.with("sign", &signature)
    }

    pub(crate) fn form(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// Sends the call as it is.
    pub(crate) fn send(&self, state: &State) -> HttpResponse {
        gateway::answer(state, &HttpRequest::form(self.form()))
    }

    /// Signs and sends the call; the body of the answer.
    pub(crate) fn call(self, state: &State) -> String {
        self.signed().send(state).body
    }
}

/// A call of [`LIST`] with a query.
pub(crate) fn list_call(query: &str) -> Client {
    Client::new(LIST).and("query", query)
}

/// A call of [`BILLS`] that breaks nothing.
pub(crate) fn bills_call() -> Client {
    let client = Client::new(BILLS).and("session", "test-session").and("fields", "bid,amount,book_time,kind");
    client.and("account_id", "1")
}

/// `code` and cause of a refusal in JSON, `ok` for an answer. The cause is the `sub_code`, or a message that names a parameter.
pub(crate) fn verdict(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).expect("JSON");
    match value.get("error_response") {
        None => "ok".to_owned(),
        Some(error) => {
            let named = error["msg"].as_str().filter(|msg| msg.contains(':'));
            format!("{} {}", error["code"], error["sub_code"].as_str().or(named).unwrap_or("-"))
        }
    }
}
