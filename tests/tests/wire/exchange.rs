//! What one call of each method looks like on the wire, byte by byte, and what comes back through a real socket.

use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use opentop::api::alsc::alibaba_alsc_crm_recharge_accountflows_get::PageQueryAccountFlowsOpenReq;
use opentop::api::alsc::alibaba_alsc_crm_recharge_dedut_update::{BizChannel, DedutOpenReq};
use opentop::api::alsc::{AlibabaAlscCrmRechargeAccountflowsGetRequest, AlibabaAlscCrmRechargeDedutUpdateRequest};
use opentop::api::bill::BillBookBillsGetRequest;
use opentop::api::bill::bill_book_bills_get::{BookBillField, JournalType};
use opentop::api::wdk::AlibabaWdkFinanceOrderBackflowRequest;
use opentop::api::wdk::alibaba_wdk_finance_order_backflow::FinanceOrderDetailRequest;
use opentop::sign::{SignMethod, sign};
use opentop::{AppSecret, Client, DateTime, Endpoint, Format};
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
        .param_page_query_account_flows_open_req(
            PageQueryAccountFlowsOpenReq::builder()
                .brand_id("3724809629")
                .shop_id("3724809631")
                .start_time("2019-07-30 14:24:45".parse().unwrap())
                .page_no(1)
                .build(),
        )
        .build()
}

fn deduction() -> AlibabaAlscCrmRechargeDedutUpdateRequest {
    AlibabaAlscCrmRechargeDedutUpdateRequest::builder()
        .param_dedut_open_req(
            DedutOpenReq::builder()
                .request_id("78sd786a78d678as")
                .operator_id("65673527")
                .outer_order_id("766348726342638")
                .value(2000)
                .biz_channel(BizChannel::CS)
                .brand_id("3742863742")
                .shop_id("73527452")
                .remark("撒娇 & \"好\" 的/+%")
                .build(),
        )
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
        .finance_order_detail_request(
            FinanceOrderDetailRequest::builder()
                .current_page(1)
                .page_size(100)
                .shop_codes(["2313", "1313"])
                .start_time("2019-01-11 00:00:01".parse().unwrap())
                .end_time("2019-01-11 23:59:00".parse().unwrap())
                .build(),
        )
        .build()
}

#[tokio::test]
async fn one_call_of_each_method_has_exactly_this_body_and_these_headers() {
    let (endpoint, thread) = serve_once(r#"{"result":{"biz_success":true}}"#);
    client(endpoint).read(flows()).await.unwrap();
    insta::assert_snapshot!("wire_accountflows_get", as_sent(&thread.join().unwrap()));

    let (endpoint, thread) = serve_once(r#"{"result":{"biz_success":true}}"#);
    client(endpoint).write(deduction()).await.unwrap();
    insta::assert_snapshot!("wire_dedut_update", as_sent(&thread.join().unwrap()));

    let (endpoint, thread) = serve_once(r#"{"has_next":false}"#);
    client(endpoint).session("token").read(bills()).await.unwrap();
    insta::assert_snapshot!("wire_book_bills_get", as_sent(&thread.join().unwrap()));

    let (endpoint, thread) = serve_once(r#"{"api_result":{"success":true}}"#);
    client(endpoint).session("token").read(orders()).await.unwrap();
    insta::assert_snapshot!("wire_order_backflow", as_sent(&thread.join().unwrap()));
}

fn at(sandbox: &Sandbox) -> opentop::client::ClientBuilder {
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
        shown(client.read(flows()).await.unwrap().into_inner()),
        shown(client.write(deduction()).await.unwrap().into_inner()),
        shown(client.session(session).read(bills()).await.unwrap().into_inner()),
        shown(client.session(session).read(orders()).await.unwrap().into_inner()),
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
        at(&sandbox).sign_method(method).build().unwrap().read(flows()).await.unwrap();
    }
    let mut errors = Vec::new();
    for builder in [at(&sandbox), at(&sandbox).simplify(false), at(&sandbox).format(Format::Xml)] {
        let error = builder.build().unwrap().session("no such token").read(bills()).await.unwrap_err();
        let mut gateway = error.gateway().unwrap().clone();
        gateway.request_id = None;
        errors.push(gateway);
    }
    assert_eq!(errors[0].code, 27);
    assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
}

/// A signed call by hand, in simplified JSON: what a client that shares no code with ours would send.
pub(crate) fn post(sandbox: &Sandbox, method: &str, parameters: &[(&str, &str)]) -> serde_json::Value {
    let now = DateTime::now().to_string();
    let mut all = vec![
        ("app_key", sandbox.app_key()),
        ("format", "json"),
        ("method", method),
        ("session", sandbox.session()),
        ("sign_method", "hmac"),
        ("simplify", "true"),
        ("timestamp", &now),
        ("v", "2.0"),
    ];
    all.extend_from_slice(parameters);
    let signature = sign(SignMethod::Hmac, &AppSecret::from(sandbox.app_secret()), &mut all.clone(), None);
    all.push(("sign", &signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    write!(
        stream,
        "POST /router/rest HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}
