//! The server over a socket, as a browser, a foreign page or a shell reaches it.
#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use clap::Parser;
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::{Effect, Model};
use serde_json::{Value, json};

use super::*;
use crate::account;
use crate::docs::site::File;
use connections::Limits;
use trial::Live;

const READS: &str = "alibaba.example.gift.get";
const WRITES: &str = "alibaba.example.gift.redeem";
const SECRET: &str = "5f2c-canary-of-the-secret";
const SESSION: &str = "6100-canary-of-the-session";

const READ_SPEC: &str = "\
api: alibaba.example.gift.get
category: example
title: 查询
session: required
effect: read
request:
  fields:
    account_id: { type: Number, required: true }
    start_time: { type: Date, required: true }
    photo: { type: 'byte[]' }
response:
  fields:
    total: { type: Number, example: 1 }
    note: { type: String, example: x }
";

const WRITE_SPEC: &str = "\
api: alibaba.example.gift.redeem
category: example
title: 兑换
session: required
effect: write
idempotency_key: req.request_id
request:
  fields:
    req: { type: Redeem, required: true }
response:
  fields:
    done: { type: Boolean, example: 'true' }
types:
  Redeem:
    fields:
      request_id: { type: String, required: true }
      ids: { type: 'Number []', required: true, max_items: 10 }
      pin: { type: String, sensitive: true }
";

fn model() -> Model {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let loaded = opentop_model::load(&[
        file("example/category.yaml", "title: 示例\n"),
        file("example/alibaba.example.gift.get.yaml", READ_SPEC),
        file("example/alibaba.example.gift.redeem.yaml", WRITE_SPEC),
    ]);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    loaded.model
}

fn site() -> Site {
    let file = |mime, text: &str| File { mime, bytes: text.as_bytes().to_vec() };
    let long = format!("<!DOCTYPE html><p>{}</p>", "商品".repeat(600));
    let files = [
        ("index.html", file("text/html", &long)),
        ("example/商品.html", file("text/html", "<p>short</p>")),
        ("example/index.html", file("text/html", "<p>category</p>")),
        ("style.css", file("text/css", "p { margin: 0 }")),
        ("icon.svg", file("image/svg+xml", "<svg/>")),
    ];
    Site { files: files.map(|(path, file)| (path.to_owned(), file)).into() }
}

/// A server that runs until the test's process ends.
struct Running {
    port: u16,
}

/// An answer of it.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Running {
    fn start(model: Model, live: Option<Live>) -> Running {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let trial = Trial::new(model, port, live).unwrap();
        thread::spawn(move || serve(listener, site(), trial));
        Running { port }
    }

    fn sandbox() -> Running {
        Running::start(model(), None)
    }

    /// Sends lines of a head as they are, and a body.
    fn raw(&self, lines: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let head = lines.join("\r\n");
        let length = body.len();
        write!(stream, "{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Answer { status: head[9..12].parse().unwrap(), head, body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, target: &str, more: &[&str]) -> Answer {
        let (line, host) = (format!("{target} HTTP/1.1"), format!("Host: 127.0.0.1:{}", self.port));
        self.raw(&[&[&*line, &*host], more].concat(), "")
    }

    /// Asks as a page of this server does.
    fn ask(&self, action: &str, token: &str, body: &Value) -> Answer {
        let [host, origin, token] = [
            format!("Host: 127.0.0.1:{}", self.port),
            format!("Origin: http://127.0.0.1:{}", self.port),
            format!("X-Opentop-Token: {token}"),
        ];
        let line = format!("POST /_try/{action} HTTP/1.1");
        let head = [&*line, &host, &origin, &token, "Sec-Fetch-Site: same-origin", "Content-Type: application/json"];
        self.raw(&head, &body.to_string())
    }

    fn token(&self) -> String {
        let told = self.ask("method", "", &json!({ "method": READS })).json();
        told["token"].as_str().unwrap().to_owned()
    }

    fn call(&self, target: &str, method: &str, parameters: &Value, once: &str) -> Answer {
        let asked = json!({ "method": method, "target": target, "parameters": parameters, "once": once });
        self.ask("call", &self.token(), &asked)
    }
}

fn read_parameters() -> Value {
    json!({ "account_id": 1, "start_time": "2024-01-01 00:00:00" })
}

fn write_parameters() -> Value {
    json!({ "req": { "request_id": "r-1", "ids": [1, 2], "pin": "4711-canary" } })
}

#[test]
fn connections_are_bounded_and_idle_ones_end() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let trial = Trial::new(model(), port, None).unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let limits = Limits { open: 2, idle: Duration::from_millis(500) };
            connections::serve(listener, router(port, site(), trial), limits, std::future::pending()).await;
        });
    });
    let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let mut held = [connect(), connect()];
    write!(held[0], "GET / HTTP/1.1\r\nHost: 127.0.0.1").unwrap();
    let mut third = connect();
    third.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    write!(third, "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").unwrap();
    assert!(third.read(&mut [0; 1]).is_err(), "it waits for one of the others to end");
    third.set_read_timeout(None).unwrap();
    let mut answer = String::new();
    third.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for stream in &mut held {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
}

#[test]
fn pages_are_found_by_path_and_nothing_else_is() {
    let server = Running::sandbox();
    for target in ["GET /", "GET /index.html", "GET /?a=b", "GET /example/%E5%95%86%E5%93%81.html", "GET /example/"] {
        let answer = server.get(target, &[]);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{target}");
    }
    assert_eq!(server.get("GET /icon.svg", &[]).header("content-type"), Some("image/svg+xml"));
    assert_eq!(server.get("GET /favicon.ico", &[]).status, 204);
    for path in
        ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "//index.html", "/etc/passwd", "/a\\b", "/%", "/%ff", "/example"]
    {
        assert_eq!(server.get(&format!("GET {path}"), &[]).status, 404, "{path}");
    }
    assert_eq!(server.get("POST /", &[]).status, 405);
    for answer in [server.get("GET /", &[]), server.get("GET /nowhere", &[]), server.get("PUT /", &[])] {
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'; "), "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
    }
}

#[test]
fn answers_are_compressed_and_have_validators() {
    let server = Running::sandbox();
    let (plain, packed) = (server.get("GET /", &[]), server.get("GET /", &["Accept-Encoding: br;q=1, gzip;q=0.5"]));
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), (None, Some("gzip")));
    assert!(packed.body.len() * 10 < plain.body.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*packed.body).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    assert_ne!(plain.header("etag"), packed.header("etag"));
    for refused in ["gzip;q=0", "identity", "*;q=0", "br"] {
        let answer = server.get("GET /", &[&format!("Accept-Encoding: {refused}")]);
        assert_eq!(answer.header("content-encoding"), None, "{refused}");
    }
    for (answer, encoding) in [(&plain, "identity"), (&packed, "gzip")] {
        let tag = answer.header("etag").unwrap();
        let accepts = format!("Accept-Encoding: {encoding}");
        for known in [tag.to_owned(), format!("\"x\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
            let again = server.get("GET /", &[&accepts, &format!("If-None-Match: {known}")]);
            assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)), "{known}");
        }
        assert_eq!(server.get("GET /", &[&accepts, "If-None-Match: \"x\""]).status, 200);
    }
    let head = server.get("HEAD /", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), plain.header("content-length"));
    assert_eq!(server.get("GET /example/", &["Accept-Encoding: gzip"]).header("content-encoding"), None, "too small");
}

#[test]
fn only_a_page_of_this_server_may_ask() {
    let server = Running::sandbox();
    let (port, token) = (server.port, server.token());
    let [own, origin, token] = [
        format!("Host: 127.0.0.1:{port}"),
        format!("Origin: http://127.0.0.1:{port}"),
        format!("X-Opentop-Token: {token}"),
    ];
    let body = json!({ "method": READS, "target": "sandbox", "parameters": {} }).to_string();
    let ask = |line: &str, lines: &[&str]| server.raw(&[&[line], lines].concat(), &body).status;
    let json = "Content-Type: application/json";
    let post = "POST /_try/prepare HTTP/1.1";
    assert_eq!(ask(post, &[&own, &origin, &token, json]), 200);
    assert_eq!(ask(post, &[&own, &origin, &token, "content-type: Application/JSON; charset=utf-8"]), 200);
    let localhost = [format!("Host: localhost:{port}"), format!("Origin: http://localhost:{port}")];
    assert_eq!(ask(post, &[&localhost[0], &localhost[1], &token, json]), 200);
    // A name of somebody's own that leads to this machine, another port, two hosts, none.
    for host in
        ["Host: evil.example", "Host: 127.0.0.1", "Host: 127.0.0.1:1", "Host: 127.0.0.1.evil.example:80", "X: y"]
    {
        assert_eq!(ask(post, &[host, &origin, &token, json]), 421, "{host}");
        assert_eq!(server.raw(&["GET / HTTP/1.1", host], "").status, 421, "{host}");
    }
    let evil = format!("Host: evil.example:{port}");
    assert_eq!(ask(post, &[&evil, &format!("Origin: http://evil.example:{port}"), &token, json]), 421);
    assert!(matches!(ask(post, &[&own, "Host: evil.example", &origin, &token, json]), 400 | 421));
    assert_eq!(ask("POST http://evil.example/_try/prepare HTTP/1.1", &[&own, &origin, &token, json]), 421);
    for foreign in ["Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1", &localhost[1], "X: y"]
    {
        assert_eq!(ask(post, &[&own, foreign, &token, json]), 403, "{foreign}");
        assert_eq!(ask("POST /_try/method HTTP/1.1", &[&own, foreign, json]), 403, "{foreign}");
    }
    for site in ["cross-site", "same-site", "none", "x"] {
        assert_eq!(ask(post, &[&own, &origin, &token, json, &format!("Sec-Fetch-Site: {site}")]), 403, "{site}");
    }
    for wrong in ["X-Opentop-Token: ", "X-Opentop-Token: x", "X: y", &token[..token.len() - 1]] {
        for action in ["prepare", "call"] {
            let line = format!("POST /_try/{action} HTTP/1.1");
            assert_eq!(ask(&line, &[&own, &origin, wrong, json]), 403, "{wrong}");
        }
    }
    for verb in ["GET", "PUT", "OPTIONS", "DELETE"] {
        assert_eq!(ask(&format!("{verb} /_try/call HTTP/1.1"), &[&own, &origin, &token, json]), 405, "{verb}");
    }
    for kind in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
    ] {
        assert_eq!(ask(post, &[&own, &origin, &token, &format!("Content-Type: {kind}")]), 415, "{kind}");
    }
    assert_eq!(ask(post, &[&own, &origin, &token]), 415);
    // Nor may a foreign page call the sandbox, which is harmless, but none of its business.
    let gateway = "POST /router/rest HTTP/1.1";
    assert_eq!(ask(gateway, &[&own, "Origin: http://evil.example"]), 403);
    assert_eq!(ask(gateway, &[&own, "Sec-Fetch-Site: cross-site"]), 403);
    assert_eq!(ask(gateway, &[&own]), 200, "a client, which sends neither");
    let answer = server.raw(&["OPTIONS /_try/call HTTP/1.1", &own, &origin], "");
    assert!(!answer.head.to_lowercase().contains("access-control"), "{answer:?}");
}

#[test]
fn a_call_of_the_sandbox_is_checked_shown_and_made_once() {
    let server = Running::sandbox();
    let asked = |parameters: &Value| json!({ "method": READS, "target": "sandbox", "parameters": parameters });
    let wrong = server.ask("prepare", &server.token(), &asked(&json!({ "account_id": "x", "start_tim": 1 }))).json();
    let found = wrong["violations"].to_string();
    assert!(found.contains("start_tim") && found.contains("account_id") && wrong["curl"].is_null(), "{wrong}");
    let prepared = server.ask("prepare", &server.token(), &asked(&read_parameters())).json();
    assert_eq!(prepared["violations"], json!([]), "{prepared}");
    assert!(prepared["curl"].as_str().unwrap().starts_with("curl 'http://127.0.0.1:"), "{prepared}");
    assert!(prepared["request"].as_str().unwrap().contains("\nsign="), "{prepared}");
    let command = prepared["command"].as_str().unwrap();
    assert!(
        command.contains(&format!("opentop call {READS} account_id=1 'start_time=2024-01-01 00:00:00'")),
        "{command}"
    );
    let done = server.call("sandbox", READS, &read_parameters(), "one").json();
    assert_eq!(done["outcome"], "done", "{done}");
    assert!(done["request_id"].is_string() && done["body"].as_str().unwrap().starts_with("{\n  \""), "{done}");
    let again = server.call("sandbox", READS, &read_parameters(), "one");
    assert_eq!(again.status, 409, "{}", again.text());
    assert_eq!(server.call("sandbox", READS, &read_parameters(), "").status, 409, "a call without a number");
    assert_eq!(server.call("sandbox", WRITES, &write_parameters(), "two").status, 200);
    assert_eq!(server.call("sandbox", "no.such.method", &json!({}), "three").status, 404);
    assert_eq!(server.call("live", READS, &read_parameters(), "four").status, 403, "without --live");
}

#[test]
fn a_page_cannot_have_a_file_of_this_machine_sent() {
    let server = Running::sandbox();
    for path in [json!("@/etc/passwd"), json!({ "path": "/etc/passwd" })] {
        let mut parameters = read_parameters();
        parameters["photo"] = path;
        let answer = server.call("sandbox", READS, &parameters, "x");
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    let asked = json!({
        "method": READS, "target": "sandbox", "parameters": read_parameters(), "once": "y",
        "files": [{ "parameter": "photo", "name": "a.png", "media_type": "image/png", "base64": "AAEC" }],
    });
    assert_eq!(server.ask("call", &server.token(), &asked).json()["outcome"], "done");
}

/// Options of `docs` that name an account.
#[derive(clap::Parser)]
struct Options {
    #[command(flatten)]
    account: account::Args,
}

/// A gateway that answers with whatever `reply` makes of a request, and keeps what it got.
fn gateway(reply: impl Fn(&str) -> Option<String> + Send + 'static) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut request, mut piece) = (stream.unwrap(), Vec::new(), [0; 4096]);
            loop {
                let text = String::from_utf8_lossy(&request).to_lowercase();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length =
                        head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()).unwrap_or("0");
                    if body.len() >= length.parse::<usize>().unwrap() {
                        break;
                    }
                }
                let count = stream.read(&mut piece).unwrap();
                request.extend_from_slice(&piece[..count]);
                if count == 0 {
                    break;
                }
            }
            let request = String::from_utf8_lossy(&request).into_owned();
            let answer = reply(&request);
            kept.lock().unwrap().push(request);
            if let Some(body) = answer {
                let length = body.len();
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
                write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
            }
        }
    });
    (port, seen)
}

/// `--live` for that gateway, with credentials of a file.
fn live(folder: &tempfile::TempDir, port: u16, allow_writes: bool) -> Live {
    let file = folder.path().join("account");
    std::fs::write(&file, format!("app_key=12345678\napp_secret={SECRET}\nsession={SESSION}\n")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (file, endpoint) = (file.to_str().unwrap(), format!("http://127.0.0.1:{port}"));
    let account = Options::parse_from(["docs", "--credentials", file, "--endpoint", &endpoint]).account;
    Live { account, allow_writes }
}

#[test]
fn what_a_gateway_sends_back_of_the_credentials_reaches_no_page() {
    let folder = tempfile::tempdir().unwrap();
    let echo = |request: &str| {
        let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
        let sign = form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "sign").unwrap().1;
        Some(
            json!({ "alibaba_example_gift_get_response": {
                "total": 1, "note": format!("{SECRET} {SESSION} {sign}"), "body": body, "sign": sign, "request_id": "r1",
                "inner": json!({ "session": SESSION, "sign": sign }).to_string(),
            } })
            .to_string(),
        )
    };
    let refuse = |request: &str| {
        let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
        let error =
            json!({ "code": 25, "msg": format!("Invalid signature {body}"), "sub_msg": SESSION, "request_id": "r2" });
        Some(json!({ "error_response": error }).to_string())
    };
    let page = |request: &str| Some(format!("<html>{request}{SECRET}</html>"));
    type Reply = fn(&str) -> Option<String>;
    for (reply, outcome) in [(echo as Reply, "done"), (refuse as Reply, "failed"), (page as Reply, "failed")] {
        let (port, seen) = gateway(reply);
        let server = Running::start(model(), Some(live(&folder, port, false)));
        let token = server.token();
        let asked = json!({ "method": READS, "target": "live", "parameters": read_parameters(), "once": "x" });
        let answers = ["method", "prepare", "call"].map(|action| {
            let asked = if action == "method" { json!({ "method": READS }) } else { asked.clone() };
            server.ask(action, &token, &asked)
        });
        assert_eq!(answers[2].json()["outcome"], outcome, "{}", answers[2].text());
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), 1);
        let body = seen[0].split("\r\n\r\n").nth(1).unwrap();
        let sign = form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "sign").unwrap().1.into_owned();
        for answer in &answers {
            for secret in [SECRET, SESSION, &sign, &SECRET[5..15], &SESSION[5..15], &sign[8..20]] {
                assert!(!answer.text().contains(secret), "{secret}: {}", answer.text());
            }
        }
        let prepared = answers[1].json();
        assert!(prepared["curl"].is_null(), "a signature is a credential");
        assert!(prepared["request"].as_str().unwrap().contains("sign=[signature]"), "{prepared}");
    }
}

#[test]
fn a_write_needs_allow_writes_and_is_sent_once() {
    let folder = tempfile::tempdir().unwrap();
    let (port, seen) = gateway(|_| None);
    let count = || seen.lock().unwrap().len();
    let mut unconfirmed = model();
    for api in &mut unconfirmed.apis {
        if api.method == READS {
            api.suggested_effect = Some(Effect::Read);
        }
    }
    let server = Running::start(unconfirmed, Some(live(&folder, port, false)));
    for (method, parameters) in [(WRITES, write_parameters()), (READS, read_parameters())] {
        let answer = server.call("live", method, &parameters, method);
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(answer.text().contains("--allow-writes"), "{}", answer.text());
        assert_eq!(server.call("sandbox", method, &parameters, &format!("{method} again")).status, 200);
    }
    assert_eq!(count(), 0, "nothing was sent");
    let server = Running::start(model(), Some(live(&folder, port, true)));
    let answer = server.call("live", WRITES, &write_parameters(), "w");
    assert_eq!(answer.json()["outcome"], "unknown", "the connection ended without an answer: {}", answer.text());
    assert_eq!(count(), 1, "not sent again");
    assert_eq!(server.call("live", WRITES, &write_parameters(), "w").status, 409);
    assert_eq!(count(), 1, "nor when the browser asks again");
}
