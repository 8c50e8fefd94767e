#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_runtime::{AppSecret, DateTime};
use serde_json::Value;

use super::{BATCH_PATH, HttpRequest, answer};
use crate::gateway::state::State;
use crate::testing::{BILLS, Client, LIST, QUERY, REDEEM, builder, state, verdict};

/// A batch of `chunks`, joined by `separator`, with everything in the query that calls share.
fn batch(shared: Client, chunks: &[&str], separator: Option<&str>) -> HttpRequest {
    let shared = shared.without("method");
    let body = chunks.join(separator.unwrap_or("\r\n-S-\r\n"));
    let mut pairs: Vec<(&str, &str)> = shared.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let signature = sign(SignMethod::HmacSha256, &AppSecret::from("helloworld"), &mut pairs, Some(body.as_bytes()));
    let query = shared.and("sign", &signature).form();
    HttpRequest {
        path: BATCH_PATH.to_owned(),
        query,
        content_type: Some("text/plain;charset=UTF-8".to_owned()),
        separator: separator.map(str::to_owned),
        ..HttpRequest::form(body)
    }
}

fn chunk(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn verdicts(state: &State, request: &HttpRequest) -> Vec<String> {
    let separator = request.separator.as_deref().unwrap_or("\r\n-S-\r\n");
    answer(state, request).body.split(separator).map(verdict).collect()
}

#[test]
fn calls_are_answered_in_their_order_and_do_not_affect_each_other() {
    let state = state();
    let list = chunk(&[("method", LIST), ("query", QUERY)]);
    let bills = chunk(&[("method", BILLS), ("session", "test-session"), ("fields", "bid"), ("account_id", "1")]);
    let redeem = chunk(&[("method", REDEEM), ("code", "a-S-b\r\n")]);
    let bad = chunk(&[("method", BILLS), ("fields", "bid"), ("account_id", "1")]);
    let chunks = [list.as_str(), &bills, &bad, &redeem, "method=no.such", "q=%FF"];
    let request = batch(Client::new(LIST), &chunks, None);
    assert_eq!(verdicts(&state, &request), ["ok", "ok", "26 -", "ok", "22 -", "47 -"]);
    let body = answer(&state, &request).body;
    assert!(body.starts_with(r#"{"alibaba_example_gift_list_response":{"result":"#), "{body}");
    assert!(body.contains("}\r\n-S-\r\n{\"example_bills_get_response\":"), "{body}");
    assert_eq!(state.received()[2].parameter("code"), Some("a-S-b\r\n"));
    assert_eq!(state.received().len(), 6, "three of five calls, twice");
}

#[test]
fn what_calls_share_stands_in_the_public_chunk_or_the_query() {
    let state = state();
    let public = format!("#PUBLIC#{}", chunk(&[("method", BILLS), ("fields", "bid"), ("account_id", "1")]));
    let own = chunk(&[("account_id", "x"), ("method", BILLS)]);
    let request = batch(Client::new(BILLS).and("session", "test-session"), &[&public, "N", &own, "N"], None);
    assert_eq!(verdicts(&state, &request), ["ok", "41 Invalid arguments:account_id", "ok"]);
}

#[test]
fn a_separator_of_ones_own_is_taken_from_its_header() {
    let state = state();
    let redeem = chunk(&[("method", REDEEM), ("code", "c")]);
    for separator in ["##AA##", "|#|"] {
        let request = batch(Client::new(LIST), &[&redeem, &redeem], Some(separator));
        assert_eq!(verdicts(&state, &request), ["ok", "ok"], "{separator}");
    }
}

#[test]
fn a_refusal_of_the_whole_batch_is_one_response() {
    let state = state();
    let redeem = chunk(&[("method", REDEEM), ("code", "c")]);
    let good = batch(Client::new(LIST), &[&redeem, &redeem], None);
    let changed = HttpRequest { body: good.body.iter().copied().chain(*b"x").collect(), ..good.clone() };
    assert_eq!(verdicts(&state, &changed), ["25 -"], "the body is signed");
    assert_eq!(verdicts(&state, &batch(Client::new(LIST), &[], None)), ["40 -"]);
    let thousand = vec![redeem.as_str(); 1_001];
    assert_eq!(verdicts(&state, &batch(Client::new(LIST), &thousand, None)), ["41 -"]);
    let xml = answer(&state, &HttpRequest { method: "GET".to_owned(), ..good }).body;
    assert!(xml.contains("<code>9</code>"), "{xml}");
}

#[test]
fn a_batch_is_a_replay_only_with_the_same_body() {
    let state = builder().refuse_replays(true).build_state().unwrap();
    let one = chunk(&[("method", REDEEM), ("code", "a")]);
    let two = chunk(&[("method", REDEEM), ("code", "b")]);
    assert_eq!(verdicts(&state, &batch(Client::new(LIST), &[&one], None)), ["ok"]);
    assert_eq!(verdicts(&state, &batch(Client::new(LIST), &[&two], None)), ["ok"]);
    assert_eq!(verdicts(&state, &batch(Client::new(LIST), &[&one], None)), ["25 isv.repeated-request"]);
}

#[test]
fn batches_of_the_vendors_own_client_are_taken() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/batch_vectors.json");
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("\n*** SKIPPED: {} is absent ***\n", file.display());
        return;
    };
    let now: DateTime = "2016-01-01 12:00:00".parse().unwrap();
    let state = builder().clock(move || now).session("SESS").build_state().unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    for vector in vectors["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().map(str::to_owned);
        let (path, body) = (text("path").unwrap(), text("body").unwrap());
        let (path, query) = path.split_once('?').unwrap();
        let request = HttpRequest {
            path: path.to_owned(),
            query: query.to_owned(),
            content_type: text("content_type"),
            separator: text("top_api_separator"),
            ..HttpRequest::form(body.clone())
        };
        let separator = request.separator.clone().unwrap_or("\r\n-S-\r\n".to_owned());
        let calls = body.split(&separator).filter(|chunk| !chunk.starts_with("#PUBLIC#")).count();
        // The methods are not described here: every call gets its own 22, and none a 25.
        let body = answer(&state, &request).body;
        let unknown = |chunk: &str| chunk.contains(r#""code":22,"#) || chunk.contains("<code>22</code>");
        let all = body.split(&separator).map(unknown).collect::<Vec<_>>();
        assert_eq!(all, vec![true; calls], "{}: {body}", vector["id"]);
    }
}
