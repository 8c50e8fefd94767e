//! Over real sockets: the same promises as those of the async transport.

#![allow(clippy::unwrap_used, clippy::panic)]
use std::io::Write;
use std::net::TcpListener;
use std::time::Instant;

use super::*;
use crate::transport::sockets::{LIMITS, answering, malformed, serve, silent, too_large, untrusted};

fn transport(endpoint: &Endpoint) -> UreqTransport {
    UreqTransport::new(endpoint, &TransportOptions::new().connect_timeout(Duration::from_secs(2))).unwrap()
}

fn send_to(url: &str, limits: TransportLimits) -> Result<http::Response<Bytes>, TransportError> {
    let endpoint = Endpoint::custom(url).unwrap();
    let request = http::Request::post(endpoint.uri()).body(Bytes::from_static(b"a=1")).unwrap();
    transport(&endpoint).send(request, limits)
}

fn send(port: u16) -> Result<http::Response<Bytes>, TransportError> {
    send_to(&format!("http://127.0.0.1:{port}/router/rest"), LIMITS)
}

fn fails(port: u16) -> (SendStage, TransportErrorKind) {
    let error = send(port).unwrap_err();
    (error.stage(), error.kind())
}

#[test]
fn an_answer_comes_back_whole_whatever_its_status() {
    for status in [200, 400, 500] {
        let (port, requests) = answering(format!("HTTP/1.1 {status} X\r\nContent-Length: 4\r\nX-A: b\r\n\r\nbody"));
        let response = send(port).unwrap();
        assert_eq!((response.status().as_u16(), &**response.body()), (status, &b"body"[..]));
        assert_eq!(response.headers()["x-a"], "b");
        let request = requests.recv().unwrap();
        assert!(request.starts_with("POST /router/rest HTTP/1.1\r\n") && request.ends_with("\r\n\r\na=1"), "{request}");
        assert!(request.to_lowercase().contains("accept-encoding: gzip\r\n"), "{request}");
    }
}

#[test]
fn a_refused_connection_and_an_unknown_name_were_not_sent() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(fails(port), (SendStage::NotSent, TransportErrorKind::Connect));
    let error = send_to("https://gateway.invalid/router/rest", LIMITS).unwrap_err();
    assert_eq!(error.stage(), SendStage::NotSent, "{error:?}");
    assert!(matches!(error.kind(), TransportErrorKind::Dns | TransportErrorKind::Timeout), "{error:?}");
}

#[test]
fn a_certificate_that_nobody_vouches_for_gets_nothing() {
    let (port, received) = untrusted();
    let error = send_to(&format!("https://127.0.0.1:{port}/router/rest"), LIMITS).unwrap_err();
    assert_eq!((error.stage(), error.kind()), (SendStage::NotSent, TransportErrorKind::Tls), "{error:?}");
    assert!(received.recv().unwrap().is_empty());
}

#[test]
fn a_cut_anywhere_after_connecting_may_have_been_sent() {
    let whole = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
    for length in 0..whole.len() {
        let (port, _requests) = answering(&whole[..length]);
        assert_eq!(fails(port), (SendStage::MaybeSent, TransportErrorKind::Broken), "cut at {length}");
    }
}

#[test]
fn what_is_no_answer_never_passes_for_one() {
    for answer in malformed() {
        let shown = answer[..answer.len().min(120)].escape_ascii().to_string();
        let (port, _requests) = answering(answer);
        assert_eq!(fails(port), (SendStage::MaybeSent, TransportErrorKind::Broken), "{shown}");
    }
}

#[test]
fn a_write_is_on_the_wire_once_even_when_the_connection_is_cut() {
    let (port, requests) = answering("");
    assert_eq!(fails(port).0, SendStage::MaybeSent);
    assert!(requests.recv().unwrap().ends_with("a=1"));
    assert!(requests.recv_timeout(Duration::from_millis(200)).is_err(), "it was sent twice");
}

#[test]
fn a_connection_closed_while_idle_is_replaced_and_nothing_is_sent_twice() {
    let (port, requests) = answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nbody");
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/")).unwrap();
    let transport = transport(&endpoint);
    for _ in 0..20 {
        let request = http::Request::post(endpoint.uri()).body(Bytes::from_static(b"a=1")).unwrap();
        let result = transport.send(request, LIMITS);
        assert!(result.is_ok() || result.is_err_and(|error| error.stage() == SendStage::MaybeSent));
        assert!(requests.try_iter().filter(|request| request.ends_with("a=1")).count() <= 1);
    }
}

#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (target, requests) = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let head =
            format!("HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{target}/\r\nContent-Length: 0\r\n\r\n");
        let (port, _requests) = answering(head);
        assert_eq!(send(port).unwrap().status().as_u16(), status);
        assert!(requests.try_recv().is_err(), "{status} was followed");
    }
}

#[test]
fn a_body_over_the_bound_is_refused_announced_or_not() {
    for answer in too_large() {
        let (port, _requests) = answering(answer);
        assert_eq!(fails(port), (SendStage::MaybeSent, TransportErrorKind::TooLarge));
    }
    let (port, _requests) = answering(format!("HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n{}", "x".repeat(64)));
    assert_eq!(send(port).unwrap().body().len(), 64);
}

#[test]
fn the_deadline_covers_a_body_that_never_ends() {
    let (port, _requests) = serve(|stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        while stream.write_all(b"1\r\nx\r\n").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let started = Instant::now();
    let limits = TransportLimits::new(Duration::from_millis(300), 1 << 20);
    let error = send_to(&format!("http://127.0.0.1:{port}/"), limits).unwrap_err();
    assert_eq!(
        (error.stage(), error.kind(), error.limit()),
        (SendStage::MaybeSent, TransportErrorKind::Timeout, Some(limits.timeout))
    );
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn silence_ends_by_the_read_timeout() {
    let (port, _requests) = serve(|_| std::thread::sleep(Duration::from_secs(3)));
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/")).unwrap();
    let options = TransportOptions::new().read_timeout(Duration::from_millis(200));
    let request = http::Request::post(endpoint.uri()).body(Bytes::from_static(b"a=1")).unwrap();
    let started = Instant::now();
    let error = UreqTransport::new(&endpoint, &options).unwrap().send(request, LIMITS).unwrap_err();
    assert_eq!((error.stage(), error.kind()), (SendStage::MaybeSent, TransportErrorKind::Timeout), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn https_stays_https() {
    let endpoint = Endpoint::custom("https://127.0.0.1:1/").unwrap();
    let request = http::Request::post("http://127.0.0.1:1/").body(Bytes::new()).unwrap();
    assert_eq!(transport(&endpoint).send(request, LIMITS).unwrap_err().stage(), SendStage::NotSent);
}

#[test]
fn a_deadline_that_strikes_while_connecting_finds_nothing_sent() {
    let (port, _listener) = silent();
    let limits = TransportLimits { timeout: Duration::from_millis(300), ..LIMITS };
    let error = send_to(&format!("https://127.0.0.1:{port}/router/rest"), limits).unwrap_err();
    assert_eq!((error.stage(), error.kind()), (SendStage::NotSent, TransportErrorKind::Timeout), "{error:?}");
}

#[test]
fn so_does_silence_that_ends_before_the_connection_stands() {
    let (port, _listener) = silent();
    let limits = LIMITS.read_timeout(Duration::from_millis(200));
    let error = send_to(&format!("https://127.0.0.1:{port}/router/rest"), limits).unwrap_err();
    assert_eq!((error.stage(), error.kind()), (SendStage::NotSent, TransportErrorKind::Timeout), "{error:?}");
}

#[test]
fn a_call_may_allow_more_silence_than_the_transport() {
    let (port, _requests) = serve(|stream| {
        std::thread::sleep(Duration::from_millis(600));
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbo"));
        std::thread::sleep(Duration::from_millis(600));
        drop(stream.write_all(b"dy"));
    });
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/")).unwrap();
    let options = TransportOptions::new().read_timeout(Duration::from_millis(200));
    let request = http::Request::post(endpoint.uri()).body(Bytes::from_static(b"a=1")).unwrap();
    let limits = LIMITS.read_timeout(Duration::from_secs(4));
    let response = UreqTransport::new(&endpoint, &options).unwrap().send(request, limits).unwrap();
    assert_eq!(&**response.body(), b"body");
}

#[test]
fn a_deadline_beyond_the_clock_is_none() {
    let (port, _requests) = answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
    let limits = TransportLimits::new(Duration::MAX, 64).read_timeout(Duration::MAX);
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/")).unwrap();
    let options = TransportOptions::new().connect_timeout(Duration::MAX).read_timeout(Duration::MAX);
    let request = http::Request::post(endpoint.uri()).body(Bytes::from_static(b"a=1")).unwrap();
    let response = UreqTransport::new(&endpoint, &options).unwrap().send(request, limits).unwrap();
    assert_eq!(&**response.body(), b"body");
}

/// A configuration that follows redirects and turns statuses into errors, set or not.
#[test]
fn a_configuration_of_the_users_own_follows_no_redirect_and_stays_https() {
    let hostile = |_: ConfigBuilder<AgentScope>| {
        let builder = Agent::config_builder().max_redirects(10).max_redirects_will_error(true);
        builder.http_status_as_error(true).https_only(false).user_agent("mine/1")
    };
    for status in [301, 302, 303, 307, 308, 500] {
        let (target, requests) = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let (port, sent) = answering(format!(
            "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:{target}/\r\nContent-Length: 0\r\n\r\n"
        ));
        let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/")).unwrap();
        let transport = UreqTransport::with_builder(&endpoint, &TransportOptions::new(), hostile).unwrap();
        let request = http::Request::post(endpoint.uri()).body(Bytes::from_static(b"a=1")).unwrap();
        assert_eq!(transport.send(request, LIMITS).unwrap().status().as_u16(), status);
        let sent = sent.recv().unwrap().to_lowercase();
        assert!(sent.contains("mine/1") && !sent.contains("referer"), "{sent}");
        assert!(requests.recv_timeout(Duration::from_millis(50)).is_err(), "{status} was followed");
    }
    let endpoint = Endpoint::custom("https://127.0.0.1:1/").unwrap();
    let transport = UreqTransport::with_builder(&endpoint, &TransportOptions::new(), hostile).unwrap();
    let (port, requests) = answering("HTTP/1.1 200 OK\r\n\r\n");
    let request = http::Request::post(format!("http://127.0.0.1:{port}/")).body(Bytes::from_static(b"a=1")).unwrap();
    assert_eq!(transport.send(request, LIMITS).unwrap_err().stage(), SendStage::NotSent);
    assert!(requests.recv_timeout(Duration::from_millis(50)).is_err());
}

/// The head of a request is no call: a gateway that never gets the body cannot act.
#[test]
fn a_body_that_ureq_never_asked_for_was_not_sent() {
    let asked = Cell::new(false);
    let mut body = WatchedBody { rest: b"a=1", asked: &asked };
    let mut buffer = [0; 2];
    assert_eq!((asked.get(), body.read(&mut buffer).unwrap(), asked.get()), (false, 2, true));
}
