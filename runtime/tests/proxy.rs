//! A proxy in the environment gets nothing, unless the caller asks for it.

#![cfg(all(feature = "reqwest", feature = "ureq"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use opentop_runtime::Parameters;
use opentop_runtime::{Client, Effect, Endpoint, RetryPolicy, blocking};

/// Answers whatever comes, and tells the first lines of it.
fn server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            drop(sender.send(request(&mut stream)));
            let body = r#"{"example_gift_count_response": {}}"#;
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            drop(stream.write_all(format!("{head}{body}").as_bytes()));
        }
    });
    (port, receiver)
}

/// Reads a request to its end.
fn request(stream: &mut TcpStream) -> String {
    let (mut seen, mut chunk) = (String::new(), [0; 4096]);
    loop {
        let length = stream.read(&mut chunk).unwrap_or_default();
        seen.push_str(&String::from_utf8_lossy(&chunk[..length]));
        if length == 0 {
            return seen;
        }
        let Some((head, body)) = seen.split_once("\r\n\r\n") else { continue };
        let announced = head.to_lowercase().split_once("content-length: ").map_or(0, |(_, rest)| {
            rest.split("\r\n").next().and_then(|number| number.parse().ok()).unwrap_or_default()
        });
        if body.len() >= announced {
            return seen;
        }
    }
}

/// Run again by the test below, with proxies in its environment.
#[tokio::test]
async fn calls() {
    let Ok(port) = std::env::var("OPENTOP_TEST_PORT") else { return };
    let asked = std::env::var("OPENTOP_TEST_PROXY").is_ok();
    let endpoint = move || Endpoint::custom(&format!("http://127.0.0.1:{port}/router/rest")).unwrap();
    let parameters = || Parameters::from_pairs([("gift_id", "42")]).unwrap();
    let method = "taobao.example.gift.count";
    let builder = Client::builder().endpoint(endpoint()).app_key("1").app_secret("s").retries(RetryPolicy::none());
    let client = builder.proxy_from_env(asked).build().unwrap();
    // What the proxy of this test makes of it does not matter: it is no proxy.
    assert!(client.call_untyped(method, Effect::Read, parameters()).await.is_ok() || asked);
    tokio::task::spawn_blocking(move || {
        let builder = blocking::Client::builder().endpoint(endpoint()).app_key("1").app_secret("s");
        let client = builder.retries(RetryPolicy::none()).proxy_from_env(asked).build().unwrap();
        assert!(client.call_untyped(method, Effect::Read, parameters()).is_ok() || asked);
    })
    .await
    .unwrap();
}

#[test]
fn a_proxy_is_taken_only_where_it_is_asked_for() {
    for (asked, at_proxy) in [(false, 0), (true, 2)] {
        let ((gateway, direct), (proxy, proxied)) = (server(), server());
        let url = format!("http://127.0.0.1:{proxy}");
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "calls"]).env("OPENTOP_TEST_PORT", gateway.to_string());
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            again.env(name, &url);
        }
        again.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
        if asked {
            again.env("OPENTOP_TEST_PROXY", "yes");
        }
        let output = again.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!((direct.try_iter().count(), proxied.try_iter().count()), (2 - at_proxy, at_proxy), "asked: {asked}");
    }
}
