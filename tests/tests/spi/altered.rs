//! Random calls in every form and both charsets: as they were signed they are accepted, with one alteration of what is signed they are not.
//!
//! `OPENTOP_SPI_ALTERED=100000 cargo test --release -p opentop-tests --test main spi::altered -- --nocapture` runs the full count; one in ten goes
//! through the extractors of two axum apps as well, one of them behind GBK.

use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use bytes::Bytes;
use http::request::Parts;
use opentop_runtime::DateTime;
use opentop_runtime::spi::{Incoming, Reject, Verified, Verifier};
use opentop_sandbox::SpiCall;
use tower_service::Service;

use super::servers::{Handled, app};

const SECRET: &str = "helloworld";
const NOW: &str = "2016-01-01 12:00:00";
const SEED: u64 = 0x51_7cc1;

fn count() -> usize {
    std::env::var("OPENTOP_SPI_ALTERED").ok().map_or(2_000, |count| count.parse().unwrap())
}

fn verifier() -> Verifier {
    let now: DateTime = NOW.parse().unwrap();
    Verifier::new(SECRET).clock(move || now)
}

/// A generator that needs no crate: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// Text that both charsets have.
    fn text(&mut self) -> String {
        let length = self.below(12);
        (0..length)
            .map(|_| {
                ["a", "Z", "0", " ", "&", "=", "+", "%", "%41", "\"", "中", "文", "淘", "é", "<b>"][self.below(15)]
            })
            .collect()
    }
}

/// What stands in the body.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Empty,
    Form,
    Multipart,
    Text,
}

/// A call, and what it is made of.
struct Genuine {
    parts: Parts,
    body: Vec<u8>,
    kind: Kind,
    is_gbk: bool,
}

fn genuine(random: &mut Random, is_gbk: bool) -> Genuine {
    let mut call = SpiCall::new("qimen.example").at(NOW.parse().unwrap()).parameter("nick", random.text());
    if random.below(3) == 0 {
        call = call.signed_header("X-Trace", random.text()).signed_header("x-empty", "");
    }
    let fields = [("a", random.text()), ("键", random.text()), ("empty", String::new()), ("last", "x".to_owned())];
    // Without a body nothing names the charset, so it is UTF-8.
    let (call, kind) = match random.below(6) {
        0 if !is_gbk => (call, Kind::Empty),
        1 => (call.form(fields), Kind::Form),
        2 => (call.form(fields).file("f", "a.bin", &b"\0--\r\n"[..]), Kind::Multipart),
        3 => (call.json(format!("{{\"a\":\"{}\"}}\r\n", random.text())), Kind::Text),
        4 => (call.xml(format!("<a>{}</a>", random.text())), Kind::Text),
        _ => (call.plain(random.text() + "."), Kind::Text),
    };
    let call = if is_gbk { call.gbk() } else { call };
    let (parts, body) = call.request("http://localhost/spi", &SECRET.into()).unwrap().into_parts();
    Genuine { parts, body: body.to_vec(), kind, is_gbk }
}

/// Alters one pair of a query or a form: the length of what is signed, or the value that counts, is another one afterwards.
fn alter_pairs(random: &mut Random, pairs: &str, is_form: bool) -> String {
    let mut pairs: Vec<String> = pairs.split('&').map(str::to_owned).collect();
    let at = random.below(pairs.len());
    let (name, value) = pairs[at].split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    match random.below(5) {
        0 => pairs[at] = format!("{name}={value}0"),
        1 => pairs[at] = format!("{name}0={value}"),
        2 => drop(pairs.remove(at)),
        // Of several the last of a query counts, and the first of a form.
        3 if is_form => pairs.insert(0, format!("{name}={value}0")),
        3 => pairs.push(format!("{name}={value}0")),
        _ => pairs.insert(at, "extra=1".to_owned()),
    }
    pairs.join("&")
}

/// Alters one byte: puts in, takes out or replaces.
fn alter_bytes(random: &mut Random, bytes: &mut Vec<u8>, within: std::ops::Range<usize>) {
    let at = within.start + random.below(within.len());
    match random.below(3) {
        0 => bytes.insert(at, b'0'),
        1 => drop(bytes.remove(at)),
        _ => bytes[at] = bytes[at].wrapping_add(1 + random.below(255) as u8),
    }
}

/// Alters something that is signed, or the signature.
fn altered(random: &mut Random, call: &Genuine) -> (Parts, Vec<u8>) {
    let (mut parts, mut body) = (call.parts.clone(), call.body.clone());
    let query = parts.uri.query().unwrap().to_owned();
    let mut set = |query: String| parts.uri = format!("http://localhost/spi?{query}").parse().unwrap();
    match random.below(4) {
        0 => set(alter_pairs(random, &query, false)),
        1 => {
            let (rest, sign) = query.split_once("&sign=").unwrap();
            let at = random.below(sign.len());
            let mut sign = sign.to_owned();
            match random.below(3) {
                // The vendor compares exactly. A signature without letters is left alone.
                0 if sign != sign.to_lowercase() => sign.make_ascii_lowercase(),
                1 => sign.truncate(at),
                _ => {
                    let other = if sign.as_bytes()[at] == b'0' { "1" } else { "0" };
                    sign.replace_range(at..=at, other);
                }
            }
            set(format!("{rest}&sign={sign}"));
        }
        2 if parts.headers.contains_key("x-trace") => {
            let trace = parts.headers["x-trace"].to_str().unwrap().to_owned();
            let (name, value) = match random.below(2) {
                0 => ("x-trace", format!("{trace}0")),
                _ => ("top-sign-list", "X-Trace,x-empty,x-other".to_owned()),
            };
            parts.headers.insert(name, value.parse().unwrap());
        }
        _ => match call.kind {
            Kind::Empty => set(alter_pairs(random, &query, false)),
            Kind::Form => body = alter_pairs(random, std::str::from_utf8(&body).unwrap(), true).into_bytes(),
            Kind::Text => {
                let whole = 0..body.len();
                alter_bytes(random, &mut body, whole);
            }
            Kind::Multipart => {
                // The value of the last text part.
                let head = b"name=\"last\"\r\n\r\n";
                let at = body.windows(head.len()).position(|window| window == head).unwrap() + head.len();
                alter_bytes(random, &mut body, at..at + 1);
            }
        },
    }
    (parts, body)
}

fn verify(by: &Verifier, parts: &Parts, body: &[u8]) -> Result<Verified, Reject> {
    Incoming::with(parts, body, |call| by.verify(call))
}

#[test]
fn every_altered_call_is_refused_and_every_genuine_one_accepted() {
    let (mut random, verifier) = (Random(SEED), verifier());
    for number in 0..count() {
        let call = genuine(&mut random, number % 2 == 1);
        let judged = verify(&verifier, &call.parts, &call.body);
        assert!(judged.is_ok(), "{number}: {judged:?} {:?} {:?}", call.parts, call.body);
        let (parts, body) = altered(&mut random, &call);
        let judged = verify(&verifier, &parts, &body);
        assert!(judged.is_err(), "{number}: {:?} {:?} became {parts:?} {body:?}", call.parts, call.body);
    }
    eprintln!("{} genuine calls were accepted, and as many altered ones refused", count());
}

/// The status and the beginning of the answer.
async fn called(app: &mut Router, parts: Parts, body: Vec<u8>) -> Bytes {
    let request = http::Request::from_parts(parts, HttpBody::from(body));
    let answer = app.call(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    to_bytes(answer.into_body(), 1 << 20).await.unwrap()
}

#[tokio::test]
async fn the_extractors_of_two_apps_judge_the_same_one_of_them_behind_gbk() {
    let mut random = Random(SEED);
    let (mut apps, handled): (Vec<Router>, Vec<Handled>) = [app(verifier()), app(verifier())].into_iter().unzip();
    let each = count().div_ceil(20);
    for number in 0..2 * each {
        let at = number % 2;
        let call = genuine(&mut random, at == 1);
        assert_eq!(call.is_gbk, at == 1);
        called(&mut apps[at], call.parts.clone(), call.body.clone()).await;
        let before = handled[at].load(Ordering::SeqCst);
        assert_eq!(before, number / 2 + 1, "a genuine call was refused: {:?} {:?}", call.parts, call.body);
        let (parts, body) = altered(&mut random, &call);
        let said = called(&mut apps[at], parts.clone(), body.clone()).await;
        assert_eq!(handled[at].load(Ordering::SeqCst), before, "{parts:?} {body:?}");
        assert!(String::from_utf8_lossy(&said).contains("sign-check-failure"), "{said:?}");
    }
    eprintln!("{} altered calls stopped at the extractor, as many genuine ones came through", 2 * each);
}
