//! Servers that take their time: a byte now and then, or nothing at all. A call ends by the rule that is meant for it, the longest
//! silence or the deadline; a read is an error, a write unknown, and neither is sent again.
//!
//! The two rules are told apart by their distance: the one under test is a fraction of a second, the other 20 seconds. So a busy
//! machine changes nothing.

use std::io::Read;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use opentop::Parameters;
use opentop::{Effect, Error, File, WriteError};

use crate::support::scripted::{Either, Scripted, Step, Wish, answer, done, say, serve};

const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(20);

/// Ends by the short rule and not by the long one.
fn ends_in_time(begun: Instant, name: &str) {
    let taken = begun.elapsed();
    // Clocks and timers differ by a millisecond or so.
    assert!(taken + Duration::from_millis(10) >= SHORT && taken < LONG / 2, "{name}: {taken:?}");
}

/// One read and one write by each client, all of which time out.
fn times_out(name: &str, server: &Scripted, wish: Wish) {
    for client in server.clients(wish) {
        let name = format!("{name}, {}", client.name());
        let before = server.requests();
        let begun = Instant::now();
        let read = client.read();
        ends_in_time(begun, &name);
        assert!(matches!(read, Err(Error::Timeout { .. })), "{name}: {read:?}");
        let begun = Instant::now();
        let written = client.write("k");
        ends_in_time(begun, &name);
        let Err(WriteError::Unknown(pending)) = &written else { panic!("{name}: {written:?}") };
        assert!(matches!(pending.error(), Some(Error::Timeout { .. })), "{name}: {written:?}");
        assert_eq!(server.requests() - before, 2, "{name}");
    }
}

fn head(length: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")
}

#[test]
fn silence_ends_a_call_wherever_it_begins() {
    for (name, said) in [
        ("at once", String::new()),
        ("in the first line", "HTTP/1.".to_owned()),
        ("in a header", "HTTP/1.1 200 OK\r\nContent-Le".to_owned()),
        ("after the headers", head(99)),
        ("in the body", head(99) + "{\"result\":"),
        ("before the last byte", answer(&done(1), "").trim_end_matches('}').to_owned()),
        ("in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{".to_owned()),
        ("before the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n".to_owned()),
    ] {
        let server = serve(move |_| vec![say(said.clone()), Step::Hold]);
        times_out(name, &server, Wish { read_timeout: SHORT, ..Wish::patient() });
    }
}

/// Scripts that never fall silent for long, and never end.
fn drips() -> [(&'static str, Vec<Step>); 3] {
    let pause = Duration::from_millis(10);
    let drip = |text: String| Step::Drip(text.into_bytes(), pause);
    [
        ("head", vec![drip(format!("HTTP/1.1 200 OK\r\nX-Slow: {}", "x".repeat(10_000)))]),
        ("body", vec![say(head(100_000)), drip(" ".repeat(10_000))]),
        (
            "chunks",
            vec![say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), drip("1\r\n \r\n".repeat(2_000))],
        ),
    ]
}

#[test]
fn a_byte_now_and_then_does_not_outlast_the_deadline() {
    for (name, steps) in drips() {
        let server = serve(move |_| steps.clone());
        times_out(name, &server, Wish { timeout: SHORT, ..Wish::patient() });
    }
}

/// The control: with nothing but a rule for silence, the same scripts hold a client for as long as they like.
#[test]
fn a_rule_for_silence_alone_would_not_end_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (name, steps) in drips() {
        let server = serve(move |_| steps.clone());
        let transport = opentop::transport::ReqwestTransport::new(
            &opentop::Endpoint::custom(&server.url()).unwrap(),
            &opentop::transport::TransportOptions::new().read_timeout(LONG / 4),
        );
        let limits = opentop::transport::TransportLimits::new(LONG, 1 << 20);
        let request = http::Request::post(server.url()).body(bytes::Bytes::new()).unwrap();
        let ended = runtime.block_on(async {
            let transport = transport.unwrap();
            let call = opentop::transport::Transport::send(&transport, request, limits);
            tokio::time::timeout(SHORT * 6, call).await.is_ok()
        });
        assert!(!ended, "{name}");
    }
}

#[test]
fn a_server_that_does_not_read_does_not_hold_an_upload() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/router/rest", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        // Held open, and not read beyond the first byte.
        let mut held = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0]);
            held.push(stream);
        }
    });
    let mut parameters = Parameters::default();
    // More than both ends of a connection keep for each other.
    parameters.add_file("picture", File::new("a.bin", vec![0; 32 << 20])).unwrap();
    for client in Either::both(&url, Wish { timeout: SHORT, ..Wish::patient() }) {
        let (begun, method) = (Instant::now(), "alibaba.example.picture.upload");
        let result = match &client {
            Either::Async(runtime, client) => {
                runtime.block_on(client.call_untyped(method, Effect::Write, parameters.clone()))
            }
            Either::Blocking(client) => client.call_untyped(method, Effect::Write, parameters.clone()),
        };
        assert!(matches!(&result, Err(WriteError::Unknown(_))), "{}: {result:?}", client.name());
        let taken = begun.elapsed();
        assert!(taken < LONG / 2, "{}: {taken:?}", client.name());
    }
}
