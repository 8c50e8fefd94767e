//! Debits a stored-value card once, although the answer is lost and the process "restarts" in between.
//!
//! The key is stored with the order before the first call. A journal keeps the write until its end is acknowledged.

use std::sync::Arc;
use std::time::Duration;

use opentop::api::alsc::crm_recharge_dedut_update as deduct;
use opentop::{Client, Endpoint, FileJournal, IdempotencyKey, Journal, WriteError};
use opentop_sandbox::{Fault, Ledger, Sandbox};

const METHOD: &str = "alibaba.alsc.crm.recharge.dedut.update";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A gateway with one account per card, which recognises repeated keys. Its first answer is lost.
    let ledger = Ledger::new("param_dedut_open_req.card_id", "param_dedut_open_req.value", 10_000);
    let sandbox = Sandbox::builder().ledger(METHOD, ledger).dedupe(true).start().await?;
    sandbox.push_faults(vec![Fault::Reset { executed: true }]);
    let folder = tempfile::tempdir()?;

    // The first process.
    {
        let (client, _journal) = start(&sandbox, folder.path())?;
        let key = IdempotencyKey::generate(); // stored with the order
        let outcome = deduct::Request::builder()
            .request_id(&key)
            .card_id("7328763784623")
            .operator_id("65673527")
            .outer_order_id("766348726342638")
            .value(2000)
            .biz_channel(deduct::BizChannel::CS)
            .brand_id("3742863742")
            .shop_id("73527452")
            .send(&client)
            .await;
        match outcome {
            Ok(reply) => reply.acknowledge(&client).await?,
            Err(WriteError::Failed(error)) => println!("not debited: {error}"),
            Err(WriteError::Unknown(pending)) => println!("nobody knows yet: {pending}"),
        }
    }

    // The next process finds it in the journal.
    let (client, journal) = start(&sandbox, folder.path())?;
    for stored in journal.pending()? {
        let pending = stored.typed::<deduct::Request>()?;
        println!(
            "order {:?} was under way",
            pending.request().param_dedut_open_req().and_then(|order| order.outer_order_id())
        );
        // This gateway is known to do a key once, so the same write may be sent again. If that is not known, ask with a method
        // that reads.
        let reply = pending.resume(&client).await?;
        println!("it is done: {:?}", reply.result());
        // Booked here. Until this, a restart would find it again.
        reply.acknowledge(&client).await?;
    }

    assert!(journal.list()?.is_empty());
    assert_eq!(sandbox.balance(METHOD, "7328763784623"), Some(8_000.into()));
    assert_eq!(sandbox.executions(METHOD).iter().map(|(_, times)| *times).collect::<Vec<_>>(), [1]);
    Ok(())
}

fn start(
    sandbox: &Sandbox,
    folder: &std::path::Path,
) -> Result<(Client, Arc<FileJournal>), Box<dyn std::error::Error>> {
    let journal = Arc::new(FileJournal::open(folder.join("journal"))?);
    let client = Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint())?)
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .timeout(Duration::from_secs(5))
        .journal(Arc::clone(&journal))
        .build()?;
    Ok((client, journal))
}

#[test]
fn it_runs() {
    main().expect("the example runs");
}
