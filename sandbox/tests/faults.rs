//! What goes wrong on purpose, seen by a client that knows nothing but TCP.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_runtime::DateTime;
use opentop_sandbox::{Fault, HangUp, Ledger, RandomFaults, Sandbox, SourceFile};

const METHOD: &str = "alibaba.example.points.take";

const SPEC: &str = "\
api: alibaba.example.points.take
category: example
title: 扣积分
description: 扣积分
session: optional
effect: write
idempotency_key: request_id
outcome: { ok: success }
request:
  fields:
    request_id: { type: String, required: true, example: a1, description: 幂等 }
    card_id: { type: String, required: true, example: c1, description: 卡 }
    points: { type: Number, required: true, example: 10, description: 积分 }
response:
  fields:
    success: { type: Boolean, example: true, description: 成功 }
    left: { type: Number, example: 1, description: 余额 }
    tags: { type: 'String []', example: 'a,b', description: 标签 }
";

fn sandbox() -> Sandbox {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let sources =
        vec![file("example/category.yaml", "title: 示例\n"), file("example/alibaba.example.points.take.yaml", SPEC)];
    let ledger = Ledger::new("card_id", "points", 1_000).after("left");
    Sandbox::builder().sources(sources).ledger(METHOD, ledger).dedupe(false).start_blocking().unwrap()
}

fn request(sandbox: &Sandbox, key: &str, simplify: bool) -> Vec<u8> {
    let now = DateTime::now().to_string();
    let mut pairs = vec![
        ("method", METHOD),
        ("app_key", sandbox.app_key()),
        ("session", sandbox.session()),
        ("timestamp", now.as_str()),
        ("v", "2.0"),
        ("format", "json"),
        ("sign_method", "md5"),
        ("request_id", key),
        ("card_id", "c1"),
        ("points", "10"),
    ];
    if simplify {
        pairs.push(("simplify", "true"));
    }
    let signature = sign(SignMethod::Md5, &sandbox.app_secret().into(), &mut pairs, None);
    pairs.push(("sign", &signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let head = format!(
        "POST /router/rest HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// What came before the connection ended, and whether it ended with a reset.
fn exchange(sandbox: &Sandbox, request: &[u8]) -> (String, bool) {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    let reset = match stream.read_to_end(&mut answer) {
        Ok(_) => false,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
        Err(error) => panic!("{error}"),
    };
    (String::from_utf8(answer).unwrap(), reset)
}

/// Calls once under `fault`: what came, whether it ended with a reset, how often the call was executed.
fn under(fault: Fault) -> (String, bool, u64) {
    let sandbox = sandbox();
    sandbox.push_faults(vec![fault]);
    let (answer, reset) = exchange(&sandbox, &request(&sandbox, "k", true));
    assert!(sandbox.settle(Duration::from_secs(5)));
    let executions = sandbox.executions(METHOD).iter().map(|(_, count)| count).sum();
    (answer, reset, executions)
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[test]
fn without_a_fault_the_ledger_tells_what_is_left() {
    let (answer, reset, executions) = under(Fault::None);
    assert_eq!(body(&answer), r#"{"success":true,"left":990,"tags":["a","b"],"request_id":"sandbox0000000001"}"#);
    assert_eq!((reset, executions), (false, 1));
}

#[test]
fn what_the_service_says_and_whether_it_was_executed() {
    let isp = |executed| Fault::Isp { sub_code: "isp.http-read-timeout".to_owned(), executed };
    let status = |executed| Fault::Status { status: 502, executed };
    for (fault, expected, times) in [
        (isp(false), r#""code":15,"msg":"Remote service error","sub_code":"isp.http-read-timeout""#, 0),
        (isp(true), r#""sub_code":"isp.http-read-timeout""#, 1),
        (
            Fault::Isv { sub_code: "isv.x".to_owned() },
            r#""code":15,"msg":"Remote service error","sub_code":"isv.x""#,
            0,
        ),
        (Fault::Ban { seconds: 3 }, "This ban will last for 3 more seconds", 0),
        (Fault::ClockSkew { seconds: 700 }, r#""code":31"#, 0),
        (Fault::ClockSkew { seconds: -700 }, r#""code":31"#, 0),
        (Fault::ClockSkew { seconds: 300 }, r#""success":true"#, 1),
        (Fault::ExpiredSession, r#""code":27"#, 0),
        (status(false), "HTTP/1.1 502 Bad Gateway\r\n", 0),
        (status(true), "HTTP/1.1 502 Bad Gateway\r\n", 1),
        (Fault::Html { executed: false }, "<!DOCTYPE html>", 0),
        (Fault::Html { executed: true }, "<!DOCTYPE html>", 1),
        (
            Fault::OtherShape,
            r#"{"alibaba_example_points_take_response":{"success":true,"left":990,"tags":{"string":["a","b"]}"#,
            1,
        ),
        (Fault::Contradiction, r#""success":true"#, 1),
        (Fault::Contradiction, r#""error_response":{"code":15"#, 1),
        (Fault::NumbersAsText, r#"{"success":"true","left":"990","tags":["a","b"]"#, 1),
        (Fault::EmptyLists, r#""tags":[]"#, 1),
        (Fault::Nulls, r#"{"success":null,"left":990"#, 1),
        (Fault::UnknownFields, r#"{"sandbox_unknown":"<&\"","success":true"#, 1),
    ] {
        let (answer, reset, executions) = under(fault.clone());
        assert!(answer.contains(expected), "{fault:?}: {answer}");
        assert_eq!((reset, executions), (false, times), "{fault:?}");
    }
}

#[test]
fn a_request_cut_before_its_end_is_not_executed_and_one_cut_at_its_end_is() {
    let length = request(&sandbox(), "k", true).len();
    for how in [HangUp::Fin, HangUp::Rst] {
        for (after, times) in [(0, 0), (1, 0), (length - 1, 0), (length, 1), (length + 1, 1)] {
            let (answer, reset, executions) = under(Fault::CutRequest { after, how });
            assert_eq!(answer, "", "{after}");
            assert_eq!((reset, executions), (how == HangUp::Rst, times), "{after} {how:?}");
        }
    }
}

#[test]
fn a_response_is_cut_at_the_byte_asked_for() {
    let whole = under(Fault::None).0;
    for how in [HangUp::Fin, HangUp::Rst] {
        for after in [0, 1, 40, whole.len() - 1, whole.len(), whole.len() + 1] {
            let (answer, reset, executions) = under(Fault::CutResponse { after, how });
            assert_eq!(answer.len(), after.min(whole.len()));
            assert_eq!((reset, executions), (how == HangUp::Rst, 1));
        }
    }
}

#[test]
fn lengths_lie_and_bodies_are_halved() {
    let whole = body(&under(Fault::None).0).len();
    let promised = |answer: &str| {
        let length = answer.split("content-length: ").nth(1).unwrap().split('\r').next().unwrap();
        length.parse::<usize>().unwrap()
    };
    for (fault, length, came) in [
        (Fault::HalfBody, whole, whole / 2),
        (Fault::WrongLength(7), whole + 7, whole),
        (Fault::WrongLength(-7), whole - 7, whole),
    ] {
        let (answer, _, executions) = under(fault.clone());
        assert_eq!((promised(&answer), body(&answer).len(), executions), (length, came, 1), "{fault:?}");
    }
}

#[test]
fn a_reset_says_nothing_of_the_execution() {
    for executed in [false, true] {
        assert_eq!(under(Fault::Reset { executed }), (String::new(), true, u64::from(executed)));
    }
}

#[test]
fn delays_come_before_or_after_the_execution_and_slow_bytes_after_it() {
    let pause = Duration::from_millis(60);
    for (fault, at_least) in [
        (Fault::DelayBefore(pause), pause),
        (Fault::DelayAfter(pause), pause),
        (Fault::SlowBytes(Duration::from_millis(1)), Duration::from_millis(150)),
    ] {
        let begun = Instant::now();
        let (answer, _, executions) = under(fault.clone());
        assert!(body(&answer).starts_with(r#"{"success":true"#), "{fault:?}: {answer}");
        assert!(begun.elapsed() >= at_least, "{fault:?}");
        assert_eq!(executions, 1);
    }
}

#[test]
fn a_call_is_executed_though_its_client_has_gone() {
    let sandbox = sandbox();
    sandbox.push_faults(vec![Fault::DelayBefore(Duration::from_millis(50))]);
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(&request(&sandbox, "k", true)).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    drop(stream);
    assert!(sandbox.settle(Duration::from_secs(5)));
    assert_eq!(sandbox.executions(METHOD), [("k".to_owned(), 1)]);
    assert_eq!(sandbox.balance(METHOD, "c1").unwrap().to_string(), "990");
}

#[test]
fn a_script_counts_calls_not_connections_and_chance_follows_its_seed() {
    let sandbox = sandbox();
    sandbox.push_faults(vec![Fault::None, Fault::Status { status: 503, executed: false }, Fault::None]);
    let two = request(&sandbox, "k", true);
    let two = String::from_utf8(two).unwrap().replace("Connection: close\r\n", "").repeat(2);
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(two.as_bytes()).unwrap();
    let mut answers = String::new();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let _ = stream.read_to_string(&mut answers);
    assert_eq!((answers.matches("HTTP/1.1 200 ").count(), answers.matches("HTTP/1.1 503 ").count()), (1, 1));
}

#[test]
fn a_seed_brings_the_same_faults_back() {
    let injected = || {
        let sandbox = sandbox();
        sandbox.random_faults(RandomFaults::new(9).longest_delay(Duration::ZERO), 0.7);
        for key in 0..10 {
            exchange(&sandbox, &request(&sandbox, &key.to_string(), true));
        }
        sandbox.clear_faults();
        exchange(&sandbox, &request(&sandbox, "last", true));
        sandbox.fired_faults()
    };
    let faults = injected();
    assert!((1..=10).contains(&faults.len()), "{faults:?}");
    assert_eq!(faults, injected());
}

#[test]
fn a_method_has_faults_of_its_own() {
    let sandbox = sandbox();
    sandbox.push_faults_for("alibaba.example.other", vec![Fault::HalfBody]);
    let length = request(&sandbox, "k", true).len();
    let cut = |after| Fault::CutRequest { after, how: HangUp::Rst };
    sandbox.push_faults_for(METHOD, vec![Fault::None, Fault::Html { executed: true }, cut(length - 1), cut(length)]);
    let call = || exchange(&sandbox, &request(&sandbox, "k", true));
    assert!(body(&call().0).starts_with(r#"{"success":true"#));
    assert!(body(&call().0).starts_with("<!DOCTYPE html>"));
    assert_eq!(call(), (String::new(), true));
    assert_eq!(sandbox.executions(METHOD), [("k".to_owned(), 2)]);
    assert_eq!(call(), (String::new(), true));
    assert_eq!(sandbox.executions(METHOD), [("k".to_owned(), 3)]);
    assert_eq!(sandbox.fired_faults(), [Fault::Html { executed: true }, cut(length - 1), cut(length)]);
}
