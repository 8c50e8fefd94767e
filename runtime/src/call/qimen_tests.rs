//! Calls through Qimen: requests as the vendor's client sends them, and answers as its servers give them.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;

use crate::call::build_request::build_request;
use crate::call::config::{Config, Format};
use crate::call::error::{ConfigError, Error};
use crate::call::lifecycle::prepare_typed;
use crate::call::method::{Effect, MethodInfo, SessionRequirement};
use crate::call::options::CallOptions;
use crate::call::parameters::Parameters;
use crate::call::parse_response::{Reading, parse_response};
use crate::call::qimen::{Qimen, QimenBody};
use crate::wire::encode::Parameter;
use crate::wire::secret::AccessToken;
use crate::wire::table::{FieldMut, FieldRef, Table, TypeInfo};

const CREATE: MethodInfo = MethodInfo::new(
    "taobao.qimen.entryorder.create",
    "qimen_entryorder_create_response",
    Effect::Write,
    SessionRequirement::Optional,
)
.qimen();

#[derive(Default)]
struct Order {
    remark: Option<String>,
    code: Option<String>,
}

impl Table for Order {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new("Order", &["remark", "orderCode"], &[], &[]);
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        match index {
            0 => FieldMut::Text(&mut self.remark),
            1 => FieldMut::Text(&mut self.code),
            _ => FieldMut::None,
        }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        match index {
            0 => FieldRef::Text(&self.remark),
            1 => FieldRef::Text(&self.code),
            _ => FieldRef::None,
        }
    }
}

#[derive(Default)]
struct Entry {
    warehouse: Option<String>,
    order: Option<Order>,
    items: Vec<Order>,
}

impl Table for Entry {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo =
            TypeInfo::new("Entry", &["warehouseCode", "order", "items"], &[], &[]).elements(&[(2, "order")]);
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        match index {
            0 => FieldMut::Text(&mut self.warehouse),
            1 => FieldMut::Object(&mut self.order),
            2 => FieldMut::Objects(&mut self.items),
            _ => FieldMut::None,
        }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        match index {
            0 => FieldRef::Text(&self.warehouse),
            1 => FieldRef::Object(&self.order),
            2 => FieldRef::Objects(&self.items),
            _ => FieldRef::None,
        }
    }
}

/// A request or an answer whose only field is its root.
#[derive(Default)]
struct Rooted<const ANSWER: bool> {
    root: Option<Entry>,
}

impl<const ANSWER: bool> Table for Rooted<ANSWER> {
    fn info(&self) -> &'static TypeInfo {
        static REQUEST: TypeInfo = TypeInfo::new("Request", &["request"], &[], &[]);
        static RESPONSE: TypeInfo = TypeInfo::new("Response", &["response"], &[], &[]);
        if ANSWER { &RESPONSE } else { &REQUEST }
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        if index == 0 { FieldMut::Object(&mut self.root) } else { FieldMut::None }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        if index == 0 { FieldRef::Object(&self.root) } else { FieldRef::None }
    }
}

fn entry() -> Entry {
    let order = |code: &str| Order { remark: None, code: Some(code.to_owned()) };
    Entry {
        warehouse: Some("W1".to_owned()),
        order: Some(order("订单 1&<2>")),
        items: vec![order("订单 1&<2>"), order("\"q'")],
    }
}

fn config(qimen: Qimen) -> Config {
    Config { qimen: Some(qimen), ..Config::new("12345678", "helloworld") }
}

fn body_of(request: &dyn Table, qimen: Qimen) -> Result<String, Error> {
    let prepared = prepare_typed(request, &CREATE, &CallOptions::default(), &config(qimen))?;
    Ok(prepared.parameters.body().unwrap_or("no body").to_owned())
}

#[test]
fn a_request_is_written_as_the_vendors_client_writes_it() {
    let xml = "<request><items><order><orderCode>订单 1&amp;&lt;2&gt;</orderCode></order><order>\
        <orderCode>&quot;q&apos;</orderCode></order></items><order><orderCode>订单 1&amp;&lt;2&gt;</orderCode></order>\
        <warehouseCode>W1</warehouseCode></request>";
    assert_eq!(body_of(&entry(), Qimen::classic()).unwrap(), xml);
    let rooted = Rooted::<false> { root: Some(entry()) };
    assert_eq!(body_of(&rooted, Qimen::classic()).unwrap(), xml);
    assert_eq!(body_of(&entry(), Qimen::cloud("1").body(QimenBody::Xml)).unwrap(), xml);
    assert_eq!(body_of(&Rooted::<false>::default(), Qimen::classic()).unwrap(), "<request></request>");
    let json = r#"{"warehouseCode":"W1","order":{"orderCode":"订单 1&<2>"},"items":[{"orderCode":"订单 1&<2>"},{"orderCode":"\"q'"}]}"#;
    assert_eq!(body_of(&rooted, Qimen::cloud("1").body(QimenBody::Json)).unwrap(), json);
    assert_eq!(body_of(&entry(), Qimen::cloud("1")).unwrap(), "no body");
    // An empty text is refused, as everywhere: who means it writes the body otherwise. What is written of one is what the vendor writes.
    let mut cleared = entry();
    cleared.items[0].remark = Some(String::new());
    assert!(matches!(body_of(&cleared, Qimen::classic()), Err(Error::Invalid(_))));
    assert!(crate::wire::encode::xml(&cleared, "request").contains("</orderCode><remark></remark></order>"));
}

#[test]
fn what_cannot_be_sent_is_refused_before_it_is() {
    let mut broken = entry();
    broken.items[1].code = Some("\u{b}".to_owned());
    match body_of(&broken, Qimen::classic()).unwrap_err() {
        Error::Config(ConfigError::NotInXml { field }) => assert_eq!(field, "items.orderCode"),
        other => panic!("{other:?}"),
    }
    let without = prepare_typed(&entry(), &CREATE, &CallOptions::default(), &Config::new("1", "s"));
    assert!(matches!(without.map(drop), Err(Error::Config(ConfigError::MissingQimen))));
}

/// Requests that the vendor's own clients sent. They are not part of the repository: without them this test says so and passes.
#[test]
fn every_request_of_the_vendors_clients_is_ours() {
    let named = std::env::var_os("OPENTOP_SPI_VECTORS").map(PathBuf::from);
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/spi_vectors.json");
    let path = named.unwrap_or(default);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: the vendor's requests are not at {}", path.display());
        return;
    };
    let file: Value = serde_json::from_str(&text).unwrap();
    let vectors = file["qimen_client"]["vectors"].as_array().unwrap();
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let text = |name: &str| vector[name].as_str().unwrap();
        let signed: BTreeMap<&str, &str> = vector["signed_params"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (&**name, value.as_str().unwrap()))
            .collect();
        let qimen = match signed.get("target_app_key") {
            Some(key) => Qimen::cloud(*key),
            None => signed.get("customerId").into_iter().fold(Qimen::classic(), |qimen, id| qimen.customer_id(*id)),
        };
        let is_form = text("content_type").starts_with("application/x-www-form");
        let mut parameters = Parameters::default();
        if !is_form {
            parameters.push("".into(), Parameter::Text(text("body").to_owned())).unwrap();
        }
        for name in ["name", "extra"] {
            if let Some(value) = signed.get(name) {
                parameters.add(name, value).unwrap();
            }
        }
        let mut config = config(qimen);
        config.sign_method = text("sign_method").parse().unwrap();
        config.partner_id = signed["partner_id"].to_owned();
        let info = MethodInfo::new("", "", Effect::Write, SessionRequirement::Optional).qimen();
        let info = MethodInfo { name: signed["method"].to_owned().into(), ..info };
        let session = signed.get("session").map(|session| AccessToken::from(*session));
        let now = signed["timestamp"].parse().unwrap();
        let request = build_request(&config, &info, &parameters, session.as_ref(), now).unwrap();

        let (path, query) = text("path").split_once('?').unwrap();
        assert_eq!(request.uri().path(), path, "{id}");
        let pairs = |query: &str| form_urlencoded::parse(query.as_bytes()).into_owned().collect::<BTreeMap<_, _>>();
        let mut expected = pairs(query);
        // The vendor's client signs such a parameter and does not send it, so that nobody can verify the call. Ours sends it.
        expected.extend(signed.get("extra").map(|value| ("extra".to_owned(), (*value).to_owned())));
        assert_eq!(pairs(request.uri().query().unwrap()), expected, "{id}");
        let content_type = request.headers()["content-type"].to_str().unwrap();
        assert!(content_type.eq_ignore_ascii_case(text("content_type")), "{id}: {content_type}");
        assert_eq!(request.body(), text("body").as_bytes(), "{id}");
    }
    assert_eq!(vectors.len(), 8);
}

/// How an answer was read: `done W1`, or its error.
fn read(answer: &str, effect: Effect) -> String {
    let info = MethodInfo { effect, ..CREATE };
    let response = http::Response::new(Bytes::copy_from_slice(answer.as_bytes()));
    let mut model = Rooted::<true>::default();
    match parse_response(&info, &Reading::strict(Format::Xml), response, &mut model) {
        Ok(_) => format!("done {}", model.root.and_then(|entry| entry.warehouse).unwrap_or_default()),
        Err(Error::Business { code, message, .. }) => {
            format!("business {} {}", code.unwrap_or_default(), message.unwrap_or_default())
        }
        Err(Error::Gateway { error, .. }) => format!("gateway {} {}", error.code, error.sub_code.unwrap_or_default()),
        Err(Error::Unconfirmed { .. }) => "unconfirmed".to_owned(),
        Err(error) => format!("{error}"),
    }
}

#[test]
fn answers_with_a_root_and_without_are_read_by_flag_and_code() {
    for (answer, expected) in [
        ("<response><flag>success</flag><code>0</code><warehouseCode>W1</warehouseCode></response>", "done W1"),
        ("<?xml version=\"1.0\"?>\n<response><flag>success</flag><code></code></response>", "done "),
        ("<response><flag>failure</flag><code>S1</code><message>缺货</message></response>", "business S1 缺货"),
        ("<response><flag>failure</flag><code>sign-check-failure</code></response>", "gateway sign-check-failure "),
        ("<response><flag>failure</flag><sub_code>isp.timeout</sub_code></response>", "gateway 0 isp.timeout"),
        ("<result><flag>success</flag><warehouseCode>W2</warehouseCode></result>", "done W2"),
        ("<flag>success</flag><code>0</code><warehouseCode>W3</warehouseCode>", "done W3"),
        ("<warehouseCode>W3</warehouseCode><code>7</code>", "business 7 "),
        ("<response><warehouseCode>W1</warehouseCode></response>", "unconfirmed"),
        ("<response><flag>perhaps</flag></response>", "unconfirmed"),
        (r#"{"response":{"flag":"success","code":"0","message":"ok"}}"#, "done "),
        (r#"{"response":{"flag":"failure","code":"sign-check-failure","message":"x"}}"#, "gateway sign-check-failure "),
        (r#"{"flag":"failure","sub_code":"S2","sub_message":"no"}"#, "business S2 no"),
        (r#"{"code":"0","warehouseCode":"W4"}"#, "done W4"),
        (r#"{"response":{"warehouseCode":"W5"}}"#, "done W5"),
        (r#"{"qimen_entryorder_create_response":{"flag":"success","warehouseCode":"W6"}}"#, "done W6"),
        (r#"{"code":"15","msg":"no","sub_code":"isv.no"}"#, "gateway 15 isv.no"),
        // The vendor's client takes it for success.
        (r#"{"error_response":{"code":25,"msg":"Invalid signature"}}"#, "gateway 25 "),
        ("<error_response><code>25</code><msg>Invalid signature</msg></error_response>", "gateway 25 "),
    ] {
        assert_eq!(read(answer, Effect::Write), expected, "{answer}");
    }
    assert_eq!(read("<response><warehouseCode>W1</warehouseCode></response>", Effect::Read), "done W1");
}

#[test]
fn what_is_no_answer_is_none() {
    for text in ["<html><body>502</body></html>", "{}", "[]", "<response", "{\"a\":1}", "<flag>success</flag", "text"] {
        let read = read(text, Effect::Write);
        assert!(!read.starts_with("done") && !read.starts_with("business"), "{text}: {read}");
    }
}
