//! What one call of each method looks like on the wire, byte by byte, and what comes back through a real socket.

use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use opentop::api::alsc::crm_recharge_accountflows_get::Request as AlibabaAlscCrmRechargeAccountflowsGetRequest;
use opentop::api::alsc::crm_recharge_dedut_update::BizChannel;
use opentop::api::alsc::crm_recharge_dedut_update::Request as AlibabaAlscCrmRechargeDedutUpdateRequest;
use opentop::api::bill::book_bills_get::Request as BillBookBillsGetRequest;
use opentop::api::bill::book_bills_get::{BookBillField, JournalType};
use opentop::api::wdk::finance_order_backflow::Request as AlibabaWdkFinanceOrderBackflowRequest;
use opentop::{Client, DateTime, Endpoint, Format};
use opentop_runtime::__private::v1::sign::SignMethod;
use opentop_sandbox::Sandbox;

/// Takes one request and answers it; what came in is the thread's result.
fn serve_once(answer: &str) -> (Endpoint, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/router/rest", listener.local_addr().unwrap());
    let answer = answer.to_owned();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read_message(&mut stream);
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len())
            .unwrap();
        request
    });
    (Endpoint::custom(&url).unwrap(), thread)
}

/// A whole HTTP message: the head, and as much body as it announces.
fn read_message(stream: &mut TcpStream) -> String {
    let (mut seen, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&seen);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = |line: &str| {
                line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse::<usize>())
            };
            if head.lines().find_map(length).is_none_or(|length| body.len() >= length.unwrap()) {
                return text.into_owned();
            }
        }
        let read = stream.read(&mut part).unwrap();
        assert_ne!(read, 0, "the connection closed early");
        seen.extend_from_slice(&part[..read]);
    }
}

fn client(endpoint: Endpoint) -> Client {
    Client::builder()
        .endpoint(endpoint)
        .app_key("12345678")
        .app_secret("helloworld")
        .sign_method(SignMethod::Md5)
        // The default names the version, and would change every signature with it.
        .partner_id("partner")
        .clock(|| "2016-01-01 12:00:00".parse::<DateTime>().unwrap())
        .build()
        .unwrap()
}

/// The request as it came, with the port and the version replaced, which change.
fn as_sent(request: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let lines = request.lines().map(|line| if line.starts_with("host: ") { "host: 127.0.0.1:<port>" } else { line });
    lines.collect::<Vec<_>>().join("\n").replace(version, "<version>")
}

fn flows() -> AlibabaAlscCrmRechargeAccountflowsGetRequest {
    AlibabaAlscCrmRechargeAccountflowsGetRequest::builder()
        .brand_id("3724809629")
        .shop_id("3724809631")
        .start_time("2019-07-30 14:24:45".parse().unwrap())
        .page_no(1)
        .build()
}

fn deduction() -> AlibabaAlscCrmRechargeDedutUpdateRequest {
    AlibabaAlscCrmRechargeDedutUpdateRequest::builder()
        .request_id("78sd786a78d678as")
        .operator_id("65673527")
        .outer_order_id("766348726342638")
        .value(2000)
        .biz_channel(BizChannel::CS)
        .brand_id("3742863742")
        .shop_id("73527452")
        .remark("撒娇 & \"好\" 的/+%")
        .build()
}

fn bills() -> BillBookBillsGetRequest {
    BillBookBillsGetRequest::builder()
        .fields([BookBillField::Bid, "taobao_alipay_id".into()])
        .journal_types([JournalType::Freeze, 107.into()])
        .account_id(20_001_021)
        .start_time("2013-01-14 09:56:48".parse().unwrap())
        .end_time("2013-01-14 10:05:25".parse().unwrap())
        .build()
}

fn orders() -> AlibabaWdkFinanceOrderBackflowRequest {
    AlibabaWdkFinanceOrderBackflowRequest::builder()
        .current_page(1)
        .page_size(100)
        .shop_codes(["2313", "1313"])
        .start_time("2019-01-11 00:00:01".parse().unwrap())
        .end_time("2019-01-11 23:59:00".parse().unwrap())
        .build()
}

#[tokio::test]
async fn one_call_of_each_method_has_exactly_this_body_and_these_headers() {
    let (endpoint, thread) = serve_once(r#"{"result":{"biz_success":true}}"#);
    flows().send(&client(endpoint)).await.unwrap();
    insta::assert_snapshot!("wire_accountflows_get", as_sent(&thread.join().unwrap()));

    let (endpoint, thread) = serve_once(r#"{"result":{"biz_success":true}}"#);
    deduction().send(&client(endpoint)).await.unwrap();
    insta::assert_snapshot!("wire_dedut_update", as_sent(&thread.join().unwrap()));

    let (endpoint, thread) = serve_once(r#"{"has_next":false}"#);
    bills().send(&client(endpoint).session("token")).await.unwrap();
    insta::assert_snapshot!("wire_book_bills_get", as_sent(&thread.join().unwrap()));

    let (endpoint, thread) = serve_once(r#"{"api_result":{"success":true}}"#);
    orders().send(&client(endpoint).session("token")).await.unwrap();
    insta::assert_snapshot!("wire_order_backflow", as_sent(&thread.join().unwrap()));
}

fn at(sandbox: &Sandbox) -> opentop::ClientBuilder {
    Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap())
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
}

/// The answers of one client to one call of each method, as text.
async fn answers(client: &Client, session: &str) -> Vec<String> {
    fn shown(answer: impl Debug) -> String {
        format!("{answer:?}")
    }
    vec![
        shown(flows().send(&client).await.unwrap().into_inner()),
        shown(deduction().send(&client).await.unwrap().into_inner()),
        shown(bills().send(&client.session(session)).await.unwrap().into_inner()),
        shown(orders().send(&client.session(session)).await.unwrap().into_inner()),
    ]
}

#[tokio::test]
async fn wrapped_json_simplified_json_and_xml_give_equal_models() {
    let sandbox = Sandbox::start().await.unwrap();
    let simplified = answers(&at(&sandbox).build().unwrap(), sandbox.session()).await;
    let wrapped = answers(&at(&sandbox).simplify(false).build().unwrap(), sandbox.session()).await;
    let xml = answers(&at(&sandbox).format(Format::Xml).build().unwrap(), sandbox.session()).await;
    assert_eq!(simplified, wrapped);
    assert_eq!(simplified, xml);
    assert_eq!(sandbox.received().len(), 12);
}

#[tokio::test]
async fn every_way_of_signing_is_accepted_and_an_error_is_equal_in_every_format() {
    let sandbox = Sandbox::start().await.unwrap();
    for method in [SignMethod::Md5, SignMethod::Hmac, SignMethod::HmacSha256] {
        flows().send(&at(&sandbox).sign_method(method).build().unwrap()).await.unwrap();
    }
    let mut errors = Vec::new();
    for builder in [at(&sandbox), at(&sandbox).simplify(false), at(&sandbox).format(Format::Xml)] {
        let error = bills().send(&builder.build().unwrap().session("no such token")).await.unwrap_err();
        let mut gateway = error.gateway().unwrap().clone();
        gateway.request_id = None;
        errors.push(gateway);
    }
    assert_eq!(errors[0].code, 27);
    assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
}
