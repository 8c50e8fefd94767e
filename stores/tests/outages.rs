//! Servers that are paused, killed and started again: nothing hangs, nothing is sent that is not stored, nothing stored is lost.

use std::time::{Duration, Instant};

use opentop::limit::{AsyncSlotSource, Outage};
use opentop::tokens::AsyncTokenStore;
use opentop::{AsyncJournal, WriteError};
use opentop_sandbox::Sandbox;
use opentop_stores::redis_client::{Client, cmd};
use opentop_stores::{Redis, RedisSlots};

use crate::support::servers::Server;
use crate::support::stores::{client, debit, executions, postgres, redis};

const LIMIT: Duration = Duration::from_millis(500);

async fn an_outage_stops_writes_and_loses_none(mut server: Server, journal: impl AsyncJournal + Clone + 'static) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox).async_journal(journal.clone()).build().unwrap();
    let kept = debit("before").send(&client).await.unwrap();

    server.pause();
    let begun = Instant::now();
    let error = debit("paused").send(&client).await.unwrap_err();
    assert!(matches!(error, WriteError::Failed(_)), "not stored, so not sent: {error}");
    assert!(error.to_string().contains("did not answer within"), "{error}");
    assert!(begun.elapsed() < LIMIT * 5, "{:?}", begun.elapsed());
    assert_eq!(executions(&sandbox, "paused"), 0);
    server.resume();

    server.kill();
    let begun = Instant::now();
    let error = debit("killed").send(&client).await.unwrap_err();
    assert!(matches!(error, WriteError::Failed(_)), "{error}");
    assert!(begun.elapsed() < LIMIT * 5, "{:?}", begun.elapsed());
    assert_eq!(executions(&sandbox, "killed"), 0);

    server.start();
    let begun = Instant::now();
    let entries = loop {
        match journal.list().await {
            Ok(entries) => break entries,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(20), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(entries.iter().any(|entry| Some(entry.id()) == kept.write_id() && entry.is_done()), "{entries:?}");
    kept.acknowledge(&client).await.unwrap();
    debit("after").send(&client).await.unwrap().acknowledge(&client).await.unwrap();
    assert_eq!(executions(&sandbox, "after"), 1);
}

#[tokio::test]
async fn an_outage_of_redis_stops_writes_and_loses_none() {
    let Some(server) = Server::redis("always") else { return };
    let redis = redis(&server).await.limit(LIMIT);
    an_outage_stops_writes_and_loses_none(server, redis).await;
}

#[tokio::test]
async fn an_outage_of_postgres_stops_writes_and_loses_none() {
    let Some(server) = Server::postgres() else { return };
    let postgres = postgres(&server).await.limit(LIMIT);
    an_outage_stops_writes_and_loses_none(server, postgres).await;
}

/// The connection is closed while another password counts than ours, and the new one is refused. Then ours counts again.
#[tokio::test]
async fn a_connection_that_was_refused_is_made_again() {
    let Some(server) = Server::redis("always") else { return };
    let admin = Client::open(format!("redis://127.0.0.1:{}", server.port)).unwrap();
    let mut admin = admin.get_multiplexed_async_connection().await.unwrap();
    let mut set_password = async |password: &str| {
        let set = cmd("CONFIG").arg("SET").arg("requirepass").arg(password).to_owned();
        set.exec_async(&mut admin).await.unwrap();
        let kill = cmd("CLIENT").arg("KILL").arg("SKIPME").arg("yes").to_owned();
        kill.exec_async(&mut admin).await.unwrap();
    };
    set_password("canary-1").await;
    let address = format!("redis://:canary-1@127.0.0.1:{}", server.port);
    let store = Redis::connect(&address).await.unwrap().limit(LIMIT);
    let slots = RedisSlots::connect(&address, Outage::Fail).await.unwrap();
    set_password("canary-2").await;
    let begun = Instant::now();
    let mut refused = 0;
    while refused < 3 {
        let errors = [
            AsyncTokenStore::load(&store, "user").await.unwrap_err().to_string(),
            slots.tell_ban("key", Duration::from_secs(1)).await.unwrap_err().to_string(),
        ];
        assert!(errors.iter().all(|error| !error.contains("canary")), "{errors:?}");
        refused += u32::from(errors.iter().all(|error| error.contains("assword")));
        assert!(begun.elapsed() < Duration::from_secs(10), "{errors:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    set_password("canary-1").await;
    let begun = Instant::now();
    while let Err(error) = AsyncTokenStore::load(&store, "user").await {
        assert!(begun.elapsed() < Duration::from_secs(5), "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while let Err(error) = slots.tell_ban("key", Duration::from_secs(1)).await {
        assert!(begun.elapsed() < Duration::from_secs(5), "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn a_store_outside_of_a_runtime_is_an_error() {
    let client = Client::open("redis://127.0.0.1:1").unwrap();
    let error = Redis::new(client).unwrap_err().to_string();
    assert!(error.contains("expected a call inside a tokio runtime"), "{error}");
}
