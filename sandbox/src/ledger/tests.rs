#![allow(clippy::unwrap_used, clippy::panic)]
use std::thread;

use opentop_model::model::Outcome;

use super::*;
use crate::gateway::State;
use crate::testing::{self, Client, REDEEM, model, verdict};
use crate::{Builder, Sandbox};

/// The write of the invented catalogue, keyed by `code`, taking `points` from the account `card`.
fn builder(after: Option<&str>) -> Builder {
    let mut model = model();
    let api = model.apis.iter_mut().find(|api| api.method == REDEEM).unwrap();
    api.request.rules.clear();
    api.request.fields.push(testing::scalar("points", Scalar::BigDecimal));
    api.idempotency_key = Some(Path(vec![0]));
    api.outcome = None::<Outcome>;
    let ledger = Ledger { after: after.map(str::to_owned), ..Ledger::new("card", "points", 100) };
    let now = testing::NOW.parse().unwrap();
    Sandbox::builder().model(model).clock(move || now).ledger(REDEEM, ledger)
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
fn accounts_are_bounded_and_none_is_forgotten() {
    let balances = BTreeMap::from([("a".to_owned(), Decimal::from(3)), ("b".to_owned(), Decimal::from(4))]);
    let balance = |account, most| balance_of(account, &balances, Decimal::from(100), most);
    assert_eq!((balance("a", 2), balance("b", 2), balance("c", 2)), (Some(3.into()), Some(4.into()), None));
    assert_eq!(balance("c", 3), Some(100.into()));
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
        (REDEEM, Ledger::new("cart", "code", 1), "no field of the request stands at `cart`"),
        (REDEEM, Ledger::new("card", "code", 1), "`code` is no figure"),
        (REDEEM, Ledger::new("card", "points", 1).after("node"), "no field of the response stands at `node`"),
        (testing::LIST, Ledger::new("a", "b", 1), "the method only reads"),
    ] {
        let error = builder(None).ledger(method, ledger).build_state().unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
    let unknown = builder(None).ledger("alibaba.example.none", Ledger::new("a", "b", 1)).build_state().unwrap_err();
    assert!(matches!(unknown, crate::StartError::UnknownMethod { .. }));
}
