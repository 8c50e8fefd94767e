//! Which TLS provider the transports use, as their first message on the wire tells: the process's, else the feature's.

#![cfg(all(feature = "reqwest-no-provider", feature = "ureq-no-provider"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Read;
use std::net::TcpListener;
use std::time::Duration;

use opentop_runtime::Endpoint;
use opentop_runtime::error::ConfigError;
use opentop_runtime::transport::{
    BlockingTransport, ReqwestTransport, Transport, TransportLimits, TransportOptions, UreqTransport,
};
use rustls::crypto::ring;

/// What a client offers: its cipher suites and signature schemes.
struct Hello {
    suites: Vec<u16>,
    schemes: Vec<u16>,
}

/// ChaCha20 in TLS 1.3, which the provider below has alone.
const CHACHA: u16 = 0x1303;

/// ECDSA over P-521, which aws-lc-rs verifies and ring does not.
const P521: u16 = 0x0603;

/// Takes one connection, and reads what comes first.
fn hello(connect: impl FnOnce(Endpoint) + Send + 'static) -> Hello {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::custom(&format!("https://localhost:{}/", listener.local_addr().unwrap().port())).unwrap();
    let calling = std::thread::spawn(move || connect(endpoint));
    let (mut stream, _) = listener.accept().unwrap();
    let mut head = [0; 5];
    stream.read_exact(&mut head).unwrap();
    let mut record = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut record).unwrap();
    drop(stream);
    calling.join().unwrap();
    parse(&record)
}

fn parse(record: &[u8]) -> Hello {
    let long =
        |bytes: &[u8]| bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect::<Vec<_>>();
    let length = |rest: &[u8]| usize::from(u16::from_be_bytes([rest[0], rest[1]]));
    // Type and length, version, random; then the session, the suites, the compression, the extensions.
    let rest = &record[4 + 2 + 32..];
    let rest = &rest[1 + usize::from(rest[0])..];
    let suites = long(&rest[2..2 + length(rest)]);
    let rest = &rest[2 + length(rest)..];
    let mut rest = &rest[1 + usize::from(rest[0]) + 2..];
    let mut schemes = Vec::new();
    while rest.len() >= 4 {
        let (kind, size) = (length(rest), length(&rest[2..]));
        if kind == 13 {
            schemes = long(&rest[6..4 + size]);
        }
        rest = &rest[4 + size..];
    }
    Hello { suites, schemes }
}

fn request(endpoint: &Endpoint) -> http::Request<bytes::Bytes> {
    http::Request::post(endpoint.uri()).body("a=1".into()).unwrap()
}

fn limits() -> TransportLimits {
    TransportLimits::new(Duration::from_secs(5), 1024)
}

fn over_reqwest(endpoint: Endpoint) {
    let transport = ReqwestTransport::new(&endpoint, &TransportOptions::new()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert!(runtime.block_on(transport.send(request(&endpoint), limits())).is_err());
}

fn over_ureq(endpoint: Endpoint) {
    let transport = UreqTransport::new(&endpoint, &TransportOptions::new()).unwrap();
    assert!(BlockingTransport::send(&transport, request(&endpoint), limits()).is_err());
}

#[test]
fn the_processs_provider_comes_before_that_of_the_feature() {
    if cfg!(any(feature = "ring", feature = "aws-lc-rs")) {
        for hello in [hello(over_reqwest), hello(over_ureq)] {
            assert!(hello.suites.len() > 3, "{:x?}", hello.suites);
            assert_eq!(hello.schemes.contains(&P521), cfg!(feature = "aws-lc-rs"), "{:x?}", hello.schemes);
        }
    } else {
        let (endpoint, options) = (Endpoint::production(), TransportOptions::new());
        let reqwest = ReqwestTransport::new(&endpoint, &options).unwrap_err();
        let ureq = UreqTransport::new(&endpoint, &options).unwrap_err();
        assert_eq!((&reqwest, &ureq), (&ConfigError::MissingTlsProvider, &ConfigError::MissingTlsProvider));
    }
    let mut provider = ring::default_provider();
    provider.cipher_suites = vec![ring::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256];
    assert!(provider.install_default().is_ok());
    for hello in [hello(over_reqwest), hello(over_ureq)] {
        // 0x00ff is no suite; rustls says by it that it never renegotiates.
        let suites: Vec<u16> = hello.suites.into_iter().filter(|suite| *suite != 0x00ff).collect();
        assert_eq!(suites, [CHACHA]);
    }
}
