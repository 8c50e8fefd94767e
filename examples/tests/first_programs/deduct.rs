//! Program 2: debits a card once, although the process is killed between request and answer.
//!
//! The next process asks the flows what became of it, and sends again only what is not there.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use opentop::api::alsc::{crm_recharge_accountflows_get as flows, crm_recharge_dedut_update as deduct};
use opentop::{Client, Error, FileJournal, IdempotencyKey, Journal};

use crate::gateway::Gateway;
use crate::{DEDUCT, FLOWS};

type AnyError = Box<dyn std::error::Error>;

/// Debits one order. The journal keeps it until its answer is booked.
async fn debit(client: &Client, order: &str) -> Result<Option<i64>, AnyError> {
    let reply = deduct::Request::builder()
        .request_id(IdempotencyKey::generate())
        .card_id("card")
        .operator_id("1")
        .outer_order_id(order)
        .value(2000)
        .biz_channel(deduct::BizChannel::CS)
        .brand_id("1")
        .shop_id("2")
        .send(client)
        .await?;
    reply.acknowledge(client).await?;
    Ok(reply.result().result.as_ref().and_then(|detail| detail.current_value))
}

/// The flows of an order.
async fn flows_of(client: &Client, order: &str) -> Result<Vec<Option<i64>>, Error> {
    let request =
        flows::Request::builder().brand_id("1").shop_id("2").out_order_id(order).page_no(1).page_size(20).build();
    let mut items = request.items(client);
    let mut values = Vec::new();
    while let Some(flow) = items.try_next().await? {
        values.push(flow.order_value);
    }
    Ok(values)
}

/// What a start finds in the journal: asked for, and sent again only if the platform does not have it. (order, sent again).
async fn recover(client: &Client, journal: &FileJournal) -> Result<Vec<(String, bool)>, AnyError> {
    let mut found = Vec::new();
    for stored in journal.pending()? {
        let pending = stored.typed::<deduct::Request>()?;
        let order = pending.request().param_dedut_open_req().and_then(|order| order.outer_order_id());
        let order = order.unwrap_or_default().to_owned();
        let known = !flows_of(client, &order).await?.is_empty();
        if known {
            journal.remove(pending.id())?;
        } else {
            pending.resume(client).await?.acknowledge(client).await?;
        }
        found.push((order, !known));
    }
    Ok(found)
}

/// One account a card, opened with 10,000, whose debits show as flows.
const FLOWS_OF_DEBITS: &str = "alibaba.alsc.crm.recharge.dedut.update:alibaba.alsc.crm.recharge.accountflows.get:\
    flow_id={id},order_value=-param_dedut_open_req.value,current_value={balance},gmt_create={time},\
    ?param_page_query_account_flows_open_req.out_order_id=param_dedut_open_req.outer_order_id";
const LEDGER: &str = "alibaba.alsc.crm.recharge.dedut.update:param_dedut_open_req.card_id:param_dedut_open_req.value:\
    10000:result.result.current_value";

fn gateway(fault: &str) -> Gateway {
    Gateway::start(&["--ledger", LEDGER, "--flows", FLOWS_OF_DEBITS, "--fault", &format!("{DEDUCT}:{fault}")])
}

fn with_journal(gateway: &Gateway, folder: &Path) -> (Client, Arc<FileJournal>) {
    let journal = Arc::new(FileJournal::open(folder.join("journal")).unwrap());
    (gateway.builder().journal(Arc::clone(&journal)).build().unwrap(), journal)
}

/// The process that is killed: this very test, started again.
#[tokio::test]
async fn child() {
    let Ok(setting) = std::env::var("OPENTOP_FIRST_PROGRAM") else { return };
    let [endpoint, app_key, app_secret, folder] = setting.split(' ').collect::<Vec<_>>()[..] else { panic!() };
    let journal = FileJournal::open(Path::new(folder).join("journal")).unwrap();
    let endpoint = opentop::Endpoint::custom(endpoint).unwrap();
    let builder = Client::builder().endpoint(endpoint).app_key(app_key).app_secret(app_secret);
    let client = builder.journal(Arc::new(journal)).build().unwrap();
    let done = debit(&client, "order-1").await;
    panic!("it was not killed: {done:?}");
}

#[tokio::test]
async fn a_kill_between_request_and_answer_debits_once() {
    let gateway = gateway("delay-after=60s");
    let folder = tempfile::tempdir().unwrap();
    let setting =
        format!("{} {} {} {}", gateway.endpoint, gateway.app_key, gateway.app_secret, folder.path().display());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["deduct::child", "--exact"])
        .env("OPENTOP_FIRST_PROGRAM", setting)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The debit shows in the flows while its answer is still held back.
    let asking = gateway.client();
    let deadline = Instant::now() + Duration::from_secs(20);
    while flows_of(&asking, "order-1").await.unwrap().is_empty() {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let (client, journal) = with_journal(&gateway, folder.path());
    assert_eq!(recover(&client, &journal).await.unwrap(), [("order-1".to_owned(), false)]);
    assert!(journal.list().unwrap().is_empty());
    assert_eq!(flows_of(&client, "order-1").await.unwrap(), [Some(-2000)]);
    assert_eq!(debit(&client, "order-2").await.unwrap(), Some(6000), "2,000 were taken before, once");
}

#[tokio::test]
async fn what_the_platform_does_not_have_is_sent_again() {
    let gateway = gateway("reset");
    let folder = tempfile::tempdir().unwrap();
    let (client, journal) = with_journal(&gateway, folder.path());
    let lost = debit(&client, "order-1").await.unwrap_err();
    assert!(lost.to_string().contains("unknown"), "{lost}");
    drop((client, journal));
    let (client, journal) = with_journal(&gateway, folder.path());
    assert_eq!(recover(&client, &journal).await.unwrap(), [("order-1".to_owned(), true)]);
    assert_eq!(flows_of(&client, "order-1").await.unwrap(), [Some(-2000)]);
    let log = gateway.log(4);
    let written: Vec<_> = log.iter().filter(|line| line.contains(DEDUCT)).collect();
    assert!(written[0].ends_with("[fault: reset]") && written[1].ends_with(": ok"), "{log:?}");
    assert_eq!(log.iter().filter(|line| line.contains(FLOWS)).count(), 2, "{log:?}");
}
