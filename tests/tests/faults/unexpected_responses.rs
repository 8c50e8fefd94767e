//! Answers by somebody else than the gateway, or in a language that was not asked for: none is taken for success. The error is of its
//! own kind, keeps the body as it came, and shows the beginning of it on one line.
//!
//! What the header `Content-Type` says decides nothing: the platform's own answers have the wrong one often enough.

use bytes::Bytes;
use opentop::{Error, WriteError};

use crate::support::scripted::{Wish, done, say, serve};

/// Status, content type and body; how the error begins, and what it shows of the body.
type Stranger = (&'static str, &'static str, Vec<u8>, &'static str, &'static str);

fn strangers() -> Vec<Stranger> {
    let (html, json) = ("text/html;charset=utf-8", "application/json");
    let gbk = b"{\"result\":{\"biz_success\":true,\"result_desc\":\"\xd6\xd0\xb9\xfa\"}}".to_vec();
    let utf16: Vec<u8> = "\u{feff}{\"result\":{}}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let page = "<!DOCTYPE html>\n<html>\x1b[31mPlease log in</html>\r\n".repeat(40).into_bytes();
    let xml = "<x_response><biz_success>true</biz_success></x_response>";
    let (unreadable, empty, another) =
        ("the answer cannot be read", "the answer is empty", "the answer is not this method's");
    vec![
        ("200 OK", html, page.clone(), unreadable, "<!DOCTYPE html>\\n<html>\\u{1b}[31m"),
        ("200 OK", json, page, unreadable, "<!DOCTYPE html>\\n<html>"),
        ("200 OK", json, "".into(), empty, ""),
        ("204 No Content", json, "".into(), empty, ""),
        ("205 Reset Content", json, "".into(), empty, ""),
        ("200 OK", json, " \r\n\t".into(), empty, ""),
        ("200 OK", json, "\u{feff}".into(), empty, ""),
        ("200 OK", "application/json;charset=GBK", gbk, "the answer is not UTF-8 at byte 45", "\\xd6"),
        ("200 OK", json, b"{\"result\":\xff}".into(), "the answer is not UTF-8 at byte 10", "\\xff"),
        ("200 OK", "application/json;charset=utf-16", utf16, "the answer is not UTF-8 at byte 0", "\\xff\\xfe{"),
        ("200 OK", "text/xml", xml.into(), unreadable, xml),
        ("200 OK", json, "null".into(), "the answer does not fit", ""),
        ("200 OK", json, r#"[{"biz_success":true}]"#.into(), "the answer does not fit", ""),
        ("200 OK", json, r#"{"code":0,"msg":"ok"}"#.into(), another, r#"{"code":0,"msg":"ok"}"#),
        ("200 OK", json, r#"{"result":{"biz_success":true}}{}"#.into(), unreadable, "{}"),
        ("200 OK", json, r#"callback({"result":{}})"#.into(), unreadable, "callback("),
        ("404 Not Found", html, "<html>no\x07 such page</html>".into(), "HTTP status 404", "no\\u{7} such page"),
        ("502 Bad Gateway", html, done(1).into(), "HTTP status 502", ""),
    ]
}

fn response(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn check(name: &str, error: Option<&Error>, (_, _, body, begins, shows): &Stranger) {
    let Some(error @ (Error::Decode { .. } | Error::Status { .. })) = error else { panic!("{name}: {error:?}") };
    let shown = error.to_string();
    assert!(shown.starts_with(begins) && shown.contains(shows), "{name}: {shown}");
    assert_eq!(error.raw(), Some(&Bytes::copy_from_slice(body)), "{name}: the body is not as it came");
    assert!(shown.len() < 1_000 && !shown.chars().any(char::is_control), "{name}: {shown}");
}

#[test]
fn an_answer_by_somebody_else_is_no_success() {
    for stranger in strangers() {
        let (status, content_type, body, ..) = &stranger;
        let said = response(status, content_type, body);
        let server = serve(move |_| vec![say(said.clone())]);
        for client in server.clients(Wish::patient()) {
            let name = format!("{status}, {content_type}, {} bytes, {}", body.len(), client.name());
            check(&name, client.read().err().as_ref(), &stranger);
            match client.write("k") {
                Err(WriteError::Unknown(pending)) => check(&name, pending.error(), &stranger),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}

#[test]
fn an_answer_under_a_wrong_name_is_still_the_answer() {
    for (content_type, mark) in [
        ("text/html;charset=gbk", ""),
        ("application/octet-stream", ""),
        ("text/javascript;charset=utf-16", "\u{feff}"),
        ("", "\r\n"),
    ] {
        let said = response("200 OK", content_type, (mark.to_owned() + &done(7)).as_bytes());
        let server = serve(move |_| vec![say(said.clone())]);
        for client in server.clients(Wish::patient()) {
            assert_eq!(client.write("k").unwrap().as_deref(), Some("r7"), "{content_type}, {}", client.name());
        }
    }
}
