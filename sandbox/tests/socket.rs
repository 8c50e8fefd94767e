//! The sandbox over a real socket, called by a client that knows nothing but TCP.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};

use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_runtime::DateTime;
use opentop_sandbox::{Sandbox, SourceFile, StartError};

fn sandbox() -> Sandbox {
    Sandbox::builder().sources(Vec::new()).start_blocking().unwrap()
}

fn exchange(sandbox: &Sandbox, request: &str) -> String {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn post(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

const SPEC: &str = "\
api: alibaba.example.gift.get
category: example
title: 查询礼品
description: 查询礼品
session: required
effect: read
request:
  fields:
    gift_id: { type: Number, required: true, example: 1, description: 礼品 }
response:
  fields:
    name: { type: String, example: 拿铁, description: 名称 }
";

#[test]
fn a_signed_call_is_answered_from_the_specification() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let sources =
        vec![file("example/category.yaml", "title: 示例\n"), file("example/alibaba.example.gift.get.yaml", SPEC)];
    let sandbox = Sandbox::builder().sources(sources).start_blocking().unwrap();
    let now = DateTime::now().to_string();
    let mut pairs = vec![
        ("method", "alibaba.example.gift.get"),
        ("app_key", sandbox.app_key()),
        ("session", sandbox.session()),
        ("timestamp", now.as_str()),
        ("v", "2.0"),
        ("format", "json"),
        ("simplify", "true"),
        ("sign_method", "hmac-sha256"),
        ("gift_id", "7"),
    ];
    let signature = sign(SignMethod::HmacSha256, &sandbox.app_secret().into(), &mut pairs, None);
    pairs.push(("sign", &signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let answer = exchange(&sandbox, &post("/router/rest", &body));
    assert!(answer.ends_with("\r\n\r\n{\"name\":\"拿铁\",\"request_id\":\"sandbox0000000001\"}"), "{answer}");
    assert_eq!(sandbox.received()[0].parameters, [("gift_id".to_owned(), "7".to_owned())]);
}

#[test]
fn a_refusal_comes_with_status_200_too() {
    let sandbox = sandbox();
    assert_eq!(sandbox.endpoint(), format!("{}/router/rest", sandbox.url()));
    let answer = exchange(&sandbox, &post("/router/rest?method=alibaba.example.none", "format=json"));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-type: text/javascript;charset=UTF-8\r\n"), "{answer}");
    assert!(answer.contains(r#"{"error_response":{"code":22,"#), "{answer}");
}

#[test]
fn a_client_that_waits_to_be_told_may_go_on() {
    let sandbox = sandbox();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    let body = "method=alibaba.example.none&format=json";
    let head = format!("Connection: close\r\nExpect: 100-continue\r\nContent-Length: {}", body.len());
    write!(stream, "POST /router/rest HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(r#""code":22"#), "{answer}");
}

#[test]
fn a_connection_carries_call_after_call() {
    let sandbox = sandbox();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    let kept = post("/router/rest", "format=json").replace("Connection: close\r\n", "");
    let last = post("/router/rest", "format=json");
    stream.write_all(format!("{kept}{kept}{last}").as_bytes()).unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    assert_eq!(answers.matches(r#""code":21"#).count(), 3, "{answers}");
}

#[test]
fn other_paths_are_not_found_and_large_bodies_not_read() {
    let sandbox = sandbox();
    assert!(exchange(&sandbox, &post("/", "")).starts_with("HTTP/1.1 404 "));
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    write!(stream, "POST /router/rest HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 10485761\r\n\r\n").unwrap();
    let chunk = vec![b'a'; 1 << 20];
    while stream.write_all(&chunk).is_ok() {}
    let mut start = [0; 12];
    // The answer may be lost where the connection is reset before it is read.
    if stream.read_exact(&mut start).is_ok() {
        assert_eq!(&start, b"HTTP/1.1 413");
    }
}

#[tokio::test]
async fn it_serves_tests_that_block_their_own_loop_and_stops_when_dropped() {
    let sandbox = Sandbox::builder().sources(Vec::new()).app("k", "s").session("t").start().await.unwrap();
    assert_eq!((sandbox.app_key(), sandbox.app_secret(), sandbox.session()), ("k", "s", "t"));
    let idle = TcpStream::connect(sandbox.address()).unwrap();
    assert!(exchange(&sandbox, &post("/router/rest", "format=json")).contains(r#""code":21"#));
    let address = sandbox.address();
    sandbox.stop();
    TcpListener::bind(address).unwrap();
    drop(idle);
}

#[test]
fn only_loopback_is_bound_unless_told_otherwise() {
    let open = || Sandbox::builder().sources(Vec::new()).bind(Ipv4Addr::UNSPECIFIED);
    let refused = open().start_blocking().unwrap_err();
    assert!(
        matches!(refused, StartError::NotLoopback { address } if address == IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        "{refused}"
    );
    assert!(open().allow_remote(true).start_blocking().is_ok());
}

#[test]
fn a_taken_port_is_an_error() {
    let first = sandbox();
    let second = Sandbox::builder().sources(Vec::new()).port(first.address().port()).start_blocking();
    assert!(matches!(second, Err(StartError::Listen { .. })));
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_its_path() {
    let message = Sandbox::builder().spec_dir("no/such/folder").start_blocking().unwrap_err().to_string();
    assert!(message.starts_with("no/such/folder: cannot read this folder"), "{message}");
}

#[test]
fn pages_from_this_machine_may_call_if_allowed() {
    let request = |method: &str, origin: &str| {
        format!(
            "{method} /router/rest HTTP/1.1\r\nHost: h\r\nConnection: close\r\nOrigin: {origin}\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let open = Sandbox::builder().cors(true).start_blocking().unwrap();
    for origin in ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"] {
        let allowed = format!("access-control-allow-origin: {origin}\r\n");
        let preflight = exchange(&open, &request("OPTIONS", origin));
        assert!(preflight.starts_with("HTTP/1.1 204 ") && preflight.contains(&allowed), "{preflight}");
        let answer = exchange(&open, &request("POST", origin));
        assert!(answer.contains(&allowed) && answer.contains("error_response"), "{answer}");
    }
    let foreign = exchange(&open, &request("POST", "https://example.com"));
    assert!(!foreign.contains("access-control"), "{foreign}");
    let closed = exchange(&sandbox(), &request("POST", "http://localhost:3000"));
    assert!(!closed.contains("access-control"), "{closed}");
}

#[test]
fn a_batch_comes_over_the_socket_with_its_own_separator() {
    let head = "POST /router/batch?format=json HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTop-Api-Separator: ##\r\nContent-Length: 4\r\n\r\n";
    let answer = exchange(&sandbox(), &format!("{head}N##N"));
    assert!(answer.contains(r#"{"error_response":{"code":32,"#), "{answer}");
}

#[test]
fn every_call_is_one_line_for_whoever_listens() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let builder = Sandbox::builder().on_event(move |event| sender.lock().unwrap().send(event.to_string()).unwrap());
    let sandbox = builder.start_blocking().unwrap();
    sandbox.push_faults(vec!["delay-after=1ms".parse().unwrap()]);
    exchange(&sandbox, &post("/router/rest", "method=a%0Ab&session=secret"));
    exchange(&sandbox, &post("/router/rest", ""));
    let lines: Vec<String> = receiver.try_iter().collect();
    let expected = [
        "sandbox0000000001 a?b: 22 Invalid method [fault: delay-after=1ms]",
        "sandbox0000000002 (no method): 21 Missing method",
    ];
    assert_eq!(lines, expected);
}
