//! Answers that are wrong as HTTP, on connections that stay open: each ends in an error of its own kind or in the right answer,
//! and what is left over on a connection is never taken for the answer of the next call.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use opentop::{Error, WriteError};

use crate::support::scripted::{Scripted, Step, Wish, answer, done, say, serve};

/// The first bytes of `{}`, gzipped.
const GZIPPED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xab\xae";

/// What the first call of a row comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ends {
    /// In the answer that was meant for it.
    Well,
    /// In an error; nobody knows what became of the write.
    Badly,
    /// One or the other, as the HTTP library sees it.
    Either,
}
use Ends::{Badly, Either, Well};

fn with(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes(), body].concat()
}

fn chunked(body: &str, end: &str) -> Vec<u8> {
    let chunk = format!("{:x}\r\n{body}\r\n{end}", body.len());
    with("Transfer-Encoding: chunked", chunk.as_bytes())
}

/// What the server says to the first request. The marker of the answer that is meant is 0, that of one nobody asked for 999.
fn rows() -> Vec<(&'static str, Vec<u8>, Ends)> {
    let (body, forged) = (done(0), answer(&done(999), ""));
    let length = body.len();
    let with_length = |length: &str| with(&format!("Content-Length: {length}"), body.as_bytes());
    let followed = |first: Vec<u8>| [first, forged.clone().into_bytes()].concat();
    vec![
        ("a length too short", with_length(&(length - 7).to_string()), Badly),
        ("a length too short by an answer", followed(with_length(&length.to_string())), Well),
        ("an answer behind the last chunk", followed(chunked(&body, "0\r\n\r\n")), Well),
        ("two lengths", with_length(&format!("{length}\r\nContent-Length: {}", length - 1)), Badly),
        ("a length below nothing", with_length("-1"), Badly),
        ("a length in words", with_length("all"), Badly),
        ("a length beyond all numbers", with_length("99999999999999999999999"), Badly),
        ("a length beside chunks", followed(with_length("3\r\nTransfer-Encoding: chunked")), Badly),
        ("a chunk of no size", with("Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"), Badly),
        ("a chunk of a size below nothing", with("Transfer-Encoding: chunked", b"-2\r\n{}\r\n0\r\n\r\n"), Badly),
        ("a chunk longer than its size", chunked(&body, "x\r\n0\r\n\r\n"), Badly),
        ("trailers", chunked(&body, "0\r\nX-Sign: x\r\nContent-Length: 3\r\n\r\n"), Well),
        ("gzip that ends early", with("Content-Encoding: gzip\r\nContent-Length: 12", GZIPPED), Badly),
        (
            "text that claims to be gzip",
            with(&format!("Content-Encoding: gzip\r\nContent-Length: {length}"), body.as_bytes()),
            Badly,
        ),
        ("no body, and one all the same", followed(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()), Badly),
        ("not modified, and a body", followed(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()), Badly),
        ("another protocol", followed(b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec()), Badly),
        (
            "a few hundred first words",
            [b"HTTP/1.1 102 Processing\r\n\r\n".repeat(300), answer(&body, "").into()].concat(),
            Either,
        ),
        ("be told to go on", [&b"HTTP/1.1 100 Continue\r\n\r\n"[..], answer(&body, "").as_bytes()].concat(), Either),
        ("a header without end", with(&format!("X-A: {}", "x".repeat(1 << 20)), b""), Badly),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec(), Badly),
    ]
}

/// Says `first` to the first request and keeps the connection; all others are answered well.
fn server(first: Vec<u8>) -> Scripted {
    serve(move |turn| vec![say(if turn == 0 { first.clone() } else { answer(&done(turn), "").into_bytes() })])
}

#[test]
fn a_malformed_answer_is_an_error_and_its_rest_nobodys_answer() {
    let wish = Wish { read_timeout: Duration::from_secs(2), ..Wish::patient() };
    for (name, first, ends) in rows() {
        for at in [0, 1] {
            let server = server(first.clone());
            let client = &server.clients(wish.clone())[at];
            let name = format!("{name}, {}", client.name());
            let result = client.write("first");
            match &result {
                Ok(id) => assert!(ends != Badly && id.as_deref() == Some("r0"), "{name}: {id:?}"),
                Err(WriteError::Unknown(pending)) => {
                    assert!(ends != Well && typed(pending.error()), "{name}: {:?}", pending.error());
                }
                other => panic!("{name}: {other:?}"),
            }
            let next = client.write("next");
            assert_eq!(next.unwrap().as_deref(), Some("r1"), "{name}: another's answer");
            assert_eq!(server.requests(), 2, "{name}: something was sent again");
        }
    }
}

/// Whether the error says what it is: the exchange, the status or the text.
fn typed(error: Option<&Error>) -> bool {
    matches!(error, Some(Error::Transport(_) | Error::Status { .. } | Error::Decode { .. } | Error::Timeout { .. }))
}

#[test]
fn first_words_without_end_are_cut_off_by_the_deadline() {
    for words in ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"] {
        let storm = words.repeat(1_000).into_bytes();
        let server = serve(move |_| vec![Step::Repeat(storm.clone(), u64::MAX)]);
        for client in server.clients(Wish { timeout: Duration::from_millis(500), ..Wish::patient() }) {
            let begun = std::time::Instant::now();
            let result = client.write("k");
            assert!(matches!(&result, Err(WriteError::Unknown(_))), "{}: {result:?}", client.name());
            assert!(begun.elapsed() < Duration::from_secs(10), "{}: {:?}", client.name(), begun.elapsed());
        }
    }
}

/// A planted defect: a client that keeps its connection, whatever stands on it.
fn naive(server: &Scripted) -> String {
    let mut stream = BufReader::new(TcpStream::connect(server.address).unwrap());
    let mut last = String::new();
    for _ in 0..2 {
        stream.get_mut().write_all(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n").unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        last = String::from_utf8(body).unwrap();
    }
    last
}

#[test]
fn the_oracle_sees_a_client_that_takes_anothers_answer() {
    let (name, first, _) = rows().swap_remove(1);
    assert_eq!(name, "a length too short by an answer");
    assert_eq!(naive(&server(first)), done(999));
}
