#![allow(clippy::unwrap_used, clippy::panic)]
use std::thread;

use opentop_model::model::{Outcome, Path, Scalar};

use crate::gateway::State;
use crate::ledger::Ledger;
use crate::testing::{self, Client, REDEEM, model, verdict};
use crate::{Sandbox, SandboxBuilder};

/// The write of the invented catalogue, keyed by `code`, taking `points` from the account `card`.
fn builder(after: Option<&str>) -> SandboxBuilder {
    let mut model = model();
    let api = model.apis.iter_mut().find(|api| api.method == REDEEM).unwrap();
    api.request.rules.clear();
    api.request.fields.push(testing::scalar("points", Scalar::BigDecimal));
    api.idempotency_key = Some(Path(vec![0]));
    api.outcome = None::<Outcome>;
    let ledger = Ledger { after: after.map(str::to_owned), ..Ledger::new("card", "points", 100) };
    let now = testing::NOW.parse().unwrap();
    Sandbox::builder().built_in(false).model(model).clock(move || now).ledger(REDEEM, ledger)
}

fn state(dedupe: bool) -> State {
    builder(None).dedupe(dedupe).build_state().unwrap()
}

fn redeem(code: &str, card: &str, points: &str) -> Client {
    Client::new(REDEEM).and("code", code).and("card", card).and("points", points)
}

fn balance(state: &State, card: &str) -> String {
    state.balance(REDEEM, card).unwrap().to_string()
}

#[test]
fn a_call_takes_its_amount_from_its_account_and_answers_what_is_left() {
    let state = builder(Some("node.price")).build_state().unwrap();
    let body = redeem("a", "1", "0.25").and("simplify", "true").call(&state);
    assert!(body.contains(r#""price":99.75"#), "{body}");
    assert_eq!((balance(&state, "1").as_str(), balance(&state, "2").as_str()), ("99.75", "100"));
}

#[test]
fn a_repeated_key_gets_the_same_answer_and_is_executed_once() {
    let state = builder(Some("node.price")).build_state().unwrap();
    let answers = ["a", "a", "b"].map(|code| {
        let body = redeem(code, "1", "10").call(&state);
        body.split("request_id").next().unwrap().to_owned()
    });
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[1], answers[2]);
    assert_eq!(state.executions(REDEEM), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
    assert_eq!(balance(&state, "1"), "80");
}

#[test]
fn a_server_that_does_not_dedupe_executes_every_time() {
    let state = state(false);
    for _ in 0..3 {
        assert_eq!(verdict(&redeem("a", "1", "10").call(&state)), "ok");
    }
    assert_eq!(state.executions(REDEEM), [("a".to_owned(), 3)]);
    assert_eq!(balance(&state, "1"), "70");
}

#[test]
fn the_same_key_with_other_parameters_is_an_error() {
    let state = state(true);
    assert_eq!(verdict(&redeem("a", "1", "10").call(&state)), "ok");
    for other in [redeem("a", "1", "11"), redeem("a", "2", "10")] {
        assert_eq!(verdict(&other.call(&state)), "15 isv.idempotency-conflict");
    }
    assert_eq!((balance(&state, "1").as_str(), balance(&state, "2").as_str()), ("90", "100"));
}

#[test]
fn what_an_account_does_not_have_is_not_taken_and_uses_up_no_key() {
    let state = state(true);
    for (points, expected) in [
        ("100.01", "15 isv.insufficient-balance"),
        ("0", "15 isv.invalid-parameter:points"),
        ("-1", "15 isv.invalid-parameter:points"),
        ("79228162514264337593543950336", "15 isv.invalid-parameter:points"),
        // More digits than are exact: rounded it would be the whole balance.
        ("99.99999999999999999999999999999", "15 isv.invalid-parameter:points"),
        ("0.00000000000000000000000000001", "15 isv.invalid-parameter:points"),
        ("100", "ok"),
    ] {
        assert_eq!(verdict(&redeem("a", "1", points).call(&state)), expected, "{points}");
    }
    assert_eq!(verdict(&redeem("b", "1", "0.01").call(&state)), "15 isv.insufficient-balance");
    assert_eq!(state.executions(REDEEM), [("a".to_owned(), 1)]);
}

#[test]
fn of_a_thousand_concurrent_pairs_one_wins_each() {
    let model = builder(None);
    let state = model.build_state().unwrap();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for pair in 0..1_000 {
                    let body = redeem(&format!("k{pair}"), &format!("card{pair}"), "1").call(&state);
                    assert_eq!(verdict(&body), "ok");
                }
            });
        }
    });
    let executions = state.executions(REDEEM);
    assert_eq!(executions.len(), 1_000);
    assert!(executions.iter().all(|(_, count)| *count == 1));
    assert!((0..1_000).all(|pair| balance(&state, &format!("card{pair}")) == "99"));
}

#[test]
fn without_a_ledger_keys_are_counted_and_not_recognised() {
    let state = testing::state();
    for _ in 0..2 {
        assert_eq!(verdict(&Client::new(REDEEM).and("code", "a").call(&state)), "ok");
    }
    assert_eq!(state.executions(REDEEM), [(String::new(), 2)]);
    assert_eq!(state.balance(REDEEM, "1"), None);
    assert_eq!(state.executions(testing::LIST), []);
}

#[test]
fn a_ledger_that_does_not_fit_is_an_error_that_says_why() {
    for (method, ledger, expected) in [
        (REDEEM, Ledger::new("cart", "code", 1), "the request has no field `cart`"),
        (REDEEM, Ledger::new("card", "code", 1), "`code` is not a number"),
        (REDEEM, Ledger::new("card", "points", 1).after("node"), "the response has no field `node`"),
        (testing::LIST, Ledger::new("a", "b", 1), "the method only reads"),
    ] {
        let error = builder(None).ledger(method, ledger).build_state().unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
    let unknown = builder(None).ledger("alibaba.example.none", Ledger::new("a", "b", 1)).build_state().unwrap_err();
    assert!(matches!(unknown, crate::StartError::UnknownMethod { .. }));
}

fn flows() -> crate::Flows {
    crate::Flows::new(testing::LIST)
        .field("gift_id", "{id}")
        .field("price", "-points")
        .field("sent", "{time}")
        .field("name", "'debit'")
        .filter("query.note", "card")
}

/// `gift_id price` of the flows that a query finds, and the total.
fn found(state: &State, query: &str) -> (Vec<String>, i64) {
    let body = testing::list_call(query).and("simplify", "true").call(state);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let items = body["result"]["gifts"].as_array().unwrap();
    let shown = |item: &serde_json::Value| format!("{} {}", item["gift_id"], item["price"]);
    (items.iter().map(shown).collect(), body["result"]["total"].as_i64().unwrap())
}

#[test]
fn debits_show_in_the_list_that_the_ledger_names() {
    let ledger = Ledger::new("card", "points", 100).shown_in(flows());
    let state = builder(None).ledger(REDEEM, ledger).build_state().unwrap();
    let all = r#"{"page_no":1,"brand_id":"b"}"#;
    assert_eq!(found(&state, all), (vec![], 0), "no sample beside the ledger's own flows");
    for (code, card, points) in [("a", "1", "10"), ("b", "2", "2.50"), ("a", "1", "10"), ("c", "1", "1000")] {
        redeem(code, card, points).call(&state);
    }
    assert_eq!(found(&state, all), (vec!["1 -10".to_owned(), "2 -2.5".to_owned()], 2), "what was executed, once");
    assert_eq!(found(&state, r#"{"page_no":1,"brand_id":"b","note":"2"}"#), (vec!["2 -2.5".to_owned()], 1));
    assert_eq!(found(&state, r#"{"page_no":2,"page_size":1,"brand_id":"b"}"#), (vec!["2 -2.5".to_owned()], 2));
    let march = |from: &str, to: &str| format!(r#"{{"page_no":1,"brand_id":"b","from":"{from}","to":"{to}"}}"#);
    assert_eq!(found(&state, &march("2024-03-01 00:00:00", "2024-03-02 00:00:00")).1, 2);
    assert_eq!(found(&state, &march("2024-02-01 00:00:00", "2024-02-02 00:00:00")).1, 0);
}

#[test]
fn flows_that_do_not_fit_are_an_error_that_says_why() {
    for (flows, expected) in [
        (crate::Flows::new("no.such"), "which no specification describes"),
        (crate::Flows::new(REDEEM), "does not page over objects"),
        (flows().field("nothing", "{id}"), "has no scalar `nothing`"),
        (flows().field("price", "pints"), "`{time}` or `'text'`, got `pints`"),
        (flows().filter("query.nothing", "card"), "has no parameter `query.nothing`"),
    ] {
        let ledger = Ledger::new("card", "points", 100).shown_in(flows);
        let error = builder(None).ledger(REDEEM, ledger).build_state().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_oldest_keys_are_forgotten_and_said_once() {
    let mut kept = super::Kept::default();
    let said: Vec<usize> = (0..super::MAX_KEYS + 3).filter(|key| kept.count(&key.to_string(), None)).collect();
    assert_eq!(said, [super::MAX_KEYS]);
    assert_eq!(kept.executions.len(), super::MAX_KEYS);
    assert!(!kept.executions.contains_key("0") && kept.executions.contains_key("3"));
    let long = "k".repeat(super::MAX_KEY_BYTES);
    kept.count(&long, None);
    assert_eq!((kept.executions.len(), kept.key_bytes), (1, long.len()));
}
