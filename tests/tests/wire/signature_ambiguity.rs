//! Signatures join names and values without separators: `foo=bar` and `foob=ar` sign alike. The gateway must tell them apart.
//!
//! `OPENTOP_SHIFTS` sets how many altered requests are tried.

use opentop::{AccessToken, AppSecret, DateTime, Request};
use opentop::{Config, Parameters};
use opentop_runtime::__private::engine::build_request as prepare;
use opentop_runtime::__private::v1::sign::{SignMethod, verify};
use opentop_sandbox::Sandbox;
use opentop_sandbox::gateway::{HttpRequest, State, answer};

use crate::support::deduction;
use crate::support::repository::root;

type Pairs = Vec<(String, String)>;

fn state() -> State {
    Sandbox::builder().spec_dir(root().join("spec")).build_state().unwrap()
}

/// The parameters of a signed call, as they go on the wire.
fn signed<R: Request>(request: &R) -> Pairs {
    let session = AccessToken::from("test-session");
    let session = (R::INFO.session == opentop::SessionRequirement::Required).then_some(&session);
    let config = Config::new("12345678", "helloworld");
    let parameters = Parameters::of(request).unwrap();
    let request = prepare(&config, R::INFO, &parameters, session, DateTime::now()).unwrap();
    form_urlencoded::parse(request.body()).into_owned().collect()
}

fn is_accepted(state: &State, pairs: &Pairs) -> bool {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let answer = answer(state, &HttpRequest::form(body));
    !answer.body.contains("error_response")
}

/// Whether the signature alone would let the call pass.
fn is_signed(pairs: &Pairs) -> bool {
    let signature = pairs.iter().find(|(name, _)| name == "sign").map_or("", |(_, value)| value);
    let mut text: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    verify(SignMethod::HmacSha256, &AppSecret::from("helloworld"), &mut text, None, signature)
}

/// Every call whose base string is the same: letters moved between a name and its value, a pair split into two, and two
/// neighbours (in the order of the base string) joined into one.
fn shifts(pairs: &Pairs) -> Vec<Pairs> {
    let mut sorted: Pairs = pairs.iter().filter(|(name, _)| name != "sign").cloned().collect();
    sorted.sort();
    let sign: Pairs = pairs.iter().filter(|(name, _)| name == "sign").cloned().collect();
    let with = |changed: Pairs| [changed, sign.clone()].concat();
    let mut all = Vec::new();
    for at in 0..sorted.len() {
        let (name, value) = &sorted[at];
        let joined = format!("{name}{value}");
        for cut in joined.char_indices().map(|(cut, _)| cut).filter(|cut| *cut > 0 && *cut != name.len()) {
            let mut changed = sorted.clone();
            changed[at] = (joined[..cut].to_owned(), joined[cut..].to_owned());
            all.push(with(changed));
        }
        if let Some((next_name, next_value)) = sorted.get(at + 1) {
            let mut changed = sorted.clone();
            changed[at] = (name.clone(), format!("{value}{next_name}{next_value}"));
            changed.remove(at + 1);
            all.push(with(changed));
        }
    }
    all
}

#[test]
fn no_request_whose_letters_were_moved_is_accepted() {
    let wanted: usize = std::env::var("OPENTOP_SHIFTS").map_or(10_000, |text| text.parse().unwrap());
    let state = state();
    let (mut tried, mut signed_alike, mut turn) = (0, 0, 0);
    while tried < wanted {
        let pairs = signed(&deduction::request(&format!("key{turn}sign{turn}")));
        assert!(is_accepted(&state, &pairs), "the request itself is sound");
        for shifted in shifts(&pairs) {
            signed_alike += usize::from(is_signed(&shifted));
            assert!(!is_accepted(&state, &shifted), "accepted: {shifted:?}");
            tried += 1;
        }
        turn += 1;
    }
    // The control: a gateway that trusts the signature alone takes them.
    println!("{tried} altered requests: 0 accepted; by their signature alone {signed_alike} would be");
    assert!(signed_alike * 2 > tried, "the shifts do not keep the signature: {signed_alike} of {tried}");
}
