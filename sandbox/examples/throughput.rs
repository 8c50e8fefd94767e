//! Measures the sandbox: calls a second over keep-alive connections, and the memory it holds afterwards.
//!
//! `cargo run --release -p opentop-sandbox --example throughput -- [CALLS [plain|ledger|accounts]]`: with `ledger` every call has an idempotency
//! key of its own, with `accounts` an account of its own too, of 100,000. It ends with an error where the process held more than 100 MB.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_runtime::DateTime;
use opentop_sandbox::{Ledger, Sandbox, SourceFile};

const METHOD: &str = "alibaba.example.points.take";
const CONNECTIONS: usize = 4;

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

fn main() {
    let mut arguments = std::env::args().skip(1);
    let calls: usize = arguments.next().map_or(200_000, |text| text.parse().unwrap());
    let kind = arguments.next().unwrap_or_default();
    let (ledger, accounts) = (kind == "ledger" || kind == "accounts", kind == "accounts");
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let sources =
        vec![file("example/category.yaml", "title: 示例\n"), file("example/alibaba.example.points.take.yaml", SPEC)];
    let mut builder = Sandbox::builder().sources(sources);
    if ledger {
        builder = builder.ledger(METHOD, Ledger::new("card_id", "points", 1_000_000_000).after("left"));
    }
    let sandbox = builder.start_blocking().unwrap();
    let begun = Instant::now();
    thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let sandbox = &sandbox;
            scope.spawn(move || call(sandbox, connection, calls / CONNECTIONS, ledger, accounts));
        }
    });
    let took = begun.elapsed().as_secs_f64();
    assert!(sandbox.settle(Duration::from_secs(10)));
    #[allow(clippy::cast_precision_loss, reason = "a figure to look at")]
    let rate = calls as f64 / took;
    println!("{calls} calls in {took:.1} s: {rate:.0} calls/s; {}", memory());
    let most = memory_at_most();
    assert!(most.is_none_or(|kilobytes| kilobytes <= MOST), "the process held more than {MOST} kB");
}

/// The most that the process may hold, in kB.
const MOST: u64 = 100_000;

/// What the process held at most, in kB, where the system says.
fn memory_at_most() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Makes `calls` calls on one connection, each with a key of its own where there is a ledger.
fn call(sandbox: &Sandbox, connection: usize, calls: usize, own_keys: bool, own_accounts: bool) {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut request = bytes(sandbox, "k", "c1");
    let mut answer = [0; 4096];
    for number in 0..calls {
        if own_keys {
            let account = if own_accounts { (connection * calls + number) % 100_000 } else { 1 };
            request = bytes(sandbox, &format!("key-{connection}-{number}"), &format!("c{account}"));
        } else if number % 50_000 == 0 {
            request = bytes(sandbox, "k", "c1");
        }
        stream.write_all(&request).unwrap();
        let read = stream.read(&mut answer).unwrap();
        assert!(
            answer[..read].windows(14).any(|window| window == b"\"success\":true"),
            "{}",
            String::from_utf8_lossy(&answer[..read])
        );
    }
}

fn bytes(sandbox: &Sandbox, key: &str, account: &str) -> Vec<u8> {
    let now = DateTime::now().to_string();
    let mut pairs = vec![
        ("method", METHOD),
        ("app_key", sandbox.app_key()),
        ("session", sandbox.session()),
        ("timestamp", now.as_str()),
        ("v", "2.0"),
        ("format", "json"),
        ("sign_method", "md5"),
        ("simplify", "true"),
        ("request_id", key),
        ("card_id", account),
        ("points", "10"),
    ];
    let signature = sign(SignMethod::Md5, &sandbox.app_secret().into(), &mut pairs, None);
    pairs.push(("sign", &signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let head = format!(
        "POST /router/rest HTTP/1.1\r\nHost: sandbox\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// What the process holds now, and held at most.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}
