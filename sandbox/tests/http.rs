//! What the sandbox reads as HTTP, byte by byte.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use opentop_sandbox::{Fault, HangUp, Sandbox};

const LENGTH: &[u8] =
    b"POST /router/rest?format=json HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 8\r\n\r\nmethod=a";
const CHUNKED: &[u8] = b"POST http://h:1/router/rest?format=json HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
    2;x=1\r\nme\r\n6\r\nthod=a\r\n0\r\nT: 1\r\n\r\n";

/// What comes back for `bytes`, sent in two parts.
fn exchange(sandbox: &Sandbox, bytes: &[u8], split: usize) -> String {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(&bytes[..split]).unwrap();
    if split > 0 {
        sleep(Duration::from_millis(2));
    }
    stream.write_all(&bytes[split..]).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_request_is_read_wherever_the_network_splits_it() {
    let sandbox = Sandbox::start_blocking().unwrap();
    for bytes in [LENGTH, CHUNKED] {
        for split in (0..bytes.len()).step_by(3) {
            let answer = exchange(&sandbox, bytes, split);
            assert!(answer.contains(r#"{"error_response":{"code":22,"#), "{split}: {answer}");
        }
    }
}

#[test]
fn no_byte_beyond_the_budget_of_a_cut_is_read() {
    let answered = |bytes: &[u8], after: usize| {
        let sandbox = Sandbox::start_blocking().unwrap();
        sandbox.push_faults(vec![Fault::CutRequest { after, how: HangUp::Fin }]);
        assert_eq!(exchange(&sandbox, bytes, 0), "");
        assert!(sandbox.settle(Duration::from_secs(5)));
        // The id of the next call tells how many were judged before it.
        exchange(&sandbox, LENGTH, 0).contains("sandbox0000000002")
    };
    for bytes in [LENGTH, CHUNKED] {
        for after in [0, 1, 60, bytes.len() - 1] {
            assert!(!answered(bytes, after), "{after}");
        }
        assert!(answered(bytes, bytes.len()) && answered(bytes, bytes.len() + 1));
    }
}

#[test]
fn a_request_that_ends_early_is_not_answered() {
    let sandbox = Sandbox::start_blocking().unwrap();
    for end in [10, LENGTH.len() - 9, LENGTH.len() - 1] {
        let mut stream = TcpStream::connect(sandbox.address()).unwrap();
        stream.write_all(&LENGTH[..end]).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(!answer.contains("error_response"), "{end}: {answer}");
    }
    assert!(sandbox.settle(Duration::from_secs(5)));
}

#[test]
fn what_is_no_http_is_refused() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let body = |headers: &str, body: &str| format!("POST /router/rest HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n{body}");
    for (bytes, status) in [
        (body("Content-Length: 3\r\nContent-Length: 4", "body"), "400"),
        (body("Content-Length: +3", "body"), "400"),
        (body("Content-Length: -1", "body"), "400"),
        (body("Content-Length: 10485761", ""), "413"),
        (body("Transfer-Encoding: chunked", "xyz\r\n"), "400"),
        (body("Transfer-Encoding: chunked", "1\r\nab\r\n0\r\n\r\n"), "400"),
        ("\u{16}\u{3}\u{1}\u{2} hello\r\n\r\n".to_owned(), "400"),
        (format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(500_000)), "431"),
    ] {
        let answer = exchange(&sandbox, bytes.as_bytes(), 0);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{}: {answer}", &bytes[..60.min(bytes.len())]);
    }
}
