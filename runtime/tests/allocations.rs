//! What arrives from outside takes no more memory than its own size allows: a frame of the message channel none at all, a call of the
//! platform a fixed multiple. Every allocation counts, freed or not.
//!
//! `OPENTOP_ALLOCATIONS=1000000` sets how many damaged frames are read.
#![cfg(all(feature = "spi", feature = "tmc-codec"))]
#![allow(clippy::unwrap_used)]

use std::alloc::System;
use std::fs;
use std::path::Path;

use opentop_runtime::__private::v1::link::{DATA, Frame, KIND, SEND, Value};
use opentop_runtime::spi::{Incoming, Verifier};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The bytes that `run` allocates: the least of three times, for the test harness has threads of its own.
fn allocated(run: impl Fn()) -> usize {
    let once = |_| {
        let region = Region::new(COUNTING);
        run();
        region.change().bytes_allocated
    };
    (0..3).map(once).min().unwrap_or_default()
}

/// A generator that needs no crate: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

fn frames() -> Vec<Vec<u8>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/frame");
    let files = fs::read_dir(corpus).into_iter().flatten();
    let known = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    let own = Frame::new(SEND).token("b3e4a6c2").encode(&[
        (KIND, Value::Byte(DATA)),
        ("id", Value::Int64(7)),
        ("content", Value::Text(r#"{"tid":1}"#)),
        ("packed", Value::Bytes(&[0x1f, 0x8b, 0, 0])),
        ("time", Value::Date(1_451_620_800_000)),
    ]);
    known.chain([own]).collect()
}

/// Frames whose bytes and lengths are anything.
fn damaged_frames() {
    let count = std::env::var("OPENTOP_ALLOCATIONS").ok().map_or(20_000, |count| count.parse::<usize>().unwrap());
    let (mut random, frames) = (Random(0x000a_110c), frames());
    let mut taken = 0_u32;
    for _ in 0..count {
        let mut frame = frames[random.below(frames.len())].clone();
        for _ in 0..random.below(4) {
            let at = random.below(frame.len() + 1);
            match random.below(4) {
                0 => frame.truncate(at),
                1 if at + 4 <= frame.len() => frame[at..at + 4].copy_from_slice(&i32::MAX.to_le_bytes()),
                2 if at < frame.len() => frame[at] = 0xff,
                _ => frame.insert(at, 0),
            }
        }
        let bytes = allocated(|| {
            if let Ok(frame) = Frame::decode(&frame) {
                std::hint::black_box((frame.get("content"), frame.fields.into_iter().count()));
            }
        });
        assert_eq!(bytes, 0, "{frame:?}");
        taken += u32::from(Frame::decode(&frame).is_ok());
    }
    assert!(taken > 0);
}

/// Calls that are made to cost.
fn costly_calls() {
    const SIZE: usize = 1 << 20;
    let verifier = Verifier::new("helloworld");
    let part = "--x\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n";
    let form = "application/x-www-form-urlencoded";
    let many = |piece: &str| piece.repeat(SIZE / piece.len());
    for (kind, query, body, list) in [
        (form, "sign=a".to_owned(), many("a&"), String::new()),
        (form, "sign=a".to_owned(), many("%41"), String::new()),
        (form, many("a=&"), String::new(), String::new()),
        ("multipart/form-data; boundary=x", "sign=a".to_owned(), many(part), String::new()),
        ("multipart/form-data; boundary=x", "sign=a".to_owned(), many("--x\r\n\r\n"), String::new()),
        ("application/json;charset=GBK", "sign=a".to_owned(), many("a"), String::new()),
        ("text/plain", "sign=a".to_owned(), String::new(), many("a,")),
    ] {
        let headers = [("top-sign-list", list.as_str())];
        let headers = if list.is_empty() { &[][..] } else { &headers };
        let body = body.as_bytes();
        let call = Incoming { method: "POST", headers, query: &query, content_type: Some(kind), body };
        let size = query.len() + body.len() + list.len();
        let bytes = allocated(|| assert!(verifier.verify(&call).is_err()));
        assert!(bytes <= 4 * size, "{kind}: {bytes} bytes for {size}");
    }
}

/// One test: whatever ran beside it would count.
#[test]
fn nothing_that_arrives_takes_more_memory_than_its_size_allows() {
    damaged_frames();
    costly_calls();
}
