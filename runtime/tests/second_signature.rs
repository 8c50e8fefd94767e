//! The signature against a second implementation, in another language: two thousand calls with names and values of every kind.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use opentop_runtime::__private::engine::sign::sign;
use opentop_runtime::SignMethod;

const CALLS: usize = 2_000;

/// What is awkward in a name or value: separators, escapes, order by bytes and not by characters, nothing at all.
const PARTS: &[&str] = &[
    "",
    "a",
    "A",
    "_",
    "0",
    "foo",
    "bar",
    "=",
    "&",
    "+",
    "%",
    "%20",
    " ",
    "\"",
    "\\",
    "/",
    "@home",
    "{\"a\":[1]}",
    "\n",
    "\u{7f}",
    "测试",
    "é",
    "e\u{301}",
    "\u{ffff}",
    "😀",
    "\u{10ffff}",
    "sign",
    "session",
    "1.10",
    "2026-01-02 12:00:00",
];

/// Numbers as random as this test needs, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn text(&mut self) -> String {
        (0..self.below(5)).map(|_| PARTS[self.below(PARTS.len())]).collect()
    }
}

#[test]
fn a_second_implementation_signs_alike() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/scripts/sign.py");
    let started = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = started else {
        eprintln!("SKIPPED: no python3 here, so the signature was not compared with a second implementation");
        return;
    };
    let seed = 0x5eed_0f2a_11ce_0001;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    let (mut expected, mut lines) = (Vec::new(), String::new());
    for _ in 0..CALLS {
        let method = [SignMethod::Md5, SignMethod::Hmac, SignMethod::HmacSha256][random.below(3)];
        let secret = format!("s{}", random.text());
        let parameters: BTreeMap<String, String> =
            (0..random.below(20)).map(|_| (format!("n{}", random.text()), random.text())).collect();
        let mut pairs: Vec<_> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.reverse();
        expected.push(sign(method, &secret.as_str().into(), &mut pairs, None));
        let call = serde_json::json!({ "method": method.as_str(), "secret": secret, "parameters": parameters });
        lines.push_str(&format!("{call}\n"));
    }
    let mut input = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let signed = String::from_utf8(output.stdout).unwrap();
    let signed: Vec<&str> = signed.lines().collect();
    assert_eq!(signed.len(), CALLS);
    let different: Vec<usize> = (0..CALLS).filter(|at| signed[*at] != expected[*at]).collect();
    assert!(different.is_empty(), "calls {different:?}");
}
