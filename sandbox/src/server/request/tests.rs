#![allow(clippy::unwrap_used, clippy::panic)]
use tokio::net::TcpListener;

use super::*;

/// What is read of `bytes`, sent in two parts cut at `at`.
async fn read(bytes: &[u8], at: usize, budget: usize) -> Result<Incoming, ReadError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    let (first, second) = (bytes[..at].to_vec(), bytes[at..].to_vec());
    let sending = tokio::spawn(async move {
        client.write_all(&first).await.unwrap();
        tokio::task::yield_now().await;
        client.write_all(&second).await.unwrap();
        client.shutdown().await.unwrap();
        client
    });
    let result = Reader::new(server).request(budget).await;
    drop(sending.await);
    result
}

const LENGTH: &[u8] = b"POST /a?b=c HTTP/1.1\r\nContent-Type: x/y\r\nContent-Length: 3\r\n\r\nbody";
const CHUNKED: &[u8] =
    b"POST http://h:1/a?b=c HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: x/y\r\n\r\n2;x=1\r\nbo\r\n1\r\nd\r\n0\r\nT: 1\r\n\r\n";

#[tokio::test]
async fn a_request_is_read_wherever_the_network_splits_it() {
    for bytes in [LENGTH, CHUNKED] {
        for at in 0..bytes.len() {
            let Incoming { request, keep_alive } = read(bytes, at, usize::MAX).await.unwrap();
            assert_eq!((request.path.as_str(), request.query.as_str(), &request.body[..]), ("/a", "b=c", &b"bod"[..]));
            assert_eq!((request.method.as_str(), request.content_type.as_deref()), ("POST", Some("x/y")));
            assert!(keep_alive);
        }
    }
}

#[tokio::test]
async fn no_byte_beyond_the_budget_counts() {
    for (bytes, whole) in [(LENGTH, LENGTH.len() - 1), (CHUNKED, CHUNKED.len())] {
        for budget in 0..whole {
            assert_eq!(read(bytes, 0, budget).await.unwrap_err(), ReadError::Cut, "{budget}");
        }
        assert!(read(bytes, 0, whole).await.is_ok());
    }
}

#[tokio::test]
async fn a_request_that_ends_early_is_none() {
    for end in 0..LENGTH.len() - 1 {
        assert_eq!(read(&LENGTH[..end], end, usize::MAX).await.unwrap_err(), ReadError::Gone, "{end}");
    }
}

#[tokio::test]
async fn what_could_be_read_in_two_ways_is_refused() {
    for (headers, status) in [
        ("Content-Length: 3\r\nContent-Length: 4", 400),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", 400),
        ("Content-Length: +3", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: 99999999999999999999999", 413),
        ("Content-Length: 10485761", 413),
        ("Transfer-Encoding: gzip", 400),
    ] {
        let bytes = format!("POST / HTTP/1.1\r\n{headers}\r\n\r\nbody");
        let refused = read(bytes.as_bytes(), 0, usize::MAX).await.unwrap_err();
        assert!(matches!(refused, ReadError::Refused(given, _) if given == status), "{headers}: {refused:?}");
    }
    for (body, status) in
        [("xyz\r\n", 400), ("1\r\nab\r\n0\r\n\r\n", 400), ("fffffff\r\n", 413), ("fffffffff\r\n", 400)]
    {
        let bytes = format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        let refused = read(bytes.as_bytes(), 0, usize::MAX).await.unwrap_err();
        assert!(matches!(refused, ReadError::Refused(given, _) if given == status), "{body}: {refused:?}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let refused = read(b"\x16\x03\x01\x02\x00 hello\r\n\r\n", 0, usize::MAX).await.unwrap_err();
    assert!(matches!(refused, ReadError::Refused(400, _)), "{refused:?}");
    let large = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(MAX_HEAD));
    let refused = read(large.as_bytes(), 0, usize::MAX).await.unwrap_err();
    assert!(matches!(refused, ReadError::Refused(431, _)), "{refused:?}");
}

#[test]
fn a_target_is_split_into_path_and_query() {
    for (text, path, query) in [
        ("/a", "/a", ""),
        ("/a?b=c?d", "/a", "b=c?d"),
        ("http://host:1/a?b", "/a", "b"),
        ("http://host", "/", ""),
        ("/a?u=http://x", "/a", "u=http://x"),
        ("*", "*", ""),
    ] {
        assert_eq!(target(text), (path.to_owned(), query.to_owned()), "{text}");
    }
}
