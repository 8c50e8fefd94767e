//! A proxy in the environment gets nothing, unless the caller asks for it.

#![cfg(all(feature = "reqwest", feature = "ureq"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use opentop_runtime::transport::{
    BlockingTransport, ReqwestTransport, Transport, TransportLimits, TransportOptions, UreqTransport,
};
use opentop_runtime::{Client, Effect, Endpoint, Parameters, RetryPolicy, blocking};

type UreqBuilder = ureq::config::ConfigBuilder<ureq::typestate::AgentScope>;

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

/// Run again by the tests below, with proxies in its environment.
#[tokio::test]
async fn calls() {
    let Ok(port) = std::env::var("OPENTOP_TEST_PORT") else { return };
    let asked = std::env::var("OPENTOP_TEST_PROXY").is_ok();
    let hostile = std::env::var("OPENTOP_TEST_HOSTILE").is_ok();
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/router/rest")).unwrap();
    let method = "taobao.example.gift.count";
    let parameters = || Parameters::from_pairs([("gift_id", "42")]).unwrap();
    let options = TransportOptions::new().proxy_from_env(asked);

    let builder = Client::builder().endpoint(endpoint.clone()).app_key("1").app_secret("s").proxy_from_env(asked);
    let builder = builder.retries(RetryPolicy::none());
    let client = if hostile {
        builder.transport(ReqwestTransport::with_builder(&endpoint, &options, hostile_reqwest).unwrap())
    } else {
        builder
    };
    let client = client.build().unwrap();
    // What the proxy of this test makes of it does not matter: it is no proxy.
    assert!(client.call_untyped(method, Effect::Read, parameters()).await.is_ok() || asked);

    let builder = blocking::Client::builder().endpoint(endpoint.clone()).app_key("1").app_secret("s");
    let builder = builder.retries(RetryPolicy::none()).proxy_from_env(asked);
    let client = if hostile {
        builder.transport(UreqTransport::with_builder(&endpoint, &options, hostile_ureq).unwrap())
    } else {
        builder
    };
    let client = client.build().unwrap();
    let call = move || assert!(client.call_untyped(method, Effect::Read, parameters()).is_ok() || asked);
    tokio::task::spawn_blocking(call).await.unwrap();
}

/// Throws the transport's defaults away. A new builder of reqwest reads the environment.
fn hostile_reqwest(_: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into());
    let tls = tls.with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls)
}

/// The same of ureq.
fn hostile_ureq(_: UreqBuilder) -> UreqBuilder {
    ureq::Agent::config_builder()
}

/// Runs `calls` with a proxy in every variable; how many requests came to the gateway and to the proxy.
fn run(flags: &[&str]) -> (usize, usize) {
    let ((gateway, direct), (proxy, proxied)) = (server(), server());
    let url = format!("http://127.0.0.1:{proxy}");
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "calls"]).env("OPENTOP_TEST_PORT", gateway.to_string());
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(name, &url);
    }
    again.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
    for flag in flags {
        again.env(flag, "yes");
    }
    let output = again.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    std::thread::sleep(Duration::from_millis(50));
    (direct.try_iter().count(), proxied.try_iter().count())
}

#[test]
fn a_proxy_is_taken_only_where_it_is_asked_for() {
    assert_eq!(run(&[]), (2, 0));
    assert_eq!(run(&["OPENTOP_TEST_PROXY"]), (0, 2));
}

#[test]
fn a_builder_of_the_users_own_does_not_bring_the_environments_proxy() {
    assert_eq!(run(&["OPENTOP_TEST_HOSTILE"]), (2, 0));
    assert_eq!(run(&["OPENTOP_TEST_HOSTILE", "OPENTOP_TEST_PROXY"]), (0, 2));
}

#[tokio::test]
async fn a_proxy_that_the_builder_names_is_taken() {
    let (proxy, proxied) = server();
    let url = format!("http://127.0.0.1:{proxy}");
    let endpoint = Endpoint::custom("http://127.0.0.1:1/router/rest").unwrap();
    let request = || http::Request::post(endpoint.uri()).body("a=1".into()).unwrap();
    let limits = TransportLimits::new(Duration::from_secs(5), 1024);
    let named = reqwest::Proxy::all(&url).unwrap();
    let transport =
        ReqwestTransport::with_builder(&endpoint, &TransportOptions::new(), |builder| builder.proxy(named)).unwrap();
    drop(transport.send(request(), limits).await);
    assert_eq!(proxied.try_iter().count(), 1);
    let named = ureq::Proxy::new(&url).unwrap();
    let options = TransportOptions::new();
    let transport = UreqTransport::with_builder(&endpoint, &options, |builder| builder.proxy(Some(named))).unwrap();
    let sent = request();
    let call = move || drop(BlockingTransport::send(&transport, sent, limits));
    tokio::task::spawn_blocking(call).await.unwrap();
    assert_eq!(proxied.try_iter().count(), 1);
}
