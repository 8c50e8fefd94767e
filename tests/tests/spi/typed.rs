//! Requests of a specification with `dialect: spi`: read from genuine calls in every form, and answered.

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::routing::any;
use opentop_runtime::DateTime;
use opentop_runtime::spi::{Answer, Call, Incoming, InvalidCall, Verifier};
use opentop_sandbox::SpiCall;
use tower_service::Service;

use crate::called::api::box_::example_box_notify as notify;

const SECRET: &str = "helloworld";
const METHOD: &str = "alibaba.example.box.notify";

/// Verifies and reads what a call is.
fn read(call: &SpiCall) -> Result<Call<notify::Request>, InvalidCall> {
    let (parts, body) = call.request("http://localhost/spi", &SECRET.into()).unwrap().into_parts();
    Incoming::with(&parts, &body, |call| Verifier::new(SECRET).verify(call)).unwrap().read()
}

fn is_whole(call: &Call<notify::Request>) {
    let request = &call.request;
    assert_eq!((request.box_id(), request.weight().unwrap().to_string()), (Some(7), "12.30".to_owned()));
    assert_eq!(request.opened_at(), Some("2016-01-01 12:00:00".parse::<DateTime>().unwrap()));
    assert_eq!(request.tags(), ["a", "b"]);
    assert_eq!(request.owner().unwrap().name(), Some("张三 & <李四>"));
    let lines: Vec<_> = request.lines().iter().map(|line| (line.sku(), line.quantity())).collect();
    assert_eq!(lines, [(Some("A-1"), Some(3)), (Some("A-2"), None)]);
}

const JSON: &str = r#"{"boxId":7,"weight":12.30,"openedAt":"2016-01-01 12:00:00","tags":["a","b"],
    "owner":{"name":"张三 & <李四>"},"lines":[{"sku":"A-1","quantity":"3"},{"sku":"A-2"}],"new":{"field":1}}"#;
const XML: &str = "<request><boxId>7</boxId><weight>12.30</weight><openedAt>2016-01-01 12:00:00</openedAt><tags><string>a</string>\
    <string>b</string></tags><owner><name>张三 &amp; &lt;李四&gt;</name></owner><lines><line><sku>A-1</sku><quantity>3</quantity>\
    </line><line><sku>A-2</sku></line></lines></request>";

#[test]
fn every_form_gives_the_same_request() {
    is_whole(&read(&SpiCall::new(METHOD).json(JSON)).unwrap());
    is_whole(&read(&SpiCall::new(METHOD).json(JSON).gbk()).unwrap());
    is_whole(&read(&SpiCall::new(METHOD).json(format!("{{\"request\":{JSON}}}"))).unwrap());
    is_whole(&read(&SpiCall::new(METHOD).xml(XML)).unwrap());
    let fields = [
        ("boxId", "7"),
        ("weight", "12.30"),
        ("openedAt", "2016-01-01 12:00:00"),
        ("tags", "a,b"),
        ("owner", r#"{"name":"张三 & <李四>"}"#),
        ("lines", r#"[{"sku":"A-1","quantity":3},{"sku":"A-2"}]"#),
        ("unknown", "kept in `verified`"),
    ];
    is_whole(&read(&SpiCall::new(METHOD).form(fields)).unwrap());
    is_whole(&read(&SpiCall::new(METHOD).form(fields).gbk()).unwrap());
    is_whole(&read(&SpiCall::new(METHOD).form(fields).file("f", "a.bin", &b"\0"[..])).unwrap());
    let in_query = fields.into_iter().fold(SpiCall::new(METHOD), |call, (name, value)| call.parameter(name, value));
    is_whole(&read(&in_query).unwrap());
    // What the body leaves out comes from the query, and the body counts where both have it.
    let body = JSON.replace("\"boxId\":7,", "");
    is_whole(&read(&SpiCall::new(METHOD).parameter("boxId", "7").parameter("tags", "no").json(body)).unwrap());
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let error = |call: SpiCall| read(&call).unwrap_err().to_string();
    assert!(error(SpiCall::new(METHOD).json(r#"{"boxId":"x"}"#)).contains("boxId: expected"));
    assert!(error(SpiCall::new(METHOD).form([("boxId", "1.5")])).contains("boxId: expected"));
    assert!(error(SpiCall::new(METHOD).json(r#"{"boxId":1,"boxId":2}"#)).contains("given twice"));
    assert!(error(SpiCall::new(METHOD).json("[")).contains("not valid JSON"));
    assert!(error(SpiCall::new(METHOD).xml("<request><boxId>")).contains("not valid XML"));
    let other = error(SpiCall::new("alibaba.example.other").json("{}"));
    assert_eq!(other, "expected a call of alibaba.example.box.notify, got \"alibaba.example.other\"");
}

async fn answer(call: Call<notify::Request>) -> Answer {
    let received = Some(call.request.box_id() == Some(7));
    let lines = vec![notify::response::Line { sku: Some("<中>".to_owned()), ..Default::default() }];
    call.answer(&notify::Response { code: Some("0".to_owned()), received, lines, ..Default::default() })
}

#[tokio::test]
async fn a_handler_answers_in_the_form_and_charset_of_the_call() {
    let mut app = Router::new().route("/spi", any(answer)).with_state(Verifier::new(SECRET));
    let mut answered = async |call: SpiCall| {
        let request = call.request("http://localhost/spi", &SECRET.into()).unwrap();
        let response = app.call(request.map(HttpBody::from)).await.unwrap();
        assert_eq!(response.status(), 200);
        let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        (content_type, to_bytes(response.into_body(), 10_000).await.unwrap())
    };
    let json = r#"{"code":"0","received":true,"lines":[{"sku":"<中>"}]}"#;
    let xml =
        "<response><code>0</code><lines><line><sku>&lt;中&gt;</sku></line></lines><received>true</received></response>";
    assert_eq!(
        answered(SpiCall::new(METHOD).json(JSON)).await,
        ("application/json;charset=utf-8".to_owned(), json.into())
    );
    assert_eq!(answered(SpiCall::new(METHOD).xml(XML)).await, ("text/xml;charset=utf-8".to_owned(), xml.into()));
    let (content_type, body) = answered(SpiCall::new(METHOD).xml(XML).gbk()).await;
    assert_eq!((&*content_type, &*body), ("text/xml;charset=GBK", &*encoding_rs::GBK.encode(xml).0));
    let (_, invalid) = answered(SpiCall::new(METHOD).json(r#"{"boxId":{}}"#)).await;
    assert!(String::from_utf8_lossy(&invalid).contains("isv.invalid-parameter"), "{invalid:?}");
    let (_, other) = answered(SpiCall::new("other").xml("<request/>")).await;
    assert!(String::from_utf8_lossy(&other).contains("<code>isv.invalid-method</code>"), "{other:?}");
}
