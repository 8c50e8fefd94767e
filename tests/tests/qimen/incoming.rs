//! The other side of Qimen: the same requests, read as calls of the platform. What our client sends is what our server reads.

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::routing::any;
use bytes::Bytes;
use opentop_runtime::spi::{Answer, Call, Verifier};
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{Client, Json, Qimen, QimenBody, WriteError};
use opentop_sandbox::SpiCall;
use tower_service::Service;

use crate::called::api::qimen::example_order_create as create;

const SECRET: &str = "helloworld";

async fn warehouse(call: Call<create::Request>) -> Answer {
    let mut told = create::OrderCreateResponse::default();
    let order = call.request.request().unwrap();
    let is_empty = order.order_lines().is_empty();
    assert_eq!(order.extend_props().map(|json| json.as_str()), Some(r#"{"key1":"v <1>"}"#));
    told.flag = Some(if is_empty { "failure" } else { "success" }.to_owned());
    told.code = Some(if is_empty { "S1" } else { "0" }.to_owned());
    told.message = is_empty.then(|| "没有明细".to_owned());
    told.delivery_order_id = order.order_code().map(|code| format!("D-{code}"));
    call.answer(&create::Response { response: Some(told) })
}

async fn called(call: SpiCall) -> (String, Bytes) {
    let mut app = Router::new().route("/qimen", any(warehouse)).with_state(Verifier::new(SECRET));
    let request = call.request("http://localhost/qimen", &SECRET.into()).unwrap();
    let response = app.call(request.map(HttpBody::from)).await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (content_type, to_bytes(response.into_body(), 10_000).await.unwrap())
}

/// The body that a client of ours would send.
async fn body(qimen: Qimen, lines: usize) -> String {
    let client = Client::builder().app_key("12345678").app_secret(SECRET).qimen(qimen).build().unwrap();
    let lines = (0..lines).map(|at| create::OrderLine::builder().item_code(format!("A-{at}")).build());
    let request = create::Request::builder()
        .order_code("O-1 <中>")
        .extend_props(Json::new(r#"{"key1":"v <1>"}"#).unwrap())
        .order_lines(lines)
        .build();
    client.options().dry_run(&request).unwrap().body.unwrap()
}

const METHOD: &str = "taobao.qimen.example.order.create";

#[tokio::test]
async fn a_warehouse_reads_and_answers_orders_in_xml_and_json() {
    let xml = body(Qimen::classic(), 2).await;
    let (kind, answer) = called(SpiCall::new(METHOD).parameter("customerId", "c").xml(xml)).await;
    assert_eq!(kind, "text/xml;charset=utf-8");
    let text =
        "<response><code>0</code><deliveryOrderId>D-O-1 &lt;中&gt;</deliveryOrderId><flag>success</flag></response>";
    assert_eq!(answer, text);
    let json = body(Qimen::cloud("1").body(QimenBody::Json), 0).await;
    let (kind, answer) = called(SpiCall::new(METHOD).json(json).gbk()).await;
    assert_eq!(kind, "application/json;charset=GBK");
    let text = r#"{"flag":"failure","code":"S1","message":"没有明细","deliveryOrderId":"D-O-1 <中>"}"#;
    assert_eq!(answer, &*encoding_rs::GBK.encode(text).0);
}

/// The answer of the warehouse is what a client at the other end reads.
#[tokio::test]
async fn what_the_warehouse_answers_is_what_the_caller_reads() {
    for (lines, qimen) in [(2, Qimen::classic()), (0, Qimen::classic())] {
        let (_, answer) = called(SpiCall::new(METHOD).xml(body(qimen.clone(), lines).await)).await;
        let transport = MockTransport::new().respond(http::Response::new(answer));
        let client = Client::builder().app_key("1").app_secret("s").qimen(qimen).transport(transport).build().unwrap();
        let sent = create::Request::builder().order_code("O-1").send(&client).await;
        match (lines, sent) {
            (2, Ok(reply)) => {
                assert_eq!(reply.response.as_ref().unwrap().delivery_order_id.as_deref(), Some("D-O-1 <中>"));
            }
            (0, Err(WriteError::Failed(error))) => {
                assert_eq!(error.to_string(), "the business refused, code S1: 没有明细")
            }
            (_, other) => panic!("{other:?}"),
        }
    }
}
