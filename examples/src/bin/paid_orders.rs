//! An order is paid: a message comes, and the customer's card is debited once, however often the message comes.
//!
//! The key of the write is made of the order's number, so a repeated message sends the same key. A journal keeps the write until it has
//! ended. A message is confirmed only once the write is done or refused for good.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use opentop::api::alsc::crm_recharge_dedut_update as deduct;
use opentop::api::trade::trade_buyer_pay;
use opentop::tmc::{Consumer, Dedupe, Message};
use opentop::{Client, Endpoint, FileJournal, IdempotencyKey, MessageContent, WriteError};
use opentop_sandbox::tmc::{PushedMessage, TmcOptions, TmcServer};
use opentop_sandbox::{Ledger, Sandbox};

const METHOD: &str = "alibaba.alsc.crm.recharge.dedut.update";
const TOPIC: &str = trade_buyer_pay::Content::TOPIC;

/// Debits the order of a message.
async fn debit(client: &Client, message: &Message) -> Result<(), String> {
    // What is of another topic, cannot be read or names no order never gets better: confirmed and put aside, or it would come back for a
    // day.
    let number = match message.typed::<trade_buyer_pay::Content>() {
        Ok(Some(trade_buyer_pay::Content { tid: Some(number), .. })) => number,
        Ok(_) | Err(_) => {
            println!("a message of no paid order is put aside");
            return Ok(());
        }
    };
    let key: IdempotencyKey = format!("order-{number}").parse().map_err(|_| "the key is malformed".to_owned())?;
    let outcome = deduct::Request::builder()
        .request_id(&key)
        .card_id("7328763784623")
        .operator_id("65673527")
        .outer_order_id(number.to_string())
        .value(2000)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("3742863742")
        .shop_id("73527452")
        .send(client)
        .await;
    match outcome {
        Ok(reply) => {
            println!("order {number} is debited");
            reply.acknowledge(client).await.map_err(|error| error.to_string())
        }
        Err(WriteError::Failed(error)) => Err(error.to_string()),
        // The journal keeps it. The message comes again, with the same key.
        Err(WriteError::Unknown(pending)) => Err(pending.to_string()),
    }
}

async fn run(sandbox: &Sandbox, messages: &TmcServer) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let client = Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint())?)
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .journal(Arc::new(FileJournal::open(folder.path())?))
        .build()?;
    let dedupe = Dedupe::new(100_000);
    let consumer = Consumer::builder().url(messages.url()).app_key("12345678").app_secret("helloworld").build()?;
    let running = consumer.start(move |message: Message| {
        let (client, dedupe) = (client.clone(), dedupe.clone());
        async move { dedupe.once(&message, || debit(&client, &message)).await }
    });

    // The platform tells of one payment twice.
    for _ in 0..2 {
        let paid =
            PushedMessage { data_id: Some("1".to_owned()), ..PushedMessage::new(TOPIC, r#"{"tid":766348726342638}"#) };
        messages.push("default", paid);
    }
    while messages.counts().confirmed < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.stop().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (sandbox, messages) = start()?;
    run(&sandbox, &messages).await?;
    println!("the card has {:?} left", sandbox.balance(METHOD, "7328763784623"));
    Ok(())
}

fn start() -> Result<(Sandbox, TmcServer), Box<dyn Error>> {
    let ledger = Ledger::new("param_dedut_open_req.card_id", "param_dedut_open_req.value", 10_000);
    let sandbox = Sandbox::builder().ledger(METHOD, ledger).start_blocking()?;
    Ok((sandbox, TmcOptions::default().start()?))
}

#[tokio::test]
async fn a_payment_that_is_told_twice_debits_once() {
    let (sandbox, messages) = start().expect("a sandbox");
    run(&sandbox, &messages).await.expect("both confirmed");
    assert_eq!(sandbox.balance(METHOD, "7328763784623"), Some(8_000.into()));
}
