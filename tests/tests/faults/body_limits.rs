//! Answers without end: a call stops reading at its bound, and the memory it needs stays near that bound.
//!
//! The servers are in this process; the client is in one of its own, so that its memory can be told from theirs.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};
use opentop::error::TransportError;
use opentop::{Error, WriteError};

use crate::support::scripted::{Either, Scripted, Step, Wish, say, serve};

/// The bound of a body by default, after decompression.
const BOUND: u64 = 16 << 20;
/// What a client may need beside it.
const BESIDE: u64 = 32 << 20;
const MIB: usize = 1 << 20;

/// Names the server for the process of its own.
const SERVER: &str = "OPENTOP_TEST_BOMB";

/// A mebibyte of blanks as a part of a deflated stream that can stand behind itself.
fn deflated() -> Vec<u8> {
    let mut out = Vec::with_capacity(MIB);
    let blanks = vec![b' '; MIB];
    Compress::new(Compression::best(), false).compress_vec(&blanks, &mut out, FlushCompress::Full).unwrap();
    out
}

/// 10 GiB in chunks, 10 GiB until the connection ends, 10 GiB out of some 10 MiB of gzip, a million headers.
fn bombs() -> [(&'static str, Vec<Step>); 4] {
    let mut chunk = format!("{MIB:x}\r\n").into_bytes();
    chunk.extend_from_slice(&[b' '; MIB]);
    chunk.extend_from_slice(b"\r\n");
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff";
    let head = |fields: &str| say(format!("HTTP/1.1 200 OK\r\n{fields}\r\n"));
    [
        ("chunks", vec![head("Transfer-Encoding: chunked\r\n"), Step::Repeat(chunk, 10_240)]),
        ("a body without a length", vec![head(""), Step::Repeat(vec![b' '; MIB], 10_240), Step::Close]),
        (
            "gzip",
            vec![head("Content-Encoding: gzip\r\n"), say(&gzip[..]), Step::Repeat(deflated(), 10_240), Step::Close],
        ),
        ("headers", vec![say("HTTP/1.1 200 OK\r\n"), Step::Repeat(b"X-A: b\r\n".repeat(1_000), 1_000), Step::Hold]),
    ]
}

/// Calls the server by both clients, prints how each call ended and how much memory it took.
#[test]
#[ignore = "a part of `a_body_without_end_stops_at_the_bound_and_so_does_memory`, which sets what it needs"]
fn in_a_process_of_its_own() {
    let url = std::env::var(SERVER).unwrap();
    for client in Either::both(&url, Wish { timeout: Duration::from_secs(120), ..Wish::patient() }) {
        let before = reset_peak();
        let ended = match client.write("k") {
            Err(WriteError::Unknown(pending)) => match pending.error() {
                Some(Error::Transport(error)) => format!("{:?}", TransportError::kind(error)),
                other => format!("{other:?}"),
            },
            other => format!("{other:?}"),
        };
        println!("ended {} {ended} {}", client.name(), peak().saturating_sub(before));
    }
    std::io::stdout().flush().unwrap();
}

/// Forgets the peak of this process's memory; gives what it has now. Where the system cannot tell, nothing is measured.
fn reset_peak() -> u64 {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    peak()
}

fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// How a client ended, and the bytes of memory it took.
fn called(server: &Scripted) -> Vec<(String, u64)> {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again
        .args(["--exact", "faults::body_limits::in_a_process_of_its_own", "--ignored", "--nocapture"])
        .env(SERVER, server.url());
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let ends = said.lines().filter_map(|line| line.split_once("ended ")).map(|(_, end)| {
        let (end, memory) = end.rsplit_once(' ').unwrap();
        (end.to_owned(), memory.parse().unwrap())
    });
    ends.collect()
}

#[test]
fn a_body_without_end_stops_at_the_bound_and_so_does_memory() {
    for (name, steps) in bombs() {
        let server = serve(move |_| steps.clone());
        let ends = called(&server);
        println!("{name}: {ends:?}, {} MiB said", server.said() >> 20);
        let expected = if name == "headers" { "Broken" } else { "TooLarge" };
        let of = |client: &str| format!("{client} {expected}");
        assert_eq!(
            ends.iter().map(|(end, _)| end.clone()).collect::<Vec<_>>(),
            [of("async"), of("blocking")],
            "{name}"
        );
        assert!(ends.iter().all(|(_, memory)| *memory < BOUND + BESIDE), "{name}: {ends:?}");
        // What was said lay in the bound or in the buffers of the two connections.
        assert!(server.said() < 2 * (BOUND + BESIDE), "{name}: {} bytes were taken", server.said());
    }
}

#[test]
fn the_bombs_are_as_large_as_they_say() {
    let mut stream = deflated();
    let ratio = MIB / stream.len();
    assert!(ratio > 900, "{ratio} to 1");
    stream.extend_from_slice(&deflated());
    let mut blanks = Vec::with_capacity(3 * MIB);
    flate2::Decompress::new(false).decompress_vec(&stream, &mut blanks, flate2::FlushDecompress::Sync).unwrap();
    assert!(blanks.len() == 2 * MIB && blanks.iter().all(|byte| *byte == b' '));
}

/// The control: a client without a bound takes all of it, and both gauges tell.
#[test]
fn a_client_without_a_bound_is_seen_to_take_it_all() {
    let steps = [say("HTTP/1.1 200 OK\r\n\r\n"), Step::Repeat(vec![b' '; MIB], 100), Step::Close];
    let server = serve(move |_| steps.to_vec());
    let endpoint = opentop::Endpoint::custom(&server.url()).unwrap();
    let transport =
        opentop::transport::UreqTransport::new(&endpoint, &opentop::transport::TransportOptions::new()).unwrap();
    let request = http::Request::post(server.url()).body(bytes::Bytes::new()).unwrap();
    let limits = opentop::transport::TransportLimits::new(Duration::from_secs(60), usize::MAX >> 1);
    let answer = opentop::transport::BlockingTransport::send(&transport, request, limits).unwrap();
    assert!(answer.body().len() == 100 * MIB && server.said() > 2 * (BOUND + BESIDE));
    assert!(peak() == 0 || peak() > 100 << 20);
}
