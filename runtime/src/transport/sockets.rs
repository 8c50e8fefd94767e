//! A single-threaded server for the tests of both transports.

#![allow(clippy::unwrap_used)]
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::TransportLimits;

pub(super) const LIMITS: TransportLimits =
    TransportLimits { timeout: Duration::from_secs(5), max_body: 64, read_timeout: None };

/// Serves one connection after another; returns the port and the heads of the requests that came.
pub(super) fn serve(handle: impl Fn(&mut TcpStream) + Send + 'static) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut seen = Vec::new();
            // The requests of these tests end with their body, `a=1`.
            while !seen.ends_with(b"a=1") {
                let mut chunk = [0; 1024];
                match stream.read(&mut chunk) {
                    Ok(0) | Err(_) => break,
                    Ok(length) => seen.extend_from_slice(&chunk[..length]),
                }
            }
            if sender.send(String::from_utf8_lossy(&seen).into_owned()).is_err() {
                return;
            }
            handle(&mut stream);
            drop(stream.shutdown(Shutdown::Both));
        }
    });
    (port, receiver)
}

pub(super) fn answering(answer: impl Into<Vec<u8>>) -> (u16, Receiver<String>) {
    let answer = answer.into();
    serve(move |stream| drop(stream.write_all(&answer)))
}

/// Answers over the bound of 64 bytes: announced, in chunks, until the connection ends, and a thousandfold out of gzip.
pub(super) fn too_large() -> [Vec<u8>; 4] {
    let body = "x".repeat(65);
    let mut bomb = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
    bomb.extend_from_slice(GZIPPED);
    [
        format!("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n{body}").into_bytes(),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n{body}\r\n0\r\n\r\n").into_bytes(),
        format!("HTTP/1.1 200 OK\r\n\r\n{body}").into_bytes(),
        bomb,
    ]
}

/// Malformed answers: wrong lengths, invalid chunks, truncated gzip, endless headers.
pub(super) fn malformed() -> Vec<Vec<u8>> {
    let head = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").into_bytes();
    let with = |fields: &str, body: &[u8]| [head(fields), body.to_vec()].concat();
    vec![
        with("Content-Length: 5", b"body"),
        with("Content-Length: -1", b"body"),
        with("Content-Length: 4\r\nContent-Length: 3", b"body"),
        with("Transfer-Encoding: chunked", b"zz\r\nbody\r\n0\r\n\r\n"),
        with("Transfer-Encoding: chunked", b"4\r\nbody\r\n"),
        with("Transfer-Encoding: chunked", b"ffffffffffffffffff\r\nbody"),
        with("Content-Encoding: gzip", &GZIPPED[..20]),
        with("Content-Encoding: gzip", b"not gzip"),
        head(&"X-A: b\r\n".repeat(100_000)),
        b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
    ]
}

/// A server that accepts nothing: connections wait in its queue, and no TLS ever comes about.
pub(super) fn silent() -> (u16, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (listener.local_addr().unwrap().port(), listener)
}

/// A TLS server with a certificate that nobody vouches for; what it decrypts comes out of the channel.
pub(super) fn untrusted() -> (u16, Receiver<Vec<u8>>) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let connection = rustls::ServerConnection::new(config.into()).unwrap();
        let mut received = Vec::new();
        drop(rustls::StreamOwned::new(connection, stream).read_to_end(&mut received));
        drop(sender.send(received));
    });
    (port, receiver)
}

/// 100,000 times `x`, gzipped.
const GZIPPED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xda\x8b\x6f\x0d\x0f\xa0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x57\x03\x71\x11\x07\xfe\xa0\x86\x01\x00";
