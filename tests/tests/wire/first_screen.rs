//! The first screen of README.md runs: against the sandbox, async and blocking, spawned on a runtime, and from an `Arc<Client>`.

use std::sync::Arc;

use opentop::api::alsc::crm_recharge_dedut_update as deduct;
use opentop::api::bill::book_bills_get as bills;
use opentop::{Client, Endpoint, IdempotencyKey, WriteError, blocking};
use opentop_sandbox::Sandbox;

use crate::support::repository::root;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

async fn first_screen(client: &Client, token: &str) -> Result<usize, AnyError> {
    // A write: debit a stored-value card, once.
    let key = IdempotencyKey::generate(); // save it before the call
    let outcome = deduct::Request::builder()
        .request_id(&key)
        .operator_id("65673527")
        .outer_order_id("766348726342638")
        .value(2000)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("3742863742")
        .shop_id("73527452")
        .send(&client)
        .await;
    match outcome {
        Ok(reply) => println!("debited: {:?}", reply.result()), // gateway and business both said so
        Err(WriteError::Failed(error)) => println!("not debited: {error}"),
        Err(WriteError::Unknown(pending)) => println!("nobody knows yet: {pending}"), // never sent again on its own
    }

    // A list: a year of bills, one month at a time, every bill once.
    let year = bills::Request::builder()
        .fields([bills::BookBillField::Bid, bills::BookBillField::Amount])
        .account_id(20001021)
        .start_time("2013-01-01 00:00:00".parse()?) // GMT+8, always
        .end_time("2013-12-31 00:00:00".parse()?)
        .build();
    let mut came = 0;
    let mut items = year.by_time_window(&client.session(token)).items();
    while let Some(bill) = items.try_next().await? {
        println!("{:?}: {:?}", bill.bid, bill.amount);
        came += 1;
    }
    Ok(came)
}

fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder().endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap());
    builder.app_key(sandbox.app_key()).app_secret(sandbox.app_secret()).build().unwrap()
}

#[tokio::test]
async fn it_runs_against_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    assert!(first_screen(&client(&sandbox), sandbox.session()).await.unwrap() > 0);
    assert_eq!(
        sandbox.received().iter().filter(|call| call.method == "alibaba.alsc.crm.recharge.dedut.update").count(),
        1
    );
}

#[tokio::test]
async fn it_is_spawned_and_shared() {
    let sandbox = Sandbox::start().await.unwrap();
    let (client, token) = (Arc::new(client(&sandbox)), sandbox.session().to_owned());
    let shared = Arc::clone(&client);
    let came = tokio::spawn(async move { first_screen(&shared, &token).await }).await.unwrap().unwrap();
    assert!(came > 0);
    // The future of a call owns all it needs, and a reference to an `Arc` is a client too.
    let call = deduction().send(&client);
    let reply = tokio::spawn(call).await.unwrap().unwrap();
    assert_eq!(reply.result().biz_success, Some(true));
}

#[test]
fn the_blocking_client_takes_the_same_calls() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let builder = blocking::Client::builder().endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap());
    let client = builder.app_key(sandbox.app_key()).app_secret(sandbox.app_secret()).build().unwrap();
    let reply = deduction().send(&client).unwrap();
    assert_eq!(reply.result().biz_success, Some(true));
    let year = bills::Request::builder()
        .fields([bills::BookBillField::Bid])
        .account_id(20001021)
        .start_time("2013-01-01 00:00:00".parse().unwrap())
        .end_time("2013-12-31 00:00:00".parse().unwrap())
        .build();
    let came = year.by_time_window(&client.session(sandbox.session())).items().collect::<Result<Vec<_>, _>>().unwrap();
    assert!(!came.is_empty());
}

fn deduction() -> deduct::Request {
    deduct::Request::builder()
        .request_id(IdempotencyKey::generate())
        .operator_id("65673527")
        .outer_order_id("766348726342638")
        .value(2000)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("3742863742")
        .shop_id("73527452")
        .build()
}

/// What runs here is what the page shows.
#[test]
fn it_is_the_code_of_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```rust,no_run\n").unwrap();
    let (code, _) = rest.split_once("```").unwrap();
    let here = include_str!("first_screen.rs");
    let ours: Vec<&str> = here.lines().map(str::trim).collect();
    for line in code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        // How a client of the platform itself is made, and what it needs.
        let of_production = line.starts_with("use opentop::{") || line.starts_with("let client = Client::new(");
        let shown = line.to_owned();
        assert!(of_production || ours.contains(&shown.as_str()), "the README shows `{line}`, and no test runs it");
    }
}
