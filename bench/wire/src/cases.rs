//! What is timed and counted: the same bytes through every subject.
//!
//! Each run ends with its result dropped, for all subjects alike.

use std::collections::BTreeMap;
use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use opentop_bench_probe::timer::Case;
use opentop_runtime::__private::engine::{build_request, decode, encode, sign};
use opentop_runtime::{AppSecret, Config, DateTime, Effect, MethodInfo, Parameters, SessionRequirement, SignMethod};
use sha2::Sha256;

use crate::subject::{Derived, ENVELOPE, Mini, MiniAnswer, Ours};

fn ours(text: &str) -> Ours {
    let mut model = Ours::default();
    decode::json(text, ENVELOPE, &mut model).expect("the answer fits");
    model
}

fn derived(text: &str) -> Derived {
    opentop_bench_probe::lenient::answer(text, ENVELOPE).expect("the answer fits")
}

fn ours_xml(text: &str) -> Ours {
    let mut model = Ours::default();
    decode::xml(text, ENVELOPE, &mut model).expect("the answer fits");
    model
}

fn derived_xml(text: &str) -> Derived {
    opentop_bench_probe::lenient::answer_xml(text).expect("the answer fits")
}

fn tree(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// Both read the same, and all that is there, or the comparison is worth nothing.
pub fn check(simplified: &str, wrapped: &str, xml: &str) {
    let first = tree(&encode::json(&ours(simplified)));
    let all = [
        tree(&encode::json(&ours(wrapped))),
        tree(&encode::json(&ours_xml(xml))),
        tree(&serde_json::to_string(&derived(simplified)).expect("it serialises")),
        tree(&serde_json::to_string(&derived(wrapped)).expect("it serialises")),
        tree(&serde_json::to_string(&derived_xml(xml)).expect("it serialises")),
    ];
    for (at, other) in all.iter().enumerate() {
        assert_eq!(first, *other, "reading {at} differs");
    }
    assert!(first.to_string().len() * 10 >= tree(simplified).to_string().len() * 9, "something was not read");
}

pub fn decode(form: &str, text: &'static str) -> Vec<Case<'static>> {
    let mut cases = Vec::new();
    if form == "xml" {
        cases.push(Case::new("ours", move || drop(black_box(ours_xml(black_box(text))))));
        cases.push(Case::new("serde derive", move || drop(black_box(derived_xml(black_box(text))))));
        return cases;
    }
    cases.push(Case::new("ours", move || drop(black_box(ours(black_box(text))))));
    cases.push(Case::new("serde derive", move || drop(black_box(derived(black_box(text))))));
    if form == "wrapped" {
        let read = move || drop(black_box(miniserde::json::from_str::<MiniAnswer>(black_box(text)).expect("it fits")));
        cases.push(Case::new("miniserde", read));
    } else {
        let read = move || drop(black_box(miniserde::json::from_str::<Mini>(black_box(text)).expect("it fits")));
        cases.push(Case::new("miniserde", read));
    }
    cases.push(Case::new("serde_json::Value", move || drop(black_box(tree(black_box(text))))));
    cases
}

pub fn encode(simplified: &str) -> Vec<Case<'static>> {
    let (ours, derived, tree) = (ours(simplified), derived(simplified), tree(simplified));
    let mini: Mini = miniserde::json::from_str(simplified).expect("it fits");
    vec![
        Case::new("ours", move || drop(black_box(encode::json(black_box(&ours))))),
        Case::new("serde derive", move || drop(black_box(serde_json::to_string(black_box(&derived))))),
        Case::new("miniserde", move || drop(black_box(miniserde::json::to_string(black_box(&mini))))),
        Case::new("serde_json::Value", move || drop(black_box(serde_json::to_string(black_box(&tree))))),
    ]
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const SYSTEM: usize = 8;

/// Twenty parameters, eight of them the gateway's own, 700 bytes in all.
fn twenty() -> Vec<(String, String)> {
    let own = ["app_key", "format", "method", "partner_id", "sign_method", "simplify", "timestamp", "v"];
    let values = ["12345678", "json", "alibaba.example.gift.get", "bench", "md5", "true", "2026-11-23 12:00:00", "2.0"];
    let own = own.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value.to_owned()));
    let business =
        (0..20 - SYSTEM).map(|at| (format!("parameter_{}", (at * 7) % 12), format!("某值 & {:0>24}", at * 7_919)));
    own.chain(business).collect()
}

pub fn signing(method: SignMethod) -> Vec<Case<'static>> {
    let pairs = twenty();
    let sorted: BTreeMap<String, String> = pairs.iter().cloned().collect();
    let base: String = sorted.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    vec![
        Case::new("raw digest", move || drop(black_box(digest(method, black_box(base.as_bytes()))))),
        sign_case(method, pairs.clone(), false),
        sign_case(method, pairs.clone(), true),
        whole_request(method, &pairs),
        Case::new("cloned maps", move || {
            let sorted = black_box(&sorted).clone();
            let base: String = sorted.iter().map(|(name, value)| format!("{name}{value}")).collect();
            let hex: String = digest(method, base.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect();
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(&sorted).append_pair("sign", &hex);
            drop(black_box(form.finish()));
        }),
    ]
}

fn sign_case(method: SignMethod, pairs: Vec<(String, String)>, with_form: bool) -> Case<'static> {
    let secret = AppSecret::from(SECRET);
    Case::new(if with_form { "ours: sign and encode" } else { "ours: sign" }, move || {
        // With room for the signature, as a call makes it.
        let mut lent: Vec<(&str, &str)> = Vec::with_capacity(pairs.len() + 1);
        lent.extend(black_box(&pairs).iter().map(|(name, value)| (&**name, &**value)));
        let signature = sign::sign(method, &secret, &mut lent, None);
        if with_form {
            lent.push(("sign", &signature));
            drop(black_box(encode::form(&lent)));
        } else {
            drop(black_box(signature));
        }
    })
}

/// The core of a call, from checked parameters to the HTTP request.
fn whole_request(method: SignMethod, pairs: &[(String, String)]) -> Case<'static> {
    const INFO: MethodInfo = MethodInfo::new(
        "alibaba.example.gift.get",
        "alibaba_example_gift_get_response",
        Effect::Read,
        SessionRequirement::None,
    );
    let mut config = Config::new("12345678", SECRET);
    config.sign_method = method;
    config.partner_id = "bench".to_owned();
    let mut parameters = Parameters::default();
    for (name, value) in &pairs[SYSTEM..] {
        parameters.add(name, value).expect("no system parameter");
    }
    let now = DateTime::now();
    Case::new("ours: whole request", move || {
        let request = build_request(black_box(&config), &INFO, black_box(&parameters), None, now);
        drop(black_box(request.expect("it is complete")));
    })
}

/// The digest alone, of bytes that are there already.
fn digest(method: SignMethod, base: &[u8]) -> Vec<u8> {
    match method {
        SignMethod::Md5 => {
            let mut digest = Md5::new_with_prefix(SECRET);
            Digest::update(&mut digest, base);
            Digest::update(&mut digest, SECRET);
            digest.finalize().to_vec()
        }
        SignMethod::Hmac => keyed::<Hmac<Md5>>(base),
        SignMethod::HmacSha256 => keyed::<Hmac<Sha256>>(base),
    }
}

fn keyed<M: Mac + KeyInit>(base: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
    mac.update(base);
    mac.finalize().into_bytes().to_vec()
}
